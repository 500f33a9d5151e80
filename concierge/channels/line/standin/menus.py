"""Rich menus as LINE keeps them: created, given a picture once, chosen as default, named by alias."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from concierge.channels.line.checking import Refusal
from concierge.channels.line.rich_menu_limits import image_problems, menu_problems
from concierge.channels.line.standin.state import Answer, Call

__all__ = ["Menu", "RichMenus"]

MOST = 1_000
"""Rich menus and aliases of one account."""


@dataclass(slots=True)
class Menu:
    """A rich menu with its picture, where it has been given one."""

    id: str
    content: dict[str, Any]
    image: bytes | None = None
    media_type: str = ""


class RichMenus:
    """The rich menus of one account. `known` says whether a user id exists."""

    def __init__(self, known: Callable[[str], bool]) -> None:
        self._known = known
        self.menus: dict[str, Menu] = {}
        self.aliases: dict[str, str] = {}
        self.default: str | None = None
        self.linked: dict[str, str] = {}

    def create(self, call: Call) -> Answer:
        """Create a menu, still without a picture."""
        if found := menu_problems(call.json):
            return _errors(found)
        if len(self.menus) >= MOST:
            return Answer.refused(400, "The maximum number of richmenus has already been reached")
        menu = Menu(f"richmenu-{secrets.token_hex(16)}", call.json)
        self.menus[menu.id] = menu
        return Answer(200, {"richMenuId": menu.id})

    def validate(self, call: Call) -> Answer:
        """Say whether a menu would be taken."""
        found = menu_problems(call.json)
        return _errors(found) if found else Answer()

    def list(self, call: Call) -> Answer:
        """Return all menus."""
        return Answer(200, {"richmenus": [_shown(menu) for menu in self.menus.values()]})

    def get(self, call: Call) -> Answer:
        """Return one menu."""
        menu = self._menu(call)
        return Answer.refused(404, "Not found") if menu is None else Answer(200, _shown(menu))

    def delete(self, call: Call) -> Answer:
        """Delete a menu; a default one stops being it."""
        menu = self._menu(call)
        if menu is None:
            return Answer.refused(404, "Not found")
        del self.menus[menu.id]
        if self.default == menu.id:
            self.default = None
        self.linked = {user: one for user, one in self.linked.items() if one != menu.id}
        return Answer()

    def upload(self, call: Call) -> Answer:
        """Give a menu its picture, once."""
        menu = self._menu(call)
        if menu is None:
            return Answer.refused(404, "Not found")
        kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in ("image/png", "image/jpeg"):
            return Answer.refused(415, f"The content type, {kind}, is not supported")
        if menu.image is not None:
            return Answer.refused(400, "An image has already been uploaded to the richmenu")
        if found := image_problems(call.body, menu.content["size"]):
            return Answer.refused(400, found[0].message)
        menu.image, menu.media_type = call.body, kind
        return Answer()

    def download(self, call: Call) -> Answer:
        """Return a menu's picture."""
        menu = self._menu(call)
        if menu is None or menu.image is None:
            return Answer.refused(404, "Not found")
        return Answer(200, menu.image, media_type=menu.media_type)

    def set_default(self, call: Call) -> Answer:
        """Show a menu to everybody who has none of their own."""
        menu = self._menu(call)
        if menu is None:
            return Answer.refused(404, "Not found")
        if menu.image is None:
            return Answer.refused(400, "must upload richmenu image before applying it to user")
        self.default = menu.id
        return Answer()

    def get_default(self, call: Call) -> Answer:
        """Return the default menu's id."""
        if self.default is None:
            return Answer.refused(404, "no default richmenu")
        return Answer(200, {"richMenuId": self.default})

    def cancel_default(self, call: Call) -> Answer:
        """Show no menu any more to those who have none of their own."""
        self.default = None
        return Answer()

    def link(self, call: Call) -> Answer:
        """Show a menu to one resident."""
        menu, user = self._menu(call), call.parameters["userId"]
        if menu is None or not self._known(user):
            return Answer.refused(404, "Not found")
        if menu.image is None:
            return Answer.refused(400, "must upload richmenu image before applying it to user")
        self.linked[user] = menu.id
        return Answer()

    def linked_to(self, call: Call) -> Answer:
        """Return the id of a resident's own menu."""
        menu = self.linked.get(call.parameters["userId"])
        if menu is None:
            return Answer.refused(404, "the user has no richmenu")
        return Answer(200, {"richMenuId": menu})

    def unlink(self, call: Call) -> Answer:
        """Take a resident's own menu away."""
        self.linked.pop(call.parameters["userId"], None)
        return Answer()

    def create_alias(self, call: Call) -> Answer:
        """Name a menu, so that a tab can switch to it."""
        name = call.json["richMenuAliasId"]
        if name in self.aliases:
            return Answer.refused(400, "conflict richmenu alias id")
        return self._set_alias(name, call.json["richMenuId"])

    def update_alias(self, call: Call) -> Answer:
        """Let a name mean another menu."""
        name = call.parameters["richMenuAliasId"]
        if name not in self.aliases:
            return Answer.refused(404, "richmenu alias not found")
        return self._set_alias(name, call.json["richMenuId"])

    def get_alias(self, call: Call) -> Answer:
        """Return which menu a name means."""
        name = call.parameters["richMenuAliasId"]
        if name not in self.aliases:
            return Answer.refused(404, "richmenu alias not found")
        return Answer(200, {"richMenuAliasId": name, "richMenuId": self.aliases[name]})

    def delete_alias(self, call: Call) -> Answer:
        """Forget a name."""
        if self.aliases.pop(call.parameters["richMenuAliasId"], None) is None:
            return Answer.refused(404, "richmenu alias not found")
        return Answer()

    def list_aliases(self, call: Call) -> Answer:
        """Return all names."""
        found = [{"richMenuAliasId": a, "richMenuId": menu} for a, menu in self.aliases.items()]
        return Answer(200, {"aliases": found})

    def _menu(self, call: Call) -> Menu | None:
        return self.menus.get(call.parameters["richMenuId"])

    def _set_alias(self, name: str, menu: str) -> Answer:
        if menu not in self.menus or self.menus[menu].image is None:
            return Answer.refused(400, "richmenu not found")
        self.aliases[name] = menu
        return Answer()


def _shown(menu: Menu) -> dict[str, Any]:
    return {"richMenuId": menu.id, **menu.content}


def _errors(found: list[Refusal]) -> Answer:
    details = [each.as_dict() for each in found]
    return Answer.refused(400, f"The request body has {len(found)} error(s)", details=details)
