"""The keys of a FAQ entry, in English and Japanese, and how a record becomes an `Entry`."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Any

from concierge.faq.model import Entry, Translation
from concierge.language.normalize import normalized_key
from concierge.staff_yaml import Field, Kind, Record, Reporter, Table, json_schema, record_schema

__all__ = ["ENTRY", "FILE", "derived_id", "entry_of", "faq_schema"]

QUESTION = Field(
    "question", Kind.TEXT, "質問", ("質問", "質問文", "質問内容", "問い", "問", "Q"), required=True
)
ANSWER = Field(
    "answer", Kind.TEXT, "回答", ("回答", "回答文", "回答内容", "答え", "A"), required=True
)
ALSO = Field(
    "also",
    Kind.TEXTS,
    "別の言い方（住民の言葉で）",
    ("別の言い方", "言い換え", "言いかえ", "類似質問", "類義質問"),
)
TRANSLATION = Table(
    "翻訳",
    (
        Field("question", Kind.TEXT, "その言語での質問", ("質問",)),
        Field("also", Kind.TEXTS, "その言語での別の言い方", ("別の言い方", "言い換え")),
        Field("answer", Kind.TEXT, "その言語での回答", ("回答", "答え")),
    ),
)
ENTRY = Table(
    "FAQの項目",
    (
        Field(
            "id",
            Kind.ID,
            "番号や記号（省略できます）",
            ("番号", "管理番号", "FAQ番号", "No", "No."),
        ),
        QUESTION,
        ALSO,
        Field("keywords", Kind.TEXTS, "探すときの言葉", ("キーワード", "検索語", "検索キーワード")),
        ANSWER,
        Field(
            "links", Kind.LINKS, "関連ページ", ("リンク", "関連リンク", "関連ページ"), lenient=True
        ),
        Field(
            "department",
            Kind.TEXT,
            "担当課",
            ("担当課", "担当", "担当部署", "所管課", "所管", "部署", "課名"),
        ),
        Field("phone", Kind.PHONE, "担当課の電話番号", ("電話", "電話番号"), lenient=True),
        Field(
            "valid_from",
            Kind.DATE,
            "この回答を使い始める日",
            ("開始日", "掲載開始日", "公開開始日", "有効開始日"),
        ),
        Field(
            "valid_to",
            Kind.DATE,
            "この回答を使う最後の日",
            ("終了日", "掲載終了日", "公開終了日", "有効期限"),
        ),
        Field(
            "updated",
            Kind.DATE,
            "内容を確かめた日",
            ("更新日", "最終更新日", "更新年月日"),
            lenient=True,
        ),
        Field(
            "golden",
            Kind.TEXTS,
            "確認用の質問（この項目が見つかるはずの質問）",
            ("例文", "確認用の質問", "確認質問"),
        ),
        Field("translations", Kind.LANGUAGES, "翻訳", ("翻訳", "多言語"), table=TRANSLATION),
        Field("category", Kind.TEXT, "分類", ("分類", "カテゴリー", "カテゴリ", "区分")),
        Field("url", Kind.URL, "出典のページ", ("ページ", "出典", "ホームページ"), lenient=True),
    ),
)
FILE = Table("FAQのファイル", (Field("faq", Kind.ANY, "FAQの項目の一覧", ("FAQ", "よくある質問")),))


def entry_of(record: Record, file: str, reporter: Reporter) -> Entry | None:
    """Make an entry of a record, None where its dates contradict each other (reported).

    Without an id of its own an entry gets one of its file's path and its question, so that it
    stays the same until either changes: `ごみ-3f2a91bc`.
    """
    question = " ".join(record.text("question", "").split("\n"))
    valid_from, valid_to = record.day("valid_from"), record.day("valid_to")
    if valid_from and valid_to and valid_from > valid_to:
        reporter.at(
            record.node,
            "dates-reversed",
            f"終了日（{valid_to}）が開始日（{valid_from}）より前です。日付を確かめてください。",
        )
        return None
    return Entry(
        id=record.text("id") or derived_id(file, question),
        question=question,
        answer=record.text("answer", ""),
        also=record.texts("also"),
        keywords=record.texts("keywords"),
        links=record.links("links"),
        department=record.text("department"),
        phone=record.text("phone"),
        valid_from=valid_from,
        valid_to=valid_to,
        updated=record.day("updated"),
        golden=record.texts("golden"),
        translations={
            language: Translation(each.text("question"), each.texts("also"), each.text("answer"))
            for language, each in record.languages("translations").items()
        },
        category=record.text("category"),
        url=record.text("url"),
        file=file,
        line=record.node.line,
    )


def faq_schema() -> dict[str, Any]:
    """Return the JSON Schema of a FAQ file in YAML."""
    items = {"type": "array", "items": {"$ref": "#/definitions/entry"}}
    named = {
        "type": "object",
        "properties": dict.fromkeys(("faq", *FILE.fields[0].aliases), items),
        "additionalProperties": False,
    }
    return json_schema(
        "FAQ",
        "よくある質問と回答。項目を「- 」で始めて並べます。",
        {
            "definitions": {"entry": record_schema(ENTRY)},
            "anyOf": [items, named, {"type": "null"}],
        },
    )


def derived_id(file: str, question: str) -> str:
    """Return the id of an entry that has none: its file's path in `faq/` and its question's key."""
    place = re.sub(r"^faq/|\.[^./]*$", "", file)
    digest = blake2b(normalized_key(question).encode(), digest_size=4).hexdigest()
    return f"{place}-{digest}"
