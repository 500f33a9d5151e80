"""Chooses among engines: who is asked, within which bounds, and whose answer is given.

`choosing` is how proposals are judged, `seat` an engine at the table, `asking` how one engine is
asked apart from all others, `deciding` the hub itself.
"""

from concierge.hub.choosing import Choosing
from concierge.hub.deciding import Decision, Hub
from concierge.hub.seat import OnDelta, Seat

__all__ = ["Choosing", "Decision", "Hub", "OnDelta", "Seat"]
