"""Small numbers are withheld, and cannot be worked out from what is shown."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from concierge.soundings.anonymity import people_at_least, withheld_cells, withheld_list

LEAST = 5


def test_a_single_small_number_takes_another_along() -> None:
    assert withheld_list({"a": 100, "b": 3, "c": 20}, LEAST) == {"b", "c"}
    assert withheld_list({"a": 100, "b": 0, "c": 20}, LEAST) == set()
    assert withheld_list({"a": 1, "b": 1, "c": 20, "d": 9}, LEAST) == {"a", "b", "d"}


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30), max_size=8))
def test_no_list_lets_a_small_number_be_derived(counts: dict[str, int]) -> None:
    hidden = withheld_list(counts, LEAST)
    assert all(key in hidden for key, count in counts.items() if 0 < count < LEAST)
    left = sum(counts[key] for key in hidden)
    assert not hidden or len(hidden) == len(counts) or (len(hidden) > 1 and left >= LEAST)


@given(st.lists(st.integers(0, 20), min_size=12, max_size=12))
def test_no_table_with_totals_lets_a_small_cell_be_derived(numbers: list[int]) -> None:
    rows, columns = ("r", "s", "t"), ("a", "b", "c", "d")
    counts = dict(zip(product(rows, columns), numbers, strict=True))
    hidden = withheld_cells(counts, rows, columns, LEAST)
    assert all(key in hidden for key, count in counts.items() if 0 < count < LEAST)
    lines = [[(r, c) for c in columns] for r in rows] + [[(r, c) for r in rows] for c in columns]
    for line in lines:
        own = [key for key in line if key in hidden]
        whole = len(own) == len(line)
        assert not own or whole or (len(own) > 1 and sum(counts[key] for key in own) >= LEAST)


def test_people_are_never_counted_twice_over_the_keys_periods() -> None:
    one_person_each_quarter = [(1, "a"), (2, "b"), (3, "c"), (4, "d"), (4, "e")]
    assert people_at_least(one_person_each_quarter) == 2
