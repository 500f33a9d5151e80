"""One area's collections as seen from today, in sentences that a town hall could send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from concierge.clock import told_day, with_weekday
from concierge.engine import Candidate
from concierge.message import Card, Row, Status
from concierge.waste.calendar import Calendar, Collection
from concierge.waste.doubt import Doubt
from concierge.waste.model import Area, Category
from intents.waste_day.hours import first_day, is_over, out_by
from intents.waste_day.phrases import (
    days_by_label,
    days_in_line,
    first_sentence,
    labels_joined,
    plain_text,
    shown,
)

__all__ = ["Asked", "View"]

MAX_DAYS = 62
"""The longest span that is told; of a longer one the beginning, and that it is only that."""
MAX_LISTED = 7
"""Days told one by one in the first line; more are told by category."""
MAX_LABELS = 3
LONGEST_REMARK = 60
LONGEST_LINE = 170
LATE = "きょうの収集は締め切り時刻を過ぎているため、次回をご案内しました。"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, once everything said in this turn and before is put together."""

    categories: tuple[Category, ...]
    days: tuple[tuple[date, date], ...]
    """The days meant, as first and last; the first entry is the main reading."""
    further: tuple[tuple[date, date], ...] = ()
    """More days said in the same message."""


@dataclass(frozen=True, slots=True)
class View:
    """One area's calendar at one moment; `name` is what the area is called in the answer."""

    calendar: Calendar
    area: Area
    name: str
    at: datetime

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
            answer = replace(answer, text="\n".join([*answer.text.split("\n")[:2], f"※{other}"]))
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
        found = self._only(self.calendar.next_collections(self.area, start), asked)
        sure = _by_day([one for one in found if _is_sure(one)])
        if not sure:
            return self._unknown(found, asked)
        doubtful = self._worth_saying([one for one in found if not _is_sure(one)], asked)
        late = start > self.today and self._only(self.calendar.on(self.area, self.today), asked)
        lines = [self._next_line(sure, asked), LATE if late else self._out_by()]
        return self._candidate(lines, sure, doubtful, "次の収集日" if len(sure) > 1 else "")

    def _next_line(self, sure: Sequence[Collection], asked: Asked) -> str:
        soonest = [one for one in sure if one.date == sure[0].date]
        when = told_day(_date(sure[0]), self.today)
        if not asked.categories:
            return f"{self.name}の次の収集は、{when}の{_labels(soonest)}です。"
        if len(soonest) == len(sure):
            return f"{self.name}の{_labels(sure)}は、{when}に収集します。"
        days = dict.fromkeys(_date(one) for one in sure)
        told = "、".join(
            f"{_labels([one for one in sure if one.date == day])}が{told_day(day, self.today)}"
            for day in days
        )
        return f"{self.name}の次の収集は、{told}です。"

    def _day(self, day: date, asked: Asked) -> Candidate:
        found = self._only(self.calendar.on(self.area, day), asked)
        sure = [one for one in found if one.doubt is None]
        doubtful = self._worth_saying(self.calendar.doubts_on(self.area, day), asked)
        if not sure and doubtful:
            return self._unknown(doubtful, asked, day)
        when = told_day(day, self.today)
        over = day < self.today
        if sure:
            late = day == self.today and is_over(self.calendar.data.facts, self.at)
            told = "でした" if over else "です"
            lines = [
                f"{self.name}の{when}は、{_labels(sure)}の収集日{told}。",
                "ただし、きょうの収集は締め切り時刻を過ぎています。" if late else None,
                None if late or over else self._out_by(),
            ]
        else:
            what = f"{labels_joined(asked.categories) or 'ごみ'}の"
            told = "ありませんでした" if over else "ありません"
            lines = [f"{self.name}の{when}は、{what}収集は{told}。", self._next_after(day, asked)]
        return self._candidate(lines, sure, doubtful)

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
            what = f"{labels_joined(asked.categories) or 'ごみ'}の"
            lines.append(f"{self.name}の{self._between(begin, end)}は、{what}収集はありません。")
            lines.append(self._next_after(end, asked))
        if end < last:
            lines.append(f"長い期間のため、{with_weekday(end, today=self.today)}までの分です。")
        return self._candidate(lines, sure, doubtful, f"{self._between(begin, end)}の収集")

    def _beginning(self, first: date, last: date) -> date:
        """Leave out what is over of a span that is still going on."""
        start = first_day(self.calendar.data.facts, self.at)
        return first if last < self.today else min(max(first, start), last)

    def _span_line(self, first: date, last: date, sure: Sequence[Collection], asked: Asked) -> str:
        days = list(dict.fromkeys(_date(one) for one in sure))
        labels = {one.category.label.strip() for one in sure}
        tense = "でした" if last < self.today else "です"
        if asked.categories and len(labels) == 1:
            line = (
                f"{self.name}の{shown(labels.pop())}は、{days_in_line(days, self.today)}{tense}。"
            )
        elif len(days) <= MAX_LISTED:
            told = "、".join(
                f"{days_in_line(days[: place + 1], self.today).split('と')[-1].split('、')[-1]}が"
                f"{_labels([one for one in sure if one.date == day])}"
                for place, day in enumerate(days)
            )
            line = f"{self.name}は、{told}の収集日{tense}。"
        else:
            line = self._month_line(first, last, sure) + f"{tense}。"
        if len(line) <= LONGEST_LINE:
            return line
        return f"{self.name}の{self._between(first, last)}は、{len(days)}日間に収集があります。"

    def _month_line(self, first: date, last: date, sure: Sequence[Collection]) -> str:
        months = dict.fromkeys((day.year, day.month) for one in sure if (day := one.date))
        parts: list[str] = []
        for year, month in months:
            by_label: dict[str, list[date]] = {}
            for one in sure:
                day = _date(one)
                if (day.year, day.month) == (year, month):
                    by_label.setdefault(one.category.label.strip(), []).append(day)
            parts.append(f"{month}月は、{days_by_label(by_label)}")
        return f"{self.name}の{'、'.join(parts)}"

    def _between(self, first: date, last: date) -> str:
        return f"{told_day(first, self.today)}〜{told_day(last, self.today)}"

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
        return f"次は{told_day(_date(sure[0]), self.today)}の{_labels(soonest)}です。"

    def _unknown(
        self, doubtful: Sequence[Collection], asked: Asked, day: date | None = None
    ) -> Candidate:
        """Say that no date is certain, and what was published instead of one."""
        what = labels_joined(asked.categories) or "ごみ"
        when = told_day(day, self.today) if day else ""
        if day and any(one.doubt is Doubt.NEW_YEAR for one in doubtful):
            text = (
                f"{self.name}の{when}は、年末年始の休みが未登録のため、収集があるか分かりません。"
            )
        elif all(one.doubt is Doubt.PAST_VALIDITY for one in doubtful):
            text = self._past_validity()
        else:
            of = f"{when}の" if when else ""
            text = f"{self.name}の{of}{what}の収集日は未登録のため、ご案内できません。"
        remarks = dict.fromkeys(remark.text for one in doubtful for remark in one.remarks)
        told = [first_sentence(remark, LONGEST_REMARK)[0] for remark in remarks]
        return Candidate(
            text="\n".join([text, *[line for line in told if line][:1]]),
            score=1.0,
            status=Status.ABSTAIN,
            details=_details(doubtful, []),
        )

    def _past_validity(self) -> str:
        """Say that the calendar has run out: of this fiscal year, or of the next one's days."""
        last = self.calendar.data.valid_to
        if last is None or last < self.today:
            return "今年度の収集日は未登録です。"
        until = with_weekday(last, today=self.today)
        return f"{until}より後の収集日は、まだ登録されていません（未登録）。"

    def _out_by(self) -> str | None:
        return out_by(self.calendar.data.facts)

    def _candidate(
        self,
        lines: Sequence[str | None],
        sure: Sequence[Collection],
        doubtful: Sequence[Collection],
        title: str = "",
    ) -> Candidate:
        """Put three lines together; what else there is goes into the details."""
        told = [line for line in lines if line]
        rest: list[str] = []
        for remark in dict.fromkeys(r.text for one in sure for r in one.remarks):
            sentence, more = first_sentence(remark, LONGEST_REMARK)
            told += [sentence] if sentence else []
            rest += [more] if more else []
        if doubtful:
            kinds = {one.category.label for one in doubtful}
            what = _labels(doubtful) if len(kinds) <= MAX_LABELS else f"ほかの{len(kinds)}種類"
            new_year = all(one.doubt is Doubt.NEW_YEAR for one in doubtful)
            which = "年末年始（12月29日〜1月3日）の収集" if new_year else f"{what}の収集日"
            told.insert(min(2, len(told)), f"{which}は未登録です。担当課にご確認ください。")
        return Candidate(
            text="\n".join(told[:3]),
            score=1.0,
            cards=(self._card(sure, title),) if sure and title else (),
            details=_details(sure, [*told[3:], *rest]),
        )

    def _card(self, ones: Sequence[Collection], title: str) -> Card:
        return Card(
            title=f"{self.name} {title}",
            rows=tuple(
                Row(one.category.label.strip(), told_day(_date(one), self.today))
                for one in _by_day(ones)
            ),
        )


def _is_sure(one: Collection) -> bool:
    return one.date is not None and one.doubt is None


def _date(one: Collection) -> date:
    if one.date is None:
        raise ValueError("a sure collection has a date")
    return one.date


def _by_day(ones: Sequence[Collection]) -> list[Collection]:
    return sorted(ones, key=lambda one: (one.date or date.max, one.category.index))


def _labels(ones: Sequence[Collection]) -> str:
    joined = labels_joined([one.category for one in ones])
    return shown(joined)


def _details(ones: Sequence[Collection], more: Sequence[str]) -> str | None:
    """Gather what does not fit into three lines: notes and how to put the garbage out."""
    lines = [plain_text(line) for line in more]
    for one in ones:
        if one.note and (note := plain_text(one.note)) not in lines:
            lines.append(note)
        if one.category.description:
            lines.append(f"【{one.category.label.strip()}】{plain_text(one.category.description)}")
    return "\n".join(dict.fromkeys(lines)) or None
