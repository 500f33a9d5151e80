"""By when, where and how garbage goes out; everyday names, dangers, and the one after the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from concierge.message import Status
from concierge.settings import demonstration
from tests.towns import Talk, write_town


@pytest.fixture(scope="module")
def demo() -> Talk:
    return Talk(demonstration())


@pytest.fixture
def bare(tmp_path: Path) -> Talk:
    """A town that published a calendar and a short dictionary, and nothing else."""
    folder = write_town(tmp_path, faq="[]\n")
    (folder / "waste/5374/target.csv").write_text(
        "label,name,notice,furigana\n燃えないごみ,傘,,か\n燃えないごみ,ライター,,ら\n"
        "燃えないごみ,スプレー缶,使い切ってください。,す\n燃えるごみ,乾電池,,か\n",
        "utf-8",
    )
    return Talk(folder)


def test_by_when(demo: Talk, bare: Talk) -> None:
    assert demo.say("ごみは何時まで？").text.startswith("収集日の朝8時30分までに")
    assert "8:30 a.m." in bare.say("what time should I put the trash out").text


def test_missed(demo: Talk) -> None:
    reply = demo.say("燃えるごみ出し忘れた", area="緑ヶ丘", at="2026-11-19T10:00")
    assert "11月23日（月）" in reply.text
    reply = demo.say(
        "昨日のゴミ出し忘れちゃった", area="緑ヶ丘", at="2026-11-20T10:00", resident="b"
    )
    assert "11月23日（月）" in reply.text
    assert "次の収集日" in demo.say("ごみ出し忘れた", resident="c").text


def test_left_behind_and_unknown_things_name_the_desk(bare: Talk) -> None:
    for text in ("ごみが回収されてない", "ごみが取り残された", "ごみ袋は何でもいいですか"):
        reply = bare.say(text)
        assert reply.status is Status.ABSTAIN, text
        assert reply.intent == "waste_help", text
        assert "環境課（00-0000-0002）" in reply.text, text


def test_the_towns_own_faq_goes_first(demo: Talk) -> None:
    for text in ("ごみが取り残された", "ごみが回収されていない", "ごみ持っていってくれなかった"):
        reply = demo.say(text)
        assert reply.status is Status.ANSWERED, text
        assert reply.answer_id == "gomi-not-collected", text
        assert "環境課（00-0000-1108）へお電話ください" in reply.text, text


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("en", "My garbage was not collected", "The truck may not have come yet"),
        ("en", "the garbage truck did not come", "The truck may not have come yet"),
        ("ja-easy", "ごみが 回収されていない", "まだ あつめて いないかもしれません"),
    ],
)
def test_what_the_faq_says_only_in_japanese_is_told_in_the_language(
    language: str, text: str, told: str
) -> None:
    reply = Talk(demonstration(), language=language).say(text)
    assert reply.text.startswith(told)
    assert "00-0000-1108" in reply.text


@pytest.mark.parametrize(
    "text",
    [
        "モバイルバッテリー", "もばいるばってりーの捨て方", "アイコス何ごみ", "ハンディファン", "電動歯ブラシ",
        "エアポッズ捨てたい", "コードレス掃除機", "カセットボンベ", "消火器を捨てたい", "注射針", "ペンキ",
        "残った薬の捨て方", "ガソリン捨てたい", "花火の捨て方", "リチウム電池", "充電池", "power bank", "vape",
    ],
)  # fmt: skip
def test_a_danger_without_an_entry_names_the_desk(bare: Talk, text: str) -> None:
    reply = bare.say(text)
    assert reply.status is Status.ABSTAIN
    assert reply.intent == "waste_item"
    assert "環境課" in reply.text
    assert "燃え" not in reply.text


@pytest.mark.parametrize(
    "text",
    [
        "花火大会はいつ",
        "ガソリンスタンドはどこ",
        "薬局はどこ",
        "灯油の配達",
        "消化器内科",
        "タブレット配布",
    ],
)
def test_a_word_that_is_about_something_else_is_left_alone(bare: Talk, text: str) -> None:
    assert bare.say(text).intent != "waste_item"


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("ルンバ", "ロボット掃除機"), ("アイコスどうやって捨てる", "加熱式たばこ"), ("チャッカマン", "着火ライター"),
        ("エアポッズ", "ワイヤレスイヤホン"), ("ペットボトルのふた", "ペットボトルのキャップ"),
        ("サランラップ", "ラップ（食品用）"), ("タッパー", "タッパー（保存容器）"), ("ほっかいろ", "使い捨てカイロ"),
        ("こわれたドライヤー", "ドライヤー"), ("でんしれんじ", "電子レンジ"),
    ],
)  # fmt: skip
def test_everyday_names(demo: Talk, text: str, listed: str) -> None:
    reply = demo.say(text)
    assert reply.status is Status.ANSWERED
    assert reply.slots["item"] == listed


def test_what_is_still_in_it(bare: Talk) -> None:
    assert "使い切ってください" in bare.say("スプレー缶 中身あり").text
    reply = bare.say("ライター 中身が残ってる")
    assert reply.status is Status.ABSTAIN
    assert "環境課" in reply.text


def test_one_word_of_two_needs(demo: Talk) -> None:
    asked, answered = demo("薬", "1", resident="medicine")
    assert asked.status is Status.CLARIFY
    assert answered.slots["item"] == "薬（飲み薬）"


def test_the_one_after(demo: Talk) -> None:
    first, then, later = demo("緑ヶ丘の燃えるごみいつ", "その次は？", "さらに次は", resident="next")
    assert "11月23日（月）" in first.text
    assert "11月26日（木）" in then.text
    assert "11月30日（月）" in later.text
    assert "11月26日（木）" in demo.say("次の次の燃えるごみ", area="緑ヶ丘", resident="second").text
    assert demo.say("さらに", resident="third").intent is None


def test_heard_by_voice_typing(demo: Talk) -> None:
    asked, answered = demo("緑ヶ丘の家電ごみいつ", "1", resident="voice")
    assert asked.status is Status.CLARIFY
    assert "燃やせるごみ" in answered.text
    assert "燃やせるごみ" in demo.say("萌えるごみいつ", area="緑ヶ丘", resident="voice2").text


def test_a_calendar_is_shown_not_thrown_away(demo: Talk) -> None:
    reply = demo.say("ごみカレンダー", area="緑ヶ丘", resident="table")
    assert reply.intent == "waste_day"
    assert len(reply.cards[0].rows) > 10
    assert demo.say("今月のカレンダー", area="緑ヶ丘", resident="table2").intent != "waste_item"


def test_areas_of_one_name_are_both_told(tmp_path: Path) -> None:
    folder = write_town(tmp_path)
    (folder / "waste/5374/area_days.csv").write_text(
        "地名,センター,燃えるごみ\n北町,清美公社,月 木\n北町,収集課,火 金\n南町,収集課,水\n",
        "utf-8",
    )
    reply = Talk(folder).say("北町の燃えるごみいつ")
    assert reply.status is Status.ANSWERED
    assert "【清美公社】北町の燃えるごみは、11月23日（月）に収集します。" in reply.text
    assert "【収集課】北町の燃えるごみは、きょう11月20日（金）に収集します。" in reply.text
    assert "環境課" in (reply.details or "")


def test_two_needs_get_both_answers(demo: Talk) -> None:
    text = "明日何ごみ？あとアルミホイルって何？"
    reply = demo.say(text, area="緑ヶ丘", resident="two")
    assert "草・枝の収集日です" in reply.text
    assert "「アルミホイル」は、燃やせるごみです" in reply.text
    assert [need.intent for need in reply.needs] == ["waste_day", "waste_item"]
    asked, answered = demo(text, "緑ヶ丘", resident="two2")
    assert "町名を送ってください" in asked.text
    assert "アルミホイル" in asked.text
    assert "草・枝" in answered.text
    one = demo.say("すみません。緑ヶ丘の燃えるごみいつ？", resident="two3")
    assert not one.needs


def test_another_area_by_its_bare_name(tmp_path: Path) -> None:
    folder = write_town(tmp_path)
    (folder / "waste/5374/area_days.csv").write_text(
        "地名,センター,燃えるごみ\n北町,東センター,月 木\n土橋,東センター,水\n", "utf-8"
    )
    talk = Talk(folder)
    for text in ("土橋は？", "土橋だと？", "じゃあ土橋だとどう？", "土橋の場合は"):
        replies = talk("北町の燃えるごみいつ", text, resident=text)
        assert "11月25日（水）" in replies[1].text, text
    assert talk.say("土橋は？", resident="alone").intent != "waste_day"
    assert talk("北町の燃えるごみいつ", "図書館は？", resident="other")[1].intent != "waste_day"
