"""The parts of the outbound check: what is wrong with one value, and where in the request.

Nothing here raises, whatever JSON it is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from concierge.channels.line.counting import graphemes, utf16

__all__ = ["ACTION_SCHEMES", "Checker", "Refusal", "in_graphemes"]

ACTION_SCHEMES = ("http", "https", "line", "tel")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
"""Percent-encoded: printable ASCII alone. LINE asks for UTF-8 percent-encoding of every part."""
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_TEL = re.compile(r"tel:(?=.*[0-9])(?:[+0-9*(),.;=p-]|#|%2[3Aa])+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why LINE would refuse a request: `property` as in LINE's own answer (`messages[0].text`)."""

    property: str
    message: str

    def as_dict(self) -> dict[str, str]:
        """Return the form of LINE's `details`."""
        return {"message": self.message, "property": self.property}


def in_graphemes(text: str) -> int:
    """Return the length in grapheme clusters."""
    return sum(1 for _ in graphemes(text))


@dataclass(slots=True)
class Checker:
    """Collects what is wrong. Each method checks one property of `owner`, which stands at `path`."""

    found: list[Refusal] = field(default_factory=list)

    def refuse(self, path: str, message: str) -> None:
        """Note that something is wrong."""
        self.found.append(Refusal(path, message))

    def text(
        self,
        owner: Mapping[str, Any],
        path: str,
        name: str,
        most: int,
        *,
        length: Callable[[str], int] = utf16,
        required: bool = True,
        blank: bool = False,
    ) -> None:
        """Check a text's presence and length; `blank` allows one of spaces alone."""
        if name not in owner:
            if required:
                self.refuse(f"{path}.{name}", "May not be null")
            return
        value = owner[name]
        if not isinstance(value, str):
            self.refuse(f"{path}.{name}", "Must be a string")
        elif not value or not (blank or value.strip()):
            self.refuse(f"{path}.{name}", "May not be empty")
        elif (count := length(value)) > most:
            self.refuse(f"{path}.{name}", f"Length must be between 0 and {most} (is {count})")
        elif any("\ud800" <= character <= "\udfff" for character in value):
            self.refuse(f"{path}.{name}", "Must be valid Unicode (has half of a surrogate pair)")

    def address(
        self,
        owner: Mapping[str, Any],
        path: str,
        name: str,
        *,
        most: int = 2000,
        schemes: Collection[str] = ("https",),
        required: bool = True,
    ) -> None:
        """Check a URI's scheme, length, and that it is percent-encoded."""
        if name not in owner:
            if required:
                self.refuse(f"{path}.{name}", "May not be null")
            return
        value, where = owner[name], f"{path}.{name}"
        if not isinstance(value, str) or not value:
            self.refuse(where, "Must be a non-empty string")
        elif utf16(value) > most:
            self.refuse(where, f"Length must be between 0 and {most}")
        elif (scheme := value.partition(":")[0].lower()) not in schemes:
            self.refuse(where, f"Invalid action URI scheme; must be one of {sorted(schemes)}")
        elif not _URI.fullmatch(value) or _PERCENT.search(value) or set(value) & set('<>"{}|\\^`'):
            self.refuse(where, "Must be a valid, percent-encoded URI")
        elif scheme in ("http", "https") and not _host(value):
            self.refuse(where, "Must have a host")
        elif scheme == "tel" and not _TEL.fullmatch(value):
            self.refuse(where, "Must be a telephone number")

    def number(
        self,
        owner: Mapping[str, Any],
        path: str,
        name: str,
        low: float,
        high: float,
        *,
        whole: bool = True,
        required: bool = True,
    ) -> None:
        """Check a number's kind and range."""
        if name not in owner:
            if required:
                self.refuse(f"{path}.{name}", "May not be null")
            return
        value = owner[name]
        kinds = (int,) if whole else (int, float)
        if not isinstance(value, kinds) or isinstance(value, bool):
            self.refuse(f"{path}.{name}", "Must be a number")
        elif not low <= value <= high:
            self.refuse(f"{path}.{name}", f"Must be between {low} and {high}")

    def items(
        self,
        owner: Mapping[str, Any],
        path: str,
        name: str,
        least: int,
        most: int,
        *,
        required: bool = True,
    ) -> list[tuple[str, Mapping[str, Any]]]:
        """Check a list's length; return its objects, each with its place."""
        if name not in owner:
            if required:
                self.refuse(f"{path}.{name}", "May not be null")
            return []
        value = owner[name]
        if not isinstance(value, list):
            self.refuse(f"{path}.{name}", "Must be an array")
            return []
        if not least <= len(value) <= most:
            self.refuse(f"{path}.{name}", f"Size must be between {least} and {most}")
        found = []
        for index, item in enumerate(value):
            where = f"{path}.{name}[{index}]"
            if isinstance(item, Mapping):
                found.append((where, item))
            else:
                self.refuse(where, "Must be an object")
        return found

    def object(
        self, owner: Mapping[str, Any], path: str, name: str, *, required: bool = True
    ) -> Mapping[str, Any] | None:
        """Return an object, or None where there is none."""
        if name not in owner:
            if required:
                self.refuse(f"{path}.{name}", "May not be null")
            return None
        value = owner[name]
        if isinstance(value, Mapping):
            return value
        self.refuse(f"{path}.{name}", "Must be an object")
        return None

    def matching(
        self, owner: Mapping[str, Any], path: str, name: str, pattern: re.Pattern[str]
    ) -> None:
        """Check a value that may be absent against a form."""
        if name in owner and not (
            isinstance(owner[name], str) and pattern.fullmatch(owner[name]) is not None
        ):
            self.refuse(f"{path}.{name}", f"Must match {pattern.pattern}")

    def one_of(
        self,
        owner: Mapping[str, Any],
        path: str,
        name: str,
        allowed: Collection[str],
        *,
        required: bool = True,
    ) -> bool:
        """Say whether a value is one of those allowed."""
        value = owner.get(name)
        if value is None and name not in owner and not required:
            return True
        if isinstance(value, str) and value in allowed:
            return True
        self.refuse(f"{path}.{name}", f"Must be one of the following values: {sorted(allowed)}")
        return False


def _host(address: str) -> str | None:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts.hostname
