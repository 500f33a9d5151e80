"""What outlives a snapshot of the folder: switches, budgets, figures, and what shadows answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from concierge.hub.budget import Ledger
from concierge.hub.shadow import ShadowLog
from concierge.hub.switches import Switches
from concierge.metrics import Metrics

__all__ = ["HubState"]


@dataclass(slots=True)
class HubState:
    """Shared by all hubs of one process, the next town's as well."""

    switches: Switches = field(default_factory=Switches)
    ledger: Ledger = field(default_factory=Ledger)
    shadows: ShadowLog = field(default_factory=ShadowLog)
    metrics: Metrics = field(default_factory=Metrics)

    @staticmethod
    def in_database(path: Path, *, shadows: bool = False) -> HubState:
        """Return a state kept in a database, which is opened only when something has to be kept.

        With `shadows`, what shadow engines answered is kept too.
        """
        return HubState(
            switches=Switches(path),
            ledger=Ledger(path),
            shadows=ShadowLog(path if shadows else None),
        )

    def close(self) -> None:
        """Write what is not written yet."""
        self.ledger.close()
        self.shadows.close()
