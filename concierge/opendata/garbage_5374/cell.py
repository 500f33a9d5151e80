"""The grammar of one cell of area_days.csv: when one category is collected in one area.

What the original program reads is read as it reads it. What it silently loses (stray white space,
full-width digits, `2土`) is read where only one meaning is possible, and reported. Everything else
is not understood, and reported.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Literal

from concierge.opendata.garbage_5374.parts import Parts, sort_tokens
from concierge.opendata.garbage_5374.prose import read_exceptions
from concierge.opendata.garbage_5374.tokens import biweekly_rule, run_together, weekday_rule
from concierge.problem import Severity
from concierge.waste.model import DateList, Rule

__all__ = ["CellReading", "Finding", "State", "read_cell"]

State = Literal["read", "repaired", "empty", "not_understood"]
"""What became of a cell; every cell of a file is exactly one of these."""

NOTHING = {"", "-", "ー", "―", "–", "—", "‐", "−"}
REMARK = re.compile(r"(?<!\S)\*\s?([0-9A-Za-z]+)(?=[\s*;]|$)")
STRAY = "`'\"´.,、。"
EXPECTED = "「月 木」「水2 水4」「20260401」のような形に直してください。"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to report about a cell; the caller knows where the cell stands."""

    severity: Severity
    code: str
    message: str


@dataclass(slots=True)
class CellReading:
    """What a cell says. `rules` are safe to use unless `state` is `not_understood`."""

    state: State = "read"
    rules: tuple[Rule, ...] = ()
    remarks: tuple[str, ...] = ()
    doubt: str | None = None
    findings: list[Finding] = field(default_factory=list)

    def lose(self, code: str, message: str) -> None:
        """Report that some of the cell could not be read."""
        self.state = "not_understood"
        self.findings.append(Finding("error", code, message))

    def repair(self, raw: str, read_as: str, reason: str) -> None:
        """Report that the cell was read although the original program could not read it."""
        if self.state == "read":
            self.state = "repaired"
        message = (
            f"「{raw}」を「{read_as}」と読みました（{reason}）。元のファイルも直してください。"
        )
        self.findings.append(Finding("warning", "cell-repaired", message))


def read_cell(raw: str) -> CellReading:
    """Read one published cell, whatever it holds; never raises."""
    reading = CellReading()
    text, reasons = _clean(raw)
    if text in NOTHING:
        reading.state = "empty"
        return reading
    reading.remarks = tuple(dict.fromkeys(REMARK.findall(text)))
    rest = REMARK.sub(" ", text).strip(" ")
    exceptions = read_exceptions(rest)
    if exceptions is not None:
        reading.rules = exceptions
        message = f"「{shown(raw)}」を月ごとの例外として読みました。合っているか確かめてください。"
        reading.state = "repaired"
        reading.findings.append(Finding("warning", "cell-prose", message))
        return reading
    parts = sort_tokens(rest)
    _decide(parts, reading, raw, rest)
    reasons += parts.reasons
    if reasons and reading.state != "not_understood":
        tail = "".join(f" *{remark}" for remark in reading.remarks)
        reading.repair(shown(raw), shown(_as_read(parts, rest) + tail), "、".join(reasons))
    return reading


def shown(raw: str) -> str:
    """Return a cell as it can stand in a message: one line, nothing invisible, not too long."""
    text = "".join(
        character if character.isprintable() or character == "　" else "□" for character in raw
    )
    return text if len(text) <= 40 else f"{text[:39]}…"


def _clean(raw: str) -> tuple[str, list[str]]:
    """Fold what cannot change the meaning; return the reasons why the original fails on it."""
    reasons: list[str] = []
    kept = "".join(c for c in raw if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf"))
    if kept != raw:
        reasons.append("見えない文字")
    spaced = re.sub(r"\s", " ", kept)
    if spaced != kept:
        reasons.append("全角の空白やタブ")
    if spaced != " ".join(spaced.split()):
        reasons.append("余分な空白")
    folded = unicodedata.normalize("NFKC", spaced)
    if folded != spaced:
        reasons.append("全角の文字")
    apart = re.sub(r"(?<=\S)\*", " *", folded)
    if apart != folded:
        reasons.append("続けて書かれた注意書きの番号")
    tokens = apart.split()
    stripped = [bare for token in tokens if (bare := token.strip(STRAY))]
    if stripped != tokens:
        reasons.append("余分な記号")
    return " ".join(stripped), reasons


def _decide(parts: Parts, reading: CellReading, raw: str, text: str) -> None:
    """Turn the tokens into rules, or report why they are none."""
    listed = bool(parts.dates or parts.sentinels or parts.bad_dates)
    kinds = sum((bool(parts.weekdays), bool(parts.biweekly), listed))
    if parts.unknown and not listed and not parts.biweekly and ":" not in text:
        repaired = run_together(text)
        if repaired is not None:
            parts.weekdays, parts.unknown = [(token, None) for token in repaired], []
            parts.reasons.append("続けて書かれた曜日")
    if kinds > 1:
        message = (
            f"「{shown(raw)}」には曜日と日付など違う書き方が混ざっていて、どちらが正しいか"
            "分かりません。どちらかにそろえてください。"
        )
        reading.lose("cell-mixed", message)
    elif listed:
        _decide_dates(parts, reading)
    elif parts.unknown:
        message = f"「{shown(raw)}」の{_quoted(parts.unknown)}を読み取れません。{EXPECTED}"
        reading.lose("cell-not-understood", message)
    elif parts.biweekly:
        _decide_biweekly(parts.biweekly, reading, raw)
    else:
        _decide_weekdays(parts, reading, raw)


def _decide_weekdays(parts: Parts, reading: CellReading, raw: str) -> None:
    rules = (weekday_rule(token, months) for token, months in parts.weekdays)
    reading.rules = tuple(dict.fromkeys(rules))
    if parts.second_colon:
        reading.doubt = "月の指定が二重に書かれています"
        message = (
            f"「{shown(raw)}」に月の指定（:）が続けて書かれています。はじめのものだけを使い、"
            "確かではないものとして扱います。組を空白で区切って書き直してください。"
        )
        reading.findings.append(Finding("warning", "cell-second-colon", message))


def _decide_dates(parts: Parts, reading: CellReading) -> None:
    reading.rules = (DateList(tuple(sorted(set(parts.dates)))),)
    bad = [*parts.bad_dates, *parts.unknown]
    if bad:
        message = (
            f"{_quoted(bad)}は日付として正しくありません。この欄のほかの日付も確かではないものと"
            "して扱います。8桁の正しい日付に直してください。"
        )
        reading.lose("cell-bad-date", message)


def _quoted(words: list[str]) -> str:
    return "".join(f"「{shown(word)}」" for word in dict.fromkeys(words))


def _decide_biweekly(tokens: list[str], reading: CellReading, raw: str) -> None:
    for token in tokens:
        found = biweekly_rule(token)
        if found is None:
            message = f"「{shown(raw)}」の「{shown(token)}」を読み取れません。" + (
                "「隔月20260406」のように、隔・曜日・はじめの日付（8桁）で書いてください。"
            )
            reading.rules = ()
            reading.lose("cell-not-understood", message)
            return
        reading.rules += (found.rule,)
        if not found.agrees:
            reading.doubt = f"「{token}」の曜日と日付が合っていません"
            message = (
                f"「{token}」の曜日と日付が合っていません。日付のほうを使い、確かではないものと"
                "して扱います。どちらかを直してください。"
            )
            reading.findings.append(Finding("warning", "biweekly-weekday", message))


def _as_read(parts: Parts, text: str) -> str:
    if not parts.weekdays:
        return text
    words = []
    for token, months in parts.weekdays:
        words.append(token if months is None else f"{token}:{' '.join(map(str, sorted(months)))}")
    return " ".join(dict.fromkeys(words))
