"""Wordings proposed for the FAQ: never another entry's, never added without staff, never by a few."""

from __future__ import annotations

import difflib
import json
import sqlite3
from pathlib import Path

import pytest

from concierge.faq.adding import add_wordings
from concierge.faq.enriching import Proposed, gain, proposals, with_wordings
from concierge.faq.folder import load_faq
from concierge.faq.golden import Golden
from concierge.faq.lexicon import Group, Lexicon
from concierge.faq.model import Entry
from concierge.faq.search import FaqIndex
from concierge.language.normalize import normalized_key
from concierge.soundings.taps import tapped
from tests.cli.run import run
from tests.towns import write_town

DEMO = Path(__file__).parents[2] / "knowledge" / "demo"
ENTRIES = [
    Entry("pass", "敬老乗車証はどこで申し込めますか", "高齢介護課で申し込めます。"),
    Entry("dog", "犬の登録をしたい", "環境課で登録します。", also=("わんこの届",)),
    Entry("hall", "公民館の使用料はいくらですか", "300円です。"),
]
LEXICON = Lexicon([Group(("ぽんぽこカード", "わんこの届"), ("敬老乗車証",))])


def test_residents_words_are_proposed_but_never_another_entrys_nor_a_golden_question() -> None:
    index = FaqIndex(ENTRIES)
    found = proposals(ENTRIES, LEXICON, index)
    assert Proposed("pass", "ぽんぽこカード", "lexicon") in found
    assert "わんこの届" not in [each.wording for each in found]
    golden = [Golden("ぽんぽこカード！", ("pass",), held=True)]
    left = proposals(ENTRIES, LEXICON, index, golden)
    assert "ぽんぽこカード" not in [each.wording for each in left]


def test_what_two_entries_would_get_goes_to_neither() -> None:
    twins = [*ENTRIES, Entry("pass2", "敬老乗車証をなくした", "再発行します。")]
    found = proposals(twins, LEXICON, FaqIndex(twins))
    assert "ぽんぽこカード" not in [each.wording for each in found]


def test_no_proposal_for_the_demonstration_town_is_another_entrys() -> None:
    entries = load_faq(DEMO).entries[:40]
    owners = {normalized_key(t): e.id for e in entries for t in (e.question, *e.also)}
    found = proposals(entries, LEXICON, FaqIndex(entries))
    assert not [each for each in found if normalized_key(each.wording) in owners]
    assert len({normalized_key(each.wording) for each in found}) == len(found)


def test_the_gain_is_measured_without_what_is_held_back() -> None:
    golden = [Golden("ぽんぽこカードほしい", ("pass",)), Golden("犬", ("dog",), held=True)]
    before = gain(FaqIndex(ENTRIES), golden)
    added = [Proposed("pass", "ぽんぽこカード", "lexicon")]
    after = gain(FaqIndex(with_wordings(ENTRIES, added)), golden)
    assert before.questions == after.questions == 1 and after.chance > before.chance


# ----------------------------------------------------------------------------- into the files

FILE = """# 市民課の質問
- id: a
  question: 住民票はどこ  # 大事
  also:
    - 住民票ほしい
    - "住民票 どこ"
  answer: 市民課です。

- id: b
  question: 印鑑証明はどこ
  answer: 市民課です。
- id: c
  question: 戸籍はどこ
  also: [戸籍ほしい]
  answer: 市民課です。
"""


def test_wordings_go_behind_the_others_and_no_other_line_changes(tmp_path: Path) -> None:
    (tmp_path / "faq").mkdir()
    path = tmp_path / "faq" / "a.yaml"
    path.write_text(FILE.replace("also: [戸籍ほしい]", "also: 戸籍ほしい"), "utf-8")
    before = path.read_text("utf-8").splitlines()
    done, by_hand = add_wordings(tmp_path, [("a", 'じゅうみん"ひょう: #'), ("b", "印鑑ほしい")])
    assert (sorted(done), by_hand) == (["a", "b"], [])
    entries = {entry.id: entry for entry in load_faq(tmp_path).entries}
    assert entries["a"].also == ("住民票ほしい", "住民票 どこ", 'じゅうみん"ひょう: #')
    assert entries["b"].also == ("印鑑ほしい",)
    after = path.read_text("utf-8").splitlines()
    changes = list(difflib.unified_diff(before, after, n=0, lineterm=""))[2:]
    new = [line for line in changes if not line.startswith("@@")]
    assert len(new) == 3 and all(line.startswith("+") for line in new)


@pytest.mark.parametrize("name", ["c", "nobody", "t"])
def test_what_is_not_in_lines_is_left_to_staff(tmp_path: Path, name: str) -> None:
    (tmp_path / "faq").mkdir()
    path = tmp_path / "faq" / "a.yaml"
    path.write_text(FILE, "utf-8")
    (tmp_path / "faq" / "t.csv").write_text("id,question,answer\nt,犬,猫\n", "utf-8")
    assert add_wordings(tmp_path, [(name, "別の言葉")]) == ([], [name])
    assert path.read_text("utf-8") == FILE
    assert not list((tmp_path / "faq").glob(".*"))


def test_the_list_is_written_read_again_and_added_once(tmp_path: Path) -> None:
    town = write_town(tmp_path / "town")
    (town / "faq" / "lines.yaml").write_text(FILE, "utf-8")
    entry = next(e for e in load_faq(town).entries if e.id == "b")
    plan = tmp_path / "plan.yaml"
    plan.write_text(f"- id: {json.dumps(entry.id)}\n  also: [こう言う人もいる]\n", "utf-8")
    assert (
        run("faq", "enrich", "--output", str(tmp_path / "o.yaml"), "--knowledge", str(town)).code
        == 0
    )
    done = run("faq", "enrich", "--accept", str(plan), "--knowledge", str(town))
    assert done.code == 0, done.stderr
    again = run("faq", "enrich", "--accept", str(plan), "--knowledge", str(town))
    assert again.code == 0 and "0件" in again.stdout
    also = next(e for e in load_faq(town).entries if e.id == entry.id).also
    assert also.count("こう言う人もいる") == 1
    plan.write_text("- also: [番号がない]\n", "utf-8")
    assert run("faq", "enrich", "--accept", str(plan), "--knowledge", str(town)).code == 1


# ----------------------------------------------------------------------------- what residents tapped


def kept(*rows: tuple[str, str | None, int, str, str | None]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE TABLE sounding_turns (text, taken, period, resident, outcome, feedback)"
    )
    connection.executemany("INSERT INTO sounding_turns VALUES (?, ?, ?, ?, 'suggest', ?)", rows)
    return connection


def test_enough_different_residents_are_heard() -> None:
    rows = [("わんわん届け", "dog", 1, f"r{n}", None) for n in range(5)]
    assert tapped(kept(*rows), 5) == [("dog", "わんわん届け")]
    assert tapped(kept(*rows[:4]), 5) == []


def test_one_resident_who_taps_often_is_one() -> None:
    rows = [("わんわん届け", "cat", 1, "loud", None)] * 100
    assert tapped(kept(*rows), 5) == []
    assert tapped(kept(*rows[:50]), 1) == []


def test_one_resident_under_several_keys_is_not_counted_again() -> None:
    rows = [("わんわん届け", "dog", period, "r", None) for period in range(9)]
    assert tapped(kept(*rows), 5) == []


def test_where_residents_disagree_or_said_it_was_wrong_nothing_is_proposed() -> None:
    half = [("届け", "dog" if n % 2 else "cat", 1, f"r{n}", None) for n in range(20)]
    assert tapped(kept(*half), 5) == []
    wrong = [("届け", "dog", 1, f"r{n}", "wrong") for n in range(20)]
    assert tapped(kept(*wrong), 5) == []
