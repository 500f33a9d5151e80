"""The prompt, from a file with a version; everything untrusted goes in as JSON strings."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from concierge.llm.passages import Passage

__all__ = ["Prompt", "load_prompt", "prompt_names"]

FOLDER = Path(__file__).parent / "prompts"
LANGUAGES = {"ja": "ふつうの日本語", "ja-easy": "やさしい日本語", "en": "English"}


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is told: `version` goes into the log, so that an answer can be traced to it."""

    name: str
    version: int
    system: str
    wording: Mapping[str, str]

    def messages(
        self, question: str, passages: Mapping[str, Passage], language: str, *, reword: bool
    ) -> tuple[str, str]:
        """Return the system's and the user's message."""
        how = self.wording["reword" if reword else "quote"]
        system = self.system.replace("{wording}", how).replace(
            "{language}", LANGUAGES.get(language, "ふつうの日本語")
        )
        given: dict[str, Any] = {
            "question": question,
            "passages": [
                {"id": key, "title": passage.title, "text": passage.text}
                for key, passage in passages.items()
            ],
        }
        return system, json.dumps(given, ensure_ascii=False)

    @staticmethod
    def named(passages: Sequence[Passage]) -> dict[str, Passage]:
        """Give each passage an id that nobody can have written into a question or a passage."""
        return {f"p{secrets.token_hex(4)}": passage for passage in passages}


def load_prompt(name: str) -> Prompt:
    """Read one prompt. Raises `KeyError`, `FileNotFoundError` or `ValueError` for a broken file."""
    with (FOLDER / f"{name}.yaml").open(encoding="utf-8") as file:
        read = yaml.safe_load(file)
    wording = {key: str(text).strip() for key, text in read["wording"].items()}
    if set(wording) != {"quote", "reword"}:
        raise ValueError("wording holds quote and reword")
    return Prompt(name, int(read["version"]), str(read["system"]).strip(), wording)


def prompt_names() -> list[str]:
    """Return the names of all prompts."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))
