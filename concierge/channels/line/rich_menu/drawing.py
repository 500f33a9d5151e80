"""Draws the board of a rich menu as a PNG, in a freely licensed Japanese font.

Pillow and the font come with `pip install 'machi-concierge[rich-menu]'`: Noto Sans JP (SIL Open
Font License 1.1), packaged as `pylopdf-fonts-jp`. A Japanese font of the system serves as well.
"""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from concierge.channels.line.rich_menu.layout import Place, board, cells, tab_places
from concierge.channels.line.rich_menu.reading import Area, Menu, pictograms
from concierge.channels.line.rich_menu_limits import IMAGE_BYTES
from concierge.problem import ConciergeError

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

__all__ = ["DrawingError", "draw", "find_font"]

SCALE = 2
"""Drawn so many times larger and made smaller at the end, so that edges are smooth."""
COLOURS = 96
LABEL, ONE_LINE, LABEL_LEAST, NOTE, TAB = 112, 88, 76, 74, 92
"""Sizes of type. A label is put on two lines rather than made smaller than `ONE_LINE`."""
INK, GREY, PAPER, LINE, PALE = "#1A1A1A", "#4A4F55", "#FFFFFF", "#D5DAE0", "#E8EDF3"
SYSTEM_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/noto/NotoSansJP-Regular.ttf",
    "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
    "/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf",
    "/System/Library/Fonts/ヒラギノ角ゴシック W6.ttc",
    "C:/Windows/Fonts/BIZ-UDGothicR.ttc",
)


class DrawingError(ConciergeError):
    """The menu cannot be drawn here; the message says what to install or change."""


def find_font(given: Path | None = None) -> Path:
    """Return the font to draw with. Raises `DrawingError` where there is none."""
    if given is not None:
        if not given.is_file():
            raise DrawingError(f"フォント「{given}」がありません。")
        return given
    if importlib.util.find_spec("pylopdf_fonts_jp") is not None:
        import pylopdf_fonts_jp  # noqa: PLC0415 - an extra

        return Path(pylopdf_fonts_jp.sans_path())
    for path in map(Path, SYSTEM_FONTS):
        if path.is_file():
            return path
    raise DrawingError(
        "日本語のフォントがありません。pip install 'machi-concierge[rich-menu]' で入れるか、"
        "--font でフォントのファイルを指定してください。"
    )


def draw(menu: Menu, font: Path | None = None) -> list[bytes]:
    """Return a PNG for each tab, within LINE's limits. Raises `DrawingError`."""
    try:
        from PIL import Image, ImageFont  # noqa: PLC0415 - an extra
    except ImportError:
        raise DrawingError(
            "メニューの絵を描くには、pip install 'machi-concierge[rich-menu]' が要ります。"
        ) from None
    try:
        loaded = ImageFont.truetype(str(find_font(font)), 100)
    except OSError as error:
        raise DrawingError(f"フォントを読めません: {error}") from None
    _check_letters(menu, loaded)
    return [_board(menu, number, loaded, Image) for number in range(len(menu.tabs))]


def _board(menu: Menu, number: int, font: ImageFont.FreeTypeFont, image: Any) -> bytes:
    width, height = board(menu)
    large = image.new("RGB", (width * SCALE, height * SCALE), PAPER)
    from PIL import ImageDraw  # noqa: PLC0415 - an extra

    pen = _Pen(ImageDraw.Draw(large), font, menu.colour)
    for to, place in enumerate(tab_places(menu)):
        pen.tab(place, menu.tabs[to].name, chosen=to == number)
    for place, area in zip(cells(menu, menu.tabs[number]), menu.tabs[number].areas, strict=True):
        pen.area(place, area)
    small = large.resize((width, height), image.Resampling.LANCZOS)
    data = io.BytesIO()
    small.quantize(COLOURS).save(data, "PNG", optimize=True)
    if data.tell() > IMAGE_BYTES:
        raise DrawingError(f"絵が大きすぎます（{data.tell()}バイト）。項目を減らしてください。")
    return data.getvalue()


def _check_letters(menu: Menu, font: ImageFont.FreeTypeFont) -> None:
    """Refuse letters that the font lacks, which would be drawn as empty boxes."""
    missing = bytes(font.getmask("\U0010ffff"))
    areas = [area for tab in menu.tabs for area in tab.areas]
    told = [tab.name for tab in menu.tabs]
    told += [text for area in areas for text in (area.label, area.note or "")]
    lost = {c for c in "".join(told) if not c.isspace() and bytes(font.getmask(c)) == missing}
    if lost:
        letters = "".join(sorted(lost))
        raise DrawingError(f"フォントにない文字があります: {letters}（絵文字は使えません）")


class _Pen:
    """Draws on a board that is `SCALE` times as large; takes its places in the board's pixels."""

    def __init__(self, pen: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont, colour: str) -> None:
        self._pen, self._font, self._colour = pen, font, colour

    def tab(self, place: Place, name: str, *, chosen: bool) -> None:
        """Draw a tab; the chosen one in colour."""
        box = self._scaled(place.x, place.y, place.x + place.width, place.y + place.height)
        self._pen.rectangle(box, fill=self._colour if chosen else PALE)
        ink = PAPER if chosen else INK
        self._lines(
            [name], TAB, place.x + place.width / 2, place.y + place.height / 2, ink, bold=True
        )
        if not chosen:
            x = place.x + place.width
            self._pen.line(self._scaled(x, place.y, x, place.y + place.height), LINE, 4 * SCALE)

    def area(self, place: Place, area: Area) -> None:
        """Draw a place to press: a picture in a circle, its label, a note."""
        box = self._scaled(place.x, place.y, place.x + place.width, place.y + place.height)
        self._pen.rectangle(box, outline=LINE, width=3 * SCALE)
        room = place.width - 90
        size, lines = self._fitting(area.label, room)
        note = [area.note] if area.note else []
        note_size = min(NOTE, self._size_for(note[0], room, NOTE)) if note else 0
        circle = min(place.height * 0.44, place.width * 0.44, 330)
        text_height = size * 1.22 * len(lines) + (note_size * 1.5 if note else 0)
        whole = circle + 44 + text_height
        if area.picture is None:
            whole, circle = text_height, 0
        top = place.y + (place.height - whole) / 2
        middle = place.x + place.width / 2
        if area.picture is not None:
            self._picture(area.picture, middle, top + circle / 2, circle)
            top += circle + 44
        centre = top + size * 1.22 * len(lines) / 2
        self._lines(lines, size, middle, centre, INK, bold=True)
        if note:
            centre = top + size * 1.22 * len(lines) + note_size * 0.75
            self._lines(note, note_size, middle, centre, GREY)

    def _fitting(self, label: str, room: float) -> tuple[int, list[str]]:
        """Return the size and the lines of a label: one line, else two, else smaller."""
        for size in range(LABEL, LABEL_LEAST - 1, -4):
            if self._width(label, size) <= room:
                return size, [label]
            halves = self._halves(label, size, room)
            if halves is not None and size <= ONE_LINE:
                return size, halves
        size = self._size_for(label, room, LABEL_LEAST)
        return size, [label]

    def _halves(self, label: str, size: int, room: float) -> list[str] | None:
        """Split a label in two lines where both find room: where a word ends, near the middle."""
        splits = sorted(
            range(1, len(label)), key=lambda at: (_tear(label, at), abs(len(label) - 2 * at))
        )
        for at in splits:
            head, tail = label[:at].rstrip(), label[at:].lstrip()
            if max(self._width(head, size), self._width(tail, size)) <= room:
                return [head, tail]
        return None

    def _size_for(self, text: str, room: float, size: int) -> int:
        width = self._width(text, size)
        return size if width <= room else max(30, int(size * room / width))

    def _width(self, text: str, size: int) -> float:
        return self._font.getlength(text) * size / 100

    def _lines(
        self, lines: Sequence[str], size: float, x: float, y: float, ink: str, *, bold: bool = False
    ) -> None:
        """Write lines around a point; a font of one weight is made bold by its outline."""
        font = self._font.font_variant(size=int(size * SCALE))
        first = y - size * 1.22 * (len(lines) - 1) / 2
        for number, line in enumerate(lines):
            where = (x * SCALE, (first + number * size * 1.22) * SCALE)
            stroke = int(size * SCALE / 60) if bold else 0
            self._pen.text(where, line, ink, font, anchor="mm", stroke_width=stroke)

    def _picture(self, name: str, x: float, y: float, size: float) -> None:
        left, top = x - size / 2, y - size / 2
        self._pen.ellipse(self._scaled(left, top, left + size, top + size), fill=self._colour)
        inner = size * 0.62
        left, top = x - inner / 2, y - inner / 2
        for shape in pictograms()[name]:
            self._shape(shape, left, top, inner / 100, PAPER)

    def _shape(self, shape: list[Any], left: float, top: float, unit: float, ink: str) -> None:
        kind, *rest = shape
        if kind == "cut":
            self._shape(rest[0], left, top, unit, self._colour)
            return
        points = [
            ((left if n % 2 == 0 else top) + value * unit) * SCALE
            for n, value in enumerate(rest[-1])
        ]
        thick = max(1, round(rest[0] * unit * SCALE)) if len(rest) > 1 else 0
        if kind == "fill":
            self._pen.polygon(points, fill=ink)
        elif kind == "line":
            self._pen.line(points, ink, thick, joint="curve")
            for x, y in zip(points[::2], points[1::2], strict=True):
                self._pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), ink)
        elif kind == "oval":
            self._pen.ellipse(points, fill=ink)
        elif kind == "ring":
            self._pen.ellipse(points, outline=ink, width=thick)
        elif kind == "box":
            self._pen.rounded_rectangle(points, radius=thick, fill=ink)
        else:
            radius = round(rest[1] * unit * SCALE)
            self._pen.rounded_rectangle(points, radius=radius, outline=ink, width=thick)

    def _scaled(self, *values: float) -> tuple[float, ...]:
        return tuple(value * SCALE for value in values)


def _tear(label: str, at: int) -> int:
    """Return how badly a line would end before this letter: 0 well, 2 within a word."""
    before, after = label[at - 1], label[at]
    if after in "、。・）」』ーぁぃぅぇぉっゃゅょァィゥェォッャュョ" or before in "（「『":
        return 3
    if before in "・、 　のをにはで" or after in " 　（「":
        return 0
    kinds = [_script(letter) for letter in (before, after)]
    return 1 if kinds[0] != kinds[1] and kinds[1] != "hiragana" else 2


def _script(letter: str) -> str:
    if "ぁ" <= letter <= "ゖ":
        return "hiragana"
    if "ァ" <= letter <= "ヺ" or letter == "ー":
        return "katakana"
    return "latin" if letter.isascii() else "kanji"
