from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.evidence.bundles import RealRecords, real_records
from tests.unit.evidence.real_blocks import RealBlock, anvil_block, embedded_block


@pytest.fixture(scope="session", params=[embedded_block, anvil_block], ids=["embedded", "anvil"])
def real(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RealBlock:
    """A block of a real chain, read once and kept."""
    block: RealBlock = request.param(tmp_path_factory.mktemp("chain"))
    return block


@pytest.fixture(scope="session", params=["embedded", "anvil"])
def records(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RealRecords]:
    """Records of a real chain, declared, logged and titled once and kept."""
    yield from real_records(request.param, tmp_path_factory.mktemp("records"))
