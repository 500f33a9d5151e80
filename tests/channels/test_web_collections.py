"""`/calendar/<area>`: the month's page and the feed that phones subscribe to."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from concierge.channels.web.collections import collections_router
from concierge.clock import TOKYO
from concierge.knowledge import Knowledge, load_knowledge
from concierge.settings import demonstration
from tests.towns import Talk, write_town

AT = datetime(2026, 11, 20, 7, tzinfo=TOKYO)


class Browser:
    """Asks the application without a network."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.application = FastAPI()
        self.application.include_router(collections_router(lambda: knowledge, now=lambda: AT))

    def get(self, path: str, method: str = "GET", **options: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.application)
            async with httpx.AsyncClient(transport=transport, base_url="http://town") as asking:
                return await asking.request(method, path, **options)

        return asyncio.run(ask())


def client(knowledge: Knowledge) -> Browser:
    return Browser(knowledge)


@pytest.fixture(scope="module")
def demo() -> Browser:
    return client(load_knowledge(demonstration()))


def address(area: str) -> str:
    return f"/calendar/{quote(area, safe='')}"


def test_the_month(demo: Browser) -> None:
    page = demo.get(address("緑ヶ丘"))
    assert page.status_code == 200
    assert "緑ヶ丘 ごみ収集カレンダー" in page.text
    assert "2026年11月" in page.text
    assert page.text.count("燃やせるごみ</span>") == 9  # every Monday and Thursday
    assert 'aria-current="date"' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    january = demo.get(address("緑ヶ丘"), params={"month": "2027-01"})
    assert "2027年1月" in january.text
    assert 'aria-current="date"' not in january.text


@pytest.mark.parametrize("month", ["2026-13", "x", "1900-01", "9999-12", "<script>", ""])
def test_a_month_that_is_none_shows_this_one(demo: Browser, month: str) -> None:
    page = demo.get(address("緑ヶ丘"), params={"month": month})
    assert page.status_code == 200
    assert "2026年11月" in page.text
    assert "<script" not in page.text


def test_in_english(demo: Browser) -> None:
    page = demo.get(address("緑ヶ丘"), params={"lang": "en"})
    assert "November 2026" in page.text
    assert "Burnable garbage (燃やせるごみ)" in page.text


def test_the_feed(demo: Browser) -> None:
    feed = demo.get(f"{address('緑ヶ丘')}.ics")
    assert feed.headers["content-type"] == "text/calendar; charset=utf-8"
    assert feed.text.count("BEGIN:VEVENT") > 150
    assert "DTSTART;VALUE=DATE:20261123" in feed.text
    assert "20261231" not in feed.text.replace("DTEND;VALUE=DATE:20261231", "")
    again = demo.get(f"{address('緑ヶ丘')}.ics", headers={"If-None-Match": feed.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert demo.get(f"{address('緑ヶ丘')}.ics", "HEAD").status_code == 200


@pytest.mark.parametrize(
    "name", ["ない町", "../../etc/passwd", "<b>x</b>", "あ" * 5000, "%00", "栄町.ics.ics"]
)
def test_an_unknown_area(demo: Browser, name: str) -> None:
    page = demo.get(address(name))
    assert page.status_code == 404
    assert "<b>" not in page.text
    assert demo.get(f"{address(name)}.ics").status_code == 404


def test_several_areas_of_a_name_are_listed(demo: Browser) -> None:
    page = demo.get(address("栄町"))
    assert page.status_code == 300
    assert quote("中央地区栄町") in page.text
    assert demo.get(address("中央地区栄町")).status_code == 200
    assert demo.get(f"{address('栄町')}.ics").status_code == 404


def test_days_that_are_not_certain_are_left_out_and_said(tmp_path: Path) -> None:
    folder = write_town(tmp_path)
    (folder / "waste/5374/center.csv").unlink()
    page = client(load_knowledge(folder)).get(address("柳沢"), params={"month": "2027-01"})
    assert "未登録の日があります" in page.text
    after = client(load_knowledge(folder)).get(address("柳沢"), params={"month": "2027-05"})
    assert "有効期限の後" in after.text
    assert 'class="kind' not in after.text


def test_the_answer_links_to_the_calendar_where_the_address_is_known(tmp_path: Path) -> None:
    folder = write_town(tmp_path)
    path = folder / "municipality.yaml"
    path.write_text(path.read_text("utf-8") + "web: https://concierge.example.jp/\n", "utf-8")
    details = Talk(folder).say("柳沢の燃えるごみはいつ").details or ""
    assert f"https://concierge.example.jp/calendar/{quote('西区柳沢')}" in details
