"""The demonstration town with a language model behind its FAQ, so that the model is always asked."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from concierge.clock import parse_instant
from concierge.composing import SAYS
from concierge.concierge import Concierge
from concierge.hub.state import HubState
from concierge.llm.standin import StandIn
from concierge.message import Message, Reply
from concierge.settings import demonstration
from concierge.wording import load_wording
from tests.loops import run

AT = parse_instant("2026-11-20T10:00")
ENGINES = """\
engines:
  faq:
    answer: 1.0
    suggest: 0.01
    layers: retrieval
  llm:
    provider: {provider}
    model: stand-in
    base_url: {base_url}
    deadline: {deadline}
    failures: 1000
{more}"""


def llm_town(
    folder: Path, standin: StandIn, *, provider: str = "openai", deadline: float = 5, **more: str
) -> Path:
    """Copy the demonstration town; `more` are options of the engine."""
    town = folder / "town"
    shutil.copytree(demonstration(), town)
    path = town / "municipality.yaml"
    text = re.split(r"(?m)^engines:", path.read_text(encoding="utf-8"))[0]
    base_url = standin.base_url if provider == "openai" else standin.base_url.removesuffix("/v1")
    lines = "".join(f"    {key}: {value}\n" for key, value in more.items())
    engines = ENGINES.format(provider=provider, base_url=base_url, deadline=deadline, more=lines)
    path.write_text(text + engines, encoding="utf-8")
    return town


def ask(
    town: Path,
    questions: Sequence[str],
    language: str | None = None,
    state: HubState | None = None,
    pieces: list[str] | None = None,
    before: Callable[[int], None] = lambda number: None,
) -> list[Reply]:
    """Ask one after another, as residents who have never met; `before` is told which is next."""

    async def show(text: str) -> None:
        if pieces is not None:
            pieces.append(text)

    async def talk() -> list[Reply]:
        concierge = Concierge(town, state=state)
        await concierge.open()
        try:
            errors = [p for p in concierge.town.problems if p.severity == "error"]
            assert not errors, errors
            replies: list[Reply] = []
            for number, text in enumerate(questions):
                before(number)
                message = Message(text=text, at=AT, language=language)
                replies.append(await concierge.answer(message, show))
            return replies
        finally:
            concierge.close()

    return run(talk())


def body_of(reply: Reply) -> str:
    """Return what the engine said, without the line of the source and without our condolences."""
    body = reply.text.partition("\n\n")[0]
    for whose in ("person", "pet"):
        body = body.removeprefix(load_wording(SAYS, reply.language).say(f"condolence_{whose}"))
    return body
