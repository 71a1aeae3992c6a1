from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.house import House, house
from tests.api.office import Office
from tests.chain.worlds import open_world


@pytest.fixture(scope="session")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One serving registry for all tests of routes; each test brings keys and pictures of its own."""
    folder: Path = tmp_path_factory.mktemp("house")
    with house(folder) as opened:
        yield opened


@pytest.fixture(scope="session", params=["embedded", "anvil"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The use cases over a chain of either kind, whose time can be moved."""
    with open_world(request.param, tmp_path_factory.mktemp(request.param)) as world:
        opened = Office(world, tmp_path_factory.mktemp("office"))
        yield opened
        opened.close()
