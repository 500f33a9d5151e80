"""The limits of action objects: what happens when a resident presses something.

https://developers.line.biz/en/reference/messaging-api/#action-objects
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from concierge.channels.line.checking import ACTION_SCHEMES, Checker, in_graphemes

__all__ = [
    "FLEX",
    "FLEX_BUTTON",
    "IMAGE_CAROUSEL",
    "QUICK_REPLY",
    "RICH_MENU",
    "TEMPLATE",
    "TEMPLATE_DEFAULT",
    "Place",
]

_ALIAS = re.compile(r"[a-z0-9_-]{1,32}")
_INPUT = ("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice")
_FORMATS = {
    "date": (("%Y-%m-%d",), "1900-01-01", "2100-12-31"),
    "time": (("%H:%M",), "00:00", "23:59"),
    "datetime": (("%Y-%m-%dT%H:%M", "%Y-%m-%dt%H:%M"), "1900-01-01T00:00", "2100-12-31T23:59"),
}
_WRITTEN = re.compile(r"(\d{4}-\d\d-\d\d)?[Tt]?(\d\d:\d\d)?")
_EVERYWHERE = frozenset({"postback", "message", "uri", "datetimepicker", "clipboard"})
_CAMERA = frozenset({"camera", "cameraRoll", "location"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where an action stands: how long its label may be, whether it needs one, which may stand there."""

    label: int
    label_required: bool
    types: frozenset[str] = _EVERYWHERE

    def check(self, checker: Checker, action: Mapping[str, Any], path: str) -> None:
        """Check one action."""
        if not checker.one_of(action, path, "type", self.types):
            return
        kind = action["type"]
        needed = self.label_required or kind in _CAMERA
        checker.text(
            action, path, "label", self.label, length=in_graphemes, required=needed, blank=True
        )
        _CHECKS.get(kind, _nothing)(checker, action, path)


TEMPLATE = Place(20, label_required=True)
TEMPLATE_DEFAULT = Place(20, label_required=False)
IMAGE_CAROUSEL = Place(12, label_required=False)
QUICK_REPLY = Place(20, label_required=True, types=_EVERYWHERE | _CAMERA)
FLEX = Place(40, label_required=False)
FLEX_BUTTON = Place(40, label_required=True)
RICH_MENU = Place(20, label_required=False, types=_EVERYWHERE | {"richmenuswitch"})


def _postback(checker: Checker, action: Mapping[str, Any], path: str) -> None:
    checker.text(action, path, "data", 300, blank=True)
    for name in ("displayText", "text", "fillInText"):
        checker.text(
            action, path, name, 300, length=in_graphemes, required=False, blank=name == "fillInText"
        )
    if "displayText" in action and "text" in action:
        checker.refuse(f"{path}.text", "Can't be used together with displayText")
    checker.one_of(action, path, "inputOption", _INPUT, required=False)
    if "fillInText" in action and action.get("inputOption") != "openKeyboard":
        checker.refuse(f"{path}.fillInText", "Valid only where inputOption is openKeyboard")


def _message(checker: Checker, action: Mapping[str, Any], path: str) -> None:
    checker.text(action, path, "text", 300, length=in_graphemes)


def _uri(checker: Checker, action: Mapping[str, Any], path: str) -> None:
    checker.address(action, path, "uri", most=1000, schemes=ACTION_SCHEMES)
    desktop = checker.object(action, path, "altUri", required=False)
    if desktop is not None:
        where = f"{path}.altUri"
        checker.address(desktop, where, "desktop", most=1000, schemes=ACTION_SCHEMES)


def _clipboard(checker: Checker, action: Mapping[str, Any], path: str) -> None:
    checker.text(action, path, "clipboardText", 1000, blank=True)


def _switch(checker: Checker, action: Mapping[str, Any], path: str) -> None:
    checker.text(action, path, "data", 300, blank=True)
    if "richMenuAliasId" not in action:
        checker.refuse(f"{path}.richMenuAliasId", "May not be null")
    checker.matching(action, path, "richMenuAliasId", _ALIAS)


def _picker(checker: Checker, action: Mapping[str, Any], path: str) -> None:
    checker.text(action, path, "data", 300, blank=True)
    if not checker.one_of(action, path, "mode", _FORMATS):
        return
    forms, low, high = _FORMATS[action["mode"]]
    least, most = _moment(low, forms), _moment(high, forms)
    said: dict[str, datetime] = {}
    for name in ("initial", "min", "max"):
        if name not in action:
            continue
        moment = _moment(action[name], forms)
        if moment is None or least is None or most is None or not least <= moment <= most:
            checker.refuse(f"{path}.{name}", f"Must be {forms[0]} between {low} and {high}")
        else:
            said[name] = moment
    if "min" in said and "max" in said and said["min"] >= said["max"]:
        checker.refuse(f"{path}.max", "Must be greater than min")
    initial = said.get("initial")
    if initial is not None and not (
        said.get("min", initial) <= initial <= said.get("max", initial)
    ):
        checker.refuse(f"{path}.initial", "Must be between min and max")


def _moment(value: object, forms: tuple[str, ...]) -> datetime | None:
    if not isinstance(value, str) or not _WRITTEN.fullmatch(value):
        return None
    for form in forms:
        try:
            return datetime.strptime(value, form)
        except ValueError:
            continue
    return None


def _nothing(checker: Checker, action: Mapping[str, Any], path: str) -> None:
    """Find nothing to check: cameras and places have a label alone."""


_CHECKS = {
    "postback": _postback,
    "message": _message,
    "uri": _uri,
    "clipboard": _clipboard,
    "richmenuswitch": _switch,
    "datetimepicker": _picker,
}
