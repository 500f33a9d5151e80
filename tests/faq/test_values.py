"""Single values as staff write them: days, telephone numbers, addresses."""

from __future__ import annotations

from datetime import date

import pytest

from concierge.staff_yaml import read_day, read_phone, read_url


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-01", date(2026, 4, 1)),
        ("2026/4/1", date(2026, 4, 1)),
        ("2026.4.1", date(2026, 4, 1)),
        ("20260401", date(2026, 4, 1)),
        ("２０２６年４月１日", date(2026, 4, 1)),
        ("令和8年4月1日", date(2026, 4, 1)),
        ("令和 8 年 4 月 1 日（水）", date(2026, 4, 1)),
        ("Ｒ８．４．１", date(2026, 4, 1)),
        ("R8-4-1", date(2026, 4, 1)),
        ("r.8.4.1", date(2026, 4, 1)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成32年3月31日", date(2020, 3, 31)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("2026-04-01 00:00:00", date(2026, 4, 1)),
        ("2026-04-01T09:00", date(2026, 4, 1)),
    ],
)
def test_days(text: str, day: date) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29",
        "2026-13-01",
        "令和元年4月30日",
        "平成元年1月7日",
        "4月1日",
        "2026-04",
        "04/01/2026",
        "26/4/1",
        "2026年4月1日（木）",
        "令和8年",
        "",
        "202604011",
        "2026-04-01頃",
        "0000-01-01",
    ],
)
def test_no_days(text: str) -> None:
    with pytest.raises(ValueError, match="。"):
        read_day(text)


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("0123-45-6789", "0123-45-6789"),
        ("０１２３－４５－６７８９", "0123-45-6789"),
        ("0123ー45ー6789", "0123-45-6789"),
        ("(0123)45-6789", "(0123)45-6789"),
        ("#8000", "#8000"),
        ("119", "119"),
        ("090-1234-5678", "090-1234-5678"),
        ("+81-3-1234-5678", "+81-3-1234-5678"),
        ("0123-45-6789（代表）", "0123-45-6789(代表)"),
        ("電話 0123-45-6789 内線123", "0123-45-6789 内線123"),
        ("0123-45-6789、0123-45-6780", "0123-45-6789、0123-45-6780"),
    ],
)
def test_phones(text: str, phone: str) -> None:
    assert read_phone(text) == phone


@pytest.mark.parametrize("text", ["312345678", "9012345678", "45-6789", "#80000", "999", "市役所"])
def test_no_phones(text: str) -> None:
    with pytest.raises(ValueError, match="。"):
        read_phone(text)


@pytest.mark.parametrize(
    "text",
    [
        "example.jp",
        "ftp://example.jp",
        "javascript:alert(1)",
        "https://",
        "https://a b",
        "https://[x",
        "ｈttps://a.jp",
        "https://example.jp/」",
    ],
)
def test_no_urls(text: str) -> None:
    with pytest.raises(ValueError, match="https://"):
        read_url(text)
