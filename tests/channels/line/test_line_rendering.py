"""Whatever a Reply holds, LINE takes its messages; nothing of the answer is lost on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from concierge.channels.line.bubbles import clean, safe_uri
from concierge.channels.line.counting import utf16
from concierge.channels.line.outbound import problems
from concierge.channels.line.rendering import render
from concierge.channels.line.standin.description import refusals
from concierge.message import Aside, Card, Choice, Need, Reply, Row, Source, Status

FAMILY = "👨‍👩‍👧‍👦"
ODD = (
    *("", " ", "\u200b", "\u200d", "\x00", "\n\n\n", "\ud83c", "🍎" * 3000, FAMILY * 500),
    *("あ" * 20_000, "e" + "\u0301" * 9000, "line\n" * 4000, "。" * 6000, "\u202e右から"),
    *("出典: ない", "1. はい", "119", "FAX 00-0000-1101", "https://" + "a" * 3000),
)
ADDRESSES = (
    *("javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,a", "mailto:a@example.jp"),
    *("https://", "https://例え.jp/ごみ?曜日=月#出し方", "https://www.example.jp/a b"),
    *("http://[::1", "https://www.example.jp/%zz", "https://www.example.jp:port/", "tel:"),
    *("//www.example.jp/", "https://www.example.jp/" + "a" * 2000, "geo:35,139"),
    *("https://" + "あ" * 300 + ".jp/", "https://user:pass@www.example.jp/"),
    *("https://www.example.jp/\n", "ftp://www.example.jp/"),
)

odd_text = st.one_of(st.text(max_size=60), st.sampled_from(ODD), st.text(max_size=6).map(str.upper))
phone = st.sampled_from(["00-0000-1108", "090-0000-0000", "（0000）00-0000", "119番", "#7119"])
texts = st.one_of(odd_text, st.lists(st.one_of(odd_text, phone), max_size=6).map("\n".join))
address = st.one_of(st.none(), st.sampled_from(ADDRESSES), st.text(max_size=20))
choices = st.lists(st.builds(Choice, odd_text, odd_text), max_size=50).map(tuple)
rows = st.lists(
    st.builds(Row, odd_text, st.one_of(odd_text, phone, address.map(lambda a: a or "")))
).map(tuple)
cards = st.lists(st.builds(Card, odd_text, rows, st.one_of(st.none(), odd_text)), max_size=15)
sources = st.lists(
    st.builds(Source, odd_text, address, st.none() | odd_text, st.none(), st.none() | st.dates()),
    max_size=5,
).map(tuple)
languages = st.sampled_from(["ja", "ja-easy", "en", "vi", "zh-Hant", "zh-TW", "xx", ""])
asides = st.lists(
    st.builds(Aside, st.sampled_from(["notice", "consent", "feedback"]), odd_text, choices),
    max_size=3,
).map(tuple)
replies = st.builds(
    Reply,
    status=st.sampled_from(Status),
    text=texts,
    choices=choices,
    cards=cards.map(tuple),
    sources=sources,
    details=st.none() | odd_text,
    language=languages,
    asides=asides,
    needs=st.lists(st.builds(Need, st.sampled_from(Status), odd_text), max_size=3).map(tuple),
)


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text that a resident reads in a message, but for quick replies and labels."""
    if isinstance(value, dict):
        if isinstance(value.get("text"), str) and value.get("type") in ("text", "span"):
            yield value["text"]
        for key, inner in value.items():
            if key != "quickReply":
                yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


def actions_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if isinstance(value.get("action"), dict):
            yield value["action"]
        for inner in value.values():
            yield from actions_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from actions_in(inner)


def quick_replies(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [item["action"] for item in messages[-1].get("quickReply", {}).get("items", [])]


def reply(text: str, status: Status = Status.ANSWERED, **more: Any) -> Reply:
    return Reply(status=status, text=text, **more)


# ----------------------------------------------------------------------------- never refused


@settings(max_examples=150)
@given(replies)
@example(Reply(Status.EMERGENCY, "119番に電話してください。" * 200))
@example(
    Reply(Status.CLARIFY, "", choices=tuple(Choice("あ" * 500, "い" * 500) for _ in range(50)))
)
def test_line_takes_every_reply(given_reply: Reply) -> None:
    messages = render(given_reply)
    assert problems(messages) == []
    assert refusals("ReplyMessageRequest", {"replyToken": "0", "messages": messages}) == []
    json.dumps(messages, ensure_ascii=False).encode("utf-8")


@settings(max_examples=100)
@given(replies)
def test_every_choice_can_be_pressed_or_typed(given_reply: Reply) -> None:
    messages = render(replace(given_reply, asides=()))
    pressed = [action["text"] for action in quick_replies(messages) if action["type"] == "message"]
    for number, (choice, text) in enumerate(
        zip(given_reply.choices[:13], pressed, strict=False), 1
    ):
        assert text in (choice.text, str(number))
    asked = any(action["type"] == "location" for action in quick_replies(messages))
    assert len(pressed) == min(13 - asked, len(given_reply.choices))
    for action in actions_in(messages):
        if action["type"] == "uri":
            assert action["uri"].startswith(("https://", "http://", "tel:"))


@settings(max_examples=100)
@given(st.lists(st.text("あいうえお。、 abc🍎\n", max_size=400), max_size=20).map("\n\n".join))
def test_nothing_of_a_text_is_lost(text: str) -> None:
    messages = render(reply(text))
    shown = "".join("".join(texts_in(messages)).split())
    assert "".join(clean(text).split()) in shown or not clean(text)


# ------------------------------------------------------------------------------ what is shown


def test_a_plain_answer_is_a_plain_text() -> None:
    assert render(reply("こんにちは。")) == [{"type": "text", "text": "こんにちは。"}]


def test_an_answer_with_a_source_is_one_bubble_that_links_to_it() -> None:
    source = Source("住民票の写し", "https://www.example.jp/juminhyo/", updated=date(2026, 6, 1))
    text = "市民課で取れます。\n1通300円です。\n\n出典: 住民票の写し（2026年6月1日（月）更新）"
    (message,) = render(reply(text, sources=(source,)))
    assert message["altText"] == text
    shown = list(texts_in(message))
    assert shown == [
        "市民課で取れます。",
        "1通300円です。",
        "出典: 住民票の写し（2026年6月1日更新）",
    ]
    (link,) = actions_in(message)
    assert link["uri"] == "https://www.example.jp/juminhyo/"


def test_an_emergency_is_red_with_the_number_to_call() -> None:
    text = "すぐに119番に電話してください（火事）。\nまず外へ逃げてください。"
    wrong = (Choice("ちがいます", "ちがいます"),)
    (message,) = render(reply(text, Status.EMERGENCY, choices=wrong))
    assert message["altText"] == text
    calls = [action for action in actions_in(message["contents"]) if action["type"] == "uri"]
    assert [(call["uri"], call["label"]) for call in calls] == [
        ("tel:119", "119（火事・救急） に電話")
    ]
    assert "「ちがいます」と送ってください" in list(texts_in(message))[-1]
    assert [each["text"] for each in quick_replies([message])] == ["ちがいます"]


def test_a_long_emergency_still_has_its_button() -> None:
    messages = render(reply("119番に電話してください。" * 300, Status.EMERGENCY))
    assert any(action["uri"] == "tel:119" for action in actions_in(messages))
    assert problems(messages) == []


def test_a_short_number_is_called_by_its_name() -> None:
    (message,) = render(reply("#7119に電話してください。", Status.EMERGENCY))
    assert [action["uri"] for action in actions_in(message)] == ["tel:%237119"]


def test_offered_questions_are_rows_with_their_whole_text() -> None:
    long = "近所の騒音やにおいに困っています。どこに相談すればよいですか"
    text = f"もしかして、次のことでしょうか。\n1. {long}\n2. 迷い犬を見つけた\n\nどれでもないときは、環境課（00-0000-1108）へお問い合わせください。"
    offered = (Choice(long, long), Choice("迷い犬を見つけた", "迷い犬を見つけた"))
    (message,) = render(reply(text, Status.SUGGEST, choices=offered))
    shown = list(texts_in(message))
    assert shown.count(long) == 1
    rows = [action for action in actions_in(message["contents"]) if action["type"] == "message"]
    assert [row["text"] for row in rows] == [long, "迷い犬を見つけた"]
    quick = quick_replies([message])
    assert [each["text"] for each in quick] == [long, "迷い犬を見つけた"]
    assert quick[0]["label"] == "近所の騒音やにおいに困っています。どこ…"
    calls = [action for action in actions_in(message["contents"]) if action["type"] == "uri"]
    assert [call["uri"] for call in calls] == ["tel:0000001108"]


def test_fifty_choices_all_stand_somewhere() -> None:
    areas = tuple(Choice(f"中央地区{n}丁目", f"中央地区{n}丁目") for n in range(1, 51))
    messages = render(reply("どちらの地区ですか。", Status.CLARIFY, choices=areas))
    shown = "\n".join(texts_in(messages))
    assert all(area.text in shown for area in areas)
    assert "50. 中央地区50丁目" in shown
    assert len(quick_replies(messages)) == 13


def test_how_to_go_on_is_said_for_those_who_see_no_quick_replies() -> None:
    more = (Choice("くわしく", "くわしく"),)
    (message,) = render(reply("あしたです。", choices=more))
    assert message["text"] == "あしたです。\n\n「くわしく」と送ると、続けてご案内します。"
    (english,) = render(reply("Tomorrow.", choices=(Choice("more", "more"),), language="en"))
    assert "Send “more” to go on." in english["text"]
    (two,) = render(reply("あした。", choices=(*more, Choice("別の地区", "別の地区"))))
    assert two["text"].endswith("・くわしく\n・別の地区")


def test_one_card_stands_within_the_bubble() -> None:
    card = Card(
        "来週の収集", (Row("プラスチック", "11月24日（火）"), Row("燃やせるごみ", "11月26日（木）"))
    )
    (message,) = render(reply("来週は2回あります。", cards=(card,)))
    assert list(texts_in(message)) == [
        "来週は2回あります。",
        "来週の収集",
        "プラスチック",
        "11月24日（火）",
        "燃やせるごみ",
        "11月26日（木）",
    ]


def clinic(number: int) -> Card:
    rows = (
        Row("診療科", "内科・小児科"),
        Row("電話", f"00-0000-22{number:02}"),
        Row("FAX", "00-0000-9999"),
        Row("地図", f"https://www.google.com/maps/search/?api=1&query=35.0,{139 + number}"),
        Row("ホームページ", "https://www.example.jp/医院/"),
    )
    return Card(f"あさなぎ医院{number}", rows, "受付は9時からです。")


def test_several_cards_are_a_carousel_with_their_buttons() -> None:
    answer, cards = render(reply("あすの当番医は2か所です。", cards=(clinic(1), clinic(2))))
    assert "あすの当番医は2か所です。" in list(texts_in(answer))
    bubbles = cards["contents"]["contents"]
    assert len(bubbles) == 2
    actions = [(a["label"], a["uri"]) for a in actions_in(bubbles[0])]
    assert actions == [
        ("00-0000-2201 に電話", "tel:0000002201"),
        ("地図を開く", "https://www.google.com/maps/search/?api=1&query=35.0,140"),
        ("ホームページ", "https://www.example.jp/%E5%8C%BB%E9%99%A2/"),
    ]
    assert cards["altText"].startswith("あさなぎ医院1\n診療科: 内科・小児科")
    assert "https" not in "".join(texts_in(bubbles[0]))


def test_a_number_on_a_card_of_its_own_has_its_button_there_alone() -> None:
    text = "あさなぎ医院1（00-0000-2201）か、総合案内（00-0000-1100）へ。"
    answer, cards = render(reply(text, cards=(clinic(1), clinic(2))))
    assert [action["uri"] for action in actions_in(answer)] == ["tel:0000001100"]
    assert "tel:0000002201" in [action.get("uri") for action in actions_in(cards)]
    (single,) = render(reply(text, cards=(clinic(1),)))
    called = [a["uri"] for a in actions_in(single) if a["uri"].startswith("tel:")]
    assert called == ["tel:0000002201", "tel:0000001100"]


def test_thirteen_cards_are_cut_to_what_line_takes() -> None:
    messages = render(reply("近くの避難場所です。", cards=tuple(clinic(n) for n in range(13))))
    assert len(messages[1]["contents"]["contents"]) == 12
    assert problems(messages) == []


def test_a_long_answer_is_split_at_its_paragraphs() -> None:
    paragraphs = [f"第{n}の段落。" + "あ" * 1500 for n in range(5)]
    messages = render(reply("\n\n".join(paragraphs)))
    assert [message["type"] for message in messages] == ["text"] * 3
    assert messages[1]["text"].startswith("第2の段落。")
    assert "\n\n".join(message["text"] for message in messages) == "\n\n".join(paragraphs)


def test_what_is_too_long_for_everything_ends_with_a_link_to_the_rest() -> None:
    source = Source("条例", "https://www.example.jp/条例/")
    messages = render(reply("長い条文です。" * 4000, sources=(source,)))
    assert len(messages) <= 5
    assert messages[-1]["text"].endswith(
        "続きはこちらをご覧ください）\nhttps://www.example.jp/%E6%9D%A1%E4%BE%8B/"
    )
    without = render(reply("長い条文です。" * 4000))
    assert without[-1]["text"].endswith("（長いため、途中までお送りしました。）")
    assert all(utf16(message["text"]) <= 5000 for message in messages)


def test_a_text_with_an_address_stays_a_text_in_which_line_makes_the_link() -> None:
    source = Source("住民票の写し", "https://www.example.jp/")
    (message,) = render(reply("こちらです: https://www.example.jp/a", sources=(source,)))
    assert message == {"type": "text", "text": "こちらです: https://www.example.jp/a"}


def test_a_choice_too_long_to_send_sends_its_number() -> None:
    long = Choice("長い質問", "あ" * 301)
    messages = render(reply("どれですか。", Status.SUGGEST, choices=(Choice("一", "一"), long)))
    assert [each["text"] for each in quick_replies(messages)] == ["一", "2"]


@pytest.mark.parametrize(
    ("text", "language", "label"),
    [
        ("町名を送るか、位置情報を送ってください。", "ja", "位置情報を送る"),
        ("位置情報か町名を送ると、近い順に並べます。", "ja", "位置情報を送る"),
        ("位置情報をお預かりしました。近くの何をお探しですか。", "ja", None),
        ("今いる場所（位置情報）を送ってください。", "ja-easy", "今（いま）いる 場所"),
        ("Please send an area or share your location.", "en", "Send location"),
    ],
)
def test_a_place_that_is_asked_for_can_be_sent_by_one_press(
    text: str, language: str, label: str | None
) -> None:
    messages = render(reply(text, Status.CLARIFY, language=language))
    assert [each["label"] for each in quick_replies(messages)] == ([label] if label else [])
    many = tuple(Choice(f"地区{n}", f"地区{n}") for n in range(20))
    messages = render(reply(text, Status.CLARIFY, language=language, choices=many))
    assert len(quick_replies(messages)) == 13


@pytest.mark.parametrize(
    ("given_address", "sent"),
    [
        ("https://www.example.jp/ごみ", "https://www.example.jp/%E3%81%94%E3%81%BF"),
        ("https://www.example.jp/a b?c=d e", "https://www.example.jp/a%20b?c=d%20e"),
        ("https://www.example.jp/%E3%81%94", "https://www.example.jp/%E3%81%94"),
        ("https://www.example.jp/100%", "https://www.example.jp/100%25"),
        ("https://例え.jp/", "https://xn--r8jz45g.jp/"),
        ("HTTPS://www.example.jp/", "https://www.example.jp/"),
        ("javascript:alert(1)", None),
        ("https://www.example.jp/" + "a" * 1000, None),
        ("//www.example.jp", None),
        ("", None),
        (None, None),
    ],
)
def test_addresses_are_made_as_line_takes_them(given_address: str | None, sent: str | None) -> None:
    assert safe_uri(given_address) == sent
