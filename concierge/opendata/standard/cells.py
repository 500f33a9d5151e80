"""One published cell → one value, with what Excel and hurried hands do to it undone where certain.

Every reader takes the cell's text (never blank) and returns a `Cell`: the value, or None and the
reason. Nothing is guessed: 「4.00E+12」, 「99:99」 and 「日の出」 are no times, whatever was meant.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from concierge.opendata.table import visible
from concierge.places.remarks import weekdays_in
from concierge.problem import Severity
from concierge.staff_yaml import read_day, read_phone, read_url

__all__ = ["ALL_DAY", "READERS", "Cell", "Days"]

ALL_DAY = -1
"""The value of a time cell that says 終日."""
DAY = 24 * 60
HALF_KANA = re.compile(r"[ｦ-ﾟ]+")
CLOCK = re.compile(r"(午前|午後|am|pm)?(\d{1,2})(?::(\d{2})(?::\d{2})?|時(?:(\d{1,2})分|(半))?)")
FRACTION = re.compile(r"(?:0?\.\d+|0|1(?:\.0+)?)")
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?e\+?\d+")
JAPAN_NORTH, JAPAN_EAST = (20.0, 46.0), (122.0, 154.0)
YES = frozenset(
    {"1", "有", "有り", "あり", "可", "可能", "○", "〇", "◯", "はい", "yes", "true", "済"}
)
NO = frozenset(
    {
        "0",
        "無",
        "無し",
        "なし",
        "不可",
        "不可能",
        "×",
        "✕",
        "いいえ",
        "no",
        "false",
        "-",
        "ー",
        "未",
    }
)
NOT_SAID = frozenset({"-", "ー", "なし", "無し", "不明", "未定", "―", "…", "n/a"})
SEPARATORS = re.compile(r"[;、,:/\n]|\s+")
DEPARTMENT = re.compile(r".*(?:科|リハビリテーション|透析|外来)")
EXCEL_BEGAN = date(1899, 12, 30)
AGE = re.compile(r"(?:満|生後)?(\d{1,2})(歳|か月|ヶ月|カ月|ヵ月|日)(児|以上)?")
AGES = re.compile(rf"{AGE.pattern}(?:から|~|-)(?:満)?(\d{{1,2}})歳(児|未満)?(?:まで)?(?:\(.*\))?")
SCHOOL_AGES = re.compile(r"小学(?:校)?(\d)年生?(?:から|~|-)(?:小学(?:校)?)?(\d)年生?")
LAST_SCHOOL_YEAR = 6


@dataclass(frozen=True, slots=True)
class Cell:
    """What became of one cell. `state` is `lost` where `value` cannot be used."""

    value: Any
    state: Literal["read", "repaired", "lost"] = "read"
    severity: Severity = "info"
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Days:
    """Weekdays (0 = Monday); `holidays` True where national holidays are named; 不定期 is irregular."""

    weekdays: frozenset[int]
    holidays: bool | None = None
    irregular: bool = False


def _repaired(value: Any, raw: str, read: str) -> Cell:
    return Cell(value, "read" if raw == read else "repaired")


def _lost(code: str, message: str, severity: Severity = "warning") -> Cell:
    return Cell(None, "lost", severity, code, message)


def folded(raw: str) -> str:
    """Return a cell in half width, without white space and invisible characters."""
    text = unicodedata.normalize("NFKC", visible(raw)).replace("〜", "~").replace("−", "-")
    return re.sub(r"\s", "", text)


def read_text(raw: str) -> Cell:
    """Return the text with single spaces; line breaks stay, half-width kana become full."""
    lines = [visible(line) for line in raw.split("\n")]
    text = "\n".join(line for line in lines if line)
    text = HALF_KANA.sub(lambda kana: unicodedata.normalize("NFKC", kana[0]), text)
    return _repaired(text, raw, text)


def read_name(raw: str) -> Cell:
    """Return a name on one line."""
    text = visible(HALF_KANA.sub(lambda kana: unicodedata.normalize("NFKC", kana[0]), raw))
    return _repaired(text, raw, text)


def read_kana(raw: str) -> Cell:
    """Return a reading in full-width kana."""
    text = visible(unicodedata.normalize("NFKC", raw))
    return _repaired(text, raw, text)


def read_names(raw: str) -> Cell:
    """Return several names."""
    names = tuple(name for name in re.split(r"[;；、,，\n]", read_text(raw).value) if name.strip())
    return Cell(tuple(name.strip() for name in names))


def read_phone_cell(raw: str) -> Cell:
    """Return telephone numbers; a number that lost its first 0 or its area code is not completed."""
    text = folded(raw.replace("\t", " ").replace("\n", " "))
    if text in NOT_SAID:
        return Cell(None)
    if SCIENTIFIC.fullmatch(text.casefold()):
        return _lost(
            "phone-unreadable",
            f"「{visible(raw)}」は数値に変わっています。電話番号を文字列で入れ直してください。",
        )
    try:
        phone = read_phone(text)
    except ValueError as error:
        return _lost("phone-unreadable", f"{error}この電話番号は案内しません。")
    phone = re.sub(r"^\((0\d{1,4})\)-?", r"\1-", phone)
    phone = re.sub(r"^(0\d{1,4})\((\d{1,4})\)-?", r"\1-\2-", phone)
    return _repaired(phone, raw, phone)


def read_url_cell(raw: str) -> Cell:
    """Return an absolute address."""
    text = visible(raw)
    if text in NOT_SAID:
        return Cell(None)
    try:
        return _repaired(read_url(text), raw, text)
    except ValueError as error:
        return _lost("url-unreadable", f"{error}このリンクは案内しません。")


def _coordinate(raw: str, name: str, within: tuple[float, float]) -> Cell:
    text = folded(raw)
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if within[0] <= value <= within[1]:
        return _repaired(value, raw, text)
    return _lost(
        "bad-coordinate",
        f"{name}「{visible(raw)}」は日本の{name}ではありません。"
        "10進の度（例 35.681236）で入れ直してください。この場所は距離の案内に使いません。",
    )


def read_latitude(raw: str) -> Cell:
    """Return degrees north, within Japan."""
    return _coordinate(raw, "緯度", JAPAN_NORTH)


def read_longitude(raw: str) -> Cell:
    """Return degrees east, within Japan."""
    return _coordinate(raw, "経度", JAPAN_EAST)


def read_time(raw: str) -> Cell:
    """Return minutes after midnight; `ALL_DAY` for 終日; None for 99:99, which says it is open."""
    text = folded(raw).casefold()
    if text in ("終日", "24時間", "一日中", "常時"):
        return Cell(ALL_DAY)
    if text in NOT_SAID or text == "99:99":
        return Cell(None)
    if FRACTION.fullmatch(text):
        minutes = round(float(text) * DAY)
        if abs(float(text) * DAY - minutes) < 0.02:
            return Cell(
                minutes,
                "repaired",
                "info",
                "time-fraction",
                f"「{text}」はExcelの時刻の内部の値です。{minutes // 60}時{minutes % 60:02}分と読みました。",
            )
    nextday = text.removeprefix("翌日").removeprefix("翌")
    match = CLOCK.fullmatch(nextday)
    if match:
        hour, minute = int(match[2]), int(match[3] or match[4] or (30 if match[5] else 0))
        hour += 12 if match[1] in ("午後", "pm") and hour < 12 else 0
        hour += 24 if nextday != text else 0
        if hour * 60 + minute <= 2 * DAY and minute < 60 and not (hour > 30 and nextday == text):
            return _repaired(hour * 60 + minute, raw, text)
    return _lost(
        "time-unreadable",
        f"「{visible(raw)}」を時刻として読み取れません。9:00 のように書いてください。この時刻は案内しません。",
    )


def read_days(raw: str) -> Cell:
    """Return weekdays: 「月火水木金」, 「月〜金」, 「平日」, 「全日」, 「土日祝」, 「不定期」."""
    text = folded(raw)
    if text in ("不定期", "随時", "不定"):
        return Cell(Days(frozenset(), irregular=True))
    if text in ("全日", "毎日", "無休", "年中無休", "全曜日"):
        always = True if text in ("無休", "年中無休") else None
        return Cell(Days(frozenset(range(7)), always))
    if re.fullmatch(
        r"(?:[月火水木金土日](?:曜日?)?|平日|国民の祝日|祝祭?日|祝|休日|から|[~\-・、,;:/と])+",
        text,
    ):
        weekdays, holidays = weekdays_in(text)
        return _repaired(Days(weekdays, True if holidays else None), raw, text)
    return _lost(
        "days-unreadable",
        f"「{visible(raw)}」を曜日として読み取れません。月火水木金 のように書いてください。この曜日は案内しません。",
    )


def read_flag(raw: str) -> Cell:
    """Return whether something is so."""
    text = folded(raw).casefold()
    if text in YES:
        return Cell(True)
    if text in NO:
        return Cell(False)
    return _lost(
        "flag-unreadable",
        f"「{visible(raw)}」を有・無（1・0）として読み取れません。書き直してください。この項目は案内しません。",
    )


def read_count(raw: str) -> Cell:
    """Return a number of people or beds; 「50,700 」 is 50700."""
    text = folded(raw)
    plain = re.fullmatch(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?(?:人|名|床)?", text)
    if text in NOT_SAID:
        return Cell(None)
    if plain:
        return _repaired(int(plain[1].replace(",", "")), raw, text)
    return _lost(
        "count-unreadable",
        f"「{visible(raw)}」を数として読み取れません。数字だけを書いてください。この数は案内しません。",
    )


def read_date(raw: str) -> Cell:
    """Return a day; Excel's serial numbers are undone."""
    text = folded(raw)
    if re.fullmatch(r"[3-6]\d{4}", text):
        day = EXCEL_BEGAN + timedelta(days=int(text))
        return Cell(
            day,
            "repaired",
            "info",
            "date-serial",
            f"「{text}」はExcelの日付の内部の値です。{day.isoformat()} と読みました。",
        )
    try:
        return _repaired(read_day(text), raw, text)
    except ValueError as error:
        return _lost("date-unreadable", str(error), "error")


def read_list(raw: str) -> Cell:
    """Return the parts of a cell that lists things."""
    text = read_text(raw).value.translate(str.maketrans("；，：", ";,:"))
    return Cell(tuple(part.strip() for part in re.split(r"[;、,\n]", text) if part.strip()))


def read_departments(raw: str) -> Cell:
    """Return the departments of a clinic, whatever stands between them; what is in brackets is dropped.

    ・ separates only where each side is a department by itself (内科・皮膚科, not 内分泌・糖尿病内科).
    """
    text = unicodedata.normalize("NFKC", raw)
    text = re.sub(r"[(\[（].*?[)\]）]", "", text)
    found: list[str] = []
    for part in filter(None, (piece.strip() for piece in SEPARATORS.split(text))):
        pieces = part.split("・")
        found += pieces if all(piece.endswith("科") for piece in pieces) else [part]
    names = tuple(dict.fromkeys(found))
    return Cell(names, "read" if len(names) == 1 and names[0] == raw else "repaired")


def read_ages(raw: str) -> Cell:
    """Return (first, last) year of age and the text; the years are None where not readable."""
    text = folded(raw)
    ages: tuple[int, int] | None = None
    if match := AGES.fullmatch(text):
        first = int(match[1]) if match[2] == "歳" else 0
        ages = (first, int(match[4]) - (1 if match[5] == "未満" else 0))
    elif match := re.fullmatch(r"(\d{1,2})歳未満", text):
        ages = (0, int(match[1]) - 1)
    elif match := SCHOOL_AGES.fullmatch(text):
        ages = (int(match[1]) + 5, int(match[2]) + LAST_SCHOOL_YEAR)
    elif match := re.fullmatch(
        r"(?:(\d{1,2})歳(?:から|~)|(?:生後\d+(?:か月|日)から))?就学前(?:まで)?", text
    ):
        ages = (int(match[1] or 0), 5)
    said = read_text(raw).value
    if ages is None or ages[0] > ages[1]:
        return Cell(
            (None, said),
            "read",
            "info",
            "ages-unreadable",
            f"「{said}」から年齢を読み取れません。年齢で探す質問では案内しません。0歳から5歳 のように書いてください。",
        )
    return Cell((ages, said))


READERS: Mapping[str, Callable[[str], Cell]] = {
    "text": read_text,
    "name": read_name,
    "names": read_names,
    "kana": read_kana,
    "address": read_name,
    "phone": read_phone_cell,
    "url": read_url_cell,
    "latitude": read_latitude,
    "longitude": read_longitude,
    "time": read_time,
    "days": read_days,
    "flag": read_flag,
    "count": read_count,
    "date": read_date,
    "list": read_list,
    "departments": read_departments,
    "ages": read_ages,
    "remark": read_text,
}
"""The readers by the word after `as:` in columns.yaml."""
