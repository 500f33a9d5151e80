"""Emergencies: recognised by rules, offline, before anything else, and never overridden.

`emergency_in` hears them, `emergency_reply` answers them, `illness_in` tells an illness without a
red flag. A town's own numbers and sentences come from its `safety.yaml` (`read_safety`). Nothing
here can fail at run time for want of a file or a network: the rules are read once from the YAML
files beside this module.
"""

from __future__ import annotations

from concierge.message import Reply
from concierge.safety.doubts import Doubts
from concierge.safety.folding import fold
from concierge.safety.hesitation import hesitates, hesitation_reply
from concierge.safety.illness import Illness, illness_in, illness_reply
from concierge.safety.recognising import KINDS, Emergency, hear, may_be_one
from concierge.safety.replying import NOT_SO, reply_to, says_not_so
from concierge.safety.town import SAFETY_FILE, Line, TownSafety, packaged, read_safety

__all__ = [
    "KINDS",
    "NOT_SO",
    "SAFETY_FILE",
    "Doubts",
    "Emergency",
    "Illness",
    "Line",
    "TownSafety",
    "emergency_in",
    "emergency_reply",
    "hesitates",
    "hesitation_reply",
    "illness_in",
    "illness_reply",
    "may_be_one",
    "packaged",
    "read_safety",
    "says_not_so",
]


def emergency_in(text: str, town: TownSafety | None = None) -> Emergency | None:
    """Return the emergency a message tells of, None where it tells of none. Never raises.

    A town's own sentences count wherever they stand in the message.
    """
    heard = hear(text)
    if town is not None and town.sentences and (heard is None or heard.kind == "unclear"):
        folded = fold(text).text
        for kind, words in town.sentences:
            if words in folded:
                return Emergency(kind)
    return None if heard is not None and says_not_so(text) else heard


def emergency_reply(
    emergency: Emergency, town: TownSafety | None = None, language: str | None = None
) -> Reply:
    """Return what is said in an emergency.

    `language` is the resident's choice; without one the reply is in the language of the message.
    """
    return reply_to(emergency, town, language)
