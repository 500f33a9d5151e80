"""No published area name raises an alarm, alone or in a question."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from concierge.safety import emergency_in
from tests.conftest import cities_5374


@pytest.mark.parametrize("city", cities_5374())
def test_no_area_of_a_real_city_is_an_emergency(published: Path, city: str) -> None:
    path = published / "5374" / city / "area_days.csv"
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))[1:]
    names = {cell.strip() for row in rows for cell in row[:3] if cell.strip()}
    asked = [
        form.format(name) for name in names for form in ("{}", "{}の資源いつ", "{}に住んでます")
    ]
    assert [text for text in asked if emergency_in(text) is not None] == []


@pytest.mark.parametrize("text", ["熊が出た", "熊が家の前にいる", "クマが住宅街に出た"])
def test_a_bear_is_still_one(text: str) -> None:
    assert emergency_in(text) is not None
