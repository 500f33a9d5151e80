"""Whether a place is found however its name is written: six real cities, by hand, with gold.

    .venv/bin/python benchmarks/place_spellings.py [--held | --all] [--misses]

The rows are `spellings/CITY.tsv`: what a resident answers to 「どちらの地区ですか」, the published areas
that fit (｜ between them, * for any ending, - where none of this town does) and what the row tries.
Every third row is kept aside: `--held` takes only those, `--all` both. Cities whose published data
is not beside the repository are passed over.

At once: exactly these areas (several where the published data itself tells them apart by more than
was said). After one question: these and others. Declined: none, where there is one. Wrong: another
place, or any where there is none.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from concierge.language.normalize import normalize  # noqa: E402
from concierge.language.places import AreaFinder  # noqa: E402
from concierge.opendata.garbage_5374.folder import read_5374  # noqa: E402
from tests.conftest import published_data  # noqa: E402

ROWS = Path(__file__).with_name("spellings")
OUTCOMES = ("at once", "after one question", "declined", "wrong")


@dataclass(frozen=True)
class Row:
    """One spelling, and the areas that it means."""

    said: str
    gold: tuple[str, ...]
    tag: str
    held: bool

    def means(self, name: str) -> bool:
        """Tell whether a published name is one of the gold ones."""
        return any(
            name.startswith(gold[:-1]) if gold.endswith("*") else name == gold for gold in self.gold
        )


def even(name: str) -> str:
    """Return a published name with one kind of wave."""
    return name.strip().replace("〜", "～")


def read(path: Path) -> tuple[tuple[str, ...], Iterator[Row]]:
    """Return the names of a municipality, and its rows."""
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    prefecture, city = head.split("\t")

    def rows() -> Iterator[Row]:
        for number, line in enumerate(lines):
            said, gold, tag = line.split("\t")
            yield Row(
                said,
                () if gold == "-" else tuple(map(even, gold.split("｜"))),
                tag,
                number % 3 == 2,
            )

    return (prefecture, city, prefecture + city), rows()


def outcome(row: Row, found: list[str], fitting: set[str]) -> str:
    """Return one of `OUTCOMES`; `fitting` are all published names that the gold means."""
    if not found:
        return "at once" if not row.gold else "declined"
    if not fitting <= set(found):
        return "wrong"
    return "at once" if set(found) == fitting else "after one question"


def main() -> int:
    """Print what each spelling led to, in all and by what is tried; fail where one was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held", action="store_true", help="only the rows kept aside")
    parser.add_argument("--all", action="store_true", help="both")
    parser.add_argument("--misses", action="store_true", help="print what is not right at once")
    options = parser.parse_args()
    folder = published_data()
    if folder is None:
        raise SystemExit("the published data is not beside the repository")
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for path in sorted(ROWS.glob("*.tsv")):
        data = read_5374(folder / "5374" / path.stem).data
        if data is None:
            continue
        municipality, rows = read(path)
        finder = AreaFinder(data.areas, municipality)
        names = {even(area.name) for area in data.areas}
        for row in rows:
            if not options.all and row.held != options.held:
                continue
            fitting = {name for name in names if row.means(name)}
            if row.gold and not fitting:
                raise SystemExit(f"{path.stem}: {row.said}: no area is called {row.gold}")
            found = [even(area.name) for area in finder.resolve(normalize(row.said))]
            result = outcome(row, found, fitting)
            for tag in ("all", f"city: {path.stem}", row.tag):
                counted[tag][result] += 1
            if options.misses and result != "at once":
                print(f"[{result}] {path.stem} | {row.said} | {'｜'.join(row.gold)} | {found[:6]}")
    print(f"\n{'':22}{'':>5}" + "".join(f"{name:>20}" for name in OUTCOMES))
    for tag, results in sorted(counted.items(), key=lambda one: (one[0] != "all", one[0])):
        print(f"{tag:22}{results.total():5}" + "".join(f"{results[one]:20}" for one in OUTCOMES))
    return 1 if counted["all"]["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
