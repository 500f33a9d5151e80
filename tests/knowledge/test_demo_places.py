"""The demonstration town's lists: enough of everything, consistent, and nobody's real number."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from concierge.knowledge import Knowledge, load_knowledge
from concierge.places.calendar import events_between
from concierge.places.geo import distance
from concierge.places.model import Hazard
from concierge.settings import demonstration
from concierge.understanding import Understander

PHONE = re.compile(r"00-0000-1\d{3}")


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(demonstration())


def test_there_is_enough_of_everything(knowledge: Knowledge) -> None:
    places = knowledge.places
    assert len(places.facilities) >= 40
    assert len(places.shelters) >= 30
    assert len(places.aed) >= 25
    assert len([c for c in places.childcare if c.kind != "児童館"]) >= 15
    assert len(places.hospitals) >= 40
    served = {hazard for shelter in places.shelters for hazard in shelter.hazards}
    assert served == set(Hazard) - {Hazard.VOLCANO}
    assert all(hospital.departments for hospital in places.hospitals)


def test_everything_has_a_place_and_a_fictional_number(knowledge: Knowledge) -> None:
    for spot in knowledge.places.spots:
        assert spot.location is not None, spot.name
        assert spot.address and spot.address.startswith("海原県あさなぎ市"), spot.name
        assert spot.phone is None or PHONE.fullmatch(spot.phone), spot.name
    for rule in knowledge.places.rules:
        assert rule.event.phone and PHONE.fullmatch(rule.event.phone), rule.event.name


def test_one_number_is_one_place(knowledge: Knowledge) -> None:
    owners: dict[str, set[str]] = {}
    for hospital in knowledge.places.hospitals:
        owners.setdefault(hospital.phone or "", set()).add(hospital.name)
    assert {phone: names for phone, names in owners.items() if len(names) > 1} == {}


def test_clinics_on_duty_have_the_same_number_in_the_list(knowledge: Knowledge) -> None:
    listed = {hospital.name: hospital.phone for hospital in knowledge.places.hospitals}
    assert knowledge.clinics is not None
    duties = [duty.clinic for n in range(60) for duty in knowledge.clinics.on(date(2026, 11, 22) + n * timedelta(days=1)).duties]  # fmt: skip
    shared = {clinic.name: clinic.phone for clinic in duties if clinic.name in listed}
    assert len(shared) >= 8
    assert shared == {name: listed[name] for name in shared}


def test_coordinates_agree_with_the_areas(knowledge: Knowledge) -> None:
    """Whatever stands in one area lies together, and all areas but one of no address are known."""
    understander = Understander(knowledge)
    assert knowledge.waste is not None
    known = [a for a in knowledge.waste.data.areas if understander.middles([a])]
    assert len(known) >= 23
    for spot in knowledge.places.spots:
        areas = understander.areas.find(understander.understand(spot.address or "", knowledge.loaded).normalized)  # fmt: skip
        middles = understander.middles(areas[0].areas) if areas else ()
        if len(middles) == 1 and spot.location:
            assert distance(middles[0], spot.location) < 1000, spot.name


def test_something_takes_place_on_every_day_through_2030(knowledge: Knowledge) -> None:
    places = knowledge.places
    day = date(2026, 11, 1)
    while day <= date(2030, 12, 31):
        assert events_between(places.events, places.rules, day, day), day
        day += timedelta(days=1)


def test_the_lists_agree_with_the_faq(knowledge: Knowledge) -> None:
    hours = {facility.name: facility.hours for facility in knowledge.places.facilities}
    library = hours["あさなぎ市立中央図書館"]
    assert library.on(date(2026, 11, 20)).spans == ((570, 1140),)
    assert library.on(date(2026, 11, 22)).spans == ((570, 1020),)
    assert library.on(date(2026, 11, 30)).state == "closed"
    assert library.on(date(2026, 10, 31)).state == "open"
    pool, gym = hours["あさなぎ市民プール"], hours["あさなぎ市民体育館"]
    assert pool.on(date(2026, 11, 24)).state == "closed"
    assert gym.on(date(2026, 11, 16)).state == "closed"
    assert gym.on(date(2026, 11, 23)).state == "open"
