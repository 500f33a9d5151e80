"""Phone numbers and web addresses within a text become links; everything else is escaped.

Only `http`, `https` and `tel` links are ever made. A fax number is not a number to call. The short
numbers (110, 118, 119 …) are linked where the text calls them 「番」, or anywhere that they stand
alone in an emergency reply; 「119番地」 and 「118人」 never are.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from markupsafe import Markup, escape

__all__ = ["SERVICES", "Call", "calls_in", "linked", "safe_url", "telephone"]

SERVICES = {
    "110": {"ja": "警察", "en": "Police"},
    "118": {"ja": "海上保安庁", "en": "Coast Guard"},
    "119": {"ja": "火事・救急", "en": "Fire, ambulance"},
    "171": {"ja": "災害用伝言ダイヤル", "en": "Disaster message dial"},
    "188": {"ja": "消費者ホットライン", "en": "Consumer hotline"},
    "189": {"ja": "児童相談所", "en": "Child guidance centre"},
    "#7119": {"ja": "救急の相談", "en": "Ambulance advice"},
    "#8008": {"ja": "DVの相談", "en": "Domestic violence advice"},
    "#8103": {"ja": "性犯罪の相談（警察）", "en": "Sexual crime (police)"},
    "#8891": {"ja": "性暴力の相談", "en": "Sexual violence advice"},
    "#8000": {"ja": "こどもの急病の相談", "en": "Sick child advice"},
    "#9110": {"ja": "警察の相談", "en": "Police advice"},
}
"""Japan's nationwide short numbers and what they reach."""

_DIGIT = "[0-9０-９]"
_DASH = "[-‐‑‒–—−－ー]"
_TOKEN = re.compile(
    rf"""
      (?P<url>https?://[A-Za-z0-9\-._~:/?\#\[\]@!$&'()*+,;=%]+)
    | (?P<phone>
        (?<![0-9０-９=/.,#＃\-－])
        (?: \+81[-\ ]?(?:\(0\))?[0-9]{{1,4}}[-\ ][0-9]{{1,4}}[-\ ][0-9]{{3,4}}
          | [(（][0０]{_DIGIT}{{1,4}}[)）]\ ?{_DIGIT}{{1,4}}{_DASH}{_DIGIT}{{3,4}}
          | [0０]{_DIGIT}{{1,4}}(?:{_DASH}{_DIGIT}{{1,4}}{_DASH}
                                 |[(（]{_DIGIT}{{1,4}}[)）]){_DIGIT}{{3,4}})
        (?!{_DIGIT}|{_DASH}{_DIGIT}))
    | (?P<service>(?<![0-9０-９A-Za-z])[\#＃][789７８９]{_DIGIT}{{3}}(?!{_DIGIT}))
    | (?P<urgent>
        (?<![0-9０-９A-Za-z=/.,:\-－ー])(?:[1１][1１][0０8８9９]|[1１][7７][1１]|[1１][8８][8８9９])
        (?!{_DIGIT}|{_DASH}{_DIGIT}))
    """,
    re.VERBOSE,
)
_CALLED = re.compile(r"番(?!地|目|線|号|街|館|組|札|台)")
_ALONE = re.compile(r"$|[\s、。・，．,.!！?？(（)）「」『』【】]|へ|に(?!つ)|を|か|and\b|or\b")
_FAX = re.compile(r"(?:fax|ファックス|ファクス|ファクシミリ)[^0-9\n]{0,6}$", re.IGNORECASE)
_TRAILING = ".,;:!?'*"


@dataclass(frozen=True, slots=True)
class Call:
    """A number to call: `number` as written, `href` to dial it, `service` where it is known."""

    number: str
    href: str
    service: str | None = None


def safe_url(url: str | None) -> str | None:
    """Return the address where it is an absolute http(s) one with a host, else None."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme in ("http", "https") and parts.hostname else None


def telephone(number: str) -> str | None:
    """Return the `tel:` link of a Japanese number as written, None where it cannot be dialled."""
    plain = unicodedata.normalize("NFKC", number).replace("(0)", "")
    digits = re.sub(r"[^0-9]", "", plain)
    if plain.startswith("+81"):
        return f"tel:+{digits}" if len(digits) in (11, 12) else None
    if plain.startswith("#"):
        return f"tel:{quote(plain, safe='')}"
    if digits in SERVICES:
        return f"tel:{digits}"
    mobile = re.match(r"0[2-9]0|0800", digits) is not None
    expected = (10, 11) if mobile else (10,)
    return f"tel:{digits}" if digits.startswith("0") and len(digits) in expected else None


def linked(text: str, *, urgent: bool = False, label: str = "", new_tab: str = "") -> Markup:
    """Return the text as HTML with its links.

    `urgent` is for emergency replies; `label` is what stands before the text (a card's row), where
    it may say that a number is a fax; `new_tab` is read out after an address. A row that is nothing
    but an address shows its host alone: the map of a place is long and says nothing.
    """
    parts: list[Markup] = []
    position = 0
    for start, end, href in _links(text, urgent, label):
        parts.append(escape(text[position:start]))
        shown = text[start:end]
        if label and shown == text.strip() and (host := urlsplit(href).hostname):
            shown = host.removeprefix("www.")
        if href.startswith("tel:"):
            parts.append(Markup('<a class="tel" href="{}">{}</a>').format(href, shown))
        else:
            parts.append(
                Markup(
                    '<a href="{}" target="_blank" rel="noopener">{}<span class="unseen">{}</span>'
                    "</a>"
                ).format(href, shown, new_tab)
            )
        position = end
    return Markup("").join([*parts, escape(text[position:])])


def calls_in(text: str, language: str = "ja", *, urgent: bool = True) -> tuple[Call, ...]:
    """Return the numbers that a text names, in order, each once; `urgent` as for `linked`."""
    calls: dict[str, Call] = {}
    for start, end, href in _links(text, urgent):
        if href.startswith("tel:"):
            key = unicodedata.normalize("NFKC", text[start:end])
            names = SERVICES.get(key, {})
            calls.setdefault(href, Call(key, href, names.get(language, names.get("ja"))))
    return tuple(calls.values())


def _links(text: str, urgent: bool, label: str = "") -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        href: str | None
        if match["url"]:
            shown = _without_tail(match["url"])
            end, href = start + len(shown), safe_url(shown)
        elif match["urgent"]:
            href = _short_number(text, match, urgent)
        else:
            fax = _FAX.search(f"{label} {text[max(0, start - 16) : start]}")
            href = None if fax else telephone(match[0])
        if href:
            found.append((start, end, href))
    return found


def _short_number(text: str, match: re.Match[str], urgent: bool) -> str | None:
    number = unicodedata.normalize("NFKC", match["urgent"])
    if _CALLED.match(text, match.end()):
        wanted = urgent or number in ("110", "118", "119")
    else:
        wanted = urgent and _ALONE.match(text, match.end()) is not None
    return telephone(number) if wanted else None


def _without_tail(url: str) -> str:
    """Leave punctuation and an unopened bracket that belong to the sentence, not the address."""
    while url and (
        url[-1] in _TRAILING
        or (url[-1] == ")" and url.count(")") > url.count("("))
        or (url[-1] == "]" and url.count("]") > url.count("["))
    ):
        url = url[:-1]
    return url
