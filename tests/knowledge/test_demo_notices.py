"""The demonstration town's notices: good form to copy, and never in the way of an answer."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

import intents
from concierge.clock import TOKYO
from concierge.knowledge import Knowledge, load_knowledge
from concierge.message import Message, Reply
from concierge.understanding import Understander
from tests.standing import beside, standing

DEMO = Path(__file__).resolve().parents[2] / "knowledge" / "demo"
FIRST = datetime(2026, 1, 1, tzinfo=TOKYO)
"""The town's calendar and answers are of 2026 and later."""
ORDINARY = [
    "あしたのごみ、なに？",
    "本町の燃やせるごみ",
    "避難所はどこ？",
    "住民票ほしい",
    "防災",
    "地震",
]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(DEMO)


def asked(*questions: tuple[str, datetime], area: str | None = None) -> list[Reply]:
    async def turns() -> list[Reply]:
        return [await standing().answer(Message(t, at=at, area=area)) for t, at in questions]

    return beside(turns())


def test_every_notice_shows_good_form(knowledge: Knowledge) -> None:
    assert len(knowledge.notices) == 2
    for notice in knowledge.notices:
        assert notice.subjects and notice.starts and notice.ends and notice.url
        assert notice.ends - notice.starts <= timedelta(days=31)
        assert not notice.disaster
        first = notice.text.splitlines()[0]
        assert len(first) <= 40 and first.endswith("。")
        assert f"{notice.ends.month}月{notice.ends.day}日" in first
        weekday = "月火水木金土日"[notice.ends.weekday()]
        assert f"（{weekday}）" in first


def test_no_notice_goes_before_an_answer_on_another_subject(knowledge: Knowledge) -> None:
    """Each is over before the town's calendar begins, or is asked for by its own words alone."""
    finder = Understander(knowledge).areas
    names = [module.name for module in pkgutil.iter_modules(intents.__path__) if module.ispkg]
    handlers = [importlib.import_module(f"intents.{name}.handler") for name in names]
    topics = [topic for handler in handlers for topic in getattr(handler, "TOPICS", ())]
    assert "ごみ" in topics
    current = [n for n in knowledge.notices if n.ends is not None and n.ends >= FIRST]
    in_the_way = [
        (notice.file, text)
        for notice in current
        for entry in knowledge.faq
        if entry.id != "bosai-kunren"
        for text in (entry.question, *entry.also, *entry.golden)
        if notice.concerns(
            text, (entry.category or "", entry.department or "", *topics), (), finder
        )
    ]
    assert current
    assert in_the_way == []


@pytest.mark.parametrize("day", [date(2026, 11, 21), date(2026, 11, 29), date(2028, 2, 9)], ids=str)
def test_ordinary_answers_carry_no_notice(day: date) -> None:
    at = datetime.combine(day, time(10), TOKYO)
    replies = asked(*((text, at) for text in ORDINARY), area="山里地区月見台")
    assert [reply.text for reply in replies if "お知らせ】" in reply.text] == []


def test_who_asks_for_the_drill_sees_this_years_day_until_it_is_over() -> None:
    before, meanwhile, after, next_year = asked(
        ("防災訓練はいつ？", datetime(2026, 10, 31, 23, tzinfo=TOKYO)),
        ("防災訓練はいつ？", datetime(2026, 11, 21, 10, tzinfo=TOKYO)),
        ("防災訓練はいつ？", datetime(2026, 11, 29, 13, tzinfo=TOKYO)),
        ("防災訓練", datetime(2027, 11, 21, 10, tzinfo=TOKYO)),
    )
    assert "11月29日（日）9時" in meanwhile.text.splitlines()[0]
    assert [r.text for r in (before, after, next_year) if "11月29日" in r.text] == []


def test_the_sample_of_a_cancelled_collection_works_in_its_period() -> None:
    at = datetime(2025, 2, 9, 6, tzinfo=TOKYO)
    (hit,) = asked(("きょうのごみは？", at), area="山里地区月見台")
    (spared,) = asked(("きょうのごみは？", at), area="海岸地区汐入町")
    assert "収集は中止します" in hit.text
    assert "中止" not in spared.text
