from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.house import House, house


@pytest.fixture(scope="session")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One serving registry for all tests of routes; each test brings keys and pictures of its own."""
    folder: Path = tmp_path_factory.mktemp("house")
    with house(folder) as opened:
        yield opened
