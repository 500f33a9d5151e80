"""Of every kind of emergency: it is taken back by 「ちがいます」, denied it is none, and whatever a town's
own safety.yaml is like, a number is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from concierge.message import Status
from concierge.safety import (
    KINDS,
    SAFETY_FILE,
    Emergency,
    emergency_in,
    emergency_reply,
    read_safety,
)
from tests.towns import Talk, write_town

CRIES = {
    "sea": "海で人が溺れてる",
    "fire": "となりの家が燃えてる",
    "gas": "ガス漏れ警報器が鳴ってる",
    "poison": "漂白剤飲んじゃった",
    "child": "赤ちゃんが息してない",
    "child_abuse": "隣の家で子どもの泣き声がする",
    "violence": "夫に首を絞められた",
    "ambulance": "父が倒れて意識がない",
    "sexual_violence": "知らない人に体を触られた",
    "suicide": "もう死にたい",
    "police": "知らない男が家に入ってきた",
    "disaster": "地震です",
    "cannot_phone": "声が出せない 110番したい",
    "unclear": "助けて",
}
DENIED = {
    "sea": "海に流されてはいません",
    "fire": "火事ではありません",
    "gas": "ガスのにおいはしません",
    "poison": "漂白剤は飲んでいません",
    "child": "子どもはけいれんしていません",
    "child_abuse": "隣の家の子どもの泣き声はしません",
    "violence": "夫に殴られてはいません",
    "ambulance": "父は倒れていません",
    "sexual_violence": "痴漢ではありません",
    "suicide": "死にたいわけではありません",
    "police": "泥棒ではありません",
    "disaster": "地震は来ていません",
    "cannot_phone": "電話はできます",
    "unclear": "助けてほしいわけではない",
}
NUMBERS = {
    "police": "110",
    "violence": "110",
    "sea": "118",
    "child_abuse": "189",
    "sexual_violence": "#8891",
    "suicide": "0120-061-338",
}
BROKEN = {
    "missing": None,
    "empty": "",
    "half a list": "numbers: [",
    "another thing": "- あ\n- い\n",
    "bytes of no text": "\udcff\udcfe",
    "no such line": "numbers:\n  - line: 出前\n    number: 00-0000-0000\n",
    "no number": "numbers:\n  - line: 警察\n    number: だれか\n",
    "another number for 119": "numbers:\n  - line: 消防（火事・救急）\n    number: 00-0000-0001\n",
}


def test_there_is_a_cry_and_a_denial_for_every_kind() -> None:
    assert set(CRIES) == set(DENIED) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_taken_back(kind: str, tmp_path: Path) -> None:
    alarm, after, again = Talk(write_town(tmp_path / "town"))(
        CRIES[kind], "ちがいます", CRIES[kind]
    )
    assert alarm.slots["emergency_kind"] == kind
    assert [choice.text for choice in alarm.choices] == ["ちがいます"]
    assert after.status is not Status.EMERGENCY
    assert "もう一度お送り" not in after.text
    assert again.slots == alarm.slots


@pytest.mark.parametrize("kind", KINDS)
def test_denied_it_is_none(kind: str) -> None:
    assert emergency_in(DENIED[kind]) is None


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("kind", KINDS)
def test_a_number_is_named_whatever_the_town_wrote(kind: str, how: str, tmp_path: Path) -> None:
    path = tmp_path / SAFETY_FILE
    written = BROKEN[how]
    if written is not None:
        path.write_bytes(written.encode("utf-8", "surrogateescape"))
    town, _ = read_safety(path)
    reply = emergency_reply(Emergency(kind), town)
    assert NUMBERS.get(kind, "119") in reply.text.splitlines()[0]
    assert reply.slots["number"] == NUMBERS.get(kind, "119")
