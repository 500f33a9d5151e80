"""From text to tokens, in one pass: at each place the longest form that fits counts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from concierge.language.dates.lexicon import LEXICON, Entry, spellings
from concierge.language.dates.tokens import Pattern, Token
from concierge.language.dates.weekdays import WEEKDAY_PATTERNS
from concierge.language.dates.written import WRITTEN_PATTERNS
from concierge.language.normalize import fold_kana

__all__ = ["fold", "tokens"]

Form = tuple[str, re.Pattern[str], Callable[[re.Match[str]], object]]

KATAKANA = frozenset(map(chr, range(ord("ァ"), ord("ヺ") + 1)))
READING = re.compile(
    r"\((?!(?:げつ|か|すい|もく|きん|ど|にち)(?:よう|\)))[ぁ-んー]{1,20}\)"
    r"|(?<=曜日)\((?:げつ|か|すい|もく|きん|ど|にち)ようび\)"
)
BAR_AS_DASH = re.compile(r"(?<=[ァ-ヶ])-(?=[ァ-ヶ])")


def fold(text: str) -> str:
    """Fold normalised text for matching, each character in its place: katakana as hiragana.

    A dash between katakana is a 「ー」 typed as a dash (ゴ-ルデンウィ-ク).
    """
    return fold_kana(BAR_AS_DASH.sub("ー", text) if "-" in text else text)


def tokens(text: str, folded: str) -> list[Token]:
    """Cut a text, given normalised and folded, into the tokens of dates; the rest is left out."""
    characters = _patterns()
    made: list[Token] = []
    position, length = 0, len(folded)
    while position < length:
        character = folded[position]
        known = character in characters
        token = _longest(_forms(character), folded, position) if known else None
        if token is None or _within_katakana(text, token):
            position += 1
        else:
            token = _with_reading(folded, token)
            made.append(token)
            position = token.end
    return made


def _longest(candidates: Sequence[Form], folded: str, position: int) -> Token | None:
    best: Token | None = None
    for kind, regex, read in candidates:
        match = regex.match(folded, position)
        if match is None or match.end() <= (best.end if best else position):
            continue
        value = read(match)
        if value is not None:
            best = Token(kind, value, position, match.end())
    return best


def _with_reading(folded: str, token: Token) -> Token:
    """Take the reading behind a word into it: 「来週(らいしゅう)」, not 「明日(か)」, a weekday."""
    if folded[token.end : token.end + 1] != "(" or not "一" <= folded[token.end - 1] <= "龯":
        return token
    reading = READING.match(folded, token.end)
    return token._replace(end=reading.end()) if reading else token


def _within_katakana(text: str, token: Token) -> bool:
    """Tell whether a token begins or ends inside a katakana word (キョウチクトウ, ボランティアした)."""
    return bool(
        (text[token.start] in KATAKANA and text[token.start - 1 : token.start] in KATAKANA)
        or (text[token.end - 1] in KATAKANA and text[token.end : token.end + 1] in KATAKANA)
    )


@cache
def _forms(character: str) -> Sequence[Form]:
    """Return the forms that can begin with a character, compiled."""
    return tuple(
        (pattern.kind, _compiled(pattern.regex), pattern.read)
        for pattern in _patterns().get(character, ())
    )


@cache
def _compiled(regex: str) -> re.Pattern[str]:
    return re.compile(regex)


@cache
def _patterns() -> Mapping[str, Sequence[Pattern]]:
    """Return every pattern under the characters it can begin with."""
    patterns: defaultdict[str, list[Pattern]] = defaultdict(list)
    for pattern in (*(_of_words(entry) for entry in LEXICON), *WEEKDAY_PATTERNS, *WRITTEN_PATTERNS):
        for character in pattern.first:
            patterns[character].append(pattern)
    return dict(patterns)


def _of_words(entry: Entry) -> Pattern:
    words = sorted(spellings(entry), key=len, reverse=True)
    alternatives = "|".join(_bounded(word) for word in words)
    value = "" if entry.value is None else entry.value
    firsts = "".join({word[0] for word in words})
    return Pattern(
        entry.kind, firsts, f"{entry.before}(?:{alternatives}){entry.after}", lambda match: value
    )


def _bounded(word: str) -> str:
    """Keep an English word from being found within a longer one."""
    before = "(?<![a-z])" if word[0].isascii() and word[0].isalpha() else ""
    after = "(?![a-z])" if word[-1].isascii() and word[-1].isalpha() else ""
    return f"{before}{re.escape(word)}{after}"
