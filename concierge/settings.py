"""What the operator sets, from the environment alone; secrets come from nowhere else."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from concierge.channels.line.settings import LineSettings
from concierge.problem import SettingError

__all__ = ["Settings", "database_path", "demonstration", "knowledge_folder"]


DEFAULT = "sqlite:///var/concierge.db"
PREFIX = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process that serves one town."""

    knowledge: Path
    database: Path
    line: LineSettings = field(default_factory=LineSettings)
    metrics_token: str | None = None
    """What Prometheus must show to be given the figures; None gives them to nobody."""

    @staticmethod
    def from_environment() -> Settings:
        """Read the variables that begin with CONCIERGE_ and LINE_. Raises `SettingError`."""
        folder = knowledge_folder()
        if not folder.is_dir():
            raise SettingError(
                f"CONCIERGE_KNOWLEDGE「{folder}」というフォルダーがありません。"
                "municipality.yaml のあるフォルダーを指定してください。"
            )
        return Settings(
            knowledge=folder,
            database=database_path(),
            line=LineSettings.from_environment(),
            metrics_token=os.environ.get("CONCIERGE_METRICS_TOKEN") or None,
        )


def database_path(url: str | None = None) -> Path:
    """Return the file that CONCIERGE_DATABASE names. Raises `SettingError`."""
    given = url or os.environ.get("CONCIERGE_DATABASE") or DEFAULT
    if not given.startswith(PREFIX) or given == PREFIX:
        raise SettingError(
            f"CONCIERGE_DATABASE「{given}」は使えません。sqlite:///var/concierge.db のように、"
            "sqlite:/// に続けてファイル名を書いてください。"
        )
    return Path(given.removeprefix(PREFIX)).absolute()


def knowledge_folder() -> Path:
    """Return the folder that CONCIERGE_KNOWLEDGE names, else the demonstration town's."""
    given = os.environ.get("CONCIERGE_KNOWLEDGE")
    return Path(given) if given else demonstration()


def demonstration() -> Path:
    """Return the folder of the demonstration town, in a source tree or an installed wheel."""
    import knowledge  # noqa: PLC0415 - only needed where no folder is named

    return Path(next(iter(knowledge.__path__))) / "demo"
