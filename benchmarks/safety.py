"""How well emergencies are heard, how often nothing is taken for one, and what listening costs.

    python benchmarks/safety.py

Reads the sentences of tests/safety and every wording of the demonstration town's FAQ. The third
that was kept aside while the rules were written is told apart.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from concierge.faq.folder import load_faq
from concierge.safety import emergency_in, illness_in

ROOT = Path(__file__).resolve().parents[1]
SENTENCES = ROOT / "tests" / "safety" / "sentences"
LISTS = ("alarms", "ordinary", "illness", "languages")


def main() -> None:
    """Measure and print."""
    worked = {name: read(name) for name in LISTS}
    held: dict[str, Any] = read("held_out")
    strangers = {"illness": {}, **read("strangers")}
    passers_by = {"illness": {}, **read("passers_by")}
    for title, lists in (
        ("worked on", worked),
        ("kept aside", held),
        ("as strangers write", strangers),
        ("as passers-by write", passers_by),
    ):
        print(f"-- {title}")
        alarms = [(kind, text) for kind, texts in lists["alarms"].items() for text in texts]
        print_heard("Japanese", alarms)
        for language, kinds in lists["languages"].items():
            if language != "none":
                print_heard(language, [(k, text) for k, texts in kinds.items() for text in texts])
        print_false("ordinary", flat(lists["ordinary"]))
        print_false("illness", flat(lists["illness"]))
        print_false("ordinary, other languages", flat(lists["languages"]["none"]))
        who = [(who, text) for who, texts in lists["illness"].items() for text in texts]
        right = sum((found := illness_in(text)) is not None and found.who == w for w, text in who)
        print(f"illness: who is ill                   {right:5d} of {len(who)}")
    print_false("-- everyday", [str(text) for text in read("everyday")["everyday"]])
    town = wordings()
    print_false("-- wordings of the demonstration town", town)
    costs(town)


def read(name: str) -> dict[str, Any]:
    """Return one list of sentences."""
    table: dict[str, Any] = yaml.safe_load((SENTENCES / f"{name}.yaml").read_text(encoding="utf-8"))
    return table


def flat(table: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the sentences of all groups."""
    return [text for texts in table.values() for text in texts]


def wordings() -> list[str]:
    """Return every question, other wording and golden question of the demonstration town."""
    found: set[str] = set()
    for entry in load_faq(ROOT / "knowledge" / "demo").entries:
        found.update((entry.question, *entry.also, *entry.golden))
        for translation in entry.translations.values():
            found.update((translation.question or "", *translation.also))
    return sorted(found)


def print_heard(title: str, alarms: list[tuple[str, str]]) -> None:
    """Print how many alarms were heard, and how many with the right kind."""
    heard = [(kind, text, emergency_in(text)) for kind, text in alarms]
    right = sum(found is not None and found.kind == kind for kind, _, found in heard)
    some = sum(found is not None for *_, found in heard)
    print(f"{title:30} heard {some:4d} of {len(alarms):4d}, right kind {right:4d}")
    for kind, text, found in heard:
        if found is None or found.kind != kind:
            print(f"    {kind}: {text} → {found.kind if found else 'not heard'}")


def print_false(title: str, texts: list[str]) -> None:
    """Print how many of these raised an alarm."""
    alarmed = [text for text in texts if emergency_in(text) is not None]
    print(f"{title:38} false alarms {len(alarmed)} of {len(texts)}")
    for text in alarmed:
        print(f"    {text}")


def costs(texts: list[str]) -> None:
    """Print the milliseconds of a message, and of the longest one looked at."""
    times = []
    for text in texts:
        before = time.perf_counter()
        emergency_in(text)
        times.append((time.perf_counter() - before) * 1000)
    times.sort()
    print(f"median {statistics.median(times):.3f} ms, p99 {times[int(len(times) * 0.99)]:.3f} ms")
    for piece in ("子", "家の", "a ", "母が", "火"):
        before = time.perf_counter()
        emergency_in(piece * (10_000 // len(piece)))
        print(f"10,000 characters of 「{piece}」 {(time.perf_counter() - before) * 1000:7.1f} ms")


if __name__ == "__main__":
    main()
