"""Who is not sure about the ambulance is told the signs for 119 and whom to ask; cries stay cries."""

from __future__ import annotations

from pathlib import Path

import pytest

from concierge.message import Status
from concierge.safety import emergency_in, hesitates
from tests.towns import Talk, write_town


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_town(tmp_path / "town")


@pytest.mark.parametrize(
    "text",
    [
        "救急車を呼ぶべきか迷う",
        "救急車呼んだ方がいい？",
        "救急車って呼んでもいいんですか",
        "きゅうきゅうしゃよんだほうがいいかな",
        "救急車を呼ぶのは大げさ？",
        "病院に行くか迷う",
        "病院行った方がいいかな",
        "病院に連れて行くか迷ってます",
    ],
)
def test_a_doubt_alone_names_the_signs_and_whom_to_ask(folder: Path, text: str) -> None:
    reply = Talk(folder).say(text)
    assert reply.status is Status.ANSWERED
    assert "119番" in reply.text.splitlines()[0]
    assert "Q助" in reply.text
    assert "#8000" in reply.text
    assert "#7119" not in reply.text
    assert len(reply.text.splitlines()) == 3


def test_the_line_for_adults_is_named_where_the_town_has_it(folder: Path) -> None:
    (folder / "safety.yaml").write_text(
        'numbers:\n  - line: 救急安心センター\n    number: "#7119"\n', encoding="utf-8"
    )
    reply = Talk(folder).say("救急車を呼ぶべきか迷う")
    assert all(name in reply.text for name in ("#7119", "Q助", "#8000", "119番"))


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("119", "Q-suke", "#8000")), ("ja-easy", ("119", "Q助", "#8000"))],
)
def test_it_is_told_in_the_resident_s_language(
    folder: Path, language: str, words: tuple[str, ...]
) -> None:
    text = "Should I call an ambulance?" if language == "en" else "救急車を呼ぶべきか迷う"
    reply = Talk(folder, language=language).say(text)
    assert reply.language == language
    assert all(word in reply.text for word in words)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("夫が倒れて意識がない 救急車を呼ぶべきか迷う", "ambulance"),
        ("父が息してない救急車呼んだほうがいいか", "ambulance"),
        ("3歳の子がけいれん、救急車呼ぶべき？", "child"),
        ("救急車を呼ぶか迷う。家が燃えてる", "fire"),
        ("my dad collapsed should i call an ambulance", "ambulance"),
    ],
)
def test_a_doubt_takes_no_cry_back(text: str, kind: str) -> None:
    heard = emergency_in(text)
    assert heard is not None and heard.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "救急車呼んで",
        "病院に行く",
        "病院に行くかバスで行くか",
        "犬を病院に連れて行くか迷う",
        "救急車の呼び方講座に行くか迷う",
        "日曜にやっている内科に行くか迷うので場所を教えて",
    ],
)
def test_other_messages_are_no_doubt(text: str) -> None:
    assert not hesitates(text)
