"""Reads single values that staff write. Each raises `ValueError` with what is wrong, in Japanese.

Telephone numbers: the national numbering plan (ten digits for land lines, eleven for mobile and
IP telephones, both from 0), `#` with four digits and three-digit numbers such as 119.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

__all__ = ["read_id", "read_language", "read_phone", "read_url"]

LONGEST_ID = 200
LONGEST_URL = 2000
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*")
LANGUAGE_NAMES = {
    "英語": "en",
    "中国語": "zh",
    "韓国語": "ko",
    "ベトナム語": "vi",
    "ポルトガル語": "pt",
    "スペイン語": "es",
    "フィリピノ語": "tl",
    "タガログ語": "tl",
    "インドネシア語": "id",
    "ネパール語": "ne",
    "タイ語": "th",
    "ミャンマー語": "my",
    "ロシア語": "ru",
    "アラビア語": "ar",
    "やさしい日本語": "ja-easy",
}
HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−ー－ｰ─"), "-")
SEPARATOR = re.compile(r"[、,/;\n]|または|又は")
BEFORE = re.compile(r"^(?:電話(?:番号)?|tel|℡)[:\s.]*", re.IGNORECASE)
BESIDE = re.compile(r"\(?(?:代表|代|直通|内線[:\s]*\d{1,6})\)?")
NUMBER = re.compile(r"(?:#\d{4}|1\d\d|\(?0(?:[-() ]*\d){9,10}|\+\d(?:[-() ]*\d){7,13})", re.ASCII)


def read_id(text: str) -> str:
    """Return an id exactly as written."""
    if len(text) > LONGEST_ID or "\n" in text:
        raise ValueError(
            f"idが長すぎるか、改行が入っています。{LONGEST_ID}字までの一行にしてください。"
        )
    return text


def read_url(text: str) -> str:
    """Return an absolute http or https address."""
    url = text.strip()
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        fine = False
    if (
        not fine
        or re.search(r"[\s\"<>\\^`{|}「」（）、。\x00-\x1f]", url)
        or len(url) > LONGEST_URL
    ):
        raise ValueError(
            f"「{url[:40]}」はリンク先として使えません。"
            "ブラウザーのアドレス欄から https:// で始まるアドレスを写してください。"
        )
    return url


def read_phone(text: str) -> str:
    """Return telephone numbers in half-width characters; several stand with 、 between."""
    folded = unicodedata.normalize("NFKC", text.translate(HYPHENS)).translate(HYPHENS)
    pieces = [BEFORE.sub("", piece.strip()) for piece in SEPARATOR.split(folded)]
    pieces = [piece for piece in pieces if piece]
    for piece in pieces:
        if not NUMBER.fullmatch(BESIDE.sub("", piece).strip()):
            raise ValueError(_phone_advice(text.strip(), piece))
    return "、".join(pieces)


def _phone_advice(text: str, piece: str) -> str:
    digits = re.sub(r"\D", "", piece)
    if len(digits) in (9, 10) and digits[:1] != "0":
        return (
            f"電話番号「{text}」の先頭の0が消えているようです。"
            "Excelで列の書式を「文字列」にしてから、0を付けて打ち直してください。"
        )
    return (
        f"「{text[:40]}」を電話番号として読み取れません。"
        "市外局番から、0123-45-6789 のように書いてください。"
    )


def read_language(text: str) -> str | None:
    """Return the BCP 47 tag of a language that staff named, None where it is none."""
    name = unicodedata.normalize("NFKC", text).strip()
    tag = LANGUAGE_NAMES.get(name, name.casefold().replace("_", "-"))
    return tag if LANGUAGE.fullmatch(tag) else None
