"""The demonstration town's desks and answers: complete, consistent, and nobody's real number."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from concierge.composing import in_three_lines
from concierge.faq.model import Entry
from concierge.knowledge import Knowledge, load_knowledge
from concierge.language.normalize import normalized_key

DEMO = Path(__file__).resolve().parents[2] / "knowledge" / "demo"
TEXT_FILES = sorted(
    path for path in DEMO.rglob("*") if path.suffix in (".yaml", ".csv") and path.is_file()
)
FICTIONAL = re.compile(r"00-0000-1\d{3}")
"""No Japanese area code begins with 00, so none of these numbers can ring anywhere."""
NATIONAL = {"#9110", "#8000", "#8008", "110", "119", "188", "189"}
"""Short numbers that are the same in every town, and may be printed."""
PHONE = re.compile(
    r"(?<![\d-])(?:\d{2,5}-\d{1,4}-\d{3,4}|0\d{8,10}|0120-\d+|#\d{4})(?![0-9A-Za-z-])"
)
FIRST_LINE = 60
LINES_BEFORE_DETAILS = 3
EASY = "ja-easy"
LONGEST_EASY_SENTENCE = 40
"""Readings in brackets included; they make a sentence longer, not harder."""
READING = re.compile(r"（[ぁ-んー]+）")
CORE = 40
"""Entries that a newcomer needs first are told in plain Japanese and in English, too."""
CORE_SUBJECTS = {
    "ごみ・リサイクル",
    "届出・証明",
    "防災",
    "保険・年金",
    "健康・医療",
    "子育て・教育",
    "税金",
    "水道",
    "くらし・交通",
    "福祉・高齢者",
    "外国人のかたへ",
    "市役所・市政",
}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(DEMO)


@pytest.fixture(scope="module")
def entries(knowledge: Knowledge) -> tuple[Entry, ...]:
    return knowledge.faq


def head_of(answer: str) -> list[str]:
    return answer.strip().split("\n\n")[0].split("\n")


def easy_sentences(entry: Entry) -> list[str]:
    translation = entry.translations.get(EASY)
    if translation is None:
        return []
    answer = re.split(r"(?<=。)|\n", translation.answer or "")
    texts = [translation.question or "", *translation.also, *answer]
    return [text.strip() for text in texts if text.strip()]


def japanese_figures(answer: str) -> str:
    """Return the answer, and behind it its amounts with 万 and 千 written out, as English has them."""
    written = re.sub(r"(\d)万(\d)千円", r"\1\g<2>,000円", answer)
    return answer + re.sub(r"(\d)万円", r"\g<1>0,000円", written)


def wordings(entry: Entry) -> list[str]:
    translated = [
        wording
        for translation in entry.translations.values()
        for wording in (translation.question or "", *translation.also)
    ]
    return [entry.question, *entry.also, *translated]


def test_the_folder_has_nothing_to_correct(knowledge: Knowledge) -> None:
    assert [str(problem) for problem in knowledge.problems if problem.severity != "info"] == []


def test_there_is_enough_to_chat_about(entries: tuple[Entry, ...]) -> None:
    assert len(entries) >= 150
    assert len({entry.category for entry in entries if entry.category}) >= 10


def test_ids_are_unique_and_kebab_case(entries: tuple[Entry, ...]) -> None:
    assert [name for name, times in Counter(e.id for e in entries).items() if times > 1] == []
    written = [entry for entry in entries if entry.file.endswith(".yaml")]
    assert [e.id for e in written if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", e.id)] == []


def test_no_wording_belongs_to_two_entries(entries: tuple[Entry, ...]) -> None:
    owners: dict[str, set[str]] = {}
    for entry in entries:
        for wording in wordings(entry):
            owners.setdefault(normalized_key(wording), set()).add(entry.id)
    assert {key: ids for key, ids in owners.items() if len(ids) > 1} == {}


def test_held_out_questions_are_held_out(entries: tuple[Entry, ...]) -> None:
    known = {normalized_key(wording) for entry in entries for wording in wordings(entry)}
    golden = [(normalized_key(text), entry.id) for entry in entries for text in entry.golden]
    assert [pair for pair in golden if pair[0] in known] == []
    assert [key for key, times in Counter(key for key, _ in golden).items() if times > 1] == []


def test_every_entry_is_complete(entries: tuple[Entry, ...]) -> None:
    incomplete = [
        entry.id
        for entry in entries
        if len(entry.also) < 3
        or not entry.department
        or not entry.phone
        or entry.updated is None
        or not date(2026, 1, 1) <= entry.updated <= date(2026, 12, 31)
        or (entry.file.endswith(".yaml") and (len(entry.golden) < 2 or not entry.links))
    ]
    assert incomplete == []


def test_answers_begin_with_the_answer(entries: tuple[Entry, ...]) -> None:
    long = [
        entry.id
        for entry in entries
        if len(head_of(entry.answer)) > LINES_BEFORE_DETAILS
        or any(len(line) > FIRST_LINE for line in head_of(entry.answer))
        or not re.search(r"[。）]$", head_of(entry.answer)[0])
    ]
    assert long == []


def test_answers_leave_out_nothing_in_translation(entries: tuple[Entry, ...]) -> None:
    for entry in entries:
        for translation in entry.translations.values():
            assert translation.question and translation.also and translation.answer, entry.id
            assert len(translation.also) >= 3, entry.id
            assert len(head_of(translation.answer)) <= LINES_BEFORE_DETAILS, entry.id
            shown, _ = in_three_lines(translation.answer)
            assert shown == "\n".join(head_of(translation.answer)), f"{entry.id} is cut"
            numbers = set(FICTIONAL.findall(translation.answer))
            known = set(FICTIONAL.findall(entry.answer)) | {entry.phone}
            assert numbers <= known, entry.id


def test_what_newcomers_need_is_in_plain_japanese_and_english(entries: tuple[Entry, ...]) -> None:
    core = [entry for entry in entries if {"en", EASY} <= set(entry.translations)]
    assert len(core) >= CORE
    assert [entry.id for entry in entries if entry.translations and entry not in core] == []
    assert CORE_SUBJECTS - {entry.category for entry in core} == set()


def test_plain_japanese_is_short_and_plain(entries: tuple[Entry, ...]) -> None:
    sentences = [sentence for entry in entries for sentence in easy_sentences(entry)]
    assert [text for text in sentences if len(text) > LONGEST_EASY_SENTENCE] == []
    short = sum(len(READING.sub("", text)) <= 25 for text in sentences)
    assert short / len(sentences) > 0.9
    hard = re.compile(r"いただ|ください?ませ|ございま|おります|いたしま|(?<!か)かねます|つきまして")
    assert [text for text in sentences if hard.search(text)] == []


@pytest.mark.parametrize(
    ("language", "figure"),
    [(EASY, r"[0-9][0-9,万]*[0-9千万]*(?:円|日以内|cm|L)"), ("en", r"[0-9][0-9,]*(?= yen| cm)")],
)
def test_translations_keep_the_figures(
    entries: tuple[Entry, ...], language: str, figure: str
) -> None:
    told = [
        (entry.id, found, entry.answer)
        for entry in entries
        if (translation := entry.translations.get(language))
        for found in re.findall(figure, translation.answer or "")
    ]
    assert len(told) > 10
    in_full = [(id_, found, japanese_figures(answer)) for id_, found, answer in told]
    assert [(id_, found) for id_, found, answer in in_full if found not in answer] == []


def test_a_desk_named_with_a_number_has_that_number(knowledge: Knowledge) -> None:
    phones = {desk.name: desk.phone for desk in knowledge.municipality.departments}
    wrong = [
        (entry.id, name, number)
        for entry in knowledge.faq
        for name, number in re.findall(r"([一-龥ァ-ヶー・]+)（(00-0000-1\d{3})", entry.answer)
        if phones.get(name, number) != number
    ]
    assert wrong == []


def test_desks_are_those_of_the_town(knowledge: Knowledge) -> None:
    phones = {desk.name: desk.phone for desk in knowledge.municipality.departments}
    assert [
        (entry.id, entry.department)
        for entry in knowledge.faq
        if phones.get(entry.department or "") != entry.phone
    ] == []


def test_the_first_desk_is_the_switchboard(knowledge: Knowledge) -> None:
    town = knowledge.municipality
    assert town.departments[0].name == "総合案内"
    assert town.departments[0].phone == town.phone
    assert 2 <= len(town.greeting) <= 3
    assert len(town.examples) == 4
    assert all(desk.phone and desk.hours and desk.topics for desk in town.departments)


def test_no_topic_belongs_to_two_desks(knowledge: Knowledge) -> None:
    topics = Counter(
        normalized_key(topic)
        for desk in knowledge.municipality.departments
        for topic in desk.topics
    )
    assert [topic for topic, times in topics.items() if times > 1] == []


def test_every_desk_has_one_number_of_its_own(knowledge: Knowledge) -> None:
    numbers = Counter(desk.phone for desk in knowledge.municipality.departments)
    assert [number for number, times in numbers.items() if times > 1] == []


@pytest.mark.parametrize("path", TEXT_FILES, ids=lambda path: path.relative_to(DEMO).as_posix())
def test_no_number_can_be_anybodys(path: Path) -> None:
    found = PHONE.findall(path.read_text("utf-8-sig"))
    assert [n for n in found if not FICTIONAL.fullmatch(n) and n not in NATIONAL] == []


@pytest.mark.parametrize("path", TEXT_FILES, ids=lambda path: path.relative_to(DEMO).as_posix())
def test_links_stay_in_the_example_domain(path: Path) -> None:
    links = re.findall(r"https?://[^\s,）]+", path.read_text("utf-8-sig"))
    ours = ("https://www.example.jp/asanagi/", "https://creativecommons.org/licenses/")
    assert [link for link in links if not link.startswith(ours)] == []


@pytest.mark.parametrize("number", ["03-1234-5678", "0120-333-906", "090-1234-5678", "#7119"])
def test_a_real_looking_number_would_be_noticed(number: str) -> None:
    found = PHONE.findall(f"お電話（{number}）ください。")
    assert [n for n in found if not FICTIONAL.fullmatch(n) and n not in NATIONAL] == [number]
