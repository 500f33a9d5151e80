"""The menu below a LINE talk: written by staff in YAML, drawn here, installed with a way back.

knowledge/<town>/line/rich-menu.yaml
"""

from concierge.channels.line.rich_menu.drawing import draw, find_font
from concierge.channels.line.rich_menu.installing import install, present, restore, save
from concierge.channels.line.rich_menu.layout import objects
from concierge.channels.line.rich_menu.reading import MENU_FILE, Area, Menu, Tab, read_menu

__all__ = [
    "MENU_FILE",
    "Area",
    "Menu",
    "Tab",
    "draw",
    "find_font",
    "install",
    "objects",
    "present",
    "read_menu",
    "restore",
    "save",
]
