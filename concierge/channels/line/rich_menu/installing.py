"""Puts a rich menu onto the account, and keeps what was there before, so that it can come back.

Everybody sees the old menu until the new one is whole: pictures first, then the names of the tabs,
the default last. What was made is taken away again where anything fails before that.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from concierge.channels.line.management import Management, ManagementError
from concierge.channels.line.rich_menu.layout import alias_of

__all__ = ["Installed", "install", "present", "restore", "save"]

Installed = dict[str, Any]
"""A menu at LINE: `id`, `content`, `image` (bytes or None), `default`, `aliases`."""
OURS = "concierge-tab-"


async def present(line: Management) -> list[Installed]:
    """Return the menus that residents see or that tabs lead to, with their pictures."""
    told = await line.call("GET", "/v2/bot/user/all/richmenu")
    default = told.data["richMenuId"] if told.done else None
    listed = await line.done("GET", "/v2/bot/richmenu/alias/list")
    aliases: dict[str, list[str]] = {}
    for each in listed.get("aliases", []):
        aliases.setdefault(each["richMenuId"], []).append(each["richMenuAliasId"])
    found = []
    for menu in dict.fromkeys([*([default] if default else []), *aliases]):
        content = await line.done("GET", f"/v2/bot/richmenu/{menu}")
        found.append(
            {
                "id": menu,
                "content": {key: value for key, value in content.items() if key != "richMenuId"},
                "image": await line.download(f"/v2/bot/richmenu/{menu}/content"),
                "default": menu == default,
                "aliases": aliases.get(menu, []),
            }
        )
    return found


def save(menus: Sequence[Installed], folder: Path, at: datetime) -> Path | None:
    """Write the present menus into a folder of their own; None where there is none."""
    if not menus:
        return None
    place = folder / f"{at:%Y%m%d-%H%M%S}"
    place.mkdir(parents=True, exist_ok=True)
    kept = []
    for number, menu in enumerate(menus, 1):
        image = menu["image"]
        name = None
        if image is not None:
            name = f"{number}.png" if image.startswith(b"\x89PNG") else f"{number}.jpg"
            (place / name).write_bytes(image)
        kept.append({**menu, "image": name})
    text = json.dumps({"menus": kept}, ensure_ascii=False, indent=2)
    (place / "menus.json").write_text(text, encoding="utf-8")
    return place


async def install(
    line: Management, objects: Sequence[Mapping[str, Any]], images: Sequence[bytes]
) -> list[str]:
    """Make the tabs' menus, name them, show the first to everybody; return their ids.

    The menus that our tabs had before are deleted. Raises `ManagementError`; then the old menu
    stands as it was.
    """
    before = [menu for menu in await present(line) if _ours(menu)]
    aliases = [[alias_of(number)] if len(objects) > 1 else [] for number in range(len(objects))]
    made = await _put(line, objects, images, aliases, default=0)
    named = {alias for each in aliases for alias in each}
    for menu in before:
        for alias in set(menu["aliases"]) - named:
            await line.call("DELETE", f"/v2/bot/richmenu/alias/{alias}")
        await line.call("DELETE", f"/v2/bot/richmenu/{menu['id']}")
    return made


async def restore(line: Management, place: Path) -> list[str]:
    """Put back what `save` kept; return the new ids. Raises `ManagementError`."""
    menus = await asyncio.to_thread(_read, place)
    before = [menu for menu in await present(line) if _ours(menu)]
    default = next((n for n, menu in enumerate(menus) if menu["default"]), None)
    made = await _put(
        line,
        [menu["content"] for menu in menus],
        [menu["image"] for menu in menus],
        [menu["aliases"] for menu in menus],
        default=default,
    )
    named = {alias for menu in menus for alias in menu["aliases"]}
    for menu in before:
        for alias in set(menu["aliases"]) - named:
            await line.call("DELETE", f"/v2/bot/richmenu/alias/{alias}")
        await line.call("DELETE", f"/v2/bot/richmenu/{menu['id']}")
    return made


async def _put(
    line: Management,
    objects: Sequence[Mapping[str, Any]],
    images: Sequence[bytes],
    aliases: Sequence[Sequence[str]],
    *,
    default: int | None,
) -> list[str]:
    made: list[str] = []
    try:
        for content, image in zip(objects, images, strict=True):
            told = await line.done("POST", "/v2/bot/richmenu", content)
            made.append(str(told["richMenuId"]))
            kind = "image/png" if image.startswith(b"\x89PNG") else "image/jpeg"
            await line.upload(f"/v2/bot/richmenu/{made[-1]}/content", image, kind)
    except ManagementError:
        for menu in made:
            with suppress(ManagementError):
                await line.call("DELETE", f"/v2/bot/richmenu/{menu}")
        raise
    for menu, names in zip(made, aliases, strict=True):
        for alias in names:
            await _name(line, alias, menu)
    if default is None:
        await line.done("DELETE", "/v2/bot/user/all/richmenu")
    else:
        await line.done("POST", f"/v2/bot/user/all/richmenu/{made[default]}")
    return made


async def _name(line: Management, alias: str, menu: str) -> None:
    """Let a name mean a menu, whether or not it is known already."""
    told = await line.call("POST", f"/v2/bot/richmenu/alias/{alias}", {"richMenuId": menu})
    if not told.done:
        body = {"richMenuAliasId": alias, "richMenuId": menu}
        await line.done("POST", "/v2/bot/richmenu/alias", body)


def _ours(menu: Installed) -> bool:
    return any(alias.startswith(OURS) for alias in menu["aliases"])


def _read(place: Path) -> list[Installed]:
    """Return what `save` wrote. Raises `ManagementError`."""
    try:
        kept = json.loads((place / "menus.json").read_text(encoding="utf-8"))["menus"]
        return [{**menu, "image": (place / str(menu["image"])).read_bytes()} for menu in kept]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ManagementError(
            f"控え「{place}」を読めません（{type(error).__name__}）。"
            "menus.json と絵のあるフォルダーを指定してください。"
        ) from None
