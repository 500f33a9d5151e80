"""Small numbers are withheld, and cannot be worked out from what is shown."""

from __future__ import annotations

from itertools import combinations, product

from hypothesis import given, settings
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


def test_totals_of_rows_and_columns_together_tell_no_small_cell() -> None:
    """Every line has two withheld cells, and yet: rows r, s less columns a, b leave (s, c)."""
    rows, columns = ("r", "s", "t", "u"), ("a", "b", "c", "d")
    small = [("r", "a"), ("r", "b"), ("s", "a"), ("s", "b"), ("s", "c"),
             ("t", "c"), ("t", "d"), ("u", "c"), ("u", "d")]  # fmt: skip
    counts = {cell: 4 if cell in small else 30 for cell in product(rows, columns)}
    counts["s", "c"] = 2
    hidden = withheld_cells(counts, rows, columns, LEAST)
    assert len(possible(counts, hidden, rows, columns, ("s", "c"))) >= LEAST


def possible(
    counts: dict[tuple[str, str], int],
    hidden: set[tuple[str, str]],
    rows: tuple[str, ...],
    columns: tuple[str, ...],
    cell: tuple[str, str],
) -> set[int]:
    """Return every number that fits a cell, found by trying all tables with the same totals."""
    left_rows = {r: sum(counts[r, c] for c in columns if (r, c) in hidden) for r in rows}
    left_columns = {c: sum(counts[r, c] for r in rows if (r, c) in hidden) for c in columns}
    found: set[int] = set()

    def fits(number: int) -> bool:
        return flow(left_rows, left_columns, hidden, cell, number)

    for number in range(min(left_rows[cell[0]], left_columns[cell[1]]) + 1):
        if fits(number):
            found.add(number)
    return found


def flow(
    left_rows: dict[str, int],
    left_columns: dict[str, int],
    hidden: set[tuple[str, str]],
    cell: tuple[str, str],
    number: int,
) -> bool:
    """Tell whether a table with these totals has this number there: Gale's condition, all subsets."""
    rows = {**left_rows, cell[0]: left_rows[cell[0]] - number}
    columns = {**left_columns, cell[1]: left_columns[cell[1]] - number}
    open_ = hidden - {cell}
    for size in range(len(rows) + 1):
        for some in combinations(rows, size):
            reached = {c for r, c in open_ if r in some}
            if sum(rows[r] for r in some) > sum(columns[c] for c in reached):
                return False
    return sum(rows.values()) == sum(columns.values())


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 14), min_size=16, max_size=16))
def test_whoever_solves_a_table_is_left_in_doubt(numbers: list[int]) -> None:
    rows, columns = ("r", "s", "t", "u"), ("a", "b", "c", "d")
    counts = dict(zip(product(rows, columns), numbers, strict=True))
    hidden = withheld_cells(counts, rows, columns, LEAST)
    for cell, count in counts.items():
        if 0 < count < LEAST and len(hidden) < len(counts):
            assert len(possible(counts, hidden, rows, columns, cell)) > LEAST


def test_people_are_never_counted_twice_over_the_keys_periods() -> None:
    one_person_each_quarter = [(1, "a"), (2, "b"), (3, "c"), (4, "d"), (4, "e")]
    assert people_at_least(one_person_each_quarter) == 2
