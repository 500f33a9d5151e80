"""The report of a period: everything a planner takes to a meeting, small numbers withheld.

`make_report` reads the log once; the forms (HTML, JSON, CSV) show the same. Nothing in it is a
resident's own text, but for wordings that k residents used alike.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from concierge.knowledge import Knowledge
from concierge.soundings import figures
from concierge.soundings.anonymity import withheld_cells, withheld_list
from concierge.soundings.asked import IDEAS, Sounding
from concierge.soundings.brief import Brief, briefs
from concierge.soundings.crossing import Cross, answers_by_age, people_by_age_and_area
from concierge.soundings.evidence import Evidence, Question, asked_questions, weigh
from concierge.soundings.figures import FEEDBACK, OUTCOMES, Counts, Places
from concierge.soundings.settings import AGES
from concierge.soundings.unmet import Unmet, unmet_groups

__all__ = ["Ages", "Council", "Report", "Survey", "Topic", "make_report"]

AREAS_SHOWN, TOPICS_BY_AREA = 14, 6
COUNTED = ("選択", "ものさし")
"""The kinds of questions whose answers are told by age band."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. Numbers are turns of all residents; None is withheld."""

    name: str
    turns: int | None
    outcomes: Mapping[str, int | None]
    wrong: int | None
    helpful: int | None


@dataclass(frozen=True, slots=True)
class Ages:
    """One age band: respondents' share (None withheld) beside the town's (None unknown)."""

    band: str
    people: int | None
    share: float | None
    population: float | None


@dataclass(frozen=True, slots=True)
class Survey:
    """One sounding and how it was answered."""

    id: str
    title: str
    people: int
    questions: tuple[Question, ...]
    ages: tuple[Ages, ...]
    deeds: tuple[tuple[date, str], ...]
    where: Cross | None = None
    """Who answered the first question, by area and age band."""
    by_age: Mapping[str, Cross] = field(default_factory=dict)
    """By question: what each age band answered."""


@dataclass(frozen=True, slots=True)
class Council:
    """What a council asks: met without phoning, calls saved, cost, reach. None where not known."""

    met: int
    share_met: float
    hours: float | None
    minutes: float | None
    cost: int | None
    months: float
    cost_each: float | None
    reached: int | None
    share_reached: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything of one period, both days included."""

    town: str
    first: date
    last: date
    made: datetime
    least: int
    counts: Counts
    topics: tuple[Topic, ...]
    where: Places
    areas: tuple[tuple[str, int | None], ...]
    area_topics: tuple[tuple[str, tuple[int | None, ...]], ...]
    area_columns: tuple[str, ...]
    unmet: tuple[Unmet, ...]
    surveys: tuple[Survey, ...]
    evidence: tuple[Evidence, ...]
    briefs: tuple[Brief, ...]
    council: Council
    ideas: int
    population: int | None
    retention: tuple[int, int, int]


def make_report(
    connection: sqlite3.Connection,
    knowledge: Knowledge,
    first: date,
    last: date,
    made: datetime,
    *,
    published: bool = False,
) -> Report:
    """Read the log and return the report. `published` takes only what may be published."""
    privacy, population = knowledge.privacy, knowledge.population
    least = privacy.least
    counted = figures.counts(connection, first, last)
    where = figures.places(connection, first, last)
    answered = figures.answers(connection, first, last, published=published)
    groups = unmet_groups(connection, first, last, least, knowledge)
    if published:
        groups = [group for group in groups if group.publishable >= least]
    weighed = [
        weigh(sounding, answered, groups, where, population.ages, least)
        for sounding in knowledge.soundings
    ]
    evidence = tuple(
        sorted((each for each in weighed if each is not None), key=lambda each: -each.weight)
    )
    columns, rows = _areas_and_topics(where, least)
    ideas = answered.get((IDEAS, IDEAS))
    return Report(
        town=knowledge.municipality.name,
        first=first,
        last=last,
        made=made,
        least=least,
        counts=counted,
        topics=_topics(counted, least),
        where=where,
        areas=_areas(where, least),
        area_topics=rows,
        area_columns=columns,
        unmet=tuple(groups),
        surveys=tuple(_surveys(knowledge, answered, least)),
        evidence=evidence,
        briefs=tuple(briefs(evidence, groups, least)),
        council=_council(connection, counted, knowledge, first, last),
        ideas=ideas.texts if ideas is not None and ideas.people >= least else 0,
        population=population.population,
        retention=(privacy.texts, privacy.answers, privacy.counts),
    )


def _topics(counted: Counts, least: int) -> tuple[Topic, ...]:
    """Return the topics by turns; cells and topics of too few are withheld."""
    needs = [topic for topic in counted.topics if figures.is_need(topic)]
    totals = {topic: sum(counted.topics[topic][outcome] for outcome in OUTCOMES) for topic in needs}
    needs = [topic for topic in needs if totals[topic]]
    hidden = withheld_list({topic: totals[topic] for topic in needs}, least)
    cells = {(t, o): counted.topics[t][o] for t in needs if t not in hidden for o in OUTCOMES}
    shown = [topic for topic in needs if topic not in hidden]
    withheld = withheld_cells(cells, shown, OUTCOMES, least)
    listed: list[Topic] = []
    for topic in sorted(needs, key=lambda topic: (-totals[topic], topic)):
        said = {
            name: None
            if topic in hidden or 0 < counted.topics[topic][name] < least
            else counted.topics[topic][name]
            for name in FEEDBACK
        }
        outcomes = {
            outcome: None
            if topic in hidden or (topic, outcome) in withheld
            else counted.topics[topic][outcome]
            for outcome in OUTCOMES
        }
        turns = None if topic in hidden else totals[topic]
        listed.append(Topic(topic, turns, outcomes, said["wrong"], said["helpful"]))
    return tuple(listed)


def _areas(where: Places, least: int) -> tuple[tuple[str, int | None], ...]:
    hidden = withheld_list(where.people_by_area, least)
    ranked = sorted(where.people_by_area, key=lambda area: (-where.people_by_area[area], area))
    return tuple((a, None if a in hidden else where.people_by_area[a]) for a in ranked)


def _areas_and_topics(
    where: Places, least: int
) -> tuple[tuple[str, ...], tuple[tuple[str, tuple[int | None, ...]], ...]]:
    """Return people by area and topic, for the largest of both, cells of too few withheld."""
    areas = sorted(where.people_by_area, key=lambda a: (-where.people_by_area[a], a))[:AREAS_SHOWN]
    topics = sorted(where.people_by_topic, key=lambda t: (-where.people_by_topic[t], t))
    columns = tuple(topics[:TOPICS_BY_AREA])
    people = {(a, t): where.people.get((a, t), 0) for a in areas for t in columns}
    hidden = withheld_cells(people, areas, columns, least)
    rows = tuple(
        (area, tuple(None if (area, t) in hidden else people[area, t] for t in columns))
        for area in areas
    )
    return columns, rows


def _surveys(
    knowledge: Knowledge, answered: Mapping[tuple[str, str], figures.Answers], least: int
) -> list[Survey]:
    found: list[Survey] = []
    for sounding in knowledge.soundings:
        questions = tuple(asked_questions(sounding, answered, least))
        deeds = tuple((deed.on, deed.text) for deed in sounding.did)
        if sounding.questions and any(question.shown for question in questions):
            first = answered[sounding.id, sounding.questions[0].id]
            ages = _ages(first, knowledge.population.ages, least)
            people = max(question.people for question in questions)
            survey = Survey(sounding.id, sounding.title, people, questions, ages, deeds)
            where = people_by_age_and_area(first, least)
            by_age = _by_age(sounding, answered, questions, least)
            found.append(replace(survey, where=where, by_age=by_age))
        elif deeds:
            found.append(Survey(sounding.id, sounding.title, 0, (), (), deeds))
    return found


def _by_age(
    sounding: Sounding,
    answered: Mapping[tuple[str, str], figures.Answers],
    questions: Sequence[Question],
    least: int,
) -> dict[str, Cross]:
    found: dict[str, Cross] = {}
    for question in questions:
        names = [answer[0] for answer in question.answers]
        if question.shown and names and question.kind in COUNTED:
            crossed = answers_by_age(answered[sounding.id, question.id], names, least)
            if crossed is not None:
                found[question.id] = crossed
    return found


def _ages(answer: figures.Answers, population: Mapping[str, int], least: int) -> tuple[Ages, ...]:
    told = {band: answer.ages.get(band, 0) for band in AGES}
    hidden = withheld_list(told, least)
    whole, everyone = sum(told.values()), sum(population.values())
    return tuple(
        Ages(
            band=band,
            people=None if band in hidden else told[band],
            share=None if band in hidden or not whole else told[band] / whole,
            population=population[band] / everyone if everyone and band in population else None,
        )
        for band in AGES
    )


def _council(
    connection: sqlite3.Connection, counted: Counts, knowledge: Knowledge, first: date, last: date
) -> Council:
    """Count a need as met where it was answered and nobody said otherwise: an upper limit."""
    population = knowledge.population
    said = counted.outcomes
    missed = said["wrong"] + said["person"] + said["unsolved"]
    met = max(said["answered"] - missed, 0)
    months = max(((last - first).days + 1) / 30.44, 0.03)
    cost = population.cost
    reached = figures.reached(connection)
    known = reached if reached >= knowledge.privacy.least else None
    return Council(
        met=met,
        share_met=met / counted.turns if counted.turns else 0.0,
        hours=met * population.minutes / 60 if population.minutes is not None else None,
        minutes=population.minutes,
        cost=cost,
        months=months,
        cost_each=cost * months / met if cost is not None and met else None,
        reached=known,
        share_reached=known / population.population
        if known is not None and population.population
        else None,
    )
