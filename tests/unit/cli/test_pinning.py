from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from registry.cli.failures import CommandError, DishonestRegistryError
from registry.cli.pinning import Pin, pinned
from registry.cli.terminal import Terminal
from registry.model import Address, Contracts, Hash32
from tests.unit.cli.proposals import CONTRACTS

URL = "https://registry.example"
OTHER = replace(CONTRACTS, manifest_id=Hash32(bytes([9]) * 32))
FALSE = Address("0x" + "77" * 20)


def test_a_registry_is_told_of_when_it_is_first_met_and_not_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pin = Pin(tmp_path, URL)
    assert pin.find() is None
    assert pinned(pin, CONTRACTS, Terminal()) == CONTRACTS
    said = capsys.readouterr()
    assert f"{URL} works with deployment {CONTRACTS.manifest_id} on chain {CONTRACTS.chain_id}." in said.err
    assert said.out == ""
    assert pinned(pin, CONTRACTS, Terminal()) == CONTRACTS
    assert capsys.readouterr().err == ""


def test_a_registry_that_names_another_deployment_is_refused_and_the_first_one_stays(tmp_path: Path) -> None:
    pin = Pin(tmp_path, URL)
    pinned(pin, CONTRACTS, Terminal())
    for _ in range(2):
        with pytest.raises(CommandError) as refused:
            pinned(pin, OTHER, Terminal())
        assert refused.value.code == "deployment-changed"
        assert f"colophon trust {OTHER.manifest_id} --url {URL}" in (refused.value.hint or "")
    assert pin.find() == CONTRACTS
    assert pinned(Pin(tmp_path, "https://another.example"), OTHER, Terminal()) == OTHER


@pytest.mark.parametrize(
    "lie",
    [
        replace(CONTRACTS, chain_id=1),
        replace(CONTRACTS, checkpoint_log=FALSE),
        replace(CONTRACTS, work_registry=FALSE),
        replace(CONTRACTS, license_ledger=FALSE),
        replace(CONTRACTS, royalty_vault=FALSE),
        replace(CONTRACTS, dispute_desk=FALSE),
    ],
)
def test_other_contracts_under_the_same_id_are_a_lie(tmp_path: Path, lie: Contracts) -> None:
    pin = Pin(tmp_path, URL)
    pinned(pin, CONTRACTS, Terminal())
    with pytest.raises(DishonestRegistryError):
        pinned(pin, lie, Terminal())


def test_a_damaged_file_is_left_alone(tmp_path: Path) -> None:
    pin = Pin(tmp_path, URL)
    pinned(pin, CONTRACTS, Terminal())
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    for damaged in ('{"%s": {"contracts": {"chain_id": 1}}}', '{"%s": {"contracts": 1}}', '{"%s": []}', "no"):
        text = damaged.replace("%s", URL)
        pin.path.write_text(text)
        with pytest.raises(CommandError) as refused:
            pinned(pin, CONTRACTS, Terminal())
        assert refused.value.code == "damaged-deployments"
        assert pin.path.read_text() == text
