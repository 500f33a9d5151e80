"""What the tests of the LINE channel share."""

from line_fixtures import bot, clock, line, served, standin

__all__ = ["bot", "clock", "line", "served", "standin"]
