"""Garbage in English and やさしい日本語: asked, asked back, followed up and answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from concierge.knowledge import load_knowledge
from concierge.language.categories import category_name
from concierge.language.detect import detect_language
from concierge.message import Status
from concierge.settings import demonstration
from concierge.wording import load_wording
from intents.waste_day.telling import SAYS as DAY_SAYS
from intents.waste_item.handler import SAYS as ITEM_SAYS
from tests.conftest import cities_5374, published_data
from tests.towns import Talk, write_town


@pytest.fixture(scope="module")
def talk() -> Talk:
    return Talk(demonstration())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("When is burnable garbage in Midorigaoka?", ["Burnable garbage (燃やせるごみ)", "Midorigaoka (緑ヶ丘)", "Monday, November 23"]),
        ("is tomorrow garbage day in Midorigaoka?", ["Saturday, November 21", "Grass and branches (草・枝)"]),
        ("what day is plastic in Shirasuna-cho", ["Plastic (プラスチック)", "today (Friday, November 20)", "8:30 a.m."]),
        ("Shioiri-cho garbage on January 1", ["no collection of garbage", "Friday, January 1, 2027"]),
        ("how do I throw away a microwave?", ["Microwave (電子レンジ): Non-burnable garbage (燃やせないごみ)."]),
        ("lithium battery", ["Lithium ion battery (リチウムイオン電池)", "Hazardous garbage"]),
    ],
)  # fmt: skip
def test_english_answers(talk: Talk, text: str, told: list[str]) -> None:
    reply = talk.say(text)
    assert reply.status is Status.ANSWERED
    assert reply.language == "en"
    for words in told:
        assert words in reply.text
    assert "Source: " in reply.text


def test_an_english_conversation_stays_english(talk: Talk) -> None:
    asked, chosen, other, later = talk(
        "When is plastic in Sakae-cho?", "1", "and Midorigaoka?", "next week?", resident="en"
    )
    assert asked.status is Status.CLARIFY
    assert "Which of these" in asked.text
    assert chosen.language == "en"
    assert "中央地区栄町" in chosen.text
    assert chosen.text.startswith("Plastic (プラスチック) in ")
    assert "Midorigaoka (緑ヶ丘)" in other.text
    assert "Tuesday, November 24" in later.text


def test_a_name_in_latin_letters_is_answered_in_the_language_before(talk: Talk) -> None:
    asked, told = talk("when is burnable garbage", "Midorigaoka", resident="latin")
    assert (asked.status, asked.language) == (Status.CLARIFY, "en")
    assert told.language == "en"
    assert "Burnable garbage (燃やせるごみ) in Midorigaoka (緑ヶ丘)" in told.text


def test_the_language_chosen_wins_over_the_one_typed() -> None:
    english = Talk(demonstration(), language="en")
    assert "Saturday, November 21" in english.say("緑ヶ丘の明日のごみは").text
    easy = Talk(demonstration(), language="ja-easy")
    reply = easy.say("緑ヶ丘の燃やせるごみはいつ")
    assert "もえる ごみ（燃やせるごみ）" in reply.text
    assert "11月23日（月よう日）" in reply.text


def test_two_things_side_by_side_are_a_third_one(talk: Talk) -> None:
    for text in ("phone battery", "how do I throw away a laptop battery", "chair umbrella"):
        assert talk.say(text).intent != "waste_item", text


def test_a_danger_that_a_town_does_not_list_is_not_taken_for_its_neighbour(tmp_path: Path) -> None:
    folder = write_town(tmp_path)
    target = "label,name,notice,furigana\n燃えないごみ,乾電池,,か\n燃えるごみ,紙くず,,か\n"
    (folder / "waste/5374/target.csv").write_text(target, "utf-8")
    talk = Talk(folder)
    assert talk.say("battery").intent == "waste_item"
    for text in ("lithium ion battery", "power bank", "car battery", "vape", "gas canister"):
        assert talk.say(text).status is not Status.ANSWERED, text


def test_every_language_says_every_sentence() -> None:
    for folder in (DAY_SAYS, ITEM_SAYS):
        keys = set(load_wording(folder, "ja").sentences)
        for language in ("ja-easy", "en"):
            wording = load_wording(folder, language)
            assert wording.language == language
            assert set(wording.sentences) == keys
        assert load_wording(folder, "vi").language == "en"


@pytest.mark.parametrize("language", ["en", "ja-easy"])
def test_kinds_of_real_towns_have_names(language: str) -> None:
    folder = published_data()
    if folder is None:
        pytest.skip("the published data is not beside the repository")
    nameless = []
    for city in cities_5374():
        header = (folder / "5374" / city / "description.csv").read_text("utf-8-sig")
        labels = [line.split(",")[0].strip() for line in header.splitlines()[1:] if line.strip()]
        nameless += [label for label in labels if not category_name(label, language)]
    assert len(nameless) <= 12, nameless


def test_translations_are_read_strictly(tmp_path: Path) -> None:
    folder = write_town(tmp_path)
    place = folder / "waste/translations"
    place.mkdir()
    (place / "en.yaml").write_text(
        "categories:\n  燃えるごみ: Trash to burn\ncolours: {a: b}\nitems: [a]\ntexts:\n  x:\n",
        "utf-8",
    )
    problems = [p for p in load_knowledge(folder).problems if "translations" in p.file]
    assert [(p.code, p.line) for p in problems] == [
        ("unknown-key", 3), ("not-a-mapping", 4), ("not-a-text", 6),
    ]  # fmt: skip
    assert "Trash to burn (燃えるごみ)" in Talk(folder).say("when is burnable", area="柳沢").text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("daycare", "en"), ("bulky waste", "en"), ("mattress", "en"), ("moeru gomi", "ja"),
        ("aed", "ja"), ("wi-fi", "ja"), ("paypay", "ja"), ("shimbashi", "ja"), ("lixo", "pt"),
    ],
)  # fmt: skip
def test_short_words(text: str, language: str) -> None:
    assert detect_language(text) == language
