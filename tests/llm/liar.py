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


def full_width_number(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return _text(line, f"{line['text']}料金は５４３円です。")


def kanji_number(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return _text(line, f"{line['text']}手数料は五百四十円です。")


def digits_in_kanji(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return _text(line, f"{line['text']}電話は〇九〇の一二三四の五六七八です。")


def spelled_number(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return _text(line, f"{line['text']}でんわは ぜろきゅうぜろ いちにいさんよん です。")


def spelled_price(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return _text(line, f"{line['text']}かかるのは ごひゃくえん です。")


def made_up_phone(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return _text(
        line, f"{line['text']} 電話 0{chance.randint(3, 9)}-{chance.randint(1000, 9999)}-1234"
    )


def made_up_url(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return _text(line, f"{line['text']} https://town-{chance.randint(1, 99)}.example.com/")


def bare_domain(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return _text(line, f"{line['text']} くわしくは asanagi-city.net へ。")


def made_up_mail(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return _text(line, f"{line['text']} info@asanagi.example.org")


def other_day(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return _text(
        line, f"{line['text']} {chance.randint(1, 12)}月{chance.randint(1, 28)}日までです。"
    )


def other_weekday(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return _text(line, f"{line['text']}受付は{chance.choice('月火水木金土日')}曜だけです。")


def other_hours(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return _text(line, f"{line['text']}夜{chance.randint(7, 11)}時まで開いています。")


def other_unit(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    bent = re.sub(
        r"(\d+)(円|枚|日|時|分|年|人|か月|歳)",
        lambda m: m[1] + ("分" if m[2] != "分" else "円"),
        line["text"],
    )
    return _text(line, bent if bent != line["text"] else f"{bent}3分で終わります。")


def made_up_place(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return _text(
        line, f"{line['text']}{chance.choice(['北町', '東山', '竜宮', '月見坂'])}支所でもできます。"
    )


def katakana_place(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return _text(line, f"{line['text']}サンシャインプラザへどうぞ。")


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


def free_of_charge(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return _text(line, f"{line['text']}すべて無料です。")


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


def english_fact(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return _text(line, f"{line['text']} The fee is three hundred yen at Moonlight Plaza on Sunday.")


def no_list(line: Line, asked: Asked, chance: random.Random) -> str:
    return json.dumps([line], ensure_ascii=False)


def too_many(line: Line, asked: Asked, chance: random.Random) -> list[Line]:
    return [line] * 5


WAYS: dict[str, Way] = {
    way.__name__: way
    for way in (
        other_number, full_width_number, kanji_number, digits_in_kanji, spelled_number, spelled_price,
        made_up_phone, made_up_url, bare_domain, made_up_mail, other_day, other_weekday, other_hours,
        other_unit, made_up_place, katakana_place, turned_round, free_of_charge, wrong_id, swapped_id,
        made_up_quote, bent_quote, half_a_quote, second_line, prose, english_fact, no_list, too_many,
    )
}  # fmt: skip


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
