"""Areas, kinds of garbage and days as they are named to a resident in their language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

from concierge.knowledge import Knowledge
from concierge.language.romaji import romanized_place
from concierge.waste.model import Area, Category, WasteData
from concierge.waste.naming import NO_TRANSLATIONS, label_in
from concierge.waste.translations import Translations
from concierge.wording import Wording, load_wording
from intents.waste_day.phrases import days_in_line, shown

__all__ = ["SAYS", "Teller", "desk_line", "teller"]

SAYS = Path(__file__).with_name("says")


@dataclass(frozen=True, slots=True)
class Teller:
    """Names what an answer is about, on the day `today`."""

    wording: Wording
    names: Translations
    today: date

    def say(self, key: str, **values: object) -> str:
        """Return a sentence with its places filled."""
        return self.wording.say(key, **values)

    def day(self, day: date) -> str:
        """Name a day with its weekday."""
        return self.wording.day(day, self.today)

    def days(self, days: Sequence[date]) -> str:
        """Name several days, in Japanese the month only where it changes."""
        if self.wording.japanese:
            return days_in_line(days, self.today)
        return self.wording.joined([self.day(day) for day in days])

    def span(self, first: date, last: date) -> str:
        """Name the first and the last day of a span."""
        return self.say("span", first=self.day(first), last=self.day(last))

    def label(self, label: str) -> str:
        """Name a kind of garbage: in other languages what it is called, then the label itself."""
        return label_in(label, self.wording.language, self.names)

    def labels(self, categories: Iterable[Category]) -> str:
        """Name several kinds as one word, each once."""
        told = list(dict.fromkeys(self.label(category.label) for category in categories))
        if self.wording.japanese:
            return shown("・".join(told))
        return self.wording.joined(told)

    def area(self, area: Area, name: str) -> str:
        """Name an area that Japanese answers call `name`."""
        if self.wording.language.startswith("ja"):
            return name
        latin = self.latin(area)
        return f"{latin} ({name})" if latin else name

    def latin(self, area: Area) -> str:
        """Return an area's name in Latin letters; empty in Japanese, or where it is not known."""
        if self.wording.language.startswith("ja"):
            return ""
        spelt = romanized_place(area.reading) if area.reading else []
        return self.names.areas.get(area.name.strip()) or (_as_on_signs(spelt) if spelt else "")

    def text(self, published: str) -> str:
        """Return a published text in the language, or as it is, said to be Japanese."""
        known = self.names.texts.get(published.strip())
        return known or self.say("in_japanese", text=published)

    def month(self, day: date) -> str:
        """Name the month of a day."""
        return self.wording.month(day)

    def clock(self, at: time) -> str:
        """Tell a time in the morning."""
        if self.wording.language.startswith("ja"):
            return f"{at.hour}時{at.minute}分" if at.minute else f"{at.hour}時"
        return f"{at.hour}:{at.minute:02}"


def _as_on_signs(spelt: Sequence[str]) -> str:
    """Write a place as signs do: Sakae-cho, but Honmachi."""
    chosen = spelt[0] if spelt[0].endswith("-cho") or len(spelt) == 1 else spelt[1]
    return chosen[:1].upper() + chosen[1:]


def teller(data: WasteData, language: str, today: date, folder: Path = SAYS) -> Teller:
    """Return who tells about a town's calendar in a language."""
    wording = load_wording(folder, language)
    return Teller(wording, data.translations.get(wording.language, NO_TRANSLATIONS), today)


def desk_line(knowledge: Knowledge, language: str) -> str:
    """Say whom to ask about garbage."""
    desk = knowledge.municipality.desk_for("ごみ")
    wording = load_wording(SAYS, language)
    if desk.phone:
        return wording.say("desk_phone", desk=desk.name, phone=desk.phone)
    return wording.say("desk", desk=desk.name)
