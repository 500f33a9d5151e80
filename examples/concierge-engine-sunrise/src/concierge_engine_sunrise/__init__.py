"""日の出・日の入り: when the sun rises and sets in the town, computed, without any network.

An example of a whole engine: it reads staff's options strictly, takes the day from what the
concierge understood of the question, answers in two languages, names its source, and declines
whatever is not its matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar

from concierge.clock import weekday_name
from concierge.engine import Candidate, Engine, Layer, Question
from concierge.knowledge import Knowledge
from concierge.message import Card, Row, Source
from concierge.problem import SettingError
from concierge_engine_sunrise.sun import sun_times

__all__ = ["Sunrise"]

RISING = ("日の出", "日出", "ひので", "初日の出", "sunrise")
SETTING = ("日の入り", "日の入", "日没", "ひのいり", "日が暮れ", "sunset")
PLACES = ("どこ", "スポット", "場所", "where", "view")
"""Words of questions about seeing it: those are for the town's FAQ."""
SOURCE = Source(
    title="計算による日の出・日の入り（NOAAの計算式）",
    url="https://gml.noaa.gov/grad/solcalc/calcdetails.html",
)


class Sunrise(Engine):
    """Answers 「あしたの日の出は何時」, for the town's latitude and longitude."""

    name: ClassVar[str] = "sunrise"
    layers: ClassVar[tuple[Layer, ...]] = (Layer.RULES,)
    examples: ClassVar[tuple[str, ...]] = (
        "あしたの日の出は何時",
        "1月1日の日の入り",
        "What time is sunset today?",
    )

    def start(self, knowledge: Knowledge, options: Mapping[str, str]) -> None:
        """Read where the town lies; without it, Japan's meridian at 35° north is taken."""
        self._latitude = _degrees(options, "latitude", 35.0, 65)
        self._longitude = _degrees(options, "longitude", 135.0, 180)
        self._town = knowledge.municipality.name
        self._town_en = knowledge.municipality.name_en or self._town

    def ask(self, question: Question) -> list[Candidate]:
        """Answer for the day that was said, else for today."""
        said = question.text.casefold()
        rising = any(word in said for word in RISING)
        setting = any(word in said for word in SETTING)
        if not (rising or setting) or any(word in said for word in PLACES):
            return []
        spans = question.understanding.dates
        day = spans[0].first if spans else question.at.date()
        if len(spans) > 1 or (spans and spans[0].last != day) or question.understanding.impossible:
            return []
        times = sun_times(day, self._latitude, self._longitude)
        if times is None:
            return []
        rise, set_ = (f"{time.hour}時{time.minute}分" for time in times)
        if question.language.startswith("en"):
            rise, set_ = (f"{time:%H:%M}" for time in times)
        return [self._answer(question, day, rise, set_, rising=rising, setting=setting)]

    def _answer(
        self, question: Question, day: date, rise: str, set_: str, *, rising: bool, setting: bool
    ) -> Candidate:
        if question.language.startswith("en"):
            both = [("sunrise", rise)] * rising + [("sunset", set_)] * setting
            told = ", ".join(f"{name} at {time}" for name, time in both)
            text = f"{self._town_en}, {day:%d %B %Y}: {told}."
            rows = (Row("Sunrise", rise), Row("Sunset", set_))
        else:
            both = [("日の出", rise)] * rising + [("日の入り", set_)] * setting
            told = "、".join(f"{name}は{time}" for name, time in both)
            text = f"{self._town}の{_named(day, question.at.date())}の{told}ごろです。"
            rows = (Row("日の出", rise), Row("日の入り", set_))
        return Candidate(
            text=text,
            score=0.97,
            title="日の出・日の入りの時刻",
            topics=("日の出", "日の入り"),
            slots={"date": day.isoformat()},
            sources=(SOURCE,),
            cards=(Card(title=f"{day.year}年{day.month}月{day.day}日", rows=rows),)
            if not question.language.startswith("en")
            else (Card(title=day.isoformat(), rows=rows),),
        )


def _named(day: date, today: date) -> str:
    name = {today: "きょう", today + timedelta(days=1): "あした"}.get(day, "")
    written = f"{day.month}月{day.day}日（{weekday_name(day)}）"
    return f"{name}{written}" if day.year == today.year else f"{day.year}年{written}"


def _degrees(options: Mapping[str, str], name: str, default: float, most: float) -> float:
    """Read an option. Raises `SettingError`, which staff see with the file's problems."""
    try:
        degrees = float(options.get(name, default))
    except ValueError:
        degrees = float("nan")
    if not -most <= degrees <= most:
        raise SettingError(
            f"{name}「{options[name]}」は、-{most:g} から {most:g} までの度数で書いてください"
            "（例 35.68）。"
        )
    return degrees
