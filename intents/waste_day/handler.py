"""Answers when which garbage is collected, or asks for the area, or says that it is not known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote

import yaml

from concierge.engine import Candidate
from concierge.intent import Request
from concierge.language.categories import CategoryFinder
from concierge.language.dates import DateSpan
from concierge.language.normalize import fold_kana, normalize, normalized_key
from concierge.message import Choice, Source, Status
from concierge.understanding import MASKS, Place
from concierge.waste.areas import told_apart
from concierge.waste.calendar import Calendar
from concierge.waste.model import Area
from intents.waste_day.telling import Teller, desk_line, teller
from intents.waste_day.view import Asked, View

__all__ = ["TOPICS", "handle"]

TOPICS = ("ごみ", "収集", "ごみ収集", "収集日")

MAX_CHOICES = 10
HOMES = {"自宅": "keep_home", "実家": "keep_parents"}
"""Homes an area may be kept under, and what the button says."""


DANGEROUS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(fold_kana(str(word)))
    for word in yaml.safe_load(
        Path(__file__).with_name("dangerous.yaml").read_text(encoding="utf-8")
    )
)
ASKS_WHAT = re.compile(
    "ごみ|ゴミ|何|なに|なん(?!で)|収集|回収|garbage|trash|rubbish|waste|recycling|what(?! about)"
)
"""What makes a day a question of its own, and not one more day of the kind talked about."""
WHICH = re.compile("だっけ|どっち|どちら|それとも")
LATER = re.compile(
    "次の次|つぎのつぎ|次々回|[そさ](?:の|らに)(?:次|つぎ)(?!の日)|もう(?:一つ|ひとつ)次|[二2](?:つ|回)先|それの次"
    "|その後の|after that|the one after|next next|following one|and then"
)
"""The one after the next, or after the one just told."""
TABLE = re.compile("かれんだー|予定表|日程表|一覧表|収集表|calendar")
MONTH = 31
"""Days that a table of collections tells where no days are named."""
HEARD_FOR_BURNABLE = re.compile("家電(?:ごみ|の日)")
MAX_SPANS = 3
NIGHT = re.compile("[夜晩]")
OUT_AT_NIGHT = re.compile("出し(?:て|と)|だし(?:て|と)|出せ|置い")
BULKY = re.compile("粗大|そだい|大型|おおがた")
TO_BE_RID_OF = re.compile("出し|だし|捨て|すて|お願い|頼")
DAY_ASKED = re.compile("いつ|何曜|何日|なんよう|なんにち|日|次")
GENERAL_DAYS = re.compile("祝日|祝祭日|祭日|休日|平日|土日|土日祝")
"""Days that are asked about as a rule (「祝日もありますか」): not a question for one date."""
POLITE_END = re.compile("(?:です|だよ|だ|のほう|の方|。|！|!)+$")


def handle(request: Request) -> Candidate | None:
    """Answer from the town's calendar; None where the town has published none."""
    calendar = request.knowledge.waste_on(request.at.date())
    if calendar is None:
        return None
    if (
        _about_a_thing(request)
        or _only_a_thing(request)
        or _a_dangerous_thing(request)
        or _a_rule(request)
    ):
        return None
    if request.understanding.impossible and not request.understanding.dates:
        return _no_such_day(_tell(request, calendar), request.understanding.impossible[0])
    if _heard_for_burnable(request, calendar):
        return _ask_burnable(request, calendar)
    asked = _asked(request, calendar)
    if asked is None:
        return _no_such_category(request, calendar)
    if request.place is None or not request.place.areas:
        return _ask_area(request, calendar, asked)
    return _for_every_area(request, calendar, asked, request.place)


def _for_every_area(request: Request, calendar: Calendar, asked: Asked, place: Place) -> Candidate:
    """Answer once where all areas have the same answer; else ask which, or tell them all."""
    answers = [_answer(request, calendar, asked, area, place) for area in place.areas]
    if len({_comparable(answer) for answer in answers}) == 1:
        return answers[0]
    if len({area.full_name.strip() for area in place.areas}) == 1:
        return _all_of_one_name(request, calendar, answers)
    return _ask_which(request, calendar, asked, place)


def _about_a_thing(request: Request) -> bool:
    """Tell whether a thing of the dictionary is named, and no kind of garbage."""
    understood = request.understanding
    things = [match for match in understood.items if not TABLE.search(fold_kana(match.text))]
    return bool(things) and not understood.categories


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


def _a_dangerous_thing(request: Request) -> bool:
    """Tell whether something is named that must not be guessed into a category.

    A label of the town that names the very thing (乾電池・ライター) may answer; a family may not.
    """
    text = fold_kana(request.understanding.normalized.text)
    labels = [
        fold_kana(normalize(category.label).text)
        for match in request.understanding.categories
        for category in match.categories
    ]
    return any(
        word.search(text) and not any(word.search(label) for label in labels) for word in DANGEROUS
    )


def _a_rule(request: Request) -> bool:
    """Tell whether it is asked what holds in general, not what is collected on one day.

    「祝日もありますか」, whether garbage may be out in the night before, and how to get rid of
    bulky things, which mostly have to be announced.
    """
    understood = request.understanding
    said = [span.text for span in understood.dates]
    if len(said) == 1 and GENERAL_DAYS.fullmatch(said[0]):
        return True
    bulky = any(BULKY.search(fold_kana(match.text)) for match in understood.categories)
    if bulky and not said and not DAY_ASKED.search(understood.normalized.text):
        return bool(TO_BE_RID_OF.search(understood.normalized.text))
    at_night = any(NIGHT.search(text) for text in said)
    return at_night and bool(OUT_AT_NIGHT.search(understood.normalized.text))


def _heard_for_burnable(request: Request, calendar: Calendar) -> bool:
    """Tell whether 「家電ごみ」 is said, as voice typing hears 可燃ごみ, in a town without one."""
    text = fold_kana(request.understanding.normalized.text)
    return bool(HEARD_FOR_BURNABLE.search(text)) and not any(
        "家電" in category.label for category in calendar.data.categories
    )


def _ask_burnable(request: Request, calendar: Calendar) -> Candidate:
    finder = CategoryFinder(calendar.data.categories)
    found = [c for match in finder.find(normalize("可燃ごみ")) for c in match.categories]
    labels = [category.label.strip() for category in found]
    tell = _tell(request, calendar)
    place = request.place
    of = f"{place.said}の" if place is not None and place.origin == "said" else ""
    choices = [*(f"{of}{label}の日" for label in labels), tell.say("appliances")]
    return Candidate(
        text=tell.say("which_heard", first=choices[0], other=choices[-1]),
        score=1.0,
        status=Status.CLARIFY,
        choices=tuple(Choice(choice, choice) for choice in choices),
    )


def _asked(request: Request, calendar: Calendar) -> Asked | None:
    """Put the need together; None if a kind was named that this town does not collect."""
    said = request.understanding.categories
    categories = tuple(dict.fromkeys(c for match in said for c in match.categories))
    if said and not categories:
        return None
    text = request.understanding.normalized.text
    if not categories and not (request.understanding.dates and ASKS_WHAT.search(text)):
        kept = request.slots.get("categories") or ()
        categories = tuple(c for c in calendar.data.categories if c.label in kept)
    if LATER.search(text) and not request.understanding.dates:
        told = request.slots.get("told")
        return Asked(
            categories, (), after=date.fromisoformat(told) if told else None, second=not told
        )
    if TABLE.search(fold_kana(text)) and not request.understanding.dates:
        today = request.at.date()
        return Asked(categories, ((today, today + timedelta(days=MONTH - 1)),))
    days: list[tuple[date, date]] = []
    spans = _days_meant(request)
    if len(spans) > 1 and categories and WHICH.search(text):
        return Asked(categories, ())
    for span in spans[:1]:
        days = [(span.first, span.last), *span.alternatives[:1]]
    if not days and not said and (kept_days := request.slots.get("days")):
        days = [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in kept_days]
    further = tuple((span.first, span.last) for span in spans[1:MAX_SPANS])
    return Asked(categories, tuple(days), further)


def _days_meant(request: Request) -> list[DateSpan]:
    """Return the days said, each once, without 「祝日」 where it only explains another one."""
    spans = request.understanding.dates
    named = [span for span in spans if not GENERAL_DAYS.fullmatch(span.text)] or list(spans)
    return list({(span.first, span.last): span for span in reversed(named)}.values())[::-1]


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
    tell = _tell(request, calendar)
    question = tell.say("ask_area_parents" if home == "実家" else "ask_area")
    choices = tuple(Choice(name, name) for name in names) if len(names) <= MAX_CHOICES else ()
    example = (
        "" if choices or not names else "\n" + tell.say("example", area=_example(tell, areas[0]))
    )
    return Candidate(
        text=question + example,
        score=1.0,
        status=Status.CLARIFY,
        slots={**_slots(asked, None), **({"home": home} if home else {})},
        choices=choices,
        missing="area",
    )


def _ask_which(request: Request, calendar: Calendar, asked: Asked, place: Place) -> Candidate:
    names = list(dict.fromkeys(told_apart(area, place.areas) for area in place.areas))
    shown = names[:MAX_CHOICES]
    return Candidate(
        text=_tell(request, calendar).say("ask_which"),
        score=1.0,
        status=Status.CLARIFY,
        slots={**_slots(asked, None), "areas": names},
        choices=tuple(Choice(name, name) for name in shown),
        missing="area",
    )


def _all_of_one_name(
    request: Request, calendar: Calendar, answers: Sequence[Candidate]
) -> Candidate:
    """Tell the days of areas that are published under one name, by who collects there."""
    tell = _tell(request, calendar)
    areas = request.place.areas if request.place else ()
    lines = [tell.say("one_name")]
    for area, answer in zip(areas, answers, strict=True):
        where = area.centre or tell.say("line_of_file", row=area.row)
        lines.append(tell.say("of_one_name", centre=where, text=answer.text.split("\n")[0]))
    rest = [*lines[3:], desk_line(request.knowledge, tell.wording.language)]
    return replace(
        answers[0], text="\n".join(lines[:3]), details="\n".join(rest), cards=(), choices=()
    )


def _example(tell: Teller, area: Area) -> str:
    return tell.area(area, area.full_name)


def _tell(request: Request, calendar: Calendar) -> Teller:
    return teller(calendar.data, request.understanding.language, request.at.date())


def _no_such_day(tell: Teller, said: str) -> Candidate:
    return Candidate(text=tell.say("no_such_day", said=said), score=1.0, status=Status.CLARIFY)


def _no_such_category(request: Request, calendar: Calendar) -> Candidate:
    tell = _tell(request, calendar)
    said = request.understanding.categories[0].text
    text = f"{tell.say('no_such_category', said=said)}\n{desk_line(request.knowledge, tell.wording.language)}"
    return Candidate(text=text, score=1.0, status=Status.ABSTAIN)


def _comparable(answer: Candidate) -> tuple[object, ...]:
    slots = {name: value for name, value in answer.slots.items() if name != "area"}
    return (answer.status, answer.text, str(slots))


def _answer(
    request: Request, calendar: Calendar, asked: Asked, area: Area, place: Place
) -> Candidate:
    """Answer for one area."""
    several = len(place.areas) > 1
    said = POLITE_END.sub("", place.said) if several else ""
    name = said or told_apart(area, calendar.data.areas)
    tell = _tell(request, calendar)
    told = said or tell.area(area, name)
    answer = View(calendar, area, told, request.at, tell).answer(asked)
    if answer.status is Status.ABSTAIN:
        answer = replace(
            answer, text=f"{answer.text}\n{desk_line(request.knowledge, tell.wording.language)}"
        )
    if answer.status is Status.ANSWERED and not several:
        answer = replace(answer, details=_with_link(request, tell, area, answer.details))
    data, row = calendar.source(area, asked.days[0][0] if asked.days else request.at.date())
    return replace(
        answer,
        slots={**_slots(asked, name), **answer.slots},
        sources=(
            Source(
                title=data.title,
                url=data.url,
                file=f"{data.folder}/area_days.csv",
                row=row or None,
                updated=data.updated,
            ),
        ),
        choices=() if several else _offers(request, calendar, place, name),
    )


def _with_link(request: Request, tell: Teller, area: Area, details: str | None) -> str | None:
    """Add where the area's calendar can be seen and subscribed to, if the town said its address."""
    web = request.knowledge.municipality.web
    if not web:
        return details
    link = f"{web.rstrip('/')}/calendar/{quote(area.full_name.strip(), safe='')}"
    return "\n".join(filter(None, (details, tell.say("calendar_link", url=link))))


def _offers(request: Request, calendar: Calendar, place: Place, name: str) -> tuple[Choice, ...]:
    """Offer to keep the area, where it was said and is not kept yet."""
    if place.origin != "said" or name in request.homes.values():
        return ()
    tell = _tell(request, calendar)
    latin = tell.latin(place.areas[0])

    def said(home: str, label: str) -> str:
        return tell.say(f"{label}_said", area=latin) if latin else f"{name}を{home}として覚えて"

    return tuple(
        Choice(tell.say(label), said(home, label))
        for home, label in HOMES.items()
        if home not in request.homes
    )
