"""Our own check of what goes to LINE: neither the SDK nor LINE's description checks its limits.

`problems` looks at the messages of one call before they are sent. A message that it finds wrong
would be refused by LINE whole, and the resident would get nothing.
https://developers.line.biz/en/reference/messaging-api/#message-objects
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from concierge.channels.line.checking import ACTION_SCHEMES, Checker, Refusal, in_graphemes
from concierge.channels.line.outbound_actions import (
    IMAGE_CAROUSEL,
    QUICK_REPLY,
    TEMPLATE,
    TEMPLATE_DEFAULT,
)
from concierge.channels.line.outbound_flex import check_container

__all__ = ["ALT_TEXT", "MESSAGES", "QUICK_REPLIES", "TEXT", "Refusal", "problems"]

MESSAGES, TEXT, ALT_TEXT, QUICK_REPLIES = 5, 5_000, 1_500, 13
EMOJIS = 20
LONGEST_AUDIO = 24 * 60 * 60 * 1000
_TRACKING = re.compile(r"[A-Za-z0-9\-.=,+*()%$&;:@{}!?<>\[\]]{1,100}")
_TAG = re.compile(r"[A-Za-z0-9_]{1,30}")
_KEY = re.compile(r"[0-9A-Za-z_]{1,20}")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def problems(messages: object) -> list[Refusal]:
    """Return everything for which LINE would refuse the messages of one call; [] where nothing."""
    checker = Checker()
    for path, message in checker.items({"messages": messages}, "", "messages", 1, MESSAGES):
        where = path.removeprefix(".")
        if checker.one_of(message, where, "type", _CHECKS):
            _CHECKS[message["type"]](checker, message, where)
        _quick_reply(checker, message, where)
        _sender(checker, message, where)
    return checker.found


def _quick_reply(checker: Checker, message: Mapping[str, Any], path: str) -> None:
    quick = checker.object(message, path, "quickReply", required=False)
    if quick is None:
        return
    where = f"{path}.quickReply"
    for place, item in checker.items(quick, where, "items", 1, QUICK_REPLIES):
        checker.one_of(item, place, "type", ("action",))
        checker.address(item, place, "imageUrl", required=False)
        action = checker.object(item, place, "action")
        if action is not None:
            QUICK_REPLY.check(checker, action, f"{place}.action")


def _sender(checker: Checker, message: Mapping[str, Any], path: str) -> None:
    sender = checker.object(message, path, "sender", required=False)
    if sender is not None:
        checker.text(sender, f"{path}.sender", "name", 20, required=False)
        checker.address(sender, f"{path}.sender", "iconUrl", required=False)


def _text(checker: Checker, message: Mapping[str, Any], path: str) -> None:
    checker.text(message, path, "text", TEXT)
    if not isinstance(message.get("text"), str):
        return
    units = message["text"].encode("utf-16-le", "surrogatepass")
    for where, emoji in checker.items(message, path, "emojis", 0, EMOJIS, required=False):
        checker.text(emoji, where, "productId", 100)
        checker.text(emoji, where, "emojiId", 100)
        checker.number(emoji, where, "index", 0, len(units) // 2 - 1)
        index = emoji.get("index")
        if isinstance(index, int) and units[index * 2 : index * 2 + 2] != b"$\0":
            checker.refuse(f"{where}.index", "Must be the place of a $")


def _text_v2(checker: Checker, message: Mapping[str, Any], path: str) -> None:
    checker.text(message, path, "text", TEXT)
    substitution = checker.object(message, path, "substitution", required=False) or {}
    if len(substitution) > 100:
        checker.refuse(f"{path}.substitution", "Size must be between 0 and 100")
    for key, value in substitution.items():
        where = f"{path}.substitution.{key}"
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            checker.refuse(where, "Keys must be 1–20 of 0-9, a-z, A-Z, _")
        if isinstance(value, Mapping):
            checker.one_of(value, where, "type", ("mention", "emoji"))
        else:
            checker.refuse(where, "Must be an object")
    text = message.get("text")
    plain = text.replace("{{", "").replace("}}", "") if isinstance(text, str) else ""
    named = _PLACEHOLDER.findall(plain)
    if any(name not in substitution for name in named):
        checker.refuse(f"{path}.text", "Every {name} must stand in substitution")
    if set("{}") & set(_PLACEHOLDER.sub("", plain)):
        checker.refuse(f"{path}.text", "{ and } must be used in pairs")


def _sticker(checker: Checker, message: Mapping[str, Any], path: str) -> None:
    checker.text(message, path, "packageId", 100)
    checker.text(message, path, "stickerId", 100)


def _pictures(checker: Checker, message: Mapping[str, Any], path: str) -> None:
    checker.address(message, path, "originalContentUrl")
    checker.address(message, path, "previewImageUrl")
    if message["type"] == "video":
        checker.matching(message, path, "trackingId", _TRACKING)


def _audio(checker: Checker, message: Mapping[str, Any], path: str) -> None:
    checker.address(message, path, "originalContentUrl")
    checker.number(message, path, "duration", 1, LONGEST_AUDIO)


def _location(checker: Checker, message: Mapping[str, Any], path: str) -> None:
    checker.text(message, path, "title", 100)
    checker.text(message, path, "address", 100)
    checker.number(message, path, "latitude", -90, 90, whole=False)
    checker.number(message, path, "longitude", -180, 180, whole=False)


def _coupon(checker: Checker, message: Mapping[str, Any], path: str) -> None:
    checker.text(message, path, "couponId", 100)
    checker.matching(message, path, "deliveryTag", _TAG)


def _imagemap(checker: Checker, message: Mapping[str, Any], path: str) -> None:
    checker.address(message, path, "baseUrl")
    checker.text(message, path, "altText", ALT_TEXT)
    size = checker.object(message, path, "baseSize")
    if size is not None:
        checker.number(size, f"{path}.baseSize", "width", 1040, 1040)
        checker.number(size, f"{path}.baseSize", "height", 1, 1_000_000)
    for where, action in checker.items(message, path, "actions", 0, 50):
        area = checker.object(action, where, "area")
        if area is not None:
            _area(checker, area, f"{where}.area")
        if not checker.one_of(action, where, "type", ("message", "uri", "clipboard")):
            continue
        checker.text(action, where, "label", 100, required=False)
        if action["type"] == "message":
            checker.text(action, where, "text", 400)
        elif action["type"] == "uri":
            checker.address(action, where, "linkUri", most=1000, schemes=ACTION_SCHEMES)
        else:
            checker.text(action, where, "clipboardText", 1000)
    video = checker.object(message, path, "video", required=False)
    if video is not None:
        _imagemap_video(checker, video, f"{path}.video")


def _imagemap_video(checker: Checker, video: Mapping[str, Any], path: str) -> None:
    checker.address(video, path, "originalContentUrl")
    checker.address(video, path, "previewImageUrl")
    area = checker.object(video, path, "area")
    if area is not None:
        _area(checker, area, f"{path}.area")
    link = checker.object(video, path, "externalLink", required=False)
    if link is not None:
        where = f"{path}.externalLink"
        checker.address(link, where, "linkUri", most=1000, schemes=ACTION_SCHEMES)
        checker.text(link, where, "label", 30)


def _area(checker: Checker, area: Mapping[str, Any], path: str) -> None:
    for name, least in (("x", 0), ("y", 0), ("width", 1), ("height", 1)):
        checker.number(area, path, name, least, 1_000_000)


def _template(checker: Checker, message: Mapping[str, Any], path: str) -> None:
    checker.text(message, path, "altText", ALT_TEXT)
    template = checker.object(message, path, "template")
    where = f"{path}.template"
    if template is not None and checker.one_of(template, where, "type", _TEMPLATES):
        _TEMPLATES[template["type"]](checker, template, where)


def _buttons(checker: Checker, template: Mapping[str, Any], path: str) -> None:
    _headed(checker, template, path, longest=160)
    _actions(checker, template, path, 1, 4)


def _confirm(checker: Checker, template: Mapping[str, Any], path: str) -> None:
    checker.text(template, path, "text", 240, length=in_graphemes)
    _actions(checker, template, path, 2, 2)


def _carousel(checker: Checker, template: Mapping[str, Any], path: str) -> None:
    columns = checker.items(template, path, "columns", 1, 10)
    for where, column in columns:
        _headed(checker, column, where, longest=120)
        _actions(checker, column, where, 1, 3)
    counts = {len(actions) for _, c in columns if isinstance(actions := c.get("actions"), list)}
    if len(counts) > 1:
        checker.refuse(f"{path}.columns", "All columns must have the same number of actions")
    for name in ("title", "thumbnailImageUrl"):
        if len({name in column for _, column in columns}) > 1:
            checker.refuse(f"{path}.columns", f"All columns or none must have a {name}")


def _image_carousel(checker: Checker, template: Mapping[str, Any], path: str) -> None:
    for where, column in checker.items(template, path, "columns", 1, 10):
        checker.address(column, where, "imageUrl")
        action = checker.object(column, where, "action")
        if action is not None:
            IMAGE_CAROUSEL.check(checker, action, f"{where}.action")


def _headed(checker: Checker, owner: Mapping[str, Any], path: str, *, longest: int) -> None:
    """Check title, picture and text; beside a title or a picture the text has less room."""
    headed = "title" in owner or "thumbnailImageUrl" in owner
    checker.text(owner, path, "title", 40, length=in_graphemes, required=False)
    checker.text(owner, path, "text", 60 if headed else longest, length=in_graphemes)
    checker.address(owner, path, "thumbnailImageUrl", required=False)
    action = checker.object(owner, path, "defaultAction", required=False)
    if action is not None:
        TEMPLATE_DEFAULT.check(checker, action, f"{path}.defaultAction")


def _actions(checker: Checker, owner: Mapping[str, Any], path: str, least: int, most: int) -> None:
    for where, action in checker.items(owner, path, "actions", least, most):
        TEMPLATE.check(checker, action, where)


def _flex(checker: Checker, message: Mapping[str, Any], path: str) -> None:
    checker.text(message, path, "altText", ALT_TEXT)
    container = checker.object(message, path, "contents")
    if container is not None:
        check_container(checker, container, f"{path}.contents")


_TEMPLATES = {
    "buttons": _buttons,
    "confirm": _confirm,
    "carousel": _carousel,
    "image_carousel": _image_carousel,
}
_CHECKS = {
    "text": _text,
    "textV2": _text_v2,
    "sticker": _sticker,
    "image": _pictures,
    "video": _pictures,
    "audio": _audio,
    "location": _location,
    "coupon": _coupon,
    "imagemap": _imagemap,
    "template": _template,
    "flex": _flex,
}
