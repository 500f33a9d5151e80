"""Everything that someone who writes an engine must know, on one page.

An engine proposes `Candidate`s for a `Question`; the hub chooses. To add one, put a module with an
attribute `engine` (a subclass of `Engine`) into `engines/`, or publish a package with an entry
point in the group `concierge.engines`, then name it under `engines:` in `municipality.yaml`.
`concierge engines new NAME` writes such a package, `concierge engines check NAME` tries it.

The rules
- An instance belongs to one snapshot of one municipality's knowledge: `start` is called once with
  it; when staff change a file a new instance is made and started, and the old one is closed.
- `ask` may be a plain function (it runs in a thread of its own and never blocks others), a
  coroutine, or an async generator that yields `Delta` pieces and then Candidates. It may be called
  again before it has returned: several residents ask at once.
- No answer within the deadline means no answer; what comes later is thrown away.
- An engine that raises, in any of these, is reported and left out. The rest serves.
- Nothing about the resident may be logged or kept.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any, ClassVar

from concierge.message import Card, Choice, Location, Source, Status

if TYPE_CHECKING:
    from concierge.knowledge import Knowledge
    from concierge.understanding import Place, Understanding

__all__ = ["Answers", "Candidate", "Delta", "Engine", "Layer", "Question", "Usage"]


class Layer(IntEnum):
    """The order of asking; each layer is asked only if the one before declined."""

    RULES = 1
    """Exact FAQ questions and aliases, and intents whose sentence matched whole."""
    INTENTS = 2
    """Needs answered from open data, asking back for what is missing."""
    RETRIEVAL = 3
    """Free questions searched for in the FAQ."""
    LLM = 4
    """Only over what the layers before found; cites or abstains."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What answering one question used of something that is paid for."""

    tokens: int = 0
    yen: float = 0.0


def _by_nobody(usage: Usage) -> None:
    """Take what was used where nobody counts it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the hub asks an engine: one need of one resident at one moment.

    `text` is what the resident typed, `place` the area it is about as far as that is known.
    `intent` is set where this answers an open question of that intent, `previous` is the intent of
    the turn before; `slots` are the values known from those turns, by name. `homes` are the areas
    the resident asked to keep, by name. `location` is where the resident is, where they shared it
    just now; `centres` are the middles of the areas in `place`, empty unless the
    town's lists tell all of them. `evidence` is what earlier layers found without being sure.
    """

    text: str
    layer: Layer
    at: datetime
    language: str
    understanding: Understanding
    place: Place | None = None
    intent: str | None = None
    previous: str | None = None
    slots: Mapping[str, Any] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)
    location: Location | None = None
    centres: tuple[Location, ...] = ()
    evidence: tuple[Candidate, ...] = ()
    used: Callable[[Usage], None] = field(default=_by_nobody, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One answer that an engine proposes.

    `text` follows the form of every answer: the first line is the answer, at most three lines;
    whatever is longer goes into `details`. `score` is the engine's own (0–1), never compared with
    another engine's before calibration. `status` is ANSWERED, CLARIFY (then `missing` names the
    slot that is asked for: `area`, or `place` where a shared location or a landmark answers too) or ABSTAIN (it is this engine's matter, and it knows that it does not
    know). `title` is the question this answers, shown where it is only offered (もしかして).
    `topics` are what it is about in staff's words (ごみ, 市民課): notices and desks are found by
    them. `remember` is what the resident asked to be kept: homes by name (自宅 → area).
    """

    text: str
    score: float
    status: Status = Status.ANSWERED
    title: str | None = None
    intent: str | None = None
    slots: Mapping[str, Any] = field(default_factory=dict)
    answer_id: str | None = None
    topics: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    choices: tuple[Choice, ...] = ()
    cards: tuple[Card, ...] = ()
    details: str | None = None
    missing: str | None = None
    remember: Mapping[str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of text that may be shown before the Candidate it belongs to is complete."""

    text: str


Answers = Iterable[Candidate] | Awaitable[Iterable[Candidate]] | AsyncIterator[Delta | Candidate]
"""What `ask` may return."""


class Engine:
    """The base of every engine that proposes answers."""

    name: ClassVar[str]
    """The name staff write under `engines:`; lower-case ASCII."""
    layers: ClassVar[tuple[Layer, ...]]
    """The layers it is asked in."""
    examples: ClassVar[tuple[str, ...]] = ()
    """Questions it answers, by which `concierge engines check` tries it."""

    def start(self, knowledge: Knowledge, options: Mapping[str, str]) -> Awaitable[None] | None:
        """Get ready to answer from this knowledge. `options` are staff's, all values as written.

        Raise `concierge.problem.SettingError` (Japanese) for an option that cannot be used.
        """

    def ask(self, question: Question) -> Answers:
        """Propose candidates, best first; an empty result declines."""
        return ()

    def close(self) -> None:
        """Let go of what `start` took. Called once, also after a failed start."""
