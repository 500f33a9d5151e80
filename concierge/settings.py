"""What the operator sets, from the environment alone; secrets come from nowhere else."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from concierge.channels.line.settings import LineSettings
from concierge.problem import SettingError

__all__ = ["Settings", "demonstration", "knowledge_folder"]


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process that serves one town."""

    knowledge: Path
    database: Path
    line: LineSettings = field(default_factory=LineSettings)

    @staticmethod
    def from_environment() -> Settings:
        """Read the variables that begin with CONCIERGE_ and LINE_. Raises `SettingError`."""
        from concierge.storage.database import database_path  # noqa: PLC0415 - loads SQLite tools

        folder = knowledge_folder()
        if not folder.is_dir():
            raise SettingError(
                f"CONCIERGE_KNOWLEDGE「{folder}」というフォルダーがありません。"
                "municipality.yaml のあるフォルダーを指定してください。"
            )
        return Settings(folder, database_path(), LineSettings.from_environment())


def knowledge_folder() -> Path:
    """Return the folder that CONCIERGE_KNOWLEDGE names, else the demonstration town's."""
    given = os.environ.get("CONCIERGE_KNOWLEDGE")
    return Path(given) if given else demonstration()


def demonstration() -> Path:
    """Return the folder of the demonstration town, in a source tree or an installed wheel."""
    import knowledge  # noqa: PLC0415 - only needed where no folder is named

    return Path(next(iter(knowledge.__path__))) / "demo"
