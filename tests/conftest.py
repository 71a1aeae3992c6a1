from __future__ import annotations

import ipaddress
import os
import socket
import sys

import pytest
from hypothesis import settings

# A deadline would make a busy machine fail a test. Examples that failed are printed, not kept in a folder.
settings.register_profile("house", deadline=None, database=None, print_blob=True)
settings.load_profile("house")


def pytest_configure() -> None:
    # What the shell of whoever runs the tests has set must not decide what they prove.
    for name in [name for name in os.environ if name.startswith("COLOPHON_")]:
        del os.environ[name]
    sys.addaudithook(_refuse_the_outside)


def _refuse_the_outside(event: str, arguments: tuple[object, ...]) -> None:
    """Let this process connect to nothing but itself: no test may need, or tell, another machine."""
    if event != "socket.connect":
        return
    target, address = arguments
    if not isinstance(target, socket.socket) or target.family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = address[0] if isinstance(address, tuple) else ""
    if not _is_loopback(str(host)):
        pytest.fail(f"a test tried to connect to {host}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"
