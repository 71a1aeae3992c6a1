"""What a manifest is worth: a deployment held against it, on chains and nodes that are not as it says."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_account.signers.local import LocalAccount

from registry.chain.abi import CONTRACT_FACTORY, CONTRACT_NAMES, artifact
from registry.chain.deployment import current_arbiter, deploy, verify_deployment
from registry.chain.deployment.plan import REFERENCES
from registry.chain.embedded import EmbeddedChain
from registry.chain.manifest import Manifest, load_manifest, save_manifest
from registry.chain.providers import EmbeddedProvider
from registry.errors import (
    ChainMismatchError,
    ChainUnavailableError,
    CodeMismatchError,
    DeploymentChangedError,
    InvalidDocumentError,
)
from registry.model import AcceptArbiter, Address, Hash32, OfferArbiter
from tests.chain.deployments import TwistingProvider
from tests.chain.worlds import new_account, open_world, short_terms, stepping_clock


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EmbeddedProvider, Manifest]]:
    operator, folder = new_account(), tmp_path_factory.mktemp("deployed")
    with EmbeddedChain(folder / "chain.db", Address(operator.address), stepping_clock()) as chain:
        provider = EmbeddedProvider(chain)
        terms = short_terms(operator)
        yield provider, deploy(provider, operator, folder / "deployment.json", terms, at_once=True)


def _altered(manifest: Manifest, **changes: Any) -> Manifest:
    return dataclasses.replace(manifest, **changes)


def _with(manifest: Manifest, name: str, **changes: Any) -> Manifest:
    one = dataclasses.replace(manifest.contracts[name], **changes)
    return _altered(manifest, contracts=manifest.contracts | {name: one})


def test_a_manifest_that_was_changed_is_refused(
    deployed: tuple[EmbeddedProvider, Manifest], tmp_path: Path
) -> None:
    path, document = tmp_path / "deployment.json", deployed[1].document()
    terms = document["terms"] | {"bond_wei": "1"}
    for changed in ({"deployed_at_block": 0}, {"terms": terms}, {"more": 1}):
        path.write_text(json.dumps(document | changed))
        with pytest.raises(InvalidDocumentError):
            load_manifest(path)
    periods = document["terms"]["period_seconds"] | {"answer": 10**9}
    for text in (
        *("", "[]", "{}", '{"chain_id": "x"}'),
        json.dumps(document | {"terms": document["terms"] | {"period_seconds": periods}}),
        json.dumps(document | {"factory": None}),
    ):
        path.write_text(text)
        with pytest.raises(InvalidDocumentError):
            load_manifest(path)


@pytest.mark.parametrize("name", CONTRACT_NAMES)
def test_code_that_is_not_the_manifests_is_noticed(
    deployed: tuple[EmbeddedProvider, Manifest], name: str
) -> None:
    provider, manifest = deployed
    for changes in ({"address": Address("0x" + "11" * 20)}, {"runtime_code_sha256": Hash32(bytes(32))}):
        with pytest.raises(CodeMismatchError, match=name):
            verify_deployment(provider, _with(manifest, name, **changes))


def test_a_factory_that_is_not_the_manifests_and_another_chain_are_noticed(
    deployed: tuple[EmbeddedProvider, Manifest],
) -> None:
    provider, manifest = deployed
    elsewhere = dataclasses.replace(manifest.factory, address=manifest.contracts["CheckpointLog"].address)
    with pytest.raises(CodeMismatchError, match=CONTRACT_FACTORY):
        verify_deployment(provider, _altered(manifest, factory=elsewhere))
    with pytest.raises(ChainMismatchError):
        verify_deployment(provider, _altered(manifest, chain_id=1))


def test_contracts_of_two_deployments_are_no_set(
    deployed: tuple[EmbeddedProvider, Manifest], tmp_path: Path
) -> None:
    with open_world("embedded", tmp_path) as world:
        manifest = load_manifest(tmp_path / "deployment.json")
        folder = tmp_path / "second"
        other = deploy(world.provider, world.operator, folder / "deployment.json", world.terms, at_once=True)
        for name in CONTRACT_NAMES:
            mixed = _altered(manifest, contracts=manifest.contracts | {name: other.contracts[name]})
            with pytest.raises(CodeMismatchError):
                verify_deployment(world.provider, mixed)
    assert deployed[1].manifest_id != other.manifest_id


@pytest.mark.parametrize(
    ("name", "getter"), [(name, getter) for name, getters in REFERENCES.items() for getter in getters]
)
def test_each_reference_is_read_on_chain(
    deployed: tuple[EmbeddedProvider, Manifest], name: str, getter: str
) -> None:
    provider, manifest = deployed
    asked = _Asked(provider, manifest, name, getter, encode(["address"], ["0x" + "11" * 20]))
    with pytest.raises(CodeMismatchError, match=name):
        verify_deployment(asked, manifest)


@pytest.mark.parametrize(
    ("getter", "answer"),
    [
        ("bond", encode(["uint256"], [1])),
        ("periods", encode(["(uint32,uint32,uint32,uint32)"], [(600, 3600, 300, 1801)])),
    ],
)
def test_terms_that_are_not_the_manifests_are_noticed(
    deployed: tuple[EmbeddedProvider, Manifest], getter: str, answer: bytes
) -> None:
    provider, manifest = deployed
    with pytest.raises(CodeMismatchError, match="DisputeDesk"):
        verify_deployment(_Asked(provider, manifest, "DisputeDesk", getter, answer), manifest)


class _Asked(TwistingProvider):
    """A node that answers one getter of one contract with something else."""

    def __init__(
        self, inner: EmbeddedProvider, manifest: Manifest, name: str, getter: str, answer: bytes
    ) -> None:
        super().__init__(inner, self._answer)
        self._call = {
            "to": str(manifest.contracts[name].address),
            "data": "0x" + artifact(name).functions[getter].encode().hex(),
        }
        self._told, self._matches = "0x" + answer.hex(), False

    def make_request(self, method: Any, params: Any) -> Any:  # noqa: ANN401  # web3's signature
        self._matches = method == "eth_call" and params[0] == self._call
        return super().make_request(method, params)

    def _answer(self, _: str, result: object) -> object:
        return self._told if self._matches else result


@pytest.mark.parametrize("method", ["eth_getCode", "eth_call"])
@pytest.mark.parametrize("nonsense", [None, "0xzz", 7, [], {}, "text"])
def test_a_node_that_talks_nonsense_is_an_unavailable_chain(
    deployed: tuple[EmbeddedProvider, Manifest], method: str, nonsense: object
) -> None:
    provider, manifest = deployed
    twisted = TwistingProvider(provider, lambda asked, result: nonsense if asked == method else result)
    with pytest.raises(ChainUnavailableError):
        verify_deployment(twisted, manifest)


@pytest.mark.parametrize("answer", ["0x", "0x12", "0x" + "ff" * 32])
def test_a_node_that_answers_with_no_address_is_an_unavailable_chain(
    deployed: tuple[EmbeddedProvider, Manifest], answer: str
) -> None:
    provider, manifest = deployed
    twisted = TwistingProvider(provider, lambda asked, result: answer if asked == "eth_call" else result)
    for reading in (verify_deployment, current_arbiter):
        with pytest.raises(ChainUnavailableError):
            reading(twisted, manifest)


def test_contracts_of_another_version_are_told_from_strange_code(
    deployed: tuple[EmbeddedProvider, Manifest], operator: LocalAccount, tmp_path: Path
) -> None:
    # a manifest in order, of code that is on chain and is not this version's: two entries name the ledger
    provider, manifest = deployed
    ledger, path = manifest.contracts["LicenseLedger"], tmp_path / "older.json"
    save_manifest(_altered(manifest, contracts=manifest.contracts | {"WorkRegistry": ledger}), path)
    with pytest.raises(DeploymentChangedError):
        deploy(provider, operator, path, manifest.terms)


def test_an_arbiter_who_has_handed_over_is_reported_and_no_matter(tmp_path: Path) -> None:
    with open_world("embedded", tmp_path) as world:
        manifest = load_manifest(tmp_path / "deployment.json")
        assert verify_deployment(world.provider, manifest) == Address(world.arbiter.address)
        heir = world.person()
        assert world.act(world.arbiter, OfferArbiter(Address(heir.address))).succeeded
        assert world.act(heir, AcceptArbiter()).succeeded
        assert verify_deployment(world.provider, manifest) == Address(heir.address)
        assert manifest.terms.arbiter == Address(world.arbiter.address)


def test_immutables_are_masked_and_nothing_else() -> None:
    for name in CONTRACT_NAMES:
        compiled = artifact(name)
        assert bool(compiled.immutables) == (name != "CheckpointLog")
        filled = bytearray(compiled.deployed_bytecode)
        for start, length in compiled.immutables:
            filled[start : start + length] = b"\xab" * length
        assert compiled.masked(bytes(filled)) == compiled.deployed_bytecode
        filled[0] ^= 1
        assert compiled.masked(bytes(filled)) != compiled.deployed_bytecode
