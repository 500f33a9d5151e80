"""How often the right FAQ is found, and how well it is known when none is right.

    python benchmarks/retrieval.py            # about three minutes, half of it training
    python benchmarks/retrieval.py --quick    # the search as it serves, alone

Real citizens' questions against a real city's FAQ (`../shared/data/faq`, measured with, never
copied): S@k is the share of questions whose answer is among the first k; AUROC tells in-scope from
out-of-scope questions by the best score; FAR is the share of out-of-scope questions at or above
the score that lets 80 % of the others through; "right" is how many of the answers given at a
threshold are right, where at least half of the in-scope questions are answered. Nothing here was
trained on these questions.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

from concierge.faq.analysis import analysed
from concierge.faq.bm25 import Bm25
from concierge.faq.index import SIDES, Index, document_of
from concierge.faq.lexicon import packaged
from concierge.faq.model import Entry
from concierge.faq.search import FaqIndex
from concierge.faq.training import MEANING, train

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "faq"
Scores = Sequence[tuple[str, float]]
"""(id, score), best first."""
Search = Callable[[str], Scores]


@dataclass(frozen=True)
class Asked:
    text: str
    kind: str
    gold: frozenset[str]


def main() -> None:
    """Measure and print."""
    home = Path(os.environ.get("CONCIERGE_PUBLISHED_DATA", DATA.parent)) / "faq"
    if not home.is_dir():
        print("the published questions are not beside the repository; nothing is measured")
        return
    entries = [
        Entry(str(f["id"]), str(f["question"]), str(f["answer"])) for f in lines(home, "faqs.jsonl")
    ]
    asked = [
        Asked(str(q["text"]), str(q["kind"]), frozenset(i for i, g in q["gold"].items() if g == 2))
        for q in lines(home, "queries_dev.jsonl")
    ]
    asked = [each for each in asked if each.gold or each.kind == "out_of_scope"]
    print(f"{'':34}real S@1/3/5    line S@1/3/5   AUROC  FAR  right at  ms/question")
    quick = "--quick" in sys.argv
    if not quick:
        for name, search in baselines(entries).items():
            report(name, search, asked)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        began = time.perf_counter()
        train(entries, folder)
        trained = time.perf_counter() - began
        if not quick:
            for name, search in parts(entries, folder).items():
                report(name, search, asked)
        before = memory()
        began = time.perf_counter()
        index = FaqIndex(entries, folder)
        built = time.perf_counter() - began
        report("as it serves", lambda text: hits(index, text), asked)
        print(f"\ntraining {trained:.0f} s, index of {len(entries):,} entries {built:.1f} s,")
        size = (folder / MEANING).stat().st_size / 1e6
        print(f"trained file {size:.1f} MB, memory for the index {memory() - before:.0f} MB,")
        times = sorted(seconds(index, each.text) * 1000 for each in asked for _ in range(3))
        p99 = times[int(len(times) * 0.99)]
        print(f"a question {statistics.median(times):.2f} ms median, {p99:.2f} ms p99")


def lines(home: Path, name: str) -> list[dict[str, dict[str, int]]]:
    """Return the records of a JSON Lines file."""
    return [json.loads(line) for line in (home / name).read_text(encoding="utf-8").splitlines()]


def hits(index: FaqIndex, text: str) -> Scores:
    return [(hit.entry.id, hit.score) for hit in index.search(text, 20)]


def seconds(index: FaqIndex, text: str) -> float:
    began = time.perf_counter()
    index.search(text, 5)
    return time.perf_counter() - began


def baselines(entries: Sequence[Entry]) -> dict[str, Search]:
    """Return what a naive bot does, and plain BM25."""
    questions = [entry.question for entry in entries]
    texts = [(analysed(entry.question), analysed(entry.answer)) for entry in entries]
    spaced = [" ".join(question.words) for question, _ in texts]

    def fuzzy(scorer: Callable[..., float], known: Sequence[str], words: bool) -> Search:
        def search(text: str) -> Scores:
            given = " ".join(analysed(text).words) if words else text
            found = process.extract(given, known, scorer=scorer, limit=20)
            return [(entries[number].id, score) for _, score, number in found]

        return search

    def ranked(index: Bm25, terms: Callable[[str], Mapping[str, float]]) -> Search:
        return lambda text: best(entries, index.scores(terms(text)))

    both = [Counter(a.words) + Counter(q.words) for q, a in texts]
    pairs = [Counter(a.characters) + Counter(q.characters) for q, a in texts]
    return {
        "rapidfuzz ratio": fuzzy(fuzz.ratio, questions, False),
        "rapidfuzz WRatio": fuzzy(fuzz.WRatio, questions, False),
        "rapidfuzz token_set, Sudachi words": fuzzy(fuzz.token_set_ratio, spaced, True),
        "BM25, character bigrams, QA": ranked(Bm25.of(pairs), lambda t: analysed(t).characters),
        "BM25, Sudachi words, QA": ranked(Bm25.of(both), lambda t: analysed(t).words),
    }


def parts(entries: Sequence[Entry], folder: Path) -> dict[str, Search]:
    """Return each side of the index alone, all but each, and what lexicon and training earn."""
    documents = [document_of(entry) for entry in entries]
    served = FaqIndex(entries, folder)._japanese._index
    assert served is not None
    general = Index(documents, packaged())

    def of(index: Index, weights: Mapping[str, float], own: bool = False) -> Search:
        def search(text: str) -> Scores:
            query = index.query(text)
            if own:
                query = type(query)(query.text, query.heard, query.text.words, query.text.words, ())
            sides = index.sides(query)
            return best(entries, sum(weights[name] * sides[name] for name in weights))

        return search

    found: dict[str, Search] = {f"alone: {name}": of(served, {name: 1.0}) for name in SIDES}
    for name in SIDES:
        rest = {each: weight for each, weight in SIDES.items() if each != name}
        found[f"without: {name}"] = of(served, rest)
    found["without lexicon and spelling"] = of(served, SIDES, own=True)
    found["without training"] = of(general, SIDES)
    found["fused"] = of(served, SIDES)
    return found


def best(entries: Sequence[Entry], scores: np.ndarray) -> Scores:
    order = np.argsort(-scores, kind="stable")[:20]
    return [(entries[number].id, float(scores[number])) for number in order]


def report(name: str, search: Search, asked: Sequence[Asked]) -> None:
    """Print one line of the table."""
    began = time.perf_counter()
    found = [search(each.text) for each in asked]
    spent = (time.perf_counter() - began) / len(asked) * 1000
    shares = []
    for kind in ("real", "line"):
        ranks = [rank(f, a.gold) for f, a in zip(found, asked, strict=True) if a.kind == kind]
        shares.append("/".join(f"{100 * np.mean([r < k for r in ranks]):4.1f}" for k in (1, 3, 5)))
    tops = [f[0][1] if f else 0.0 for f in found]
    inside = np.array([s for s, a in zip(tops, asked, strict=True) if a.gold])
    outside = np.array([s for s, a in zip(tops, asked, strict=True) if not a.gold])
    auroc = np.mean(inside[:, None] > outside) + np.mean(inside[:, None] == outside) / 2
    far = np.mean(outside >= np.sort(inside)[int(0.2 * len(inside))])
    print(
        f"{name:34}{shares[0]}  {shares[1]}  {100 * auroc:4.1f}  {100 * far:4.1f}"
        f"  {right(found, asked)}  {spent:5.1f}",
        flush=True,
    )


def right(found: Sequence[Scores], asked: Sequence[Asked]) -> str:
    """Return the share of right answers at the threshold that answers half of the in-scope."""
    inside = sorted(f[0][1] for f, a in zip(found, asked, strict=True) if a.gold and f)
    threshold = inside[len(inside) // 2]
    given = [
        bool(f[0][0] in a.gold)
        for f, a in zip(found, asked, strict=True)
        if f and f[0][1] >= threshold
    ]
    return f"{100 * np.mean(given):4.1f}@50"


def rank(found: Scores, gold: frozenset[str]) -> int:
    return next((place for place, (name, _) in enumerate(found) if name in gold), 99)


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
