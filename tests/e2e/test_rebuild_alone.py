"""Views are made again by one process alone, also where the chain is a node that everybody may ask."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.chain.deployment import deploy, public_terms
from registry.chain.providers import NodeProvider
from registry.keys.keystore import unlock_file
from registry.model import Address
from registry.store.holding import StoreHold
from tests.e2e.anvil import operator_environment, running_anvil
from tests.e2e.shell import Served
from tests.e2e.warm_shell import warm_shell


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A registry's variables over a node where its contracts are."""
    with running_anvil() as node:
        variables = operator_environment(tmp_path, node)
        keystore, passphrase = (
            Path(variables[f"COLOPHON_OPERATOR_{what}"]) for what in ("KEYSTORE", "PASSPHRASE_FILE")
        )
        operator = unlock_file(keystore, passphrase)
        terms = public_terms(Address(operator.address))
        deploy(NodeProvider(node.url), operator, Path(variables["COLOPHON_DEPLOYMENT"]), terms)
        yield variables


def test_views_are_not_made_again_beside_a_running_registry(
    environment: dict[str, str], tmp_path: Path
) -> None:
    data, home = tmp_path / "var", tmp_path / "home"
    home.mkdir()
    served = Served(data, environment)
    rebuild = ("sync", "--rebuild", "--data", str(data))
    with warm_shell(home, served.url, environment) as shell:
        try:
            shell.run("sync", "--data", str(data))
            refused = shell.run(*rebuild, code=1)
        finally:
            served.stop()
        shell.run(*rebuild)
        held = StoreHold(data / "store.db", alone=True)
        began = shell.run("serve", "--port", "0", "--data", str(data), code=1)
        held.release()
    assert f"the store is in use by process {served.process.pid} [store-in-use]" in refused.err
    assert "stop that process first" in refused.err
    assert f"the store is in use by process {os.getpid()} [store-in-use]" in began.err
