"""Draws how sure the answers were against how many were right, as one SVG file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["picture_of"]

SIDE, MARGIN = 400, 60
INK, LINE, BAR = "#222222", "#767676", "#2f6fae"


def picture_of(reliability: Sequence[Mapping[str, Any]]) -> str:
    """Return the reliability diagram; a bar that reaches the diagonal is as sure as it is right."""
    size = SIDE + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        'font-family="sans-serif" font-size="13" role="img">',
        "<title>確からしさと、実際に正しかった割合</title>",
        f'<rect width="{size}" height="{size}" fill="#ffffff"/>',
    ]
    for tenth in range(0, 11, 2):
        at = tenth / 10
        x, y = _x(at), _y(at)
        parts += [
            f'<line x1="{MARGIN}" y1="{y}" x2="{MARGIN + SIDE}" y2="{y}" stroke="#e4e4e4"/>',
            f'<text x="{MARGIN - 8}" y="{y + 4}" text-anchor="end" fill="{INK}">{at:.0%}</text>',
            f'<text x="{x}" y="{MARGIN + SIDE + 20}" text-anchor="middle" fill="{INK}">{at:.0%}</text>',
        ]
    for each in reliability:
        right = each["right"] or 0.0
        left, width = _x(each["from"]) + 2, _x(each["to"]) - _x(each["from"]) - 4
        parts += [
            f'<rect x="{left:g}" y="{_y(right):g}" width="{width:g}" '
            f'height="{SIDE * right:g}" fill="{BAR}"/>',
            f'<text x="{left + width / 2:g}" y="{_y(right) - 5:g}" text-anchor="middle" '
            f'fill="{INK}">{each["questions"]}</text>',
        ]
    parts += [
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="{LINE}" '
        'stroke-dasharray="6 4"/>',
        f'<text x="{size / 2:g}" y="{size - 14}" text-anchor="middle" fill="{INK}">'
        "答えたときの確からしさ（棒の上は件数）</text>",
        f'<text x="18" y="{size / 2:g}" text-anchor="middle" fill="{INK}" '
        f'transform="rotate(-90 18 {size / 2:g})">実際に正しかった割合</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _x(share: float) -> float:
    return MARGIN + SIDE * share


def _y(share: float) -> float:
    return MARGIN + SIDE * (1 - share)
