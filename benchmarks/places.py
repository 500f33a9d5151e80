"""How fast and how surely areas and categories are found in residents' text.

    .venv/bin/python benchmarks/places.py

Builds a finder of 1,000 areas from all published cities together (a finder a city for the rest),
and reads the ordinary sentences and the published names of the tests. Typing slips are made by
machine: one character of a name dropped, doubled or exchanged, seeded.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from concierge.language.categories import CategoryFinder  # noqa: E402
from concierge.language.normalize import Normalized, normalize  # noqa: E402
from concierge.language.places import AreaFinder  # noqa: E402
from concierge.opendata.garbage_5374.folder import read_5374  # noqa: E402
from concierge.waste.model import Area, WasteData  # noqa: E402
from tests.conftest import cities_5374, published_data  # noqa: E402

SENTENCES = REPOSITORY / "tests" / "language" / "no_place.txt"
KANJI_FOR_SLIPS = "山田川中木本上下大小東西南北原野村島"


def read_all() -> dict[str, WasteData]:
    """Return every published city's data."""
    folder = published_data()
    if folder is None:
        raise SystemExit("the published data is not beside the repository")
    read = {city: read_5374(folder / "5374" / city).data for city in cities_5374()}
    return {city: data for city, data in read.items() if data is not None}


def measure(find: Callable[[Normalized], object], texts: list[Normalized]) -> tuple[float, float]:
    """Return the mean and the slowest time of one call, in milliseconds."""
    times = []
    for text in texts:
        begun = time.perf_counter()
        find(text)
        times.append((time.perf_counter() - begun) * 1000)
    return sum(times) / len(times), max(times)


def slip(name: str, chance: random.Random) -> str:
    """Mistype one character of a name."""
    place = chance.randrange(len(name))
    kind = chance.choice(("drop", "double", "exchange"))
    middle = {"drop": "", "double": name[place] * 2, "exchange": chance.choice(KANJI_FOR_SLIPS)}
    return name[:place] + middle[kind] + name[place + 1 :]


def report_names(cities: dict[str, WasteData]) -> None:
    """Count how published names in a sentence are answered, and slips in them."""
    chance = random.Random(5374)  # noqa: S311
    certain = several = silent = wrong = 0
    slips = slipped_wrong = offered = 0
    for data in cities.values():
        finder = AreaFinder(data.areas)
        for area in data.areas:
            same = {other for other in data.areas if other.name == area.name}
            matches = finder.find(normalize(f"{area.name}の燃えるごみはいつ？"))
            areas = {one for match in matches for one in (match.exact or match.areas)}
            silent += not areas
            wrong += bool(areas) and area not in areas
            certain += area in areas and areas <= same
            several += area in areas and not areas <= same
            if 3 <= len(area.name) <= 8 and area.name.isalpha():
                text = normalize(slip(area.name, chance))
                named = {other.name for other in data.areas}
                if text.original in named:
                    continue
                slips += 1
                resolved = finder.resolve(text)
                slipped_wrong += len(resolved) == 1 and area not in resolved
                offered += area in finder.suggest(text) or area in resolved
    print(
        f"published names in a sentence: certain {certain}, asked {several}, "
        f"silent {silent}, wrong {wrong}"
    )
    print(
        f"mistyped names: {slips}, intended among 3 offered {offered} "
        f"({offered / slips:.1%}), taken for one other area {slipped_wrong}"
    )


def main() -> None:
    """Print all figures."""
    cities = read_all()
    everything = [area for data in cities.values() for area in data.areas]
    thousand = [Area(i, area.name, area.levels) for i, area in enumerate(everything[:1000])]
    AreaFinder(thousand[:10])
    begun = time.perf_counter()
    finder = AreaFinder(thousand)
    print(f"build, {len(thousand)} areas: {(time.perf_counter() - begun) * 1000:.0f} ms")
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()
    texts = [normalize(line) for line in lines]
    texts += [normalize(f"{area.name}の燃えるごみはいつ？") for area in thousand]
    print("find: mean {:.3f} ms, slowest {:.3f} ms".format(*measure(finder.find, texts)))
    print("resolve: mean {:.3f} ms, slowest {:.3f} ms".format(*measure(finder.resolve, texts)))
    print("suggest: mean {:.3f} ms, slowest {:.3f} ms".format(*measure(finder.suggest, texts)))
    for length in (1_000, 10_000):
        long = [normalize("泉町の燃えるごみはいつですか。" * (length // 15))]
        print(f"find, {length} characters: {measure(finder.find, long)[0]:.1f} ms")
    categories = CategoryFinder(cities["hachioji"].categories)
    print("categories: mean {:.3f} ms, slowest {:.3f} ms".format(*measure(categories.find, texts)))
    report_names(cities)
    finders = [AreaFinder(data.areas) for data in cities.values()]
    false = {line for line in lines for one in finders if one.find(normalize(line))}
    print(f"ordinary sentences with a place found: {len(false)} of {len(lines)}")


if __name__ == "__main__":
    main()
