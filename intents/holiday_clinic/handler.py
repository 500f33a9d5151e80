"""Answers which clinics are on duty: now, tonight, on a day; for a child, a tooth, near a place.

An illness is told here, too: its answer opens with whom to phone and names the signs for 119. What
the rosters do not cover is said not to be known, with the line that knows.
"""

from __future__ import annotations

from dataclasses import replace

from concierge.clinics.duties import Duties
from concierge.clinics.hours import read_hours
from concierge.clinics.model import Duty
from concierge.engine import Candidate
from concierge.intent import Request
from concierge.message import Card, Choice, Source, Status
from concierge.places.whereabouts import Whereabouts, whereabouts
from concierge.safety import Illness, illness_reply
from intents.holiday_clinic.asked import Asked, read_asked
from intents.holiday_clinic.choosing import Here, choose
from intents.holiday_clinic.finding import Finding
from intents.holiday_clinic.telling import Teller, teller

__all__ = ["TOPICS", "handle"]

TOPICS = ("当番医", "休日当番医", "急病", "病院", "救急")
_ADULT = Illness("adult", "")
MOST_CARDS = 10
FORMS = (
    *((3, 3), (3, 2), (2, 3), (2, 2), (3, 1), (2, 1)),
    *((3, 0), (1, 3), (1, 2), (2, 0), (1, 1), (1, 0)),
)
"""How many clinics are named, and how much is told of each, the best first."""
PHARMACIES = ("weekday_pharmacy", "saturday_pharmacy")
ORDINARY = ("weekday", "saturday", *PHARMACIES)
"""What is told where nobody needs the roster."""
WEEK_WORDS = (
    "来週",
    "再来週",
    "今週",
    "次の",
    "今度",
    "明日",
    "あした",
    "あす",
    "今夜",
    "今晩",
    "next",
    "tonight",
    "tomorrow",
)
"""Words of which people mean different days; of others the day named is meant."""


def handle(request: Request) -> Candidate | None:
    """Answer from the town's rosters; None where nobody looks for a doctor."""
    asked = read_asked(request)
    if asked is None:
        return None
    understood = request.understanding
    says = teller(
        understood.language,
        request.at,
        _here(request, asked),
        request.knowledge.municipality.map_url,
    )
    if understood.impossible and not understood.dates:
        text = says("no_such_day", said=understood.impossible[0])
        return Candidate(text=text, score=1.0, status=Status.CLARIFY)
    duties = request.knowledge.clinics
    if duties is None:
        return _without_data(request, asked, says)
    answer = _Answer(request, asked, says, duties)
    return None if answer.for_ordinary_clinics() else answer.candidate()


def _here(request: Request, asked: Asked) -> Here:
    """Return where the resident is, where it was said or shared, and where listed clinics are."""
    listed = request.knowledge.places.clinic_points
    understood = request.understanding
    said = understood.areas or understood.landmarks or "near" in request.slots
    if not (asked.near or said or request.location):
        return Here(listed=listed)
    found = whereabouts(request)
    if not isinstance(found, Whereabouts):
        return Here(listed=listed)
    return Here(found.point, found.name, found.slot, listed)


def _without_data(request: Request, asked: Asked, says: Teller) -> Candidate | None:
    """Answer where the town has no roster at all: the illness, or that nothing is known."""
    opening = _opening(request, asked, says)
    if opening:
        return Candidate(
            text="\n".join(opening), score=1.0, slots=_slots(request, asked), sources=_line_source()
        )
    if not asked.roster:
        return None
    desk = request.knowledge.municipality.desk_for("休日当番医")
    lines = [says("no_data"), says.ask(None, desk), says(_serious(asked))]
    return Candidate(text="\n".join(lines), score=1.0, status=Status.ABSTAIN, slots=asked.slots())


def _opening(request: Request, asked: Asked, says: Teller) -> list[str]:
    """Return the three lines that an illness is met with, [] where nobody is ill."""
    if asked.illness is None:
        return []
    safety = request.knowledge.safety
    if says.language == "ja":
        return illness_reply(asked.illness, safety).text.split("\n")
    line = safety.lines["child_illness"]
    hours = says("open_hours", hours=line.hours) if line.hours else ""
    if asked.newborn:
        first = says("newborn_opening", number=line.number, hours=hours)
    elif asked.child:
        first = says("child_opening", number=line.number, hours=hours)
    else:
        first = says.advice(asked, safety) or ""
    return [text for text in (first, says("call_short"), says(_serious(asked))) if text]


def _line_source() -> tuple[Source, ...]:
    return illness_reply(_ADULT).sources


def _serious(asked: Asked) -> str:
    return "serious_child" if asked.child else "serious"


def _slots(request: Request, asked: Asked) -> dict[str, object]:
    slots: dict[str, object] = asked.slots()
    if asked.illness is not None:
        line = "adult_illness" if asked.illness.who == "adult" else "child_illness"
        slots["number"] = request.knowledge.safety.lines[line].number or None
    return slots


class _Answer:
    """Tells what was found, in three lines, with a card and the rest on request."""

    def __init__(self, request: Request, asked: Asked, says: Teller, duties: Duties) -> None:
        self.request, self.asked, self.says, self.duties = request, asked, says, duties
        self.finding = Finding(request, asked, says, duties)
        self.told = self.finding.told()
        self.opening = _opening(request, asked, says)

    def for_ordinary_clinics(self) -> bool:
        """Tell whether the town's list of clinics answers better: a department on an ordinary day."""
        asked, request = self.asked, self.request
        if not request.knowledge.places.hospitals or self.opening or asked.roster or request.slots:
            return False
        particular = asked.department or asked.child or asked.near
        if not particular or asked.department == "薬局" or asked.day_off:
            return False
        day = asked.days[0][0] if asked.days else request.at.date()
        single = not asked.days or asked.days[0][0] == asked.days[0][1]
        return single and self.finding.ordinary(day) is not None

    def candidate(self) -> Candidate:
        """Return the whole answer."""
        told = self.told
        names = list(dict.fromkeys(duty.clinic.name for duty in told.duties))
        slots = {**_slots(self.request, self.asked), "clinics": names, "covered": told.known}
        if told.day is not None:
            slots["date"] = told.day.isoformat()
        if self.says.here.slot:
            slots["near"] = self.says.here.slot
        return Candidate(
            text="\n".join(self._lines()),
            score=1.0,
            status=Status.ANSWERED if told.known or self.opening else Status.ABSTAIN,
            slots=slots,
            sources=self._sources(),
            choices=self._offers(),
            cards=self._cards(),
            details=self._details(),
        )

    def _lines(self) -> list[str]:
        """Return at most three lines that fit together; the signs for 119 are always in them."""
        if self.opening and self.asked.newborn:
            return self.opening
        lines: list[str] = []
        gap = str(self.says.says["gap"])
        signs = (_serious(self.asked), "serious_short")
        order = [(sign, *form) for sign in signs for form in FORMS]
        if not self.opening:
            order = [(sign, *form) for form in FORMS for sign in signs]
        for sign, shown, level in order:
            if shown > max(1, len(self.told.duties)):
                continue
            for head in self._heads():
                middle, call = self._sentence(shown, level), self._call()
                if head:
                    middle, call = f"{middle}{gap}{call}", ""
                lines = [line for line in (head, middle, call, self.says(sign)) if line]
                if sum(map(len, lines)) <= self.says.longest:
                    return lines
        return lines

    def _heads(self) -> tuple[str, ...]:
        """Return whom to phone first, in full and in short; nothing where nobody is ill."""
        if not self.opening or not self._has_line():
            return ("",)
        if self.asked.illness and self.asked.illness.calmed and self.says.language == "ja":
            return (self.opening[0],)
        return self._advised("opening"), self._advised("opening_short")

    def _has_line(self) -> bool:
        lines = self.request.knowledge.safety.lines
        return bool(lines["child_illness" if self.asked.child else "adult_illness"].number)

    def _advised(self, how: str) -> str:
        """Name whom to phone for advice, as the first thing or beside the answer."""
        who = "child" if self.asked.child else "adult"
        line = self.request.knowledge.safety.lines[f"{who}_illness"]
        if who == "child" and how != "line" and line.hours and self._closed(line.hours):
            return self.says("child_opening_closed", number=line.number, hours=line.hours)
        hours = self.says("open_hours", hours=line.hours) if line.hours else ""
        return self.says(f"{who}_{how}", number=line.number, hours=hours)

    def _closed(self, hours: str) -> bool:
        """Tell whether a line is surely closed now: its hours are read, and are over."""
        read = read_hours(hours.replace("毎日", "").strip())
        if read is None or not read.spans or read.note:
            return False
        at = self.request.at
        minute = at.hour * 60 + at.minute
        return not any(
            span.opens <= minute + shift < span.closes for span in read.spans for shift in (0, 1440)
        )

    def _sentence(self, shown: int, level: int) -> str:
        told, says = self.told, self.says
        named = says.clinics(told.duties, shown, level, now=told.now or told.evening)
        if told.template in ORDINARY:
            evening = says("evening", clinics=named) if told.evening else ""
            return f"{says(told.template)}{says.says['gap']}{evening}".strip()
        filled = dict(told.filled)
        filled.setdefault("day", says.day(told.day or self.request.at.date()))
        if told.days:
            filled["days"] = self._day_by_day(shown)
        asked = self.asked
        if told.chosen.surgery_at_large:
            asked = replace(asked, department="外科系")
        elif told.chosen.may_refuse_children and asked.department is None:
            asked = replace(asked, child=False)
        text = says(told.template, what=says.what(asked), clinics=named, **filled)
        if told.others:
            names = dict.fromkeys(duty.clinic.name for duty in told.others)
            text += says("others", names="・".join(list(names)[:shown]))
        if told.other is not None and any(word in self.asked.said for word in WEEK_WORDS):
            other = says.clinics(told.other.chosen.duties, min(shown, 2), 0)
            text += says("other_day", day=says.day(told.other.day), clinics=other)
        return text

    def _day_by_day(self, shown: int) -> str:
        """Name who is on duty on each of several days, who is so on all of them first."""
        days = [(day, [duty.clinic.name for duty in duties]) for day, duties in self.told.days]
        always = [name for name in days[0][1] if all(name in names for _, names in days)]
        parts = [self.says("every_day", clinics="・".join(always[:2]))] if always else []
        for day, names in days[: 6 if shown > 1 else 3]:
            others = [name for name in names if name not in always]
            told = self.says("day_short", month=day.month, day=day.day)
            if others:
                parts.append(
                    self.says("span_day", day=told, clinics="・".join(others[: max(1, shown - 1)]))
                )
        more = ["…"] if len(days) > (6 if shown > 1 else 3) else []
        return str(self.says.says["about"]).join([*parts, *more])

    def _call(self) -> str:
        """Return the line on phoning first, with what must be known of these clinics."""
        told, says = self.told, self.says
        gap = str(says.says["gap"])
        if told.template in PHARMACIES and not told.duties:
            return says("call_pharmacy")
        if not told.known or not told.duties:
            return self._ask()
        if caution := self._caution():
            return f"{says('call_short')}{gap}{caution}"
        if self.asked.near:
            place = says.here.name
            where = says("near_place", place=place) if says.here.point else says("say_where")
            return f"{says('call_short')}{gap}{where}"
        if self.opening:
            return says("call_short")
        return says(
            {"歯科": "call_dental", "薬局": "call_pharmacy"}.get(
                self.asked.department or "", "call"
            )
        )

    def _caution(self) -> str | None:
        chosen = self.told.chosen
        for name in ("may_refuse_children", "surgery_at_large", "department_unknown"):
            if getattr(chosen, name):
                return self.says(name)
        if self.told.missing and self.told.duties:
            return self.says(
                "partly_span" if self.told.days else "partly", title=self.told.missing[0]
            )
        return None

    def _ask(self) -> str:
        desk = self.request.knowledge.municipality.desk_for("休日当番医")
        return self.says.ask(self.duties.inquiry, desk)

    def _cards(self) -> tuple[Card, ...]:
        told, says = self.told, self.says
        if told.days:
            return tuple(
                says.day_card(duties, says("title", day=says.day(day))) for day, duties in told.days
            )
        return tuple(says.card(duty, self._caution()) for duty in told.duties[:MOST_CARDS])

    def _details(self) -> str | None:
        """Return what did not fit: the rest of the opening, all clinics in full, advice, who knows."""
        told, says = self.told, self.says
        parts: list[str] = []
        if self.opening and self.asked.newborn and told.duties:
            parts.append(self._sentence(1, 1))
        parts += self.opening[1:-1] if not self.asked.newborn else []
        for day, duties in told.days or ((told.day, told.duties),):
            parts += [says("title", day=says.day(day))] if day and told.days else []
            parts += [says.line(duty) for duty in duties]
        if not self.opening and self._has_line() and self.asked.department not in ("歯科", "薬局"):
            parts.append(self._advised("line"))
        if told.missing:
            parts += [says("partly", title=title) for title in told.missing]
        parts.append(self._ask())
        return "\n".join(dict.fromkeys(parts)) or None

    def _offers(self) -> tuple[Choice, ...]:
        """Offer the other kinds of help that there are on the day, at the first question."""
        asked, told = self.asked, self.told
        if told.template in ("weekday", "saturday") and self.request.knowledge.places.hospitals:
            label = self.says("find_clinic")
            return (Choice(label, label),)
        if asked.illness or asked.department or told.day is None or not told.duties:
            return ()
        offers = []
        for department in ("小児科", "歯科", "薬局"):
            if department == "小児科" and asked.child:
                continue
            wanted = replace(asked, department=department, child=False, adult=False, age=None)
            if choose(self.duties.on(told.day).duties, wanted, self.says.here).duties:
                label = self.says("offer", department=self.says.department(department))
                offers.append(Choice(label, label))
        return tuple(offers)

    def _sources(self) -> tuple[Source, ...]:
        found = [_source(duty) for duty in self.told.duties]
        if not found:
            day = self.duties.on(self.told.day or self.request.at.date())
            infos = [*day.missing, *(duty.info for duty in day.duties)]
            infos = infos or [roster.info for roster in self.duties.rosters[:1]]
            found = [Source(i.title, i.url, i.file, None, i.updated) for i in infos]
        each = {source.title: source for source in reversed(found)}
        ordered = [each[title] for title in dict.fromkeys(source.title for source in found)]
        return (*(_line_source() if self.opening else ()), *ordered)


def _source(duty: Duty) -> Source:
    info = duty.info
    return Source(info.title, info.url, info.file, duty.row or None, info.updated)
