"""Says which category a thing falls in, how it is put out, and the next day for the asker's area."""

from __future__ import annotations

from concierge.clock import told_day
from concierge.engine import Candidate
from concierge.intent import Request
from concierge.language.items import ItemMatch
from concierge.message import Card, Row, Source
from concierge.waste.calendar import Calendar
from concierge.waste.model import Category, Item

__all__ = ["TOPICS", "handle"]

TOPICS = ("ごみ", "分別")

MOST = 8


def handle(request: Request) -> Candidate | None:
    """Answer from the dictionary's own entries; None where it has none."""
    calendar = request.knowledge.waste
    found = request.understanding.items
    if calendar is None or not found:
        return None
    match = found[0]
    data = calendar.data
    lines = _lines(match)
    if day := _next_line(request, calendar, match):
        lines.append(day)
    rows = tuple(Row(item.name, _told(item)) for item in match.items[:MOST])
    several = len(match.items) > 1
    return Candidate(
        text="\n".join(lines[:3]),
        score=1.0,
        slots={
            "item": match.items[0].name if not several else match.text,
            "category": match.items[0].category,
            "categories": list(dict.fromkeys(item.category for item in match.items)),
        },
        cards=(Card(f"「{match.text}」の分け方", rows),) if several else (),
        sources=(
            Source(
                title=data.title,
                url=data.url,
                file=f"{data.folder}/target.csv",
                row=match.items[0].row or None,
                updated=data.updated,
            ),
        ),
    )


def _lines(match: ItemMatch) -> list[str]:
    items = match.items
    categories = list(dict.fromkeys(item.category.strip() for item in items))
    if len(items) == 1:
        note = items[0].note
        return [f"「{items[0].name}」は、{categories[0]}です。", *([note] if note else [])]
    if len(categories) == 1:
        notes = list(dict.fromkeys(item.note for item in items if item.note))
        return [f"「{match.text}」は、{categories[0]}です。", *notes[:1]]
    listed = "、".join(f"{item.name}は{item.category.strip()}" for item in items[:3])
    more = "など" if len(items) > 3 else ""
    return [f"「{match.text}」は、ものによって分け方がちがいます。", f"{listed}{more}です。"]


def _told(item: Item) -> str:
    return f"{item.category.strip()}（{item.note}）" if item.note else item.category.strip()


def _next_line(request: Request, calendar: Calendar, match: ItemMatch) -> str | None:
    """Say the next day for the asker's area, where thing, area and date are all certain."""
    labels = {item.category for item in match.items}
    place = request.place
    if len(labels) != 1 or place is None or len(place.areas) != 1:
        return None
    category = _category(calendar, next(iter(labels)))
    if category is None:
        return None
    today = request.at.date()
    found = calendar.next_collections(place.areas[0], today)
    one = found[category.index]
    if one.date is None or one.doubt is not None:
        return None
    area = place.areas[0].name.strip()
    return f"{area}の次の{category.label.strip()}は、{told_day(one.date, today)}です。"


def _category(calendar: Calendar, label: str) -> Category | None:
    found = [category for category in calendar.data.categories if category.label == label]
    return found[0] if len(found) == 1 else None
