"""What every test may ask for: the published data of real municipalities, where it is present."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("steady", deadline=None)
settings.load_profile("steady")


@pytest.fixture(scope="session", autouse=True)
def _no_outside_sockets() -> Iterator[None]:
    """Let tests speak to this machine and to nobody else."""
    before = socket.socket.connect, socket.socket.connect_ex

    def guarded(connect: Any) -> Any:
        def checked(opened: socket.socket, address: Any) -> Any:
            if opened.family in (socket.AF_INET, socket.AF_INET6):
                host = str(address[0])
                try:
                    here = ipaddress.ip_address(host.partition("%")[0]).is_loopback
                except ValueError:
                    here = host == "localhost"
                if not here:
                    raise OSError(f"tests speak to this machine alone, not to {host}")
            return connect(opened, address)

        return checked

    socket.socket.connect = guarded(before[0])  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded(before[1])  # type: ignore[method-assign]
    yield
    socket.socket.connect, socket.socket.connect_ex = before  # type: ignore[method-assign]


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
