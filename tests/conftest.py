"""What every test may ask for: the published data of real municipalities, where it is present."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("steady", deadline=None)
settings.load_profile("steady")

REPOSITORY = Path(__file__).resolve().parent.parent


def published_data() -> Path | None:
    """Return the folder of published data beside the repository, or None where it is absent."""
    given = os.environ.get("CONCIERGE_PUBLISHED_DATA")
    folder = Path(given) if given else REPOSITORY.parent / "shared" / "data"
    return folder if folder.is_dir() else None


def cities_5374() -> list[str]:
    """Return the names of the cities whose 5374 files are present."""
    folder = published_data()
    if folder is None:
        return []
    return sorted(
        city.name for city in (folder / "5374").iterdir() if (city / "area_days.csv").is_file()
    )


@pytest.fixture(scope="session")
def published() -> Path:
    """Return the folder of real municipalities' published data; skip where it is absent."""
    folder = published_data()
    if folder is None:
        pytest.skip("real municipalities' published data is not beside the repository")
    return folder
