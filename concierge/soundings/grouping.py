"""Groups questions by meaning, the same way from week to week: offline, by words and word vectors.

How alike two are is half the cosine of their words and half that of the FAQ's general word vectors;
those without a word in common are never compared. Leader clustering: a question joins the group whose leader it is most like, else it leads one of its
own; then groups that are alike as wholes are joined. Groups known from before come first, so that
they keep their names as they grow.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from concierge.faq.analysis import analysed
from concierge.faq.meaning import in_general
from concierge.faq.terms import bare, query_terms
from concierge.faq.vectors import Floats
from concierge.soundings.anonymity import people_at_least

__all__ = ["ALIKE", "Known", "content_terms", "grouped", "terms_of", "words_of"]

Pseudonymous = tuple[int, str]
"""A resident as the log knows them: the key's period, and the pseudonym."""
ALIKE = 0.45
"""Likeness from which a question belongs to a group."""
JOINED = 0.37
"""The same between two groups as wholes, which are one then."""
ALIKE_BY_WORDS, JOINED_BY_WORDS = 0.5, 0.36
"""The same where one of the two has no word that has a vector."""
LOOKED_AT = 12
"""Of the groups with the most words in common, how many are compared by their vectors."""
PASSES = 2
LOOKED_FOR = 10
"""The weightiest terms of a question, by which groups like it are looked for."""
TERMS_KEPT = 24
WHOLE = 1.5
"""Weight of a whole word in katakana or Latin letters; its pairs of letters count besides."""
CONTENT = re.compile(r"[ァ-ヶー]{2,}|[a-z][a-z0-9]+")
KANJI_ONLY = re.compile(r"[一-鿿]{1,2}")
KANJI_OR_WORD = re.compile(r"[一-鿿ァ-ヶa-z]")
WORDINGS_READ = 300
COMMON = 0.3
"""The share of a group's residents who must have used a word that names it."""
MOST_WORDS, LONGEST_WORD = 3, 8
NAMEABLE = re.compile(r"[ぁ-ゖァ-ヶー一-龥々a-z]+")
NAMING = re.compile(r"[ァ-ヶ一-龥a-z]")
EDGE = re.compile(
    r"^(?:[のはがをにでともへやかねよれるっ]|から|まで|より)"
    r"|(?:[のはがをにでともへやかねよっるてたくればう]|から|まで|です|ます|ない|たい)$"
    r"|[ぁ-ゖァ-ヶ一-龥][がをはもに](?=[一-龥ァ-ヶ])"
    r"|^(?:場合|時間|何[時日曜]*|方法|必要|可能|利用|予定|今日|明日|場所|教|知|見|行|来|人|回|売)$"
)
"""What names nothing: grammar at an end, a particle inside, an everyday word."""
PARTICLES = "のはがをにでともへや"
"""Kana that end a word before them."""


@dataclass(frozen=True, slots=True)
class Known:
    """A group as it is remembered: its terms, with weights. No wording of anyone."""

    id: str
    terms: Mapping[str, float]


@dataclass(slots=True)
class _Group:
    id: str | None
    vector: dict[str, float]
    meant: Floats
    members: list[int] = field(default_factory=list)


def content_terms(text: str) -> dict[str, float]:
    """Return what a question is about: its kanji, katakana and Latin words, not its grammar.

    Words that the FAQ search calls the same are added. A text in hiragana alone keeps its pairs.
    """
    searched = query_terms(text)
    terms = {term: weight for term, weight in searched.items() if KANJI_ONLY.fullmatch(term)}
    for word in CONTENT.findall(unicodedata.normalize("NFKC", text).lower()):
        terms[word] = WHOLE
        for place in range(len(word) - 1):
            terms[word[place : place + 2]] = 1.0
    return terms or searched


def grouped(
    texts: Sequence[str], known: Sequence[Known] = ()
) -> list[tuple[str | None, list[int]]]:
    """Return groups as (id of a known group or None, positions in `texts`), the largest first."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        key = bare(text)
        if key:
            places[key].append(place)
    vectors = {key: content_terms(texts[found[0]]) for key, found in places.items()}
    rarity = _rarity([*vectors.values(), *(each.terms for each in known)])
    groups = [_Group(each.id, _unit(each.terms, rarity), in_general(each.terms)) for each in known]
    index = _index(groups)
    units = {key: _unit(vector, rarity) for key, vector in vectors.items()}
    meant = {key: in_general(analysed(texts[found[0]]).words) for key, found in places.items()}
    for key in sorted(places, key=lambda key: (-len(places[key]), key)):
        if not units[key]:
            continue
        near = _nearest(units[key], meant[key], index, groups, (ALIKE, ALIKE_BY_WORDS))
        if near is None:
            near = len(groups)
            groups.append(_Group(None, units[key], meant[key]))
            _enter(index, near, units[key])
        groups[near].members += places[key]
    unit_of = {place: units[key] for key, found in places.items() for place in found}
    meant_of = {place: meant[key] for key, found in places.items() for place in found}
    for _ in range(PASSES):
        groups = _joined(groups, unit_of, meant_of)
    found = [(group.id, sorted(group.members)) for group in groups if group.members]
    return sorted(found, key=lambda group: (-len(group[1]), group[1][0]))


def words_of(
    texts: Sequence[str], residents: Sequence[Pseudonymous], least: int
) -> tuple[str, ...]:
    """Return the words that name a group: each used by at least `least` residents of it.

    The pieces that most residents wrote alike, longer ones first; 「夜のバス」 rather than 「バス」.
    """
    wordings: dict[str, set[Pseudonymous]] = defaultdict(set)
    for text, resident in zip(texts, residents, strict=True):
        wordings[unicodedata.normalize("NFKC", text).lower()].add(resident)
    largest = sorted(wordings, key=lambda text: (-len(wordings[text]), text))[:WORDINGS_READ]
    users: dict[str, set[Pseudonymous]] = defaultdict(set)
    for text in largest:
        for piece in _pieces(text):
            users[piece] |= wordings[text]
    people = {piece: people_at_least(who) for piece, who in users.items()}
    everyone = people_at_least({who for text in largest for who in wordings[text]})
    bar = max(least, everyone * COMMON)
    common = [piece for piece in people if people[piece] >= bar]
    common.sort(key=lambda piece: (-people[piece] * _length(piece), -len(piece), piece))
    chosen: list[str] = []
    for piece in common:
        if not any(piece in other or other in piece for other in chosen):
            chosen.append(piece)
    return tuple(chosen[:MOST_WORDS])


def _pieces(text: str) -> set[str]:
    """Return the pieces of a text that could name something: no edges of grammar, no sentence."""
    found: set[str] = set()
    for run in NAMEABLE.findall(text):
        for start in range(len(run)):
            for end in range(start + 1, min(start + LONGEST_WORD, len(run)) + 1):
                piece = run[start:end]
                if not EDGE.search(piece) and NAMING.search(piece) and _whole(run, start, end):
                    found.add(piece)
    return found


def _whole(run: str, start: int, end: int) -> bool:
    """Tell whether a piece begins and ends where kinds of letters change, not inside a word.

    Kana behind kanji belong to it, but for particles: 「空き」 is a word, 「空」 and 「き状況」 are none.
    """
    before, first = run[start - 1] if start else "", run[start]
    last, after = run[end - 1], run[end] if end < len(run) else ""
    if before and (_kind(before) == _kind(first) or (_kana(first) and _kind(before) == "kanji")):
        return False
    if not after or after in PARTICLES:
        return True
    return _kind(last) != _kind(after) and not (_kana(after) and _kind(last) == "kanji")


def _kana(letter: str) -> bool:
    return _kind(letter) == "hiragana" and letter not in PARTICLES


def _kind(letter: str) -> str:
    if "ァ" <= letter <= "ヶ" or letter == "ー":
        return "katakana"
    if "ぁ" <= letter <= "ゖ":
        return "hiragana"
    return "latin" if letter.isascii() else "kanji"


def _length(piece: str) -> float:
    return {1: 0.6, 2: 1.0, 3: 1.3}.get(len(piece), 1.5)


def terms_of(
    texts: Sequence[str], residents: Sequence[Pseudonymous], least: int
) -> dict[str, float]:
    """Return the terms to remember a group by: those that at least `least` residents used."""
    users: dict[str, set[Pseudonymous]] = defaultdict(set)
    weights: dict[str, float] = defaultdict(float)
    for text, resident in zip(texts, residents, strict=True):
        for term, weight in content_terms(text).items():
            users[term].add(resident)
            weights[term] += weight
    kept = {
        term: weights[term] / len(texts)
        for term in weights
        if people_at_least(users[term]) >= least
    }
    best = sorted(kept, key=lambda term: (-kept[term], term))[:TERMS_KEPT]
    return {term: round(kept[term], 4) for term in best}


def _rarity(vectors: Iterable[Mapping[str, float]]) -> dict[str, float]:
    frequency: Counter[str] = Counter()
    total = 0
    for vector in vectors:
        frequency.update(vector.keys())
        total += 1
    return {term: math.log(1 + total / count) for term, count in frequency.items()}


def _unit(terms: Mapping[str, float], rarity: Mapping[str, float]) -> dict[str, float]:
    weighted = {term: weight * rarity.get(term, 1.0) for term, weight in terms.items()}
    length = math.sqrt(sum(weight * weight for weight in weighted.values()))
    return {term: weight / length for term, weight in weighted.items()} if length else {}


def _enter(
    index: dict[str, list[tuple[int, float]]], number: int, vector: Mapping[str, float]
) -> None:
    for term, weight in vector.items():
        index[term].append((number, weight))


def _nearest(
    vector: Mapping[str, float],
    meant: Floats,
    index: Mapping[str, list[tuple[int, float]]],
    groups: Sequence[_Group],
    least: tuple[float, float],
) -> int | None:
    """Return the group most like a question, looked for by the question's weightiest terms.

    `least` is the likeness it must have, and what it must have where one has no vector.
    """
    sums: dict[int, float] = defaultdict(float)
    for term in sorted(vector, key=lambda term: -vector[term])[:LOOKED_FOR]:
        weight = vector[term]
        for number, other in index.get(term, ()):
            sums[number] += weight * other
    best, most = None, 0.0
    for number in sorted(sums, key=lambda number: (-sums[number], number))[:LOOKED_AT]:
        words = sums[number]
        both = bool(meant.any()) and bool(groups[number].meant.any())
        alike = (words + float(meant @ groups[number].meant)) / 2 if both else words
        bar = least[0] if both else least[1]
        if alike >= bar and alike / bar > most:
            best, most = number, alike / bar
    return best


def _joined(
    groups: list[_Group],
    units: Mapping[int, Mapping[str, float]],
    meant: Mapping[int, Floats],
) -> list[_Group]:
    """Let groups that are alike as wholes become one; a known group keeps its name."""
    filled = [group for group in groups if group.members]
    filled.sort(key=lambda group: (group.id is None, -len(group.members), group.members[0]))
    index: dict[str, list[tuple[int, float]]] = defaultdict(list)
    kept: list[_Group] = []
    for group in filled:
        group.vector = _centre(group.members, units)
        group.meant = _mean(group.members, meant)
        wordy = any(map(KANJI_OR_WORD.match, group.vector))
        least = (JOINED, JOINED_BY_WORDS) if wordy else (ALIKE, ALIKE_BY_WORDS)
        near = None
        if group.id is None:
            near = _nearest(group.vector, group.meant, index, kept, least)
        if near is not None:
            kept[near].members += group.members
        else:
            _enter(index, len(kept), group.vector)
            kept.append(group)
    return kept


def _mean(members: Sequence[int], meant: Mapping[int, Floats]) -> Floats:
    """Return the direction of a group's questions; of many, the first thousand tell."""
    total: Floats = np.asarray(sum(meant[place] for place in members[:1000]), np.float32)
    length = float(np.linalg.norm(total))
    return np.asarray(total / np.float32(length or 1.0), np.float32)


def _centre(members: Sequence[int], units: Mapping[int, Mapping[str, float]]) -> dict[str, float]:
    """Return the mean of a group's questions, of length one; of many, the first thousand tell."""
    sums: dict[str, float] = defaultdict(float)
    for place in members[:1000]:
        for term, weight in units[place].items():
            sums[term] += weight
    heavy = sorted(sums, key=lambda term: (-sums[term], term))[:TERMS_KEPT]
    length = math.sqrt(sum(sums[term] ** 2 for term in heavy)) or 1.0
    return {term: sums[term] / length for term in heavy}


def _index(groups: Sequence[_Group]) -> dict[str, list[tuple[int, float]]]:
    index: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, group in enumerate(groups):
        _enter(index, number, group.vector)
    return index
