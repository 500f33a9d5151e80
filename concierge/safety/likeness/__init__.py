"""How much a message is like cries for help that are known: a second ear beside the written signs.

Signs (`signs.py`) hear what somebody foresaw. People in need write what nobody foresaw; their
sentences are still more like other cries for help than like questions to a town hall. `likeness_of`
weighs the letters of a message, up to four in a row, as learnt from the sentences of
`tests/safety/sentences` and the wordings of the demonstration town (`learning.py`). Deterministic,
offline, some tens of microseconds; the weights are a file beside this module.
"""

from __future__ import annotations

from concierge.safety.likeness.hearing import Likeness, likeness_of

__all__ = ["Likeness", "likeness_of"]
