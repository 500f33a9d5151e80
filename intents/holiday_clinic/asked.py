"""What somebody who looks for a doctor asks: whom, for whom, when. Words stand in `words/`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from concierge.intent import Request
from concierge.language.dates import DateSpan, read_dates
from concierge.language.normalize import fold_kana
from concierge.safety import Illness, illness_in

__all__ = ["Asked", "Days", "read_asked"]

Days = tuple[date, date]
EVENING, NIGHT_END = 18, 5
DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")}
YEARS = re.compile(
    r"(?<![\d./])(\d{1,3}|[一二三四五六七八九]?十?[一二三四五六七八九]?)(?:歳|才|さい(?![たちて])|[ -]?(?:years?|yrs?|yo\b))"
)
MONTHS = re.compile(
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})(?:か月|ヶ月|ケ月|ヵ月|カ月|箇月|かげつ|[ -]?months?[ -]?old)(?!.{0,2}(?:前|後|待|分))"
)
FEW_MONTHS = re.compile(
    r"(?<![\d一二三四五六七八九十])(?:[0-2]|一|二)(?:か月|ヶ月|ケ月|ヵ月|カ月|箇月|かげつ)(?!前|後|待)"
)
"""An age below three months."""
ADULT = re.compile("大人|おとな|私|わたし|父|母|夫|妻|祖母|祖父|自分")
GENERAL = re.compile("祝日|祝祭日|祭日|休日|連休|土日|日祝")
OLDEST_CHILD = 15


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, once everything said in this turn and before is put together.

    `days` are the days meant, the main reading first, `further` more days said. `hours` is a time
    of day. `now`: what is open at this moment. `day_off`: a Sunday or holiday, without saying which.
    """

    department: str | None = None
    age: int | None = None
    child: bool = False
    adult: bool = False
    injury: bool = False
    days: tuple[Days, ...] = ()
    said: str = ""
    hours: tuple[time, time | None] | None = None
    now: bool = False
    day_off: bool = False
    roster: bool = False
    near: bool = False
    illness: Illness | None = None
    newborn: bool = False
    """A fever before the third month: do not wait."""

    @property
    def seen_age(self) -> int | None:
        """The age a clinic must be able to see; of somebody grown up any such age will do."""
        if self.age is not None:
            return self.age
        return 30 if self.adult and not self.child else None

    def slots(self) -> dict[str, Any]:
        """Return what a following question may take up."""
        kept: dict[str, Any] = {
            "department": self.department,
            "age": self.age,
            "child": self.child or None,
            "adult": self.adult or None,
            "now": self.now or None,
            "days": [[a.isoformat(), b.isoformat()] for a, b in self.days] or None,
            "hours": [h.isoformat() if h else None for h in self.hours] if self.hours else None,
        }
        if self.days:
            kept["date"] = self.days[0][0].isoformat()
        if self.illness is not None:
            kept |= {"who": self.illness.who, "symptom": self.illness.symptom}
        return {name: value for name, value in kept.items() if value is not None}


@dataclass(frozen=True, slots=True)
class _Words:
    departments: tuple[tuple[str, re.Pattern[str]], ...]
    ages: tuple[tuple[int, re.Pattern[str]], ...]
    single: Mapping[str, re.Pattern[str]]

    def has(self, name: str, text: str) -> bool:
        found = self.single.get(name)
        return found is not None and found.search(text) is not None


def read_asked(request: Request) -> Asked | None:
    """Return what is asked for; None where nobody looks for a doctor."""
    understood = request.understanding
    words = _words(understood.language.partition("-")[0])
    text = fold_kana(understood.normalized.text)
    continues = bool(request.slots)
    illness = _still_ill(_illness(request, words, text), text, request.slots)
    if words.has("elsewhere", text):
        return None
    if illness is None and not continues and not words.has("clinic", text):
        return None
    said = _said(request, words, text)
    asked = replace(said, illness=illness, newborn=_newborn(illness))
    if illness is not None and illness.who != "adult":
        asked = replace(asked, child=True)
        if illness.who == "newborn":
            asked = replace(asked, age=0)
    elif illness is not None and not asked.child and not request.slots.get("child"):
        asked = replace(asked, adult=True)
    if continues:
        asked = _continued(asked, request.slots)
    elif illness is not None and not asked.days and asked.hours is None:
        asked = replace(asked, now=True)
    return asked


def _still_ill(illness: Illness | None, text: str, before: Mapping[str, Any]) -> Illness | None:
    """Take a word on how a patient is for the patient of the turn before."""
    who, symptom = before.get("who"), before.get("symptom")
    if who not in ("child", "newborn") or not isinstance(symptom, str):
        return illness
    if illness is None and symptom == "発熱" and FEW_MONTHS.search(text):
        return Illness("newborn", symptom)
    if illness is not None and illness.who == "adult" and not ADULT.search(text):
        return Illness("newborn" if who == "newborn" else "child", illness.symptom)
    return illness


def _newborn(illness: Illness | None) -> bool:
    return illness is not None and illness.who == "newborn"


def _illness(request: Request, words: _Words, text: str) -> Illness | None:
    if request.understanding.language.startswith("ja"):
        return illness_in(request.understanding.normalized.original)
    if not words.has("illness", text):
        return None
    if words.has("newborn", text) and words.has("fever", text):
        return Illness("newborn", "発熱")
    return Illness("child" if words.has("child", text) else "adult", "")


def _said(request: Request, words: _Words, text: str) -> Asked:
    understood = request.understanding
    department = next((name for name, found in words.departments if found.search(text)), None)
    injury = words.has("injury", text)
    age = _age(text, words)
    child = words.has("child", text) or (age is not None and age <= OLDEST_CHILD)
    if department == "小児科":
        department, child = None, True
    elif department == "外科" and not injury and not child and request.slots:
        injury = False
    spans = _spans(understood.dates)
    times = read_dates(understood.normalized, request.at).times
    hours = next(((t.time_from, t.time_to) for t in times), None)
    days: tuple[Days, ...] = ()
    if spans:
        first = spans[0]
        days = ((first.first, first.last), *first.alternatives[:1])
        if first.time_from is not None:
            hours = (first.time_from, first.time_to)
    asked = Asked(
        department=department,
        age=age,
        child=child,
        adult=words.has("adult", text) or (age is not None and age > OLDEST_CHILD),
        injury=injury,
        days=days,
        said=spans[0].text if spans else "",
        hours=hours,
        now=words.has("now", text) and not spans,
        day_off=words.has("day_off", text) and not spans,
        roster=words.has("roster", text),
        near=words.has("near", text),
    )
    return _in_time(asked, request.at)


def _spans(dates: tuple[DateSpan, ...]) -> list[DateSpan]:
    """Return the days said, without 「祝日」 where it only explains another one."""
    named = [span for span in dates if not GENERAL.fullmatch(span.text)]
    return named or list(dates)


def _in_time(asked: Asked, at: datetime) -> Asked:
    """Take 「今夜」 and 「夜中」 said in the night for now."""
    night = at.hour < NIGHT_END
    if asked.hours is None:
        return asked
    begins = asked.hours[0].hour
    if asked.days and night and len(asked.days) > 1 and begins >= EVENING:
        before = at.date() - timedelta(days=1)
        if asked.days[1] == (before, before):
            return replace(asked, days=(), hours=None, now=True)
    if not asked.days and (asked.now or (night and begins >= EVENING)):
        return replace(asked, hours=None, now=True)
    if not asked.days and not asked.now and not asked.day_off:
        return replace(asked, days=((at.date(), at.date()),))
    return asked


def _age(text: str, words: _Words) -> int | None:
    if MONTHS.search(text):
        return 0
    for match in YEARS.finditer(text):
        if match[1]:
            return _number(match[1])
    return next((age for age, found in words.ages if found.search(text)), None)


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return DIGITS.get(text, 0)
    return (DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0)


def _continued(asked: Asked, before: Mapping[str, Any]) -> Asked:
    """Fill what this turn leaves unsaid from the one before."""
    days, hours, now = asked.days, asked.hours, asked.now
    if not days and not now and not asked.day_off:
        days = tuple(
            (date.fromisoformat(a), date.fromisoformat(b)) for a, b in before.get("days", ())
        )
        now = bool(before.get("now"))
        if hours is None and (kept := before.get("hours")):
            hours = (time.fromisoformat(kept[0]), time.fromisoformat(kept[1]) if kept[1] else None)
    department, child, adult, age = asked.department, asked.child, asked.adult, asked.age
    if department is None and not child and not adult:
        department = before.get("department")
    if not child and not adult and department in (None, before.get("department")):
        child, adult = bool(before.get("child")), bool(before.get("adult"))
        age = age if age is not None else before.get("age")
    return replace(
        asked,
        days=days,
        hours=hours,
        now=now,
        department=department,
        child=child,
        adult=adult,
        age=age,
        near=asked.near,
    )


@cache
def _words(language: str) -> _Words:
    place = Path(__file__).parent / "words"
    path = place / f"{language}.yaml"
    if not path.is_file():
        path = place / "ja.yaml"
    table: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(fold_kana(pattern))

    departments = tuple((str(n), compiled(str(p))) for n, p in table.pop("departments").items())
    ages = tuple((int(n), compiled(str(p))) for n, p in table.pop("ages").items())
    single = {str(name): compiled(str(pattern)) for name, pattern in table.items()}
    return _Words(departments, ages, single)
