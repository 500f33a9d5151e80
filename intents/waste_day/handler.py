"""Answers when which garbage is collected, or asks for the area, or says that it is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from concierge.clock import told_day, weekday_name
from concierge.engine import Candidate
from concierge.intent import Request
from concierge.knowledge import Knowledge
from concierge.language.normalize import normalized_key
from concierge.message import Card, Choice, Row, Source, Status
from concierge.understanding import MASKS, Place
from concierge.waste.calendar import Calendar, Collection
from concierge.waste.doubt import Doubt
from concierge.waste.model import Area, Category

__all__ = ["TOPICS", "handle"]

TOPICS = ("ごみ", "収集", "ごみ収集", "収集日")

MAX_CHOICES = 10
MAX_DAYS = 31


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, once everything said in this turn and before is put together."""

    categories: tuple[Category, ...]
    days: tuple[tuple[date, date], ...]
    """The days meant, as first and last; the first entry is the main reading."""
    said: str
    """The resident's own word for the kind of garbage, or an empty string."""


def handle(request: Request) -> Candidate | None:
    """Answer from the town's calendar; None where the town has published none."""
    calendar = request.knowledge.waste
    if calendar is None:
        return None
    if _only_a_thing(request):
        return None
    if request.understanding.impossible and not request.understanding.dates:
        return _no_such_day(request.understanding.impossible[0])
    asked = _asked(request, calendar)
    if asked is None:
        return _no_such_category(request)
    if request.place is None or not request.place.areas:
        return _ask_area(request, calendar, asked)
    answers = [
        _answer(request, calendar, asked, area, request.place) for area in request.place.areas
    ]
    if len({_comparable(answer) for answer in answers}) > 1:
        return _ask_which(request, calendar, asked, request.place)
    return answers[0]


def _only_a_thing(request: Request) -> bool:
    """Tell whether the message is one word that is a thing as well as a kind (「スプレー缶」)."""
    understood = request.understanding
    return (
        understood.masked == MASKS["category"]
        and bool(understood.items)
        and not any(
            normalized_key(understood.categories[0].text) == normalized_key(category.label)
            for category in understood.categories[0].categories
        )
    )


def _asked(request: Request, calendar: Calendar) -> Asked | None:
    """Put the need together; None if a kind was named that this town does not collect."""
    said = request.understanding.categories
    categories = tuple(dict.fromkeys(c for match in said for c in match.categories))
    if said and not categories:
        return None
    if not categories:
        kept = request.slots.get("categories") or ()
        categories = tuple(c for c in calendar.data.categories if c.label in kept)
    days: list[tuple[date, date]] = []
    for span in request.understanding.dates[:1]:
        days = [(span.first, span.last), *span.alternatives[:1]]
    if not days and not said and (kept_days := request.slots.get("days")):
        days = [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in kept_days]
    return Asked(categories, tuple(days), said[0].text if said else "")


def _slots(asked: Asked, area: str | None) -> dict[str, object]:
    slots: dict[str, object] = {}
    if area is not None:
        slots["area"] = area
    if asked.categories:
        slots["category"] = asked.categories[0].label
        slots["categories"] = [category.label for category in asked.categories]
    if asked.days:
        slots["date"] = asked.days[0][0].isoformat()
        slots["days"] = [[first.isoformat(), last.isoformat()] for first, last in asked.days]
    return slots


def _ask_area(request: Request, calendar: Calendar, asked: Asked) -> Candidate:
    areas = calendar.data.areas
    names = list(dict.fromkeys(area.full_name for area in areas))
    home = request.understanding.home
    whose = f"ご{home}" if home == "実家" else "お住まい"
    choices = tuple(Choice(name, name) for name in names) if len(names) <= MAX_CHOICES else ()
    example = "" if choices or not names else f"\n例: {names[0]}"
    return Candidate(
        text=f"{whose}の地区はどちらですか。町名を送ってください。{example}",
        score=1.0,
        status=Status.CLARIFY,
        slots={**_slots(asked, None), **({"home": home} if home else {})},
        choices=choices,
        missing="area",
    )


def _ask_which(request: Request, calendar: Calendar, asked: Asked, place: Place) -> Candidate:
    names = list(dict.fromkeys(_told_apart(area, place.areas) for area in place.areas))
    shown = names[:MAX_CHOICES]
    return Candidate(
        text="地区によって収集日がちがいます。どちらの地区ですか。",
        score=1.0,
        status=Status.CLARIFY,
        slots={**_slots(asked, None), "areas": names},
        choices=tuple(Choice(name, name) for name in shown),
        missing="area",
    )


def _told_apart(area: Area, among: Sequence[Area]) -> str:
    alone = sum(other.name == area.name for other in among) == 1
    return area.name.strip() if alone else area.full_name.strip()


def _no_such_day(said: str) -> Candidate:
    return Candidate(
        text=f"「{said}」という日付はありません。\n日付をもう一度お確かめください。",
        score=1.0,
        status=Status.CLARIFY,
    )


def _no_such_category(request: Request) -> Candidate:
    word = request.understanding.categories[0].text
    return Candidate(
        text=f"「{word}」という収集の区分は、このまちの収集カレンダーにありません。\n"
        f"{_desk_line(request.knowledge)}",
        score=1.0,
        status=Status.ABSTAIN,
    )


def _desk_line(knowledge: Knowledge) -> str:
    desk = knowledge.municipality.desk_for("ごみ")
    phone = f"（{desk.phone}）" if desk.phone else ""
    return f"{desk.name}{phone}にお問い合わせください。"


def _comparable(answer: Candidate) -> tuple[object, ...]:
    slots = {name: value for name, value in answer.slots.items() if name != "area"}
    return (answer.status, answer.text.split("は、", 1)[-1], str(slots))


def _answer(
    request: Request, calendar: Calendar, asked: Asked, area: Area, place: Place
) -> Candidate:
    """Answer for one area."""
    today = request.at.date()
    data = calendar.data
    several = len(place.areas) > 1
    name = place.said if several and place.said else _told_apart(area, data.areas)
    view = View(calendar, area, name, today, _over_today(request, data.facts), data.facts)
    answer = view.days_answer(asked) if asked.days else view.next_answer(asked)
    if answer.status is Status.ABSTAIN:
        answer = replace(answer, text=f"{answer.text}\n{_desk_line(request.knowledge)}")
    return replace(
        answer,
        slots=_slots(asked, name),
        sources=(
            Source(
                title=data.title,
                url=data.url,
                file=f"{data.folder}/area_days.csv",
                row=area.row or None,
                updated=data.updated,
            ),
        ),
        choices=() if several else _offers(request, place, name),
    )


def _offers(request: Request, place: Place, name: str) -> tuple[Choice, ...]:
    """Offer to keep the area, where it was said and is not kept yet."""
    if place.origin != "said" or name in request.homes.values():
        return ()
    return tuple(
        Choice(f"{home}として覚える", f"{name}を{home}として覚えて")
        for home in ("自宅", "実家")
        if home not in request.homes
    )


def _over_today(request: Request, facts: object) -> bool:
    """Tell whether today's garbage had to be out already."""
    limit = _collection_time(facts)
    return limit is not None and request.at.time() > limit


def _collection_time(facts: object) -> time | None:
    text = facts.get("collection_time", "") if isinstance(facts, dict) else ""
    digits = [int(part) for part in "".join(c if c.isdigit() else " " for c in text).split()]
    if not digits or digits[0] > 23:
        return None
    return time(digits[0], digits[1] if len(digits) > 1 and digits[1] < 60 else 0)


@dataclass(frozen=True, slots=True)
class View:
    """One area's collections as seen from today."""

    calendar: Calendar
    area: Area
    name: str
    today: date
    over_today: bool
    facts: object

    def next_answer(self, asked: Asked) -> Candidate:
        """Say when each of the kinds asked for (all, if none is named) is collected next."""
        start = self.today + timedelta(days=1) if self.over_today else self.today
        found = self._only(self.calendar.next_collections(self.area, start), asked)
        sure = [one for one in found if one.date is not None and one.doubt is None]
        doubtful = self._worth_saying([one for one in found if one not in sure], asked)
        if not sure:
            return self._unknown(found, asked)
        sure.sort(key=lambda one: (one.date or date.max, one.category.index))
        lines = [self._next_line(sure, asked)]
        if self.over_today and self._only(self.calendar.on(self.area, self.today), asked):
            lines.append("きょうの収集は締め切り時刻を過ぎているため、次回をご案内しました。")
        elif by := self._out_by():
            lines.append(by)
        lines += self._caveats(sure, doubtful)
        return Candidate(
            text="\n".join(lines[:3]),
            score=1.0,
            cards=(self._card(sure, "次の収集日"),) if len(sure) > 1 else (),
            details=_details(sure, lines[3:]),
        )

    def days_answer(self, asked: Asked) -> Candidate:
        """Say what is collected on the day or days asked for."""
        first, last = asked.days[0]
        last = min(last, first + timedelta(days=MAX_DAYS - 1))
        answer = (
            self._one_day(first, asked) if first == last else self._some_days(first, last, asked)
        )
        others = [a for a, b in asked.days[1:] if a == b and first == last]
        if answer.status is Status.ANSWERED and others:
            told = self._told(others[0], asked)
            answer = replace(
                answer,
                text="\n".join([*answer.text.split("\n")[:2], told]),
            )
        return answer

    def _told(self, day: date, asked: Asked) -> str:
        """Say in one sentence what another reading of the day would give."""
        other = self._one_day(day, asked)
        return f"※{other.text.split(chr(10))[0]}"

    def _one_day(self, day: date, asked: Asked) -> Candidate:
        sure = self._only(self.calendar.on(self.area, day), asked)
        sure = [one for one in sure if one.doubt is None]
        doubtful = self._worth_saying(self.calendar.doubts_on(self.area, day), asked)
        if not sure and doubtful:
            return self._unknown(doubtful, asked, day)
        shown = told_day(day, self.today)
        labels = _labels(sure)
        if sure:
            lines = [f"{self.name}の{shown}は、{labels}の収集日です。"]
            if day == self.today and self.over_today:
                lines.append("ただし、きょうの収集は締め切り時刻を過ぎています。")
            elif by := self._out_by():
                lines.append(by)
        else:
            what = f"{_join(asked.categories)}の" if asked.categories else ""
            lines = [f"{self.name}の{shown}は、{what}収集はありません。"]
            lines += self._next_after(day, asked)
        lines += self._caveats(sure, doubtful)
        return Candidate(text="\n".join(lines[:3]), score=1.0, details=_details(sure, lines[3:]))

    def _some_days(self, first: date, last: date, asked: Asked) -> Candidate:
        listed = self._only(list(self.calendar.between(self.area, first, last)), asked)
        sure = [one for one in listed if one.doubt is None and one.date is not None]
        doubts: dict[int, Collection] = {}
        for offset in range((last - first).days + 1):
            for one in self.calendar.doubts_on(self.area, first + timedelta(days=offset)):
                doubts.setdefault(one.category.index, one)
        doubtful = self._worth_saying(list(doubts.values()), asked)
        if not sure and doubtful:
            return self._unknown(doubtful, asked, first)
        span = f"{told_day(first, self.today)}〜{told_day(last, self.today)}"
        if not sure:
            lines = [f"{self.name}の{span}は、収集はありません。"]
            lines += self._next_after(last, asked)
        else:
            by_day: dict[date, list[Collection]] = {}
            for one in sure:
                if one.date is not None:
                    by_day.setdefault(one.date, []).append(one)
            listing = "、".join(
                f"{day.day}日（{weekday_name(day)}）{_labels(ones)}"
                for day, ones in sorted(by_day.items())
            )
            lines = (
                [f"{self.name}は、{listing}です。"]
                if len(by_day) <= 4
                else [f"{self.name}の{span}は、{len(by_day)}日間に収集があります。"]
            )
        lines += self._caveats(sure, doubtful)
        return Candidate(
            text="\n".join(lines[:3]),
            score=1.0,
            cards=(self._card(sure, f"{span}の収集"),) if sure else (),
            details=_details(sure, lines[3:]),
        )

    def _only(self, found: Sequence[Collection], asked: Asked) -> list[Collection]:
        wanted = {category.index for category in asked.categories}
        return [one for one in found if not wanted or one.category.index in wanted]

    def _worth_saying(self, found: Sequence[Collection], asked: Asked) -> list[Collection]:
        """Return the doubts that matter: a kind never scheduled here only if it was asked for."""
        return [
            one
            for one in self._only(found, asked)
            if asked.categories or one.doubt is not Doubt.NOT_SCHEDULED
        ]

    def _next_line(self, sure: Sequence[Collection], asked: Asked) -> str:
        first = sure[0].date
        if first is None:
            raise ValueError("a sure collection has a date")
        if asked.categories:
            told = "、".join(
                f"{one.category.label.strip()}は{told_day(one.date, self.today)}"
                for one in sure[:3]
                if one.date is not None
            )
            if len(sure) == 1:
                label = sure[0].category.label.strip()
                return f"{self.name}の{label}は、{told_day(first, self.today)}に収集します。"
            return f"{self.name}の次の収集は、{told}です。"
        soonest = [one for one in sure if one.date == first]
        return f"{self.name}の次の収集は、{told_day(first, self.today)}の{_labels(soonest)}です。"

    def _next_after(self, day: date, asked: Asked) -> list[str]:
        start = max(day + timedelta(days=1), self.today)
        found = self._only(self.calendar.next_collections(self.area, start), asked)
        sure = [one for one in found if one.date is not None and one.doubt is None]
        if not sure:
            return []
        soonest = min(one.date for one in sure if one.date is not None)
        ones = [one for one in sure if one.date == soonest]
        return [f"次は{told_day(soonest, self.today)}の{_labels(ones)}です。"]

    def _unknown(
        self, doubtful: Sequence[Collection], asked: Asked, day: date | None = None
    ) -> Candidate:
        what = _join(asked.categories) or "ごみ"
        when = f"{told_day(day, self.today)}の" if day else ""
        return Candidate(
            text=f"{self.name}の{when}{what}の収集日は未登録のため、ご案内できません。",
            score=1.0,
            status=Status.ABSTAIN,
            details=_details(doubtful, []),
        )

    def _out_by(self) -> str | None:
        limit = _collection_time(self.facts)
        if limit is None:
            return None
        minutes = f"{limit.minute}分" if limit.minute else ""
        return f"朝{limit.hour}時{minutes}までに出してください。" if limit.hour < 12 else None

    def _caveats(self, sure: Sequence[Collection], doubtful: Sequence[Collection]) -> list[str]:
        lines = list(dict.fromkeys(r.text for one in sure for r in one.remarks))
        if doubtful:
            labels = _labels(doubtful)
            lines.append(f"{labels}の収集日は未登録です。担当課にご確認ください。")
        return lines

    def _card(self, ones: Sequence[Collection], title: str) -> Card:
        return Card(
            title=f"{self.name} {title}",
            rows=tuple(
                Row(one.category.label.strip(), told_day(one.date, self.today))
                for one in sorted(ones, key=lambda one: (one.date or date.max, one.category.index))
                if one.date is not None
            ),
        )


def _labels(ones: Sequence[Collection]) -> str:
    return _join([one.category for one in ones])


def _join(categories: Sequence[Category]) -> str:
    return "・".join(dict.fromkeys(category.label.strip() for category in categories))


def _details(ones: Sequence[Collection], more: Sequence[str]) -> str | None:
    """Gather what does not fit into three lines: notes and how to put the garbage out."""
    lines = list(more)
    for one in ones:
        if one.note and one.note not in lines:
            lines.append(one.note)
        if one.category.description:
            lines.append(f"【{one.category.label.strip()}】{one.category.description}")
    return "\n".join(dict.fromkeys(lines)) or None
