"""Sentence templates, and the sentences of every installed intent against the demonstration town."""

from __future__ import annotations

import itertools
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from concierge.clock import parse_instant
from concierge.engine import Candidate, Layer, Question
from concierge.knowledge import Knowledge, load_knowledge
from concierge.language.normalize import normalize
from concierge.message import Message, Reply
from concierge.sentences import SentenceError, SentenceSet, load_sentences
from concierge.settings import demonstration
from concierge.understanding import MASKS, Understander
from engines.intents import Intents, intent_folders
from tests.standing import beside, standing, stranger

AT = parse_instant("2026-11-20T07:00")
LONGEST_TEST_NAME = 40


# ---------------------------------------------------------------------------------- the templates


class Written(NamedTuple):
    """Writes a file of sentences and loads it."""

    folder: Path

    def __call__(self, text: str) -> SentenceSet:
        path = self.folder / "ja.yaml"
        path.write_text(text, encoding="utf-8")
        return load_sentences(path)


@pytest.fixture
def load(tmp_path: Path) -> Written:
    return Written(tmp_path)


def masked(text: str) -> str:
    """Return a text as it is understood, with the mask of each {thing} in its place."""
    return normalize(text).text.format_map(MASKS)


@pytest.mark.parametrize(
    ("template", "yes", "no"),
    [
        ("ごみの日", ["ごみの日", "ゴミの日", "ｺﾞﾐの日", "ごみの日？", "ごみ の 日", "ごみの日🗑️"], ["ごみ", "ごみの日か"]),
        ("[次の]ごみ", ["次のごみ", "ごみ"], ["次の", "次のごみの"]),
        ("(いつ|何曜)ですか", ["いつですか", "何曜ですか"], ["ですか", "いつ何曜ですか"]),
        ("[{area}の]{category}", ["{category}", "{area}の{category}"], ["{area}の", "area", "{date}"]),
        ("{date}<聞く>[か]", ["{date}いつ", "{date}なにか"], ["{date}か", "いつ"]),
        ("[(あ|い)]う", ["う", "あう", "いう"], ["あいう"]),
        ("c.d*", ["c.d*", "Ｃ．Ｄ＊"], ["cxd", "cddd"]),
    ],
)  # fmt: skip
def test_a_template_covers_the_whole_text(
    load: Written, template: str, yes: list[str], no: list[str]
) -> None:
    sentences = load(f"words: {{聞く: [いつ, なに]}}\nwhole: ['{template}']\n")
    for text in yes:
        assert sentences.matches_whole(masked(text)), text
    for text in no:
        assert not sentences.matches_whole(masked(text)), text


def test_polite_words_stand_around_a_sentence(load: Written) -> None:
    sentences = load("polite: [すみません, '教えて[ください]']\nwhole: [ごみの日]\n")
    assert sentences.matches_whole("すみません、ごみの日を教えてください。".replace("を", ""))
    assert sentences.matches_whole("すみませんすみませんごみの日教えて")
    assert not sentences.matches_whole("すみません教えてください")


def test_words_may_name_words(load: Written) -> None:
    sentences = load("words: {上: ['<中>!', は], 中: [い, ろ]}\nwhole: ['<上>です']\n")
    assert sentences.matches_whole("ろです")
    assert sentences.matches_whole("はです")


def test_nothing_given_matches_nothing(load: Written) -> None:
    for text in ("", "whole: []", "whole: ['']", "keywords: []", "polite: [すみません]"):
        sentences = load(text)
        for said in ("", "？", "すみません", "ごみ"):
            assert not sentences.matches_whole(said)
            assert sentences.explains(said) == 0
            assert not sentences.follows(said)


def test_a_rule_needs_all_its_words_and_none_of_the_others(load: Written) -> None:
    rule = "{all: [ごみ, (いつ|何曜)], without: [袋], at_least: 0.5}"
    sentences = load(f"without: [有料]\nkeywords: [{rule}]\n")
    assert sentences.explains("ごみっていつなの") > 0
    assert sentences.explains("いつ、ごみ") > 0
    for text in ("ごみ", "いつ", "ごみ袋いつ", "ごみの有料いつ"):
        assert sentences.explains(text) == 0, text


def test_another_subject_is_not_explained(load: Written) -> None:
    sentences = load("keywords: [{all: [いつ]}]\n")
    assert sentences.explains("いつですか") == 1
    assert sentences.explains("選挙管理委員会の投票日いつ") == 0
    assert sentences.explains("ワールドカップいつ") == 0


def test_a_certain_rule_scores_one_where_it_fits(load: Written) -> None:
    sentences = load("keywords: [{all: [いつ], at_least: 0.1, certain: true}]\n")
    assert sentences.explains("選挙いつ") == 1
    unsure = load("keywords: [{all: [いつ], at_least: 0.1}]\n")
    assert 0.1 <= unsure.explains("選挙いつ") < 1


def test_follow_rules_are_apart_from_the_others(load: Written) -> None:
    sentences = load("follow: [{all: ['{date}']}]\n")
    assert sentences.follows(masked("{date}は？"))
    assert sentences.explains(masked("{date}は？")) == 0


BROKEN = {
    "a thing that is none": ("{nope}の日", "whole: ['{nope}の日']"),
    "a word not listed": ("<いつ>", "whole: ['<いつ>']"),
    "an empty word": ("<いつ>", "words: {いつ: []}\nwhole: ['<いつ>']"),
    "a brace left open": ("あ{area", "whole: ['あ{area']"),
    "an angle left open": ("あ<い", "whole: ['あ<い']"),
    "an angle too many": ("あ>", "whole: ['あ>']"),
    "a circle of two": ("<い>", "words: {い: ['<ろ>'], ろ: ['<い>']}\nwhole: ['<い>']"),
    "a word that names itself": ("<い>", "words: {い: ['あ<い>']}\nwhole: ['<い>']"),
    "in a keyword rule": ("{nope}", "keywords: [{all: ['{nope}']}]"),
    "in what is left out": ("{nope}", "without: ['{nope}']"),
    "in a polite word": ("{nope}", "polite: ['{nope}']\nwhole: [あ]"),
}
UNNAMED = {
    "a bracket left open": ("[あ", "whole: ['[あ']"),
    "a group left open": ("(あ|い", "whole: ['(あ|い']"),
    "a bracket too many": ("あ]", "whole: ['あ]']"),
    "brackets crossed": ("[(あ])", "whole: ['[(あ])']"),
}


@pytest.mark.parametrize(("template", "text"), BROKEN.values(), ids=BROKEN)
def test_a_broken_template_is_named(load: Written, template: str, text: str) -> None:
    with pytest.raises(SentenceError) as error:
        load(text)
    assert str(error.value).startswith("ja.yaml: ")
    assert template in str(error.value)


@pytest.mark.parametrize(("template", "text"), UNNAMED.values(), ids=UNNAMED)
def test_a_broken_bracket_is_named(load: Written, template: str, text: str) -> None:
    with pytest.raises(SentenceError) as error:
        load(text)
    assert template in str(error.value)


@pytest.mark.parametrize("text", ["whole: ['[あ']", "- あ", "words: [あ]", "あ: [", "\tあ", "keywords: [あ]"])  # fmt: skip
def test_a_file_that_cannot_be_read_is_a_sentence_error(load: Written, text: str) -> None:
    with pytest.raises(SentenceError):
        load(text)


def test_a_missing_or_garbled_file_is_a_sentence_error(tmp_path: Path) -> None:
    with pytest.raises(SentenceError):
        load_sentences(tmp_path / "ja.yaml")
    (tmp_path / "ja.yaml").write_bytes("whole: [ごみ]".encode("cp932"))
    with pytest.raises(SentenceError):
        load_sentences(tmp_path / "ja.yaml")


# ------------------------------------------------------------------------ the installed sentences


def sentence_files() -> list[Path]:
    return [path for folder in intent_folders() for path in (folder / "sentences").glob("*.yaml")]


def intent_and_language(path: Path) -> str:
    return f"{path.parent.parent.name}-{path.stem}"


SYLLABLES = ("の", "か", "のか", "は", "ください", "お願いします", "いつ", "ごみ", "って", "ー", "あ", "捨てたい", *MASKS.values(), "\ue002の")  # fmt: skip
SIZES = (80, 1000)
TAILS = ("", "燃", "か?")
"""A text that nearly fits, until its last character, is what makes a regular expression try all."""


@pytest.mark.parametrize("path", sentence_files(), ids=intent_and_language)
def test_no_text_takes_long(path: Path) -> None:
    sentences = load_sentences(path)
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    own = [re.sub(r"[\[\](){}<>|]", "", str(text)) for text in table.get("polite", ())]
    pieces = dict.fromkeys([*SYLLABLES, *own, "".join(own)])
    for piece, size, tail in itertools.product(filter(None, pieces), SIZES, TAILS):
        text = (piece * size)[: size - len(tail)] + tail
        began = time.process_time()
        sentences.matches_whole(text)
        sentences.explains(text)
        sentences.follows(text)
        assert time.process_time() - began < 10, f"{piece!r} × {size} {tail!r}"


@pytest.mark.parametrize("path", sentence_files(), ids=intent_and_language)
def test_no_empty_or_meaningless_text_matches(path: Path) -> None:
    sentences = load_sentences(path)
    for text in ("", " ", "？", "。。。", "のか", "ください", "は", "asdfghjkl", "鬱" * 50):
        assert not sentences.matches_whole(text), text
        assert sentences.explains(text) == 0, text


@pytest.mark.parametrize("folder", intent_folders(), ids=lambda folder: folder.name)
def test_every_language_of_an_intent_has_its_tests(folder: Path) -> None:
    spoken = {path.stem for path in (folder / "sentences").glob("*.yaml")}
    tested = {path.stem for path in (folder / "tests").glob("*.yaml")}
    assert "ja" in spoken
    assert tested == spoken
    assert (folder / "handler.py").is_file()


Case = tuple[str, str, str]
"""The language of a text, the text, and what was said before."""


class Expected(NamedTuple):
    """One text of an intent's tests: what must come of it."""

    intent: str
    language: str
    text: str
    slots: dict[str, Any]
    matches: bool
    after: str = ""
    """What was said before it, where it means nothing by itself."""

    @property
    def asked(self) -> Case:
        return self.language, self.text, self.after

    def __str__(self) -> str:
        return f"{self.intent}-{'' if self.matches else 'not-'}{self.text[:LONGEST_TEST_NAME]}"


def read_tests(path: Path) -> list[Expected]:
    """Read `matches:` (texts, or `text`, `slots`, `after`) and `none:` (texts); strict about both."""
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(table) == {"matches", "none"}, f"{path}: matches: and none: are needed"
    intent, found = path.parent.parent.name, []
    for kind in ("matches", "none"):
        assert isinstance(table[kind], list) and table[kind], f"{path}: {kind} is empty"
        for each in table[kind]:
            case = each if isinstance(each, dict) and kind == "matches" else {"text": each}
            assert set(case) <= {"text", "slots", "after"}, f"{path}: {case}"
            assert isinstance(case["text"], str) and case["text"].strip(), f"{path}: {case}"
            assert isinstance(case.get("slots", {}), dict), f"{path}: {case}"
            wanted = case.get("slots", {})
            matches, after = kind == "matches", case.get("after", "")
            found.append(Expected(intent, path.stem, case["text"], wanted, matches, after))
    return found


CASES = [
    case
    for folder in intent_folders()
    for path in sorted((folder / "tests").glob("*.yaml"))
    for case in read_tests(path)
]
MATCHES = [case for case in CASES if case.matches]


def test_every_intent_has_sentences_of_both_kinds() -> None:
    count = Counter((case.intent, case.matches) for case in CASES)
    for folder in intent_folders():
        assert count[folder.name, True] >= 5, folder.name
        assert count[folder.name, False] >= 5, folder.name


def test_no_text_is_claimed_twice() -> None:
    twice = [text for text, n in Counter(case.text for case in MATCHES).items() if n > 1]
    assert twice == []
    denied = {(case.intent, case.text) for case in CASES if not case.matches}
    assert [case for case in MATCHES if (case.intent, case.text) in denied] == []


class Asked(NamedTuple):
    """What became of a text: the reply, and what each layer's intents proposed."""

    reply: Reply
    rules: list[Candidate]
    intents: list[Candidate]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(demonstration())


@pytest.fixture(scope="module")
def asked(knowledge: Knowledge) -> dict[Case, Asked]:
    """Ask the demonstration town every text once, each as the first words of somebody unknown, or
    as the second where something was said before."""
    return beside(_ask_all(knowledge))


async def _ask_all(knowledge: Knowledge) -> dict[Case, Asked]:
    engine, understander = Intents(), Understander(knowledge)
    engine.start(knowledge, {})
    found = {}
    try:
        for asked in dict.fromkeys(case.asked for case in CASES):
            language, text, after = asked
            resident = stranger() if after else None
            if after:
                await standing().answer(Message(after, AT, resident, language=language))
            reply = await standing().answer(Message(text, AT, resident, language=language))
            understood = understander.understand(text, AT, language)
            rules, later = [
                await engine.ask(Question(text, layer, AT, language, understood))
                for layer in (Layer.RULES, Layer.INTENTS)
            ]
            found[asked] = Asked(reply, rules, later)
    finally:
        engine.close()
    return found


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_intent_answers_what_is_its_own(case: Expected, asked: dict[Case, Asked]) -> None:
    reply = asked[case.asked].reply
    if not case.matches:
        assert reply.intent != case.intent, reply.text
        return
    assert reply.intent == case.intent, reply.text
    assert {name: reply.slots.get(name) for name in case.slots} == case.slots


@pytest.mark.parametrize("case", MATCHES, ids=str)
def test_no_intent_steals_anothers(case: Expected, asked: dict[Case, Asked]) -> None:
    """No whole sentence of another covers it; no rule of another explains it better."""
    proposed = asked[case.asked]
    assert {candidate.intent for candidate in proposed.rules} <= {case.intent}
    if not proposed.rules and not case.after:
        best = {candidate.intent: candidate.score for candidate in proposed.intents}
        rivals = {intent: score for intent, score in best.items() if intent != case.intent}
        own = best.get(case.intent, 0.0)
        assert {intent: score for intent, score in rivals.items() if score > own} == {}


def test_no_intent_covers_the_question_of_a_faq(knowledge: Knowledge) -> None:
    """What staff wrote as a question is theirs to answer, word for word."""
    understander = Understander(knowledge)
    spoken = {
        folder.name: load_sentences(folder / "sentences" / "ja.yaml") for folder in intent_folders()
    }
    stolen = []
    for entry in knowledge.faq:
        understood = understander.understand(entry.question, AT, "ja")
        for intent, sentences in spoken.items():
            if sentences.matches_whole(sentences.masked(understood)):
                stolen.append((intent, entry.id, entry.question))
    assert stolen == []
