"""A town's own words: read with their mistakes told, and used in its search."""

from __future__ import annotations

from pathlib import Path

import pytest

from concierge.faq.lexicon import LEXICON_FILE, lexicon_of, packaged, read_lexicon
from concierge.faq.model import Entry
from concierge.faq.search import FaqIndex
from concierge.knowledge import load_knowledge
from tests.cli.run import run
from tests.towns import write_town

ENTRIES = [
    Entry("pass", "敬老パスの申し込み", "高齢介護課で申し込めます。"),
    Entry("dog", "犬の登録", "環境課で登録します。"),
    Entry("hall", "公民館の使用料", "300円です。"),
]


def written(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / LEXICON_FILE).write_text(text, "utf-8")
    return folder


def test_a_towns_word_finds_what_the_office_calls_otherwise(tmp_path: Path) -> None:
    asked = "ぽんぽこカードをもらいたい"
    before = FaqIndex(ENTRIES, tmp_path).search(asked)
    folder = written(tmp_path, "- said: ぽんぽこカード\n  means: [敬老パス]\n")
    after = FaqIndex(ENTRIES, folder).search(asked)
    assert after[0].entry.id == "pass" and after[0].chance > before[0].chance
    assert lexicon_of(folder).groups[1:] == packaged().groups
    assert lexicon_of(None) is packaged()


@pytest.mark.parametrize(
    ("text", "code", "severity"),
    [
        ("- said: 学童\n", "lexicon-alone", "error"),
        ("- means: 学童\n", "missing", "error"),
        ("- said: する\n  means: 申請\n", "lexicon-says-nothing", "warning"),
        ("- saidd: 学童\n  said: [学童, がくどう]\n", "unknown-key", "warning"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, text: str, code: str, severity: str
) -> None:
    folder = written(tmp_path / "a", f"- said: [浜っこ, 浜っ子]\n{text}")
    groups, problems = read_lexicon(folder / LEXICON_FILE)
    told = [(each.code, each.severity, each.line, each.file) for each in problems]
    assert told == [(code, severity, 2, LEXICON_FILE)]
    assert groups is not None and groups[0].said == ("浜っこ", "浜っ子")


def test_the_checks_tell_what_is_wrong_and_the_rest_answers(tmp_path: Path) -> None:
    town = written(write_town(tmp_path / "town"), "- said: 学童\n")
    assert "lexicon-alone" in [each.code for each in load_knowledge(town).problems]
    done = run("faq", "check", str(town), "--json")
    assert done.code == 1 and "lexicon-alone" in done.stdout


def test_no_file_and_an_unreadable_one(tmp_path: Path) -> None:
    assert read_lexicon(tmp_path / LEXICON_FILE) == ((), ())
    (tmp_path / LEXICON_FILE).write_bytes(b"\xff\xfe\x00bad: [")
    groups, problems = read_lexicon(tmp_path / LEXICON_FILE)
    assert not groups and list(problems)
    assert lexicon_of(tmp_path).groups == packaged().groups
