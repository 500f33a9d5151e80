"""One page for a meeting: what to build first, for whom, why, and what would disprove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from concierge.soundings.evidence import AGAINST, FOR, Evidence
from concierge.soundings.turn import OTHER
from concierge.soundings.unmet import Unmet

__all__ = ["Brief", "briefs"]

FOUND_NEARBY = 0.5
"""The FAQ's score from which an entry may be the answer that was only not found."""
MOST = 3


@dataclass(frozen=True, slots=True)
class Brief:
    """One proposal. Each of the four answers is one or more sentences."""

    title: str
    build: tuple[str, ...]
    whom: tuple[str, ...]
    why: tuple[str, ...]
    care: tuple[str, ...]
    disproved: tuple[str, ...]
    verdict: str | None
    people: int
    turns: int
    unmet: tuple[str, ...]
    weight: float


def briefs(evidence: Sequence[Evidence], groups: Sequence[Unmet], least: int) -> list[Brief]:
    """Return the proposals, the first to be built first; none where nothing is known."""
    made = [_of_hypothesis(each, least) for each in evidence if _promising(each)]
    taken = {group.id for each in evidence for group in each.unmet}
    made += [_of_group(group, groups, least) for group in groups if group.id not in taken]
    made.sort(key=lambda brief: (-brief.weight, brief.title))
    return made[:MOST]


def _promising(evidence: Evidence) -> bool:
    return evidence.verdict != AGAINST and (evidence.verdict == FOR or bool(evidence.unmet))


def _of_hypothesis(evidence: Evidence, least: int) -> Brief:
    hypothesis = evidence.hypothesis
    people = max((group.people for group in evidence.unmet), default=0)
    turns = sum(group.turns for group in evidence.unmet)
    agreed = evidence.agreed[0] if evidence.agreed else 0
    technology = (f"必要な技術: {hypothesis.technology}。",) if hypothesis.technology else ()
    return Brief(
        title=hypothesis.service,
        build=(f"{hypothesis.service}。", *technology),
        whom=(f"{hypothesis.persona}。", *_areas(evidence.unmet, least)),
        why=(f"{hypothesis.need}。", *evidence.speaks_for),
        care=evidence.speaks_against,
        disproved=(
            f"{hypothesis.disproved or f'「{hypothesis.verified}」が満たされないとき'}。",
            *_fewer(evidence.unmet),
        ),
        verdict=evidence.verdict,
        people=max(people, agreed),
        turns=turns,
        unmet=tuple(group.name for group in evidence.unmet),
        weight=evidence.weight + (agreed if evidence.verdict == FOR else 0),
    )


def _of_group(group: Unmet, groups: Sequence[Unmet], least: int) -> Brief:
    near = group.nearest
    if near is not None and near[2] >= FOUND_NEARBY:
        build = (
            f"FAQ「{near[1]}」がその答えになるかを、担当課で確かめる。",
            "なるなら、住民の言い方を also に書き加える。ならないなら、新しく書く。",
        )
    else:
        build = (
            f"「{group.name}」に答えられるようにする。",
            "まずFAQかデータを用意し、それで足りないと分かってから、仕組みを作る。",
        )
    rank = next(place for place, each in enumerate(groups, 1) if each.id == group.id)
    topic = (
        "どの用件にも分類できなかった質問です。"
        if group.topic == OTHER
        else f"用件は「{group.topic}」です。"
    )
    return Brief(
        title=f"「{group.name}」への答え",
        build=build,
        whom=(f"少なくとも{group.people:,}人。{topic}", *_areas((group,), least)),
        why=(
            f"解決しなかった質問のうち{rank}番目に重いまとまりです"
            f"（{group.people:,}人以上が{group.turns:,}回、未解決{group.unresolved:.0%}）。",
            _trend(group),
        ),
        care=(),
        disproved=_fewer((group,)),
        verdict=None,
        people=group.people,
        turns=group.turns,
        unmet=(group.name,),
        weight=group.weight,
    )


def _areas(groups: Sequence[Unmet], least: int) -> tuple[str, ...]:
    areas: dict[str, int] = {}
    for group in groups:
        for area, people in group.areas.items():
            areas[area] = max(areas.get(area, 0), people)
    top = sorted(
        ((area, people) for area, people in areas.items() if people >= least),
        key=lambda pair: (-pair[1], pair[0]),
    )[:3]
    if not top:
        return ()
    told = "、".join(f"{area}（{people:,}人以上）" for area, people in top)
    return (f"多い地区: {told}。",)


def _trend(group: Unmet) -> str:
    months = list(group.months.items())
    if len(months) < 4:
        return "期間が短く、増え方はまだ分かりません。"
    third = max(len(months) // 3, 1)
    before = sum(turns for _, turns in months[:third])
    after = sum(turns for _, turns in months[-third:])
    peak = max(months, key=lambda pair: pair[1])
    month = f"{int(peak[0][5:7])}月"
    if after > before * 1.3:
        return f"期間の終わりに向けて増えています（最も多いのは{month}）。"
    if after < before * 0.7:
        return f"期間の終わりに向けて減っています（最も多いのは{month}）。"
    return f"一時のことではなく、続いています（最も多いのは{month}）。"


def _fewer(groups: Sequence[Unmet]) -> tuple[str, ...]:
    turns = sum(group.turns for group in groups)
    months = max((len(group.months) for group in groups), default=0)
    if not turns:
        return ()
    half = max(round(turns / months / 2), 1)
    return (
        f"始めて3か月たっても、同じ質問で解決しないものが、いまの半分（月{half:,}回）まで減らないとき。",
    )
