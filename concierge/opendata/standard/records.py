"""From the fields of one row to one record: what belongs together is put together here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from concierge.message import Location
from concierge.opendata.standard.cells import ALL_DAY, Days
from concierge.places.hours import Doubt, OpeningHours, Span
from concierge.places.model import (
    Aed,
    Childcare,
    Event,
    Facility,
    Hazard,
    Hospital,
    Shelter,
    Spot,
)
from concierge.places.remarks import Remark, read_remark

__all__ = ["BUILDERS", "Fields"]

DAY = 24 * 60
CLOSED_DOWN = re.compile(r"(?:より|から)?(?:休所|休園|閉所|閉園|閉鎖|廃止|休止)(?!日)")


@dataclass(frozen=True, slots=True)
class Fields:
    """What was read of one row: values by field, the columns they stood in, and what was lost."""

    values: Mapping[str, Any]
    columns: Mapping[str, int]
    lost: frozenset[str]
    line: int
    file: str
    features: tuple[str, ...]
    dragged: bool
    report: Callable[..., None]

    def get(self, name: str) -> Any:
        """Return a value, None where there is none."""
        return self.values.get(name)

    def problem(self, name: str, severity: str, code: str, message: str) -> None:
        """Report something at the cell of a field."""
        self.report(self.line, self.columns.get(name, 1), severity, code, message)


def _spot(fields: Fields) -> dict[str, Any] | None:
    """Return what all places have in common; None where there is no name."""
    name = fields.get("name")
    if not name:
        fields.report(
            fields.line,
            1,
            "error",
            "row-unnamed",
            "名称が空の行です。この行は案内しません。名称を入れてください。",
        )
        return None
    return {
        "name": name,
        "file": fields.file,
        "row": fields.line,
        "id": fields.get("id"),
        "reading": fields.get("reading"),
        "english": fields.get("english"),
        "aliases": fields.get("alias") or (),
        "address": _address(fields),
        "building": fields.get("building"),
        "location": _location(fields),
        "phone": fields.get("phone"),
        "url": fields.get("url"),
        "note": _note(fields),
        "hours": _hours(fields),
    }


def _address(fields: Fields) -> str | None:
    parts = [fields.get(name) for name in ("prefecture", "city", "town", "lot")]
    joined = "".join(part for part in parts[:2] if part) + "".join(p for p in parts[2:] if p)
    return fields.get("address") or (joined if parts[2] else None)


def _note(fields: Fields) -> str | None:
    note: str | None = fields.get("note")
    if note is not None and note.isdecimal():
        fields.problem(
            "note",
            "info",
            "note-number",
            f"備考が「{note}」という数字だけなので、案内しません。別の列の値でないか確かめてください。",
        )
        return None
    return note


def _location(fields: Fields) -> Location | None:
    latitude, longitude = fields.get("latitude"), fields.get("longitude")
    if latitude is None or longitude is None:
        given = [name for name in ("latitude", "longitude") if fields.get(name) is not None]
        if given and not fields.lost & {"latitude", "longitude"}:
            fields.problem(
                given[0],
                "warning",
                "half-coordinate",
                "緯度と経度の片方が空です。この場所は距離の案内に使いません。両方を入れてください。",
            )
        return None
    return Location(latitude, longitude)


def _hours(fields: Fields) -> OpeningHours:
    remark = fields.get("remark") or ""
    if fields.dragged:
        fields.problem(
            "remark",
            "warning",
            "remark-dragged",
            "特記事項の最後の数字が、上の行から1ずつ増えています（Excelで引っ張って写したときの誤り）。"
            "開いているかどうかの案内には使いません。正しい内容に直してください。",
        )
        found = Remark(doubts=(Doubt(remark),))
    else:
        found = read_remark(remark)
    days: Days | None = fields.get("days")
    lost = tuple(
        Doubt(f"{title}を読み取れない")
        for name, title in (("opens", "開始時刻"), ("closes", "終了時刻"), ("days", "曜日"))
        if name in fields.lost
    )
    return OpeningHours(
        weekdays=days.weekdays if days and not days.irregular else None,
        holidays=days.holidays if days else None,
        spans=_spans(fields),
        irregular=bool(days and days.irregular),
        closures=found.closures,
        specials=found.specials,
        doubts=(*found.doubts, *lost),
        remark=remark,
    )


def _spans(fields: Fields) -> tuple[Span, ...]:
    opens, closes = fields.get("opens"), fields.get("closes")
    if ALL_DAY in (opens, closes):
        return ((0, DAY),) if opens in (ALL_DAY, None) and closes in (ALL_DAY, None) else ()
    if opens is None or closes is None:
        return ()
    if opens == closes == 0:
        return ((0, DAY),)
    if closes < opens <= DAY and closes <= DAY // 2:
        return ((opens, closes + DAY),)
    if closes <= opens:
        fields.problem(
            "closes",
            "warning",
            "hours-reversed",
            "終了の時刻が開始より前です。この時刻は案内しません。確かめてください。",
        )
        return ()
    return ((opens, closes),)


def _facility(fields: Fields) -> Spot | None:
    spot = _spot(fields)
    listed = fields.get("barrier_free") or ()
    if spot is None:
        return None
    return Facility(
        **spot,
        poi=fields.get("poi"),
        description=fields.get("description"),
        features=(*fields.features, *(one for one in listed if one not in fields.features)),
    )


def _shelter(fields: Fields) -> Spot | None:
    spot = _spot(fields)
    if spot is None:
        return None
    hazards = frozenset(hazard for hazard in Hazard if fields.get(str(hazard)) is True)
    if not hazards:
        fields.report(
            fields.line,
            1,
            "warning",
            "shelter-without-hazard",
            "災害の種別がどれも空です。どの災害のときに使えるか分からないため、"
            "種別を聞かれたときは案内しません。対応する種別の列に 1 を入れてください。",
        )
    return Shelter(
        **spot,
        hazards=hazards,
        lost=frozenset(hazard for hazard in Hazard if str(hazard) in fields.lost),
        also_evacuation_centre=fields.get("overlap"),
        capacity=fields.get("capacity"),
        for_districts=fields.get("for_districts"),
    )


def _aed(fields: Fields) -> Spot | None:
    spot = _spot(fields)
    if spot is None:
        return None
    return Aed(
        **spot,
        position=fields.get("position"),
        for_children=fields.get("for_children"),
        private=bool(fields.get("private")) or "private" in fields.lost,
    )


def _hospital(fields: Fields) -> Spot | None:
    spot = _spot(fields)
    if spot is None:
        return None
    return Hospital(
        **spot,
        kind=fields.get("kind"),
        departments=fields.get("departments") or (),
        beds=fields.get("beds"),
        after_hours=fields.get("after_hours"),
    )


def _childcare(fields: Fields) -> Spot | None:
    spot = _spot(fields)
    if spot is None:
        return None
    ages, age_text = fields.get("ages") or (None, None)
    return Childcare(
        **spot,
        kind=fields.get("kind"),
        operator=fields.get("operator"),
        capacity=fields.get("capacity"),
        ages=ages,
        age_text=age_text,
        temporary_care=fields.get("temporary_care"),
        sick_child_care=fields.get("sick_child_care"),
        closed_down=bool(CLOSED_DOWN.search(spot["note"] or "")),
    )


def _event(fields: Fields) -> Event | None:
    name, first = fields.get("name"), fields.get("first")
    if not name or first is None:
        what = "イベント名" if not name else "開始日"
        fields.report(
            fields.line,
            1,
            "error",
            "event-incomplete",
            f"{what}を読み取れない行です。この行は案内しません。{what}を入れてください。",
        )
        return None
    last = fields.get("last")
    if "last" in fields.lost:
        return None
    if last is not None and last < first:
        fields.problem(
            "last",
            "error",
            "event-reversed",
            "終了日が開始日より前です。この行は案内しません。日付を確かめてください。",
        )
        return None
    opens, closes = fields.get("opens"), fields.get("closes")
    return Event(
        name=name,
        file=fields.file,
        row=fields.line,
        first=first,
        last=last or first,
        starts=None if opens == ALL_DAY else opens,
        ends=None if closes == ALL_DAY else closes,
        reading=fields.get("reading"),
        note=fields.get("remark") or fields.get("note"),
        description=fields.get("description"),
        fee=_fee(fields),
        contact=fields.get("contact"),
        phone=fields.get("phone"),
        venue=fields.get("venue"),
        address=fields.get("address"),
        location=_location(fields),
        apply=fields.get("apply"),
        apply_until=fields.get("apply_until"),
        category=fields.get("category"),
        url=fields.get("url"),
        updated=fields.get("updated"),
    )


def _fee(fields: Fields) -> str | None:
    """Return the fee as published; a bare number is yen, 0 is free."""
    detailed: str | None = fields.get("fee_text")
    basic: str | None = fields.get("fee")
    fee = detailed if detailed and not detailed.isdecimal() else basic or detailed
    if fee is None or not re.fullmatch(r"[\d,]+", fee):
        return fee
    amount = int(fee.replace(",", ""))
    return f"{amount:,}円" if amount else "無料"


BUILDERS: Mapping[str, Callable[[Fields], Spot | Event | None]] = {
    "facilities": _facility,
    "shelters": _shelter,
    "aed": _aed,
    "hospitals": _hospital,
    "childcare": _childcare,
    "events": _event,
}
"""What makes a record of each dataset's rows; None where nothing can be answered from a row."""
