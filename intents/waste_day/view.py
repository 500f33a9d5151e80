"""One area's collections as seen from today, in sentences that a town hall could send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from concierge.clock import with_weekday
from concierge.engine import Candidate
from concierge.message import Card, Row, Status
from concierge.waste.calendar import Calendar, Collection
from concierge.waste.doubt import Doubt
from concierge.waste.model import Area, Category
from intents.waste_day.hours import first_day, is_over, morning_limit
from intents.waste_day.phrases import first_sentence, labels_joined, plain_text
from intents.waste_day.telling import Teller

__all__ = ["Asked", "View"]

MAX_DAYS = 62
"""The longest span that is told; of a longer one the beginning, and that it is only that."""
MAX_LISTED = 7
"""Days told one by one in the first line; more are told by category."""
MAX_LABELS = 3
LONGEST_REMARK = 60
LONGEST_LINE = 170
LONGEST_FOREIGN_LINE = 340


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, once everything said in this turn and before is put together."""

    categories: tuple[Category, ...]
    days: tuple[tuple[date, date], ...]
    """The days meant, as first and last; the first entry is the main reading."""
    further: tuple[tuple[date, date], ...] = ()
    """More days said in the same message."""
    after: date | None = None
    """The day told before, where the one after it is asked for (「その次は」)."""
    second: bool = False
    """The one after the next is asked for (「次の次」)."""


@dataclass(frozen=True, slots=True)
class View:
    """One area's calendar at one moment; `name` is what the area is called in the answer."""

    calendar: Calendar
    area: Area
    name: str
    at: datetime
    tell: Teller

    @property
    def today(self) -> date:
        """The day of the question."""
        return self.at.date()

    def answer(self, asked: Asked) -> Candidate:
        """Say what is collected on the days asked for, or when each kind is collected next."""
        if not asked.days:
            return self._next(asked)
        first, last = asked.days[0]
        if asked.further:
            return self._several(asked)
        if first != last:
            return self._span(first, last, asked)
        answer = self._day(first, asked)
        others = [one for one, until in asked.days[1:] if one == until]
        if answer.status is Status.ANSWERED and others:
            other = self._day(others[0], asked).text.split("\n")[0]
            answer = replace(
                answer,
                text="\n".join([*answer.text.split("\n")[:2], self._say("also", text=other)]),
            )
        return answer

    def _several(self, asked: Asked) -> Candidate:
        """Answer for each of several days in a line of its own."""
        each = [
            self._day(first, asked) if first == last else self._span(first, last, asked)
            for first, last in (asked.days[0], *asked.further)
        ]
        return replace(
            each[0],
            text="\n".join(dict.fromkeys(answer.text.split("\n")[0] for answer in each)),
            status=next((a.status for a in each if a.status is Status.ANSWERED), Status.ABSTAIN),
            cards=tuple(card for answer in each for card in answer.cards),
        )

    def _next(self, asked: Asked) -> Candidate:
        start = first_day(self.calendar.data.facts, self.at)
        if asked.after is not None:
            start = max(start, asked.after + timedelta(days=1))
        found = self._only(self.calendar.next_collections(self.area, start), asked)
        sure = _by_day([one for one in found if _is_sure(one)])
        if asked.second and sure:
            return self._next(replace(asked, second=False, after=sure[0].date))
        if not sure:
            return self._unknown(found, asked)
        doubtful = self._worth_saying([one for one in found if not _is_sure(one)], asked)
        late = (
            asked.after is None
            and start > self.today
            and self._only(self.calendar.on(self.area, self.today), asked)
        )
        partly = any(one.doubt is not Doubt.NEW_YEAR for one in doubtful)
        lines = [
            self._next_line(sure, asked, partly=partly),
            self._say("late_next") if late else self._out_by(),
        ]
        title = self._say("next_title") if len(sure) > 1 else ""
        return self._candidate(lines, sure, doubtful, title, told=sure[0].date)

    def _next_line(self, sure: Sequence[Collection], asked: Asked, *, partly: bool) -> str:
        """Say what comes next; where another kind may come before (`partly`), not as the next."""
        soonest = [one for one in sure if one.date == sure[0].date]
        if not asked.categories and partly:
            told = self._told(_date(sure[0]))
            return self._say("next_of", day=told, labels=self._labels(soonest))
        if not asked.categories:
            return self._say(
                "next_soonest", day=self._told(_date(sure[0])), labels=self._labels(soonest)
            )
        if len(soonest) == len(sure):
            return self._say("next_of", day=self._told(_date(sure[0])), labels=self._labels(sure))
        return self._say("next_each", list=self._listed(sure))

    def _listed(self, sure: Sequence[Collection]) -> str:
        """List the kinds of each day, day by day."""
        days = dict.fromkeys(_date(one) for one in sure)
        return self._joined(
            [
                self._say(
                    "each",
                    labels=self._labels([one for one in sure if one.date == day]),
                    day=self._told(day),
                )
                for day in days
            ]
        )

    def _day(self, day: date, asked: Asked) -> Candidate:
        found = self._only(self.calendar.on(self.area, day), asked)
        sure = [one for one in found if one.doubt is None]
        doubtful = self._worth_saying(self.calendar.doubts_on(self.area, day), asked)
        if not sure and doubtful:
            return self._unknown(doubtful, asked, day)
        when = self._told(day)
        past = "_past" if day < self.today else ""
        if sure:
            late = day == self.today and is_over(self.calendar.data.facts, self.at)
            lines = [
                self._say(f"on_day{past}", day=when, labels=self._labels(sure)),
                self._say("late_today") if late else None,
                None if late or past else self._out_by(),
            ]
        else:
            lines = [
                self._say(f"none_on_day{past}", day=when, labels=self._what(asked)),
                self._next_after(day, asked),
            ]
        return self._candidate(lines, sure, doubtful, told=day)

    def _span(self, first: date, last: date, asked: Asked) -> Candidate:
        begin = self._beginning(first, last)
        if begin == last:
            return self._day(last, asked)
        end = min(last, begin + timedelta(days=MAX_DAYS - 1))
        listed = self._only(self.calendar.between(self.area, begin, end), asked)
        sure = [one for one in listed if _is_sure(one)]
        doubtful = self._worth_saying(self._doubts(begin, end), asked)
        if not sure and doubtful:
            return self._unknown(doubtful, asked)
        lines: list[str | None] = []
        if sure:
            lines.append(self._span_line(begin, end, sure, asked))
        else:
            past = "_past" if end < self.today else ""
            span = self.tell.span(begin, end)
            lines.append(self._say(f"none_on_day{past}", day=span, labels=self._what(asked)))
            lines.append(self._next_after(end, asked))
        if end < last:
            lines.append(self._say("long_span", day=self._told_plainly(end)))
        title = self._say("span_title", span=self.tell.span(begin, end))
        return self._candidate(lines, sure, doubtful, title)

    def _beginning(self, first: date, last: date) -> date:
        """Leave out what is over of a span that is still going on."""
        start = first_day(self.calendar.data.facts, self.at)
        return first if last < self.today else min(max(first, start), last)

    def _span_line(self, first: date, last: date, sure: Sequence[Collection], asked: Asked) -> str:
        days = list(dict.fromkeys(_date(one) for one in sure))
        past = "_past" if last < self.today else ""
        if asked.categories and len({one.category.label.strip() for one in sure}) == 1:
            told = self._labels(sure)
            line = self._say(f"of_span_one{past}", labels=told, days=self.tell.days(days))
        elif len(days) <= MAX_LISTED:
            line = self._say(f"in_span{past}", list=self._in_span(sure, days))
        else:
            line = self._say(f"in_months{past}", list=self._by_month(sure))
        if len(line) <= (LONGEST_LINE if self.tell.wording.japanese else LONGEST_FOREIGN_LINE):
            return line
        return self._say("too_many", span=self.tell.span(first, last), count=len(days))

    def _in_span(self, sure: Sequence[Collection], days: Sequence[date]) -> str:
        if not self.tell.wording.japanese:
            return self._listed(sure)
        return "、".join(
            f"{self.tell.days(days[: place + 1]).split('と')[-1].split('、')[-1]}が"
            f"{self._labels([one for one in sure if one.date == day])}"
            for place, day in enumerate(days)
        )

    def _by_month(self, sure: Sequence[Collection]) -> str:
        """List the days of each kind, month by month."""
        months: dict[tuple[int, int], dict[str, list[date]]] = {}
        for one in sure:
            day = _date(one)
            kinds = months.setdefault((day.year, day.month), {})
            kinds.setdefault(self._labels([one]), []).append(day)
        return self._joined(
            [
                self._say(
                    "month",
                    month=self.tell.month(next(iter(kinds.values()))[0]),
                    list=self._joined([self._in_month(kind, each) for kind, each in kinds.items()]),
                )
                for kinds in months.values()
            ]
        )

    def _in_month(self, labels: str, days: Sequence[date]) -> str:
        mark = "・" if self.tell.wording.language.startswith("ja") else ", "
        return self._say("in_month", labels=labels, days=mark.join(str(day.day) for day in days))

    def _doubts(self, first: date, last: date) -> list[Collection]:
        found: dict[int, Collection] = {}
        for offset in range((last - first).days + 1):
            for one in self.calendar.doubts_on(self.area, first + timedelta(days=offset)):
                found.setdefault(one.category.index, one)
        return list(found.values())

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

    def _next_after(self, day: date, asked: Asked) -> str | None:
        start = max(day + timedelta(days=1), first_day(self.calendar.data.facts, self.at))
        found = self._only(self.calendar.next_collections(self.area, start), asked)
        sure = _by_day([one for one in found if _is_sure(one)])
        if not sure:
            return None
        soonest = [one for one in sure if one.date == sure[0].date]
        return self._say("then", day=self._told(_date(sure[0])), labels=self._labels(soonest))

    def _unknown(
        self, doubtful: Sequence[Collection], asked: Asked, day: date | None = None
    ) -> Candidate:
        """Say that no date is certain, and what was published instead of one."""
        when = self._told(day) if day else ""
        if day and any(one.doubt is Doubt.NEW_YEAR for one in doubtful):
            text = self._say("new_year", day=when)
        elif all(one.doubt is Doubt.PAST_VALIDITY for one in doubtful):
            text = self._past_validity()
        elif day:
            text = self._say("no_date_on", day=when, labels=self._what(asked))
        else:
            text = self._say("no_date", labels=self._what(asked))
        remarks = dict.fromkeys(remark.text for one in doubtful for remark in one.remarks)
        told = [first_sentence(remark, LONGEST_REMARK)[0] for remark in remarks]
        return Candidate(
            text="\n".join([text, *[self.tell.text(line) for line in told if line][:1]]),
            score=1.0,
            status=Status.ABSTAIN,
            details=self._details(doubtful, []),
        )

    def _past_validity(self) -> str:
        """Say that the calendar has run out: of this fiscal year, or of the next one's days."""
        last = self.calendar.data.valid_to
        if last is None or last < self.today:
            return self._say("this_year_unknown")
        return self._say("later_unknown", day=self._told_plainly(last))

    def _out_by(self) -> str | None:
        limit = morning_limit(self.calendar.data.facts)
        return self._say("out_by", time=self.tell.clock(limit)) if limit else None

    def _say(self, key: str, **values: object) -> str:
        return self.tell.say(key, area=self.name, **values)

    def _told(self, day: date) -> str:
        return self.tell.day(day)

    def _told_plainly(self, day: date) -> str:
        """Name a day by its date alone, not as tomorrow."""
        if self.tell.wording.japanese:
            return with_weekday(day, today=self.today)
        return self.tell.day(day)

    def _labels(self, ones: Sequence[Collection]) -> str:
        return self.tell.labels([one.category for one in ones])

    def _what(self, asked: Asked) -> str:
        """Name the kinds asked for, or garbage as such."""
        if self.tell.wording.japanese:
            return labels_joined(asked.categories) or self._say("garbage")
        return self.tell.labels(asked.categories) or self._say("garbage")

    def _joined(self, words: Sequence[str]) -> str:
        return self.tell.wording.joined(words)

    def _candidate(
        self,
        lines: Sequence[str | None],
        sure: Sequence[Collection],
        doubtful: Sequence[Collection],
        title: str = "",
        told: date | None = None,
    ) -> Candidate:
        """Put three lines together; what else there is goes into the details."""
        shown = [line for line in lines if line]
        rest: list[str] = []
        for remark in dict.fromkeys(r.text for one in sure for r in one.remarks):
            sentence, more = first_sentence(remark, LONGEST_REMARK)
            shown += [self.tell.text(sentence)] if sentence else []
            rest += [more] if more else []
        if doubtful:
            kinds = {one.category.label for one in doubtful}
            few = len(kinds) <= MAX_LABELS
            what = self._labels(doubtful) if few else self._say("other_kinds", count=len(kinds))
            new_year = all(one.doubt is Doubt.NEW_YEAR for one in doubtful)
            key = "also_unknown_new_year" if new_year else "also_unknown"
            shown.insert(min(2, len(shown)), self._say(key, labels=what))
        return Candidate(
            text="\n".join(shown[:3]),
            score=1.0,
            slots={"told": told.isoformat()} if told else {},
            cards=(self._card(sure, title),) if sure and title else (),
            details=self._details(sure, [*shown[3:], *rest]),
        )

    def _card(self, ones: Sequence[Collection], title: str) -> Card:
        return Card(
            title=f"{self.name} {title}",
            rows=tuple(
                Row(self.tell.label(one.category.label), self._told(_date(one)))
                for one in _by_day(ones)
            ),
        )

    def _details(self, ones: Sequence[Collection], more: Sequence[str]) -> str | None:
        """Gather what does not fit into three lines: notes and how to put the garbage out."""
        lines = [plain_text(line) for line in more]
        for one in ones:
            if one.note and (note := plain_text(one.note)) not in lines:
                lines.append(note)
            if about := one.category.description:
                label = self.tell.label(one.category.label)
                lines.append(f"【{label}】{self._described(plain_text(about))}")
        return "\n".join(dict.fromkeys(lines)) or None

    def _described(self, about: str) -> str:
        return about if self.tell.wording.japanese else self.tell.text(about)


def _is_sure(one: Collection) -> bool:
    return one.date is not None and one.doubt is None


def _date(one: Collection) -> date:
    if one.date is None:
        raise ValueError("a sure collection has a date")
    return one.date


def _by_day(ones: Sequence[Collection]) -> list[Collection]:
    return sorted(ones, key=lambda one: (one.date or date.max, one.category.index))
