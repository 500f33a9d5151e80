"""Emergencies and illnesses as residents meet them: first in the turn, and taken back by 「ちがいます」."""

from __future__ import annotations

from pathlib import Path

import pytest

from concierge.message import Status
from concierge.safety import emergency_in, says_not_so
from concierge.safety.replying import languages
from concierge.storage.memories import MemoriesInDatabase
from tests.towns import Talk, write_town

SAFETY = """\
numbers:
  - line: 救急安心センター
    number: "#7119"
sentences:
  - kind: 火事
    says: [三角タンクがやばい]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_town(tmp_path / "town")


@pytest.fixture
def talk(folder: Path) -> Talk:
    return Talk(folder)


@pytest.mark.parametrize("taken_back", ["ちがいます", "違います！", "1", "No, not an emergency"])
def test_taking_it_back_answers_the_message(talk: Talk, taken_back: str) -> None:
    alarm, answered = talk("火事です。柳沢の燃えるごみいつ", taken_back)
    assert alarm.status is Status.EMERGENCY
    assert [choice.text for choice in alarm.choices] == ["ちがいます"]
    assert answered.status is not Status.EMERGENCY
    assert answered.intent == "waste_day"


def test_taking_it_back_works_for_ten_minutes_and_once(talk: Talk) -> None:
    talk.say("火事です。燃えるごみいつ", at="2026-11-20T07:00")
    late = talk.say("ちがいます", at="2026-11-20T07:11")
    assert late.status is Status.CLARIFY
    assert "もう一度" in late.text
    _, answered, again = talk("火事です。柳沢の燃えるごみいつ", "ちがいます", "ちがいます")
    assert answered.intent == "waste_day"
    assert "もう一度" in again.text


def test_what_was_sent_is_never_on_disk_nor_in_the_trace(folder: Path, tmp_path: Path) -> None:
    database = tmp_path / "var" / "concierge.db"
    memories = MemoriesInDatabase(database)
    alarm = Talk(folder, memories).say("もう死にたい、疲れた")
    memories.close()
    kept = b"".join(path.read_bytes() for path in database.parent.iterdir())
    assert "疲れた".encode() not in kept
    assert "疲れた".encode("unicode_escape") not in kept
    assert "疲れた" not in str(alarm.trace)


def test_the_rest_is_told_on_request(talk: Talk) -> None:
    alarm, rest = talk("母が倒れた", "くわしく")
    assert alarm.details
    assert rest.text == alarm.details


def test_the_town_s_own_numbers_and_sentences(folder: Path) -> None:
    (folder / "safety.yaml").write_text(SAFETY, encoding="utf-8")
    alarm, illness = Talk(folder)("三角タンクがヤバい！", "頭が痛い")
    assert alarm.slots["emergency_kind"] == "fire"
    assert "#7119" in illness.text.splitlines()[0]
    (folder / "safety.yaml").write_text("numbers: [", encoding="utf-8")
    broken = Talk(folder).say("家が燃えてる")
    assert broken.slots == {"emergency_kind": "fire", "number": "119"}


@pytest.mark.parametrize(
    ("text", "who", "number"),
    [
        ("3歳の息子が39度の熱", "child", "#8000"),
        ("生後1か月の赤ちゃんが熱", "newborn", "#8000"),
        ("娘が熱 ぐったりはしてない", "child", "#8000"),
        ("けいれんは治まったんだけど 2歳", "child", "#8000"),
        ("おなかいたい", "adult", None),
    ],
)
def test_an_illness_opens_with_whom_to_phone(
    talk: Talk, text: str, who: str, number: str | None
) -> None:
    reply = talk.say(text)
    assert reply.status is Status.ANSWERED
    assert reply.intent == "holiday_clinic"
    assert (reply.slots["who"], reply.slots["number"]) == (who, number)
    body, _, source = reply.text.partition("\n\n")
    assert len(body.splitlines()) == 3
    assert "119番" in body
    assert source.startswith("出典: ")


@pytest.mark.parametrize("text", ["殴られてはいない", "火事じゃないです", "救急箱は何ごみ"])
def test_what_is_denied_gets_no_alarm(talk: Talk, text: str) -> None:
    assert talk.say(text).status is not Status.EMERGENCY


def test_a_long_message_is_heard_but_not_kept(talk: Talk) -> None:
    alarm, again = talk("あ" * 2000 + "。家が燃えてる", "ちがいます")
    assert alarm.status is Status.EMERGENCY
    assert "もう一度" in again.text


@pytest.mark.parametrize("language", sorted(languages()))
def test_the_way_out_is_never_an_alarm_in_any_language(language: str) -> None:
    says = languages()[language]
    for word in (says["wrong"], *says.get("wrong_words", ())):
        assert says_not_so(word)
        assert emergency_in(word) is None


def test_what_may_be_a_cry_and_finds_no_answer_is_told_of_119(talk: Talk) -> None:
    text = "下着を脱げと言われた"
    assert emergency_in(text) is None
    doubtful, ordinary = talk(text, "宇宙人の飼い方")
    assert doubtful.status in (Status.ABSTAIN, Status.SUGGEST)
    assert "119番" in doubtful.text.splitlines()[0]
    assert "119" not in ordinary.text


@pytest.fixture(scope="module")
def demo() -> Talk:
    return Talk(Path(__file__).parents[2] / "knowledge" / "demo")


def test_an_alarm_that_asks_where_to_flee_names_places_of_the_list(demo: Talk) -> None:
    alarm, near = demo("津波が来る どこに逃げる", "港町", resident="flees")
    assert alarm.status is Status.EMERGENCY
    assert "119番" in alarm.text.splitlines()[0]
    assert "津波のときの避難場所は、" in alarm.text
    assert [choice.text for choice in alarm.choices] == ["ちがいます"]
    assert near.slots["shelters"][0] == "港町高台広場"


def test_an_alarm_that_asks_where_to_flee_stands_alone_without_a_list(talk: Talk) -> None:
    alarm = talk.say("津波が来る どこに逃げる")
    assert alarm.status is Status.EMERGENCY
    assert len(alarm.text.splitlines()) == 3


@pytest.mark.parametrize(
    ("text", "first", "named"),
    [
        (
            "津波のときどこに逃げればいい",
            "いますぐ高い所へ逃げてください",
            "津波のときの避難場所は、",
        ),
        ("洪水 避難場所", "いますぐ逃げてください", "洪水のときの避難場所は、"),
    ],
)
def test_fleeing_comes_before_looking_it_up(demo: Talk, text: str, first: str, named: str) -> None:
    reply = demo.say(text, resident="asks")
    warning, places, where = reply.text.split("\n\n")[0].splitlines()
    assert first in warning
    assert places.startswith(named)
    assert "町名" in where
    assert reply.sources


def test_of_a_known_place_the_nearest_is_named_with_the_warning(demo: Talk) -> None:
    reply = demo.say("港町 津波の避難場所", resident="near")
    lines = reply.text.splitlines()
    assert "港町高台広場" in lines[0]
    assert "いますぐ高い所へ逃げてください" in lines[2]


@pytest.mark.parametrize("text", ["地震です", "地震きた", "earthquake", "지진이에요", "地震了"])
def test_an_earthquake_is_told_to_protect_oneself_first(talk: Talk, text: str) -> None:
    alarm = talk.say(text)
    assert alarm.slots["emergency_kind"] == "disaster"
    assert "罹災" not in alarm.text
