"""What speaks for a planner's hypothesis, and what against it: figures, each with what it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from concierge.soundings.anonymity import withheld_list
from concierge.soundings.asked import Hypothesis, Sounding
from concierge.soundings.figures import Answers, Places, interval
from concierge.soundings.unmet import Unmet

__all__ = ["AGAINST", "FOR", "OPEN", "Evidence", "Question", "asked_questions", "weigh"]

FOR, AGAINST, OPEN = "支持", "不支持", "まだ判断できない"
SKEWED = 0.10
"""How far a share of an age band may lie from the town's before it is said."""


@dataclass(frozen=True, slots=True)
class Question:
    """How one question was answered. `answers` are (answer, number or None, share, low, high)."""

    id: str
    text: str
    kind: str
    people: int
    texts: int
    answers: tuple[tuple[str, int | None, float | None, float | None, float | None], ...]
    shown: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """A hypothesis weighed. `unmet` are the groups of unanswered questions it would meet."""

    sounding: Sounding
    hypothesis: Hypothesis
    verdict: str
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    unmet: tuple[Unmet, ...]
    agreed: tuple[int, int] | None = None
    """Those whose answer supports it, of all who answered."""

    @property
    def weight(self) -> float:
        """How much of what was not met it would meet."""
        return sum(group.weight for group in self.unmet)


def asked_questions(
    sounding: Sounding, found: Mapping[tuple[str, str], Answers], least: int
) -> list[Question]:
    """Return how the questions of a sounding were answered, small numbers withheld."""
    listed: list[Question] = []
    for query in sounding.questions:
        answer = found.get((sounding.id, query.id))
        people = answer.people if answer else 0
        shown = people >= least
        values = dict(answer.values) if answer else {}
        names = query.choices or tuple(sorted(values, key=lambda value: -values[value]))
        counted = {name: values.get(name, 0) for name in names}
        hidden = withheld_list(counted, least) if shown else set(counted)
        whole = sum(counted.values())
        rows: list[tuple[str, int | None, float | None, float | None, float | None]] = []
        for name in names:
            if name in hidden:
                rows.append((name, None, None, None, None))
            else:
                low, high = interval(counted[name], whole)
                share = counted[name] / whole if whole else 0.0
                rows.append((name, counted[name], share, low, high))
        texts = answer.texts if answer and shown else 0
        listed.append(
            Question(
                query.id, query.text, query.kind, people if shown else 0, texts, tuple(rows), shown
            )
        )
    return listed


def weigh(
    sounding: Sounding,
    found: Mapping[tuple[str, str], Answers],
    groups: Sequence[Unmet],
    where: Places,
    ages: Mapping[str, int],
    least: int,
) -> Evidence | None:
    """Weigh the hypothesis of a sounding; None where it has none."""
    hypothesis = sounding.hypothesis
    if hypothesis is None:
        return None
    speaks_for: list[str] = []
    against: list[str] = []
    verdict, agreed = _survey(sounding, hypothesis, found, least, speaks_for, against)
    matching = tuple(group for group in groups if _matches(group, hypothesis))
    if matching:
        people = max(group.people for group in matching)
        turns = sum(group.turns for group in matching)
        speaks_for.append(
            f"答えられなかった質問のうち、関わるものが{turns:,}回ありました"
            f"（{people:,}人以上。「{matching[0].name}」など）。"
        )
    elif hypothesis.words:
        against.append(
            "答えられなかった質問の中に、関わるまとまりは見つかりませんでした"
            f"（{'・'.join(hypothesis.words)}）。"
        )
    _demand(hypothesis, where, least, speaks_for)
    _skew(found, sounding, ages, least, against)
    return Evidence(
        sounding, hypothesis, verdict, tuple(speaks_for), tuple(against), matching, agreed
    )


def _survey(
    sounding: Sounding,
    hypothesis: Hypothesis,
    found: Mapping[tuple[str, str], Answers],
    least: int,
    speaks_for: list[str],
    against: list[str],
) -> tuple[str, tuple[int, int] | None]:
    answer = found.get((sounding.id, hypothesis.question or ""))
    if answer is None or answer.people < least:
        if hypothesis.question:
            against.append(f"アンケートの回答が{least}人に届かず、賛否を示せません。")
        return OPEN, None
    whole = sum(answer.values.values())
    part = sum(answer.values[value] for value in hypothesis.agree)
    hidden = withheld_list({"agree": part, "other": whole - part}, least)
    if hidden:
        against.append("賛否の一方が少なく、数を示せません。")
        return OPEN, None
    low, high = interval(part, whole)
    bar = hypothesis.at_least / 100
    told = (
        f"「{'」「'.join(hypothesis.agree)}」と答えた方は{whole:,}人中{part:,}人、{part / whole:.0%}"
        f"（95％信頼区間 {low:.0%}〜{high:.0%}、基準 {bar:.0%}以上）。"
    )
    if low >= bar:
        speaks_for.append(told + "区間の下限でも基準を満たします。")
        return FOR, (part, whole)
    if high < bar:
        against.append(told + "区間の上限でも基準に届きません。")
        return AGAINST, (part, whole)
    (speaks_for if part / whole >= bar else against).append(
        told + "区間が基準をまたぐため、この人数では判断できません。"
    )
    return OPEN, (part, whole)


def _matches(group: Unmet, hypothesis: Hypothesis) -> bool:
    return any(
        word in each or each in word
        for word in hypothesis.words
        for each in (*group.words, *group.said)
        if len(each) > 1
    )


def _demand(hypothesis: Hypothesis, where: Places, least: int, speaks_for: list[str]) -> None:
    """Say where its topics are met less often than all topics together.

    The other way round says nothing: what nobody could answer mostly has no topic.
    """
    topics = [topic for topic in hypothesis.topics if topic in where.by_topic]
    turns = sum(where.by_topic[topic] for topic in topics)
    people = max((where.people_by_topic.get(topic, 0) for topic in topics), default=0)
    if people < least or not where.rows:
        return
    missed = sum(where.unresolved[topic] for topic in topics) / turns
    overall = sum(where.unresolved.values()) / where.rows
    if missed > overall:
        speaks_for.append(
            f"「{'」「'.join(topics)}」の質問{turns:,}回のうち、解決しなかったものは{missed:.0%}です"
            f"（全体では{overall:.0%}）。"
        )


def _skew(
    found: Mapping[tuple[str, str], Answers],
    sounding: Sounding,
    ages: Mapping[str, int],
    least: int,
    against: list[str],
) -> None:
    """Say where those who answered are of other ages than those who live here."""
    answer = next((found[key] for key in found if key[0] == sounding.id), None)
    whole, everyone = sum(answer.ages.values()) if answer else 0, sum(ages.values())
    if answer is None or whole < least or not everyone or sounding.ages:
        return
    hidden = withheld_list({age: answer.ages.get(age, 0) for age in ages}, least)
    few = [
        age
        for age in ages
        if age not in hidden and answer.ages.get(age, 0) / whole < ages[age] / everyone - SKEWED
    ]
    if few:
        against.append(
            f"回答者は{'・'.join(few)}が人口より少なく、この年代の声は十分に聞けていません。"
        )
