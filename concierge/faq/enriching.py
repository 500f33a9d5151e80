"""Other wordings that staff may add to their FAQ, and what they would be worth.

They come from the lexicon (what residents say for the office's words), from everyday short forms
(「国保 いくら」), from how words are read, and from what residents tapped. None is ever added without
staff: `concierge faq enrich` only proposes. A wording that another entry has, or that would rather
find another entry, is not proposed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from concierge.faq.features import ASKED, kinds_of
from concierge.faq.golden import Golden
from concierge.faq.lexicon import Lexicon
from concierge.faq.model import Entry
from concierge.faq.morphology import plain, tokens
from concierge.faq.search import FaqIndex
from concierge.language.normalize import fold_kana, normalized_key

__all__ = ["Gain", "Proposed", "gain", "proposals", "with_wordings"]

MOST = 4
"""Wordings proposed for one entry, of each source."""
THEIRS = 0.5
"""The chance of another entry from which on a wording is taken for that entry's."""
LONGEST_HEAD = 14
SHORTEST_READING = 5
SURE = 0.8
"""The chance of its own entry from which on a wording is found anyway."""
KANJI = re.compile("[一-鿿]")
HIRAGANA = {code: code - 96 for code in range(ord("ァ"), ord("ヶ"))}
HEAD = re.compile(r"^(.{2,}?)(?:は|を|が|に|の|って|について|、|（|・)")
FORMS: Mapping[str, str] = {
    "where": "どこ",
    "cost": "いくら",
    "when": "いつ",
    "need": "必要なもの",
    "how": "やり方",
}
"""What residents type behind a word, by what an entry tells."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A wording for an entry; `source` is `lexicon`, `form`, `reading` or `taps`."""

    id: str
    wording: str
    source: str


@dataclass(frozen=True, slots=True)
class Gain:
    """How golden questions find their entry: the shares first and among three, and mean chance."""

    questions: int
    first: float
    among_three: float
    chance: float


def proposals(
    entries: Sequence[Entry],
    lexicon: Lexicon,
    index: FaqIndex,
    golden: Iterable[Golden] = (),
    tapped: Iterable[tuple[str, str]] = (),
) -> list[Proposed]:
    """Return what may be added, in the order of the entries. `tapped` are (id, wording).

    Golden questions are left alone, so that they go on checking.
    """
    known = {normalized_key(text) for entry in entries for text in (entry.question, *entry.also)}
    known.update(normalized_key(each.text) for each in golden)
    by_entry: dict[str, list[str]] = defaultdict(list)
    for name, wording in tapped:
        by_entry[name].append(wording)
    found: dict[str, list[Proposed]] = defaultdict(list)
    for entry in entries:
        taps = (Proposed(entry.id, wording, "taps") for wording in by_entry[entry.id])
        for each in (*taps, *_thought_of(entry, lexicon)):
            key = normalized_key(each.wording)
            if len(key) > 1 and key not in known:
                found[key].append(each)
    kept: list[Proposed] = []
    for alike in found.values():
        if len({each.id for each in alike}) == 1 and _helps(alike[0], index):
            kept.append(alike[0])
    order = {entry.id: place for place, entry in enumerate(entries)}
    return sorted(kept, key=lambda each: order[each.id])


def _thought_of(entry: Entry, lexicon: Lexicon) -> Iterator[Proposed]:
    sources = {
        "lexicon": _everyday(entry.question, lexicon),
        "form": _short(entry),
        "reading": _read(entry),
    }
    for source, wordings in sources.items():
        for wording in list(dict.fromkeys(wordings))[:MOST]:
            yield Proposed(entry.id, wording, source)


def _everyday(question: str, lexicon: Lexicon) -> Iterator[str]:
    """Say what a question is about in residents' words: a phrase of theirs, or another name."""
    head = _head(question)
    for group in lexicon.groups:
        if not head or head not in (group.means or group.said):
            continue
        for said in group.said:
            if "+" not in said and said not in question:
                yield said if group.means else question.replace(head, said, 1)


def _short(entry: Entry) -> Iterator[str]:
    head = _head(entry.question)
    told = kinds_of(entry.question, ASKED)
    if head:
        yield from (f"{head} {word}" for kind, word in FORMS.items() if kind in told)


def _read(entry: Entry) -> Iterator[str]:
    """Write what a question is about as it is read; a lone kanji (避難所) is read in too many ways."""
    head = _head(entry.question)
    words = [word for token in tokens(plain(head)) for word in token.words]
    reading = "".join(word.reading for word in words)
    if KANJI.search(head) and reading and all(len(word.surface) > 1 for word in words):
        yield fold_kana(reading).translate(HIRAGANA)


def _head(question: str) -> str:
    """Return what a question is about: what stands before its first particle."""
    found = HEAD.match(question)
    return found[1] if found and len(found[1]) <= LONGEST_HEAD else ""


def _helps(each: Proposed, index: FaqIndex) -> bool:
    """Tell whether a wording is not found anyway, and does not rather find another entry."""
    if each.source in ("form", "reading") and not _tells(each, index):
        return False
    best = next(iter(index.search(each.wording, 1)), None)
    if best is None:
        return True
    return best.chance < (SURE if best.entry.id == each.id else THEIRS)


def _tells(each: Proposed, index: FaqIndex) -> bool:
    """Tell whether what stands before a short form, or is read, means this entry and no other."""
    if each.source == "reading" and len(each.wording) < SHORTEST_READING:
        return False
    two = index.search(each.wording.partition(" ")[0], 2)
    alone = len(two) < 2 or two[1].chance < two[0].chance / 2
    return bool(two) and two[0].entry.id == each.id and alone


def with_wordings(entries: Sequence[Entry], added: Iterable[Proposed]) -> list[Entry]:
    """Return the entries as they would be with the wordings."""
    more: dict[str, list[str]] = defaultdict(list)
    for each in added:
        more[each.id].append(each.wording)
    return [replace(entry, also=(*entry.also, *more[entry.id])) for entry in entries]


def gain(index: FaqIndex, golden: Iterable[Golden]) -> Gain:
    """Measure how golden questions that are not held back find their entry."""
    asked = [each for each in golden if each.answers and not each.held and not each.language]
    first = among_three = 0
    chance = 0.0
    for each in asked:
        hits = index.search(each.text, 3)
        right = [hit.entry.id in each.answers for hit in hits]
        first += right[:1] == [True]
        among_three += any(right)
        chance += next((hit.chance for hit, fits in zip(hits, right, strict=True) if fits), 0.0)
    whole = max(1, len(asked))
    return Gain(len(asked), first / whole, among_three / whole, chance / whole)
