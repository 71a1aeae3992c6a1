from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.shell import Served


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A registry of the module's own: `url`, `data`, `process`, `stop()` and `restart()`."""
    served = Served(tmp_path_factory.mktemp("data") / "var")
    yield served
    if served.process.poll() is None:
        served.stop()
