"""Emergencies are heard, with the right kind, number and language; ordinary questions are not."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from concierge.faq.folder import load_faq
from concierge.message import Status
from concierge.safety import KINDS, Emergency, emergency_in, emergency_reply
from concierge.safety.replying import languages, says_not_so

FOLDER = Path(__file__).parent / "sentences"
DEMO = Path(__file__).parents[2] / "knowledge" / "demo"
ROUNDS = ("held_out", "strangers", "passers_by")
NUMBERS = {
    "fire": "119",
    "ambulance": "119",
    "child": "119",
    "poison": "119",
    "police": "110",
    "violence": "110",
    "sea": "118",
    "gas": "119",
    "child_abuse": "189",
    "sexual_violence": "#8891",
    "suicide": "0120-061-338",
    "disaster": "119",
    "cannot_phone": "119",
    "unclear": "119",
}
UNDECIDABLE = {
    "我家失火了",
    "我爸爸昏倒了",
    "小孩抽搐",
    "老公打我，救我",
    "我不想活了",
    "有瓦斯味",
    "救命！",
    "我被家暴",
    "救救我",
}
"""Written alike in both Chinese scripts."""


def table(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded


def alarms() -> Iterator[tuple[str, str]]:
    for part in (table("alarms"), *(table(name)["alarms"] for name in ROUNDS)):
        for kind, texts in part.items():
            yield from ((kind, text) for text in texts)


def ordinary() -> Iterator[str]:
    rounds = [table(name) for name in ROUNDS]
    yield from map(str, table("everyday")["everyday"])
    parts = [part for each in rounds for part in (each["ordinary"], each.get("illness", {}))]
    for part in (table("ordinary"), table("illness"), *parts):
        for texts in part.values():
            yield from texts


def abroad(parts: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    for part in parts:
        for language, kinds in part.items():
            if language != "none":
                for kind, texts in kinds.items():
                    yield from ((language, kind, text) for text in texts)


LANGUAGES = [table("languages"), *(table(name)["languages"] for name in ROUNDS)]


@pytest.mark.parametrize(("kind", "text"), list(alarms()))
def test_an_emergency_is_heard_with_its_kind_and_number(kind: str, text: str) -> None:
    emergency = emergency_in(text)
    assert emergency is not None
    assert emergency.kind == kind
    reply = emergency_reply(emergency, language="ja")
    assert reply.status is Status.EMERGENCY
    assert reply.slots == {"emergency_kind": kind, "number": NUMBERS[kind]}
    assert NUMBERS[kind] in reply.text.splitlines()[0]


@pytest.mark.parametrize("text", list(ordinary()))
def test_an_ordinary_question_raises_no_alarm(text: str) -> None:
    assert emergency_in(text) is None


@pytest.mark.parametrize(("language", "kind", "text"), list(abroad(LANGUAGES)))
def test_an_emergency_in_another_language(language: str, kind: str, text: str) -> None:
    emergency = emergency_in(text)
    assert emergency is not None
    assert emergency.kind == kind
    if text not in UNDECIDABLE:
        assert emergency_reply(emergency).language == language


@pytest.mark.parametrize(
    "text", [text for part in LANGUAGES for texts in part["none"].values() for text in texts]
)
def test_an_ordinary_question_in_another_language(text: str) -> None:
    assert emergency_in(text) is None


def test_no_question_of_the_demonstration_town_raises_an_alarm() -> None:
    wordings: set[str] = set()
    for entry in load_faq(DEMO).entries:
        wordings.update((entry.question, *entry.also, *entry.golden))
        for translation in entry.translations.values():
            wordings.update((translation.question or "", *translation.also))
    assert len(wordings) > 1500
    assert [text for text in wordings if emergency_in(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "家が燃えてる。あしたのごみは？",
        "家が燃えてる、ごみの日いつ",
        "ごみの日いつ\n母が倒れた",
        "粗大ごみの申し込みをしたいのですが、いま父が息をしていません",
        "住民票ほしい　あと隣が火事です",
        "My house is on fire, when is garbage day?",
    ],
)
def test_an_alarm_beside_an_ordinary_question_still_alarms(text: str) -> None:
    assert emergency_in(text) is not None


@pytest.mark.parametrize("language", sorted(languages()))
@pytest.mark.parametrize("kind", KINDS)
def test_every_reply_has_three_lines_a_number_and_a_way_out(kind: str, language: str) -> None:
    reply = emergency_reply(Emergency(kind, language))
    assert reply.language == language
    assert len(reply.text.splitlines()) == 3
    assert reply.slots["number"] in reply.text.splitlines()[0]
    assert "{" not in reply.text
    assert "{" not in (reply.details or "")
    (way_out,) = reply.choices
    assert way_out.text == languages()[language]["wrong"]
    assert says_not_so(way_out.text)
    assert reply.sources


@pytest.mark.parametrize(
    ("wanted", "text", "spoken"),
    [
        ("en", "家が燃えてる", "en"),
        ("ja", "家が燃えてる", "ja"),
        ("ja-easy", "家が燃えてる", "ja-easy"),
        ("zh-TW", "家が燃えてる", "zh-Hant"),
        ("fr", "家が燃えてる", "ja"),
        (None, "いえが もえて います たすけて", "ja-easy"),
        (None, "着火了", "zh"),
        (None, "著火了", "zh-Hant"),
        (None, "tasukete", "ja"),
        ("ja", "My house is on fire", "en"),
    ],
)
def test_the_reply_is_in_the_language_wanted_or_cried_in(
    wanted: str | None, text: str, spoken: str
) -> None:
    emergency = emergency_in(text)
    assert emergency is not None
    assert emergency_reply(emergency, language=wanted).language == spoken


def test_who_cannot_speak_is_told_how_to_report_in_writing() -> None:
    emergency = emergency_in("火事です。声が出せません、119お願い")
    assert emergency is not None
    assert emergency.kind == "fire"
    reply = emergency_reply(emergency)
    assert "Net119" in reply.text.splitlines()[2]
    assert "電話リレーサービス" in (reply.details or "")


@pytest.mark.parametrize(
    ("text", "mute"),
    [
        ("耳が聞こえないので電話できません。家が燃えています", True),
        ("私はろう者です。夫が倒れました", True),
        ("でんわ できない きゅうきゅうしゃ ほしい", True),
        ("隠れていて声を出せないので代わりに110番してもらえますか", True),
        ("家が燃えています。電話番号を教えて", False),
        ("夫が倒れました。耳から血が出ています", False),
    ],
)
def test_who_cannot_phone_is_noticed_wherever_they_say_it(text: str, mute: bool) -> None:
    emergency = emergency_in(text)
    assert emergency is not None
    assert emergency.cannot_phone is mute


@pytest.mark.parametrize(
    "text", ["耳が聞こえないので窓口で筆談できますか", "電話が壊れたのでメールで聞きたい"]
)
def test_who_cannot_phone_is_in_no_danger_for_that(text: str) -> None:
    assert emergency_in(text) is None


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_nothing_makes_it_fail(text: str) -> None:
    emergency_in(text)


@given(
    st.lists(
        st.sampled_from(
            [*"火事母が倒れたてるない家煙。、? ー!", "電池", "けいれん", "子ども", "fire "]
        ),
        max_size=60,
    )
)
@settings(max_examples=100, deadline=None)
def test_words_of_emergencies_in_any_order_make_nothing_fail(pieces: list[str]) -> None:
    emergency_in("".join(pieces))


@pytest.mark.parametrize(
    "piece",
    [
        "あ",
        "子",
        "火",
        "母が",
        "ー",
        " ",
        "家の",
        "a ",
        "help ",
        "not ",
        "。",
        "🔥",
        "ない",
        "薬",
        "救",
    ],
)
def test_ten_thousand_characters_take_no_time(piece: str) -> None:
    emergency_in("火事です")
    before = time.process_time()
    emergency_in(piece * (10_000 // len(piece)))
    assert time.process_time() - before < 5


def test_a_long_message_is_searched_at_its_beginning_and_its_end() -> None:
    assert emergency_in("あ" * 5000 + "。家が燃えてる") is not None
    assert emergency_in("家が燃えてる。" + "あ" * 9000) is not None
