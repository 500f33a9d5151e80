"""Tests reach nobody outside; whoever opens a socket to elsewhere fails at once."""

from __future__ import annotations

import socket

import pytest


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80), ("example.jp", 80)])
def test_a_socket_to_elsewhere_is_refused(address: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as opened, pytest.raises(OSError, match="alone"):
        opened.connect(address)
