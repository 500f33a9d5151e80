"""Charts as SVG, made here: no scripts, nothing loaded, sharp in print, readable in grey.

Every chart carries its numbers as text, and a title and description for those who do not see it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

__all__ = ["Bar", "bars", "columns", "line", "shares", "stacks", "twin_bars"]

INK, QUIET, RULE = "#1d2b2a", "#5b6a68", "#d5dcd9"
MAIN, SECOND, GREY = "#0b6e69", "#c8792b", "#9aa8a5"
OUTCOME_COLOURS = ("#0b6e69", "#8fbcb8", "#c8792b", "#b6402f", "#9aa8a5")
WIDTH = 680
LABEL = 190
ROW = 26


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: `value` None is withheld. `low` and `high` are the ends of its interval."""

    label: str
    value: float | None
    told: str
    low: float | None = None
    high: float | None = None


def bars(title: str, rows: Sequence[Bar], *, label: int = LABEL) -> Markup:
    """Horizontal bars, one a line, with their numbers behind them."""
    top = max((row.high or row.value or 0.0 for row in rows), default=0.0) or 1.0
    room = WIDTH - label - 150
    parts: list[str] = []
    for number, row in enumerate(rows):
        y = number * ROW
        parts.append(_text(label - 8, y + 17, _short(row.label, label), end=True))
        width = room * (row.value or 0.0) / top
        if row.value is None:
            parts.append(_text(label + 2, y + 17, row.told, colour=QUIET))
            continue
        parts.append(_rect(label, y + 5, max(width, 1.0), 16, MAIN))
        if row.low is not None and row.high is not None:
            parts.append(
                _whisker(label + room * row.low / top, label + room * row.high / top, y + 13)
            )
        end = label + room * max(row.value, row.high or 0.0) / top
        parts.append(_text(end + 6, y + 17, row.told))
    return _svg(title, len(rows) * ROW + 4, parts, _told(rows))


def columns(title: str, values: Mapping[str, int | None], unit: str = "件") -> Markup:
    """Upright columns for what has an order: hours, months."""
    height, base = 150, 122
    top = max((value or 0 for value in values.values()), default=0) or 1
    step = (WIDTH - 46) / max(len(values), 1)
    parts = [_rule(40, base, WIDTH, base)]
    for share in (0.5, 1.0):
        y = base - 104 * share
        parts += [
            _rule(40, y, WIDTH, y),
            _text(36, y + 4, f"{round(top * share):,}", end=True, size=11),
        ]
    for number, (label, value) in enumerate(values.items()):
        x = 44 + number * step
        tall = 104 * (value or 0) / top
        if value is None:
            parts.append(_text(x + step / 2 - 2, base - 4, "…", middle=True, colour=QUIET))
        else:
            parts.append(_rect(x, base - tall, max(step - 4, 2), tall, MAIN))
        parts.append(_text(x + step / 2 - 2, base + 15, label, middle=True, size=11, colour=QUIET))
    told = "、".join(f"{label} {'非公表' if v is None else v}{unit}" for label, v in values.items())
    return _svg(title, height, parts, told, beneath=False)


def stacks(
    title: str, names: Sequence[str], rows: Sequence[tuple[str, Sequence[int | None], str]]
) -> Markup:
    """Bars of whole width, divided: how turns ended, by topic. Hatching is in the order of names."""
    label, room = LABEL, float(WIDTH - LABEL - 90)
    parts: list[str] = []
    for number, name in enumerate(names):
        x = label + number * 96
        parts.append(_rect(x, 3, 12, 12, OUTCOME_COLOURS[number]))
        parts.append(_text(x + 17, 14, name, size=12))
    for number, (row_label, values, told) in enumerate(rows):
        y = 26 + number * ROW
        parts.append(_text(label - 8, y + 17, _short(row_label, label), end=True))
        whole = sum(value or 0 for value in values) or 1
        left = float(label)
        for colour, value in zip(OUTCOME_COLOURS, values, strict=False):
            width = room * (value or 0) / whole
            if width > 0:
                parts.append(_rect(left, y + 5, width, 16, colour, gap=True))
                if width > 34:
                    share = f"{round(100 * (value or 0) / whole)}%"
                    parts.append(
                        _text(left + width / 2, y + 17, share, middle=True, size=11, colour="#fff")
                    )
            left += width
        parts.append(_text(label + room + 6, y + 17, told, size=12))
    spoken = "。".join(
        f"{label}: " + "、".join(f"{n} {v}" for n, v in zip(names, values, strict=False))
        for label, values, _ in rows
    )
    return _svg(title, 30 + len(rows) * ROW, parts, spoken)


def twin_bars(
    title: str, names: tuple[str, str], rows: Sequence[tuple[str, float | None, float | None]]
) -> Markup:
    """Two bars a line, for comparing shares (0–1): who answered, and who lives here."""
    label, room = 110, WIDTH - 110 - 80
    top = max((value or 0.0 for _, *pair in rows for value in pair), default=0.0) or 1.0
    parts: list[str] = []
    for number, (name, colour) in enumerate(zip(names, (MAIN, GREY), strict=True)):
        parts.append(_rect(label + number * 170, 3, 12, 12, colour))
        parts.append(_text(label + number * 170 + 17, 14, name, size=12))
    for number, (row_label, *pair) in enumerate(rows):
        y = 26 + number * 32
        parts.append(_text(label - 8, y + 18, row_label, end=True))
        for place, (value, colour) in enumerate(zip(pair, (MAIN, GREY), strict=True)):
            told = "非公表" if value is None else f"{100 * value:.0f}%"
            width = room * (value or 0.0) / top
            parts.append(_rect(label, y + 2 + place * 13, max(width, 1.0), 11, colour))
            parts.append(_text(label + width + 6, y + 12 + place * 13, told, size=11))
    spoken = "。".join(f"{row[0]}: {row[1]} / {row[2]}" for row in rows)
    return _svg(title, 30 + len(rows) * 32, parts, spoken)


def line(title: str, values: Sequence[int]) -> Markup:
    """A small line for a trend, without axes."""
    width, height = 120, 26
    top = max(values, default=0) or 1
    step = (width - 6) / max(len(values) - 1, 1)
    points = " ".join(
        f"{3 + number * step:.1f},{height - 4 - (height - 8) * value / top:.1f}"
        for number, value in enumerate(values)
    )
    return Markup(
        '<svg class="trend" viewBox="0 0 {} {}" width="{}" height="{}" role="img">'
        '<title>{}</title><polyline points="{}" fill="none" stroke="{}" stroke-width="2"/></svg>'
    ).format(width, height, width, height, f"{title}: {'、'.join(map(str, values))}", points, MAIN)


def shares(title: str, rows: Sequence[Bar], mark: float | None = None) -> Markup:
    """Shares with their intervals, on a scale from 0 to 100 %, with a mark where one is set."""
    label, room = LABEL, WIDTH - LABEL - 150
    parts = [
        part
        for share in (0, 25, 50, 75, 100)
        for part in (
            _rule(label + room * share / 100, 0, label + room * share / 100, len(rows) * ROW + 2),
            _text(
                label + room * share / 100,
                len(rows) * ROW + 16,
                f"{share}%",
                middle=True,
                size=11,
                colour=QUIET,
            ),
        )
    ]
    if mark is not None:
        x = label + room * mark
        parts.append(
            f'<line x1="{x:.1f}" y1="0" x2="{x:.1f}" y2="{len(rows) * ROW + 2}" stroke="{SECOND}" '
            'stroke-width="2" stroke-dasharray="4 3"/>'
        )
    for number, row in enumerate(rows):
        y = number * ROW
        parts.append(_text(label - 8, y + 17, _short(row.label, label), end=True))
        if row.value is None:
            parts.append(_text(label + 4, y + 17, row.told, colour=QUIET))
            continue
        parts.append(_rect(label, y + 5, max(room * row.value, 1.0), 16, MAIN))
        if row.low is not None and row.high is not None:
            parts.append(_whisker(label + room * row.low, label + room * row.high, y + 13))
        parts.append(_text(label + room + 12, y + 17, row.told, size=12))
    return _svg(title, len(rows) * ROW + 22, parts, _told(rows))


def _svg(
    title: str, height: float, parts: Sequence[str], told: str, *, beneath: bool = True
) -> Markup:
    """Return a chart; `beneath` has its numbers stand below it where the screen is too narrow."""
    head = Markup(
        '<svg class="chart" viewBox="0 0 {} {:.0f}" role="img"><title>{}</title><desc>{}</desc>'
    ).format(WIDTH, height, title, told)
    numbers = Markup('<p class="told" aria-hidden="true">{}</p>').format(told if beneath else "")
    return head + Markup("".join(parts)) + Markup("</svg>") + numbers  # noqa: S704 - each part was escaped


def _rect(x: float, y: float, width: float, height: float, fill: str, *, gap: bool = False) -> str:
    edge = ' stroke="#fff" stroke-width="1"' if gap else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'fill="{fill}"{edge}/>'
    )


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{RULE}" '
        'stroke-width="1"/>'
    )


def _whisker(low: float, high: float, y: float) -> str:
    return (
        f'<path d="M{low:.1f} {y - 4}v8M{low:.1f} {y}H{high:.1f}M{high:.1f} {y - 4}v8" '
        f'stroke="{INK}" stroke-width="1.5" fill="none"/>'
    )


def _text(
    x: float,
    y: float,
    text: str,
    *,
    end: bool = False,
    middle: bool = False,
    size: int = 13,
    colour: str = INK,
) -> str:
    anchor = "end" if end else "middle" if middle else "start"
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'fill="{colour}">{escape(text)}</text>'
    )


def _short(label: str, room: int) -> str:
    most = int(room / 13.2) - 1
    return label if len(label) <= most else label[: most - 1] + "…"


def _told(rows: Sequence[Bar]) -> str:
    return "、".join(f"{row.label}: {row.told}" for row in rows)
