"""A model that lies on purpose: every answer looks right in form and says something untrue.

Each way of lying takes what an honest answer would be and bends it. `WAYS` names them all.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

from concierge.llm.standin import Asked, extractive

Line = dict[str, Any]
Way = Callable[[Line, Asked, random.Random], list[Line] | str]


def _text(line: Line, text: str) -> list[Line]:
    return [{**line, "text": text}]


def other_number(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    text = re.sub(r"\d+", lambda m: str(int(m[0]) + chance.randint(1, 9)), line["text"])
    return _text(
        line, text if text != line["text"] else f"{text}手数料は{chance.randint(2, 9)}50円です。"
    )


ADDED: dict[str, Callable[[random.Random], str]] = {
    "full_width_number": lambda chance: "料金は５４３円です。",
    "kanji_number": lambda chance: "手数料は五百四十円です。",
    "digits_in_kanji": lambda chance: "電話は〇九〇の一二三四の五六七八です。",
    "spelled_number": lambda chance: "でんわは ぜろきゅうぜろ いちにいさんよん です。",
    "spelled_price": lambda chance: "かかるのは ごひゃくえん です。",
    "made_up_phone": lambda chance: (
        f" 電話 0{chance.randint(3, 9)}-{chance.randint(1000, 9999)}-1234"
    ),
    "made_up_url": lambda chance: f" https://town-{chance.randint(1, 99)}.example.com/",
    "bare_domain": lambda chance: " くわしくは asanagi-city.net へ。",
    "made_up_mail": lambda chance: " info@asanagi.example.org",
    "other_day": lambda chance: f" {chance.randint(1, 12)}月{chance.randint(1, 28)}日までです。",
    "other_weekday": lambda chance: f"受付は{chance.choice('月火水木金土日')}曜だけです。",
    "other_hours": lambda chance: f"夜{chance.randint(7, 11)}時まで開いています。",
    "made_up_place": lambda chance: (
        f"{chance.choice(['北町', '東山', '竜宮', '月見坂'])}支所でもできます。"
    ),
    "katakana_place": lambda chance: "サンシャインプラザへどうぞ。",
    "free_of_charge": lambda chance: "すべて無料です。",
    "english_fact": lambda chance: " The fee is three hundred yen at Moonlight Plaza on Sunday.",
    "free_in_kana": lambda chance: "むりょうです。",
    "weekday_in_kana": lambda chance: f"{chance.choice(['にちよう', 'どよう'])}びもやっています。",
    "same_day": lambda chance: "今日中にもらえます。",
    "that_day_in_kana": lambda chance: "そのひにもらえます。",
    "soon": lambda chance: "すぐにもらえます。",
    "place_in_kana": lambda chance: "ひがしやましししょでもできます。",
    "somebody_else": lambda chance: "かぞくのひとでもできます。",
    "asks_for_a_code": lambda chance: "あんしょうばんごうをおしえてください。",
    "money_in_kana": lambda chance: "げんきんをもってきてください。",
    "closed_in_kana": lambda chance: "いまはうけつけをやめています。",
    "double": lambda chance: "にばいもらえます。",
    "emoji": lambda chance: "💴💴かかります。",
    "small_letters": lambda chance: " you can also go to moonlight plaza tomorrow.",
    "dotted_phone": lambda chance: "でんわ 090・1234・5678",
    "thai_digits": lambda chance: "料金は๕๐๐円です。",
    "circled_digits": lambda chance: "料金は③円です。",
}
"""Lies that follow an honest answer, in its last line."""


def _adding(words: Callable[[random.Random], str]) -> Way:
    return lambda line, asked, chance: _text(line, line["text"] + words(chance))


def other_unit(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    bent = re.sub(
        r"(\d+)(円|枚|日|時|分|年|人|か月|歳)",
        lambda m: m[1] + ("分" if m[2] != "分" else "円"),
        line["text"],
    )
    return _text(line, bent if bent != line["text"] else f"{bent}3分で終わります。")


def turned_round(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    text = line["text"]
    if re.search("ません|ない|不要|休", text):
        return _text(
            line,
            re.sub("ません", "ます", text)
            .replace("ない", "ある")
            .replace("不要", "必要")
            .replace("休", "開"),
        )
    return _text(line, text.replace("ます", "ません", 1).replace("です", "ではありません", 1))


def wrong_id(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return [{**line, "id": "p0"}]


def swapped_id(line: Line, asked: Asked, chance: random.Random) -> list[Line] | str:
    others = [each["id"] for each in asked.passages if each["id"] != line["id"]]
    return [{**line, "id": others[0]}] if others else "wrong"


def made_up_quote(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    made = "手数料は1通100円で、夜間も受け付けます。"
    return [{**line, "quote": made, "text": made}]


def bent_quote(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    quote = line["quote"][:-2] + "X" + line["quote"][-2:]
    return [{**line, "quote": quote, "text": quote}]


def half_a_quote(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return [
        {
            **line,
            "quote": line["quote"][: max(3, len(line["quote"]) // 2)],
            "text": line["quote"][:3] + "は要りません。",
        }
    ]


def second_line(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return [line, {**line, "text": "なお、3000円の手数料がかかります。"}]


def prose(line: Line, asked: Asked, chance: random.Random) -> str:
    return f"はい！{line['text']} 電話は0120-111-222です。"


def no_list(line: Line, asked: Asked, chance: random.Random) -> str:
    return json.dumps([line], ensure_ascii=False)


def too_many(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return [line] * 5


BENT: tuple[Way, ...] = (
    other_number, other_unit, turned_round, wrong_id, swapped_id, made_up_quote, bent_quote,
    half_a_quote, second_line, prose, no_list, too_many,
)  # fmt: skip
WAYS: dict[str, Way] = {
    **{way.__name__: way for way in BENT},
    **{name: _adding(words) for name, words in ADDED.items()},
}


def liar(way: str, seed: int) -> Callable[[Asked], str]:
    """Return a model that lies in one way."""
    chance = random.Random(seed)  # noqa: S311 - a lie needs no secret

    def answer(asked: Asked) -> str:
        honest = extractive(asked)
        line = json.loads(honest)
        if "abstain" in line:
            first = asked.passages[0] if asked.passages else {"id": "p0", "text": "ない話です。"}
            line = {"id": first["id"], "quote": first["text"], "text": first["text"]}
        lied = WAYS[way](line, asked, chance)
        if isinstance(lied, str):
            return lied
        return "\n".join(json.dumps(each, ensure_ascii=False) for each in lied)

    return answer
