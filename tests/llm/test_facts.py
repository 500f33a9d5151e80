"""Facts are one form whatever the spelling, and what is not in the source is found."""

from __future__ import annotations

import pytest

from concierge.llm.facts import facts, has_spelled_numbers
from concierge.llm.grounding import find_quotation, unsupported


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("３００円", "300円"),
        ("三百円", "300円"),
        ("1万2千円", "12,000円"),
        ("二〇二六年", "2026年"),
        ("令和8年", "2026年"),
        ("午後5時15分", "17:15"),
        ("午後5時半", "17時30分"),
        ("5:15 pm", "17時15分"),
        ("Monday to Friday", "月曜から金曜"),
        ("月〜金", "月曜日から金曜日"),
        ("水曜", "Wednesday"),
        ("12月1日", "12/1"),
        ("December 1st", "12月1日"),
        ("1 December", "12月1日"),
        ("300 yen", "300円"),
        ("¥300", "300円"),
        ("2 weeks", "2週間"),
        ("free of charge", "無料"),
        ("00-0000-1101", "００‐００００‐１１０１"),
        ("00 0000 1101", "(00)0000-1101"),
        ("https://www.example.jp/A/", "https://www.example.jp/a"),
        ("20歳", "20才"),
    ],
)
def test_spellings_of_one_fact(one: str, other: str) -> None:
    assert facts(one) == facts(other) != frozenset()


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("手数料は400円です。", "手数料は300円です。"),
        ("手数料は300分です。", "手数料は300円です。"),
        ("手数料は五百円です。", "手数料は300円です。"),
        ("手数料はごひゃくえんです。", "手数料は300円です。"),
        ("手数料はゴヒャクエンです。", "手数料は300円です。"),
        ("18時まで開いています。", "17時まで開いています。"),
        ("午後5時まで", "午前5時まで"),
        ("水曜に来てください。", "火曜に来てください。"),
        ("火曜に来てください。", "月曜から金曜に来てください。"),
        ("11月21日まで", "11月20日まで"),
        ("2027年11月20日まで", "11月20日まで"),
        ("電話は00-0000-1102です。", "電話は00-0000-1101です。"),
        ("電話は0000-1102です。", "電話は00-0000-1101です。"),
        ("evil.example.com を見てください。", "www.example.jp を見てください。"),
        ("東山支所でもできます。", "海岸支所でもできます。"),
        ("みどりが丘で集めます。", "海岸で集めます。"),
        ("市民課に行ってください。", "税務課に行ってください。"),
        ("すべて無料です。", "子どもは無料です。"),
        ("すべてできます。", "できます。"),
        ("できません。", "できます。"),
        ("できます。", "できません。"),
        ("いりません。", "印鑑をお持ちください。"),
        ("電話は〇九〇の一二三四の五六七八です。", "電話は市民課です。"),
        ("でんわは ぜろきゅうぜろ いちにいさんよん です", "電話は市民課です。"),
        ("Plazaで手続きできます。", "市民課で手続きできます。"),
    ],
)
def test_what_the_source_does_not_say_is_found(text: str, source: str) -> None:
    assert unsupported(text, source, "ja", names=("みどりが丘",)) is not None


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The fee is 400 yen.", "手数料は300円です。"),
        ("The fee is three hundred yen.", "手数料は300円です。"),
        ("It is free.", "手数料は300円です。"),
        ("Go to Moonlight Plaza.", "市民課の窓口へお越しください。"),
        ("Open on Sunday.", "月曜から金曜まで開いています。"),
        ("You cannot do it.", "手続きできます。"),
        ("You can do it.", "手続きできません。"),
        ("Open all day.", "窓口は開いています。"),
        ("Call 00-0000-9999.", "電話は00-0000-1101です。"),
        ("Until 6 pm.", "17時まで。"),
    ],
)
def test_what_the_source_does_not_say_is_found_in_english(text: str, source: str) -> None:
    assert unsupported(text, source, "en") is not None


@pytest.mark.parametrize(
    ("text", "source", "language"),
    [
        ("手数料は300円です。", "写しの手数料は、1通300円です。", "ja"),
        ("まどぐちで もらえます。300円です。", "窓口で交付します。手数料は300円です。", "ja-easy"),
        ("市役所に電話してください。", "市民課へ電話してください。", "ja-easy"),
        ("The fee is 300 yen.", "手数料は1通300円です。", "en"),
        (
            "Please come Monday to Friday, 8:30 to 17:15.",
            "月曜から金曜、8時30分から17時15分までです。",
            "en",
        ),
        (
            "Please bring your ID by 1 December.",
            "12月1日までに本人確認書類をお持ちください。",
            "en",
        ),
        ("予約はできません。", "会議室は使えます。予約はできません。", "ja"),
        ("申請できるのは本人です。", "申請は本人が行います。", "ja"),
        ("とどけでしょを おくって ください。", "届出書を送ってください。", "ja-easy"),
        ("まどぐちに きて ください。", "窓口に来てください。", "ja-easy"),
        (
            "You can register your dog at the counter. The fee is 3,000 yen.",
            "犬の登録は窓口でできます。登録料は3,000円です。",
            "en",
        ),
        ("Please put them out by 8 a.m.", "朝8時までに出してください。", "en"),
    ],
)
def test_a_true_rewording_is_let_through(text: str, source: str, language: str) -> None:
    assert unsupported(text, source, language) is None


MOVING_OUT = "転出届は、窓口のほか郵送でもできます。届出書と本人確認書類の写しを送ります。"


@pytest.mark.parametrize("language", ["ja", "ja-easy", "en"])
@pytest.mark.parametrize(
    "added",
    [
        "あさってから始まります。",
        "来月から変わります。",
        "はんがくになります。",
        "にばいもらえます。",
        "料金はⅤ百円です。",
        "料金は5️⃣0️⃣0️⃣円です。",
        "料金は伍佰円です。",
        "ワンコインでできます。",
        "むりょうです。",
        "ただでできます。",
        "いつでもできます。",
        "ほんにんかくにんはいらない。",
        "書類はいらず、そのままで。",
        "ひがしやまししょでもできます。",
        "you can also go to moonlight plaza.",
        "call one one nine.",
        "よるじゅうじまであいています。",
        "にちようびもやっています。",
        "どようもあいてます。",
        "たなかさんにいってください。",
        "hxxp://evil.example/x",
        "evil。example。com",
        "💴💴💴かかります。",
        "すぐにもらえます。",
        "今日中にもらえます。",
        "そのひにもらえます。",
        "かぞくのひとでもできます。",
        "だめならばっきんです。",
        "びょういんでもできます。",
        "コンビニでもできます。",
        "げんきんをもってきてください。",
        "くちざばんごうをおしえてください。",
        "しめきりはすぎました。",
        "いまはおやすみです。",
        "まどぐちはかわりました。",
        "電話でできます。",
        "役所に来てください。",
        "年金がもらえます。",
    ],
)
def test_a_sentence_that_is_put_behind_a_true_one_is_found(added: str, language: str) -> None:
    """Also in kana alone, in small letters, and put together from words that are harmless alone."""
    assert unsupported(MOVING_OUT + added, MOVING_OUT, language) is not None


@pytest.mark.parametrize("language", ["zh-Hans", "ko", "vi", "xx"])
def test_a_language_that_cannot_be_checked_is_refused(language: str) -> None:
    assert unsupported("好的。", "窓口で交付します。", language) is not None


def test_a_quotation_is_whole_sentences() -> None:
    passage = "会議室は使えます。\n予約は要りません。\n電話　００‐００００‐１１０１"
    assert find_quotation(passage, "予約は要り") == "予約は要りません。"
    assert find_quotation(passage, "使えます。 予約は") == "会議室は使えます。\n予約は要りません。"
    assert find_quotation(passage, "電話 00-0000-1101") is None, "another hyphen is another text"
    assert find_quotation(passage, "予約が要ります") is None
    assert find_quotation(passage, "") is None
    assert find_quotation(passage, "。") is None


@pytest.mark.parametrize(
    "text", ["市役所へ", "にんげんドックは いちばん人気です", "さんぽ", "まんなかの窓口"]
)
def test_ordinary_words_are_no_spelled_numbers(text: str) -> None:
    assert not has_spelled_numbers(text)
