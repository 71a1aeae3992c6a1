from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.client.small_server import SmallServer, small_server


@pytest.fixture
def server() -> Iterator[SmallServer]:
    with small_server() as server:
        yield server
