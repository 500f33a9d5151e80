"""Trying the LINE channel without LINE: the real webhook, the stand-in, and a page or a terminal.

async with simulation(knowledge) as talk:
    await talk.text("あしたのごみ、なに？")
    entry = await talk.answer()
"""

from concierge.channels.line.simulator.page import page
from concierge.channels.line.simulator.talk import Entry, Talk
from concierge.channels.line.simulator.town import simulation
from concierge.channels.line.simulator.words import in_words

__all__ = ["Entry", "Talk", "in_words", "page", "simulation"]
