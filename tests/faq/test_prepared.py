"""What is kept of a FAQ's analysis: the same as if all were analysed again, and never trusted blindly."""

from __future__ import annotations

import os
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from concierge.faq import store
from concierge.faq.document import Document, document_of
from concierge.faq.keeping import KEPT, is_kept_in
from concierge.faq.model import Entry, Translation
from concierge.faq.prepared import Prepared, prepared
from concierge.faq.search import FaqIndex
from concierge.faq.store import kept, read_prepared, write_prepared
from concierge.settings import demonstration

ENTRIES = [
    Entry("a", "住民票の写しはどこで取れますか", "市民課で取れます。", also=("住民票ほしい",)),
    Entry("b", "粗大ごみはどう出しますか", "尼崎市とは違い、電話で\n申し込んでください。"),
    Entry("c", "犬を飼い始めました", "登録してください。", keywords=("ペット",)),
    Entry(
        "d",
        "児童手当はいつもらえますか",
        "年に六回です。",
        translations={"en": Translation("When is the child allowance paid?", (), "Six times.")},
    ),
    Entry("e", "？", "！"),
]
DOCUMENTS = [document_of(entry) for entry in ENTRIES]
FILE = KEPT / "analysed-ja.npz"


def same(one: Any, two: Any) -> bool:
    if is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(two, f.name)) for f in fields(one))
    if isinstance(one, np.ndarray):
        return one.dtype == two.dtype and np.array_equal(one, two)
    return bool(one == two)


def changed(number: int, answer: str) -> list[Document]:
    entries = [
        replace(each, answer=answer) if place == number else each
        for place, each in enumerate(ENTRIES)
    ]
    return [document_of(entry) for entry in entries]


@pytest.mark.parametrize(
    "documents",
    [
        DOCUMENTS,
        changed(1, "まったく新しい答えです。環境課へ。"),
        DOCUMENTS[2:],
        DOCUMENTS[::-1],
        [document_of(Entry("n", "水道の減免", "水道課へ。")), *DOCUMENTS, DOCUMENTS[0]],
        [],
    ],
)
def test_what_was_kept_gives_what_analysing_all_again_gives(
    documents: list[Document], tmp_path: Path
) -> None:
    assert same(kept(DOCUMENTS, tmp_path, "ja"), prepared(DOCUMENTS))
    assert same(kept(documents, tmp_path, "ja"), prepared(documents))
    assert same(read_prepared(tmp_path / FILE), prepared(documents))


def test_only_what_changed_is_analysed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(DOCUMENTS, tmp_path, "ja")
    analysed: list[str] = []
    real = store.prepared.__globals__["analysed"]

    def counted(text: str) -> Any:
        analysed.append(text)
        return real(text)

    monkeypatch.setitem(store.prepared.__globals__, "analysed", counted)
    documents = changed(1, "電話で。")
    steps: list[int] = []
    kept(documents, tmp_path, "ja", steps.append)
    assert analysed == [*documents[1].wordings, "電話で。"]
    assert steps == [4, 1]
    analysed.clear()
    kept(documents, tmp_path, "ja")
    assert analysed == []


def test_a_search_finds_the_same_from_what_was_kept(tmp_path: Path) -> None:
    questions = ["住民票ほしい", "粗大ごみの出し方", "わんちゃんの登録", "child allowance", "宇宙"]

    def found(index: FaqIndex) -> list[Any]:
        return [index.search(text, 5, language=tag) for text in questions for tag in ("ja", "en")]

    first, again, alone = (
        FaqIndex(ENTRIES, tmp_path),
        FaqIndex(ENTRIES, tmp_path),
        FaqIndex(ENTRIES),
    )
    assert (tmp_path / FILE).is_file() and (tmp_path / KEPT / "analysed-en.npz").is_file()
    assert found(first) == found(again) == found(alone)


@pytest.mark.parametrize("broken", [b"", b"broken", b"PK\x03\x04" + b"\0" * 40])
def test_a_broken_file_is_made_again(broken: bytes, tmp_path: Path) -> None:
    (tmp_path / KEPT).mkdir()
    (tmp_path / FILE).write_bytes(broken)
    assert same(kept(DOCUMENTS, tmp_path, "ja"), prepared(DOCUMENTS))
    assert same(read_prepared(tmp_path / FILE), prepared(DOCUMENTS))


def test_parts_that_do_not_fit_each_other_are_made_again(tmp_path: Path) -> None:
    good = prepared(DOCUMENTS)
    path = tmp_path / FILE
    wrong: list[Prepared] = [
        replace(good, keys=good.keys[:-1]),
        replace(good, vocabulary=replace(good.vocabulary, words=good.vocabulary.words[:3])),
        replace(good, words=good.words.some(np.arange(2))),
        replace(good, compared=replace(good.compared, texts=())),
    ]
    for each in wrong:
        write_prepared(each, path)
        with pytest.raises(ValueError, match="another shape"):
            read_prepared(path)
        assert same(kept(DOCUMENTS, tmp_path, "ja"), good)


def test_another_version_of_the_analysis_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "made_by", lambda: "before")
    kept(DOCUMENTS, tmp_path, "ja")
    monkeypatch.undo()
    with pytest.raises(ValueError, match="another version"):
        read_prepared(tmp_path / FILE)
    kept(DOCUMENTS, tmp_path, "ja")
    assert same(read_prepared(tmp_path / FILE), prepared(DOCUMENTS))


def test_where_nothing_can_be_written_it_serves_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "read-only")

    monkeypatch.setattr(store, "write_arrays", refuse)
    assert FaqIndex(ENTRIES, tmp_path).search("住民票ほしい", 1)[0].entry.id == "a"
    assert not (tmp_path / FILE).exists()


def test_nothing_is_kept_in_the_demonstration_town() -> None:
    assert not is_kept_in(demonstration())
    linked = Path(os.path.relpath(demonstration()))
    assert not is_kept_in(linked)


def test_nothing_half_written_stays_behind(tmp_path: Path) -> None:
    kept(DOCUMENTS, tmp_path, "ja")
    assert [each.name for each in (tmp_path / KEPT).iterdir()] == [FILE.name]
