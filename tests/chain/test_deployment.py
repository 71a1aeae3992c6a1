"""Deploying: once, at addresses known before, whatever dies in between."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from eth_account.signers.local import LocalAccount

from registry.canonical import canonical_hash
from registry.chain.abi import CONTRACT_FACTORY, CONTRACT_NAMES, artifact
from registry.chain.deployment import (
    Plan,
    Step,
    Watcher,
    deploy,
    embedded_terms,
    public_terms,
    state_path,
    verify_deployment,
)
from registry.chain.deployment.plan import salt_of
from registry.chain.embedded import EmbeddedChain
from registry.chain.manifest import DeployedContract, Manifest, contracts_of, load_manifest
from registry.chain.providers import EmbeddedProvider, request
from registry.errors import DeploymentChangedError, InvalidDocumentError, TransactionRejectedError
from registry.model import Address, DeskTerms
from tests.chain.deployments import (
    TRANSACTIONS,
    DiedError,
    DyingProvider,
    TwistingProvider,
    factory_address,
    nonce_of,
    send_raw,
    wait_for_nonce,
)
from tests.chain.worlds import new_account, short_terms, stepping_clock

ALL_NAMES = (CONTRACT_FACTORY, *CONTRACT_NAMES)


@pytest.fixture
def provider(tmp_path: Path, operator: LocalAccount) -> Iterator[EmbeddedProvider]:
    with EmbeddedChain(tmp_path / "chain.db", Address(operator.address), stepping_clock()) as chain:
        yield EmbeddedProvider(chain)


@pytest.fixture
def terms(operator: LocalAccount) -> DeskTerms:
    return short_terms(operator)


def addresses_of(manifest: Manifest) -> dict[str, Address]:
    return {
        CONTRACT_FACTORY: manifest.factory.address,
        **{name: one.address for name, one in manifest.contracts.items()},
    }


def planned(account: LocalAccount, terms: DeskTerms, first_nonce: int = 0) -> dict[str, Address]:
    return Plan(Address(account.address), first_nonce, terms).addresses


class Notes(Watcher):
    """What was told, in order, and how many transactions were mined when it was."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.plans: list[Plan] = []

    def planned(self, plan: Plan) -> None:
        self.told.append("plan")
        self.plans.append(plan)

    def sending(self, name: str, step: Step) -> None:
        assert step.raw
        self.told.append(f"sending {name}")

    def deployed(self, name: str, contract: DeployedContract) -> None:
        assert contract.block
        self.told.append(f"deployed {name}")


def test_a_deployment_is_described_by_its_manifest(
    provider: EmbeddedProvider, operator: LocalAccount, terms: DeskTerms, tmp_path: Path
) -> None:
    path = tmp_path / "deployment.json"
    manifest = deploy(provider, operator, path, terms)
    document = json.loads(path.read_text())
    assert document == manifest.document()
    assert document["format"] == "colophon.deployment/1"
    assert document["chain_id"] == 31337
    assert document["deployer"] == operator.address
    assert document["terms"] == {
        "arbiter": operator.address,
        "bond_wei": "10000000000000000",
        "period_seconds": {"escrow": 600, "hold": 3600, "answer": 300, "ruling": 1800},
    }
    assert document["deployed_at_block"] == document["contracts"]["CheckpointLog"]["block"]
    rest = {name: value for name, value in document.items() if name != "manifest_id"}
    assert document["manifest_id"] == "0x" + canonical_hash(rest).hex()
    contracts = contracts_of(manifest)
    assert contracts.addresses == {name: document["contracts"][name]["address"] for name in CONTRACT_NAMES}
    assert str(contracts.manifest_id) == document["manifest_id"]
    assert not state_path(path).exists()


@pytest.mark.parametrize("at_once", [False, True])
def test_every_address_is_known_before_anything_is_sent(
    provider: EmbeddedProvider, operator: LocalAccount, terms: DeskTerms, tmp_path: Path, *, at_once: bool
) -> None:
    notes = Notes()
    manifest = deploy(provider, operator, tmp_path / "deployment.json", terms, notes, at_once=at_once)
    assert notes.told[0] == "plan"
    assert [told for told in notes.told if told.startswith("deployed")] == [
        f"deployed {n}" for n in ALL_NAMES
    ]
    (plan,) = notes.plans
    assert addresses_of(manifest) == plan.addresses == planned(operator, terms)
    assert manifest.factory.address == factory_address(operator)
    factory = artifact(CONTRACT_FACTORY).functions["addressOf"]
    for name in CONTRACT_NAMES:
        asked = {
            "to": plan.factory,
            "data": "0x" + factory.encode(operator.address, bytes(salt_of(name))).hex(),
        }
        (told,) = factory.decode(bytes.fromhex(request(provider, "eth_call", asked, "latest")[2:]))
        assert Address(told) == plan.addresses[name]


def test_one_after_the_other_nothing_is_sent_before_what_it_builds_on_is_there(
    provider: EmbeddedProvider, operator: LocalAccount, terms: DeskTerms, tmp_path: Path
) -> None:
    notes = Notes()
    manifest = deploy(provider, operator, tmp_path / "deployment.json", terms, notes)
    steps = [(f"sending {name}", f"deployed {name}") for name in ALL_NAMES]
    assert notes.told == ["plan", *itertools.chain.from_iterable(steps)]
    blocks = [manifest.factory.block, *(manifest.contracts[name].block for name in CONTRACT_NAMES)]
    assert blocks == sorted(set(blocks))


def test_at_once_all_are_signed_and_kept_before_the_first_is_sent_so_that_no_block_need_be_waited_for(
    provider: EmbeddedProvider, operator: LocalAccount, terms: DeskTerms, tmp_path: Path
) -> None:
    path = tmp_path / "deployment.json"
    dying = DyingProvider(provider, "eth_sendRawTransaction", 1, after=False)
    with pytest.raises(DiedError):
        deploy(dying, operator, path, terms, at_once=True)
    assert nonce_of(provider, operator) == 0
    steps = json.loads(state_path(path).read_text())["steps"]
    assert [(name, step["nonce"]) for name, step in steps.items()] == list(
        zip(ALL_NAMES, range(TRANSACTIONS), strict=True)
    )


def test_deploying_again_finds_it_done(
    provider: EmbeddedProvider, operator: LocalAccount, terms: DeskTerms, tmp_path: Path
) -> None:
    path = tmp_path / "deployment.json"
    first = deploy(provider, operator, path, terms)
    left = state_path(path)
    left.write_text("of a run that died between the manifest and the end")
    assert deploy(provider, operator, path, terms) == first == load_manifest(path)
    assert nonce_of(provider, operator) == TRANSACTIONS
    assert not left.exists()


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(
    ("at_once", "method", "count"),
    [
        *((False, "eth_sendRawTransaction", number) for number in range(1, TRANSACTIONS + 1)),
        (False, "eth_estimateGas", 4),
        (False, "eth_getTransactionReceipt", 2),
        (False, "eth_getCode", 3),
        (False, "eth_call", 14),
        (True, "eth_estimateGas", 4),
        (True, "eth_sendRawTransaction", 1),
        (True, "eth_sendRawTransaction", 4),
        (True, "eth_getCode", 4),
    ],
)
def test_a_deployment_that_died_is_taken_up_and_nothing_is_deployed_twice(
    provider: EmbeddedProvider,
    operator: LocalAccount,
    terms: DeskTerms,
    tmp_path: Path,
    method: str,
    count: int,
    moment: str,
    *,
    at_once: bool,
) -> None:
    path = tmp_path / "deployment.json"
    dying = DyingProvider(provider, method, count, after=moment == "after")
    with pytest.raises(DiedError):
        deploy(dying, operator, path, terms, at_once=at_once)
    assert not path.exists()
    manifest = deploy(provider, operator, path, terms, at_once=at_once)
    assert addresses_of(manifest) == planned(operator, terms)
    assert nonce_of(provider, operator) == TRANSACTIONS
    assert verify_deployment(provider, manifest) == terms.arbiter
    assert not state_path(path).exists()


def test_the_state_file_tells_where_all_will_be_and_what_it_is_made_with(
    provider: EmbeddedProvider, operator: LocalAccount, terms: DeskTerms, tmp_path: Path
) -> None:
    path = tmp_path / "deployment.json"
    with pytest.raises(DiedError):
        deploy(DyingProvider(provider, "eth_sendRawTransaction", 1, after=False), operator, path, terms)
    assert nonce_of(provider, operator) == 0
    document = json.loads(state_path(path).read_text())
    addresses = planned(operator, terms)
    assert {name: one["address"] for name, one in document["plan"].items()} == addresses
    assert document["plan"]["DisputeDesk"]["arguments"] == {
        "registry": addresses["WorkRegistry"],
        "ledger": addresses["LicenseLedger"],
        "arbiter": operator.address,
        "bond": "10000000000000000",
        "periods": [600, 3600, 300, 1800],
    }
    assert document["plan"]["WorkRegistry"]["arguments"] == {
        "log": addresses["CheckpointLog"],
        "desk": addresses["DisputeDesk"],
        "ledger": addresses["LicenseLedger"],
        "vault": addresses["RoyaltyVault"],
    }


@pytest.mark.parametrize("at_once", [False, True])
def test_where_something_else_used_the_factorys_nonce_all_lands_elsewhere_and_that_is_told(
    provider: EmbeddedProvider, operator: LocalAccount, terms: DeskTerms, tmp_path: Path, *, at_once: bool
) -> None:
    path, notes = tmp_path / "deployment.json", Notes()
    dying = DyingProvider(provider, "eth_sendRawTransaction", 1, after=False)
    with pytest.raises(DiedError):
        deploy(dying, operator, path, terms, notes, at_once=at_once)
    send_raw(provider, operator, nonce=0, to=operator.address, gas=21_000)
    wait_for_nonce(provider, operator, 1)
    manifest = deploy(provider, operator, path, terms, notes, at_once=at_once)
    assert addresses_of(manifest) == notes.plans[-1].addresses
    assert notes.plans[-1] != notes.plans[0]
    verify_deployment(provider, manifest)


def test_a_nonce_that_something_else_used_is_given_up_and_the_address_kept(
    provider: EmbeddedProvider, operator: LocalAccount, terms: DeskTerms, tmp_path: Path
) -> None:
    path = tmp_path / "deployment.json"
    with pytest.raises(DiedError):
        deploy(DyingProvider(provider, "eth_sendRawTransaction", 3, after=False), operator, path, terms)
    send_raw(provider, operator, nonce=2, to=operator.address, gas=21_000)
    wait_for_nonce(provider, operator, 3)
    manifest = deploy(provider, operator, path, terms)
    assert addresses_of(manifest) == planned(operator, terms)
    assert nonce_of(provider, operator) == TRANSACTIONS + 1


def test_a_contract_that_a_wallets_dearer_copy_made_is_recognised(
    provider: EmbeddedProvider, operator: LocalAccount, terms: DeskTerms, tmp_path: Path
) -> None:
    path, notes = tmp_path / "deployment.json", Notes()
    with pytest.raises(DiedError):
        deploy(
            DyingProvider(provider, "eth_sendRawTransaction", 3, after=False), operator, path, terms, notes
        )
    (plan,) = notes.plans
    payload = plan.payload("WorkRegistry")
    copy = send_raw(provider, operator, nonce=2, to=plan.factory, gas=8_000_000, data=payload)
    wait_for_nonce(provider, operator, 3)
    manifest = deploy(provider, operator, path, terms)
    assert str(manifest.contracts["WorkRegistry"].transaction) == copy
    assert addresses_of(manifest) == plan.addresses
    assert nonce_of(provider, operator) == TRANSACTIONS


def test_a_step_that_ran_out_of_gas_is_told_and_taken_again(
    provider: EmbeddedProvider, operator: LocalAccount, terms: DeskTerms, tmp_path: Path
) -> None:
    def stingy(method: str, result: object) -> object:
        return hex(int(str(result), 16) // 2) if method == "eth_estimateGas" else result

    path = tmp_path / "deployment.json"
    with pytest.raises(DiedError):
        deploy(DyingProvider(provider, "eth_estimateGas", 3, after=False), operator, path, terms)
    with pytest.raises(TransactionRejectedError) as caught:
        deploy(TwistingProvider(provider, stingy), operator, path, terms)
    assert caught.value.facts["reason"] == "reverted"
    assert caught.value.facts["contract"] == "WorkRegistry"
    manifest = deploy(provider, operator, path, terms)
    assert addresses_of(manifest) == planned(operator, terms)
    assert nonce_of(provider, operator) == TRANSACTIONS + 1


def test_neither_another_account_nor_another_arbiter_goes_on_with_what_one_began(
    provider: EmbeddedProvider, operator: LocalAccount, terms: DeskTerms, tmp_path: Path
) -> None:
    path = tmp_path / "deployment.json"
    with pytest.raises(DiedError):
        deploy(DyingProvider(provider, "eth_sendRawTransaction", 2, after=True), operator, path, terms)
    with pytest.raises(DeploymentChangedError):
        deploy(provider, new_account(), path, terms)
    with pytest.raises(DeploymentChangedError):
        deploy(provider, operator, path, short_terms(new_account()))

    def elsewhere(method: str, result: object) -> object:
        return "0x1" if method == "eth_chainId" else result

    with pytest.raises(DeploymentChangedError):
        deploy(TwistingProvider(provider, elsewhere), operator, path, terms)
    assert deploy(provider, operator, path, terms).terms == terms


def test_another_arbiter_than_the_manifests_is_told(
    provider: EmbeddedProvider, operator: LocalAccount, terms: DeskTerms, tmp_path: Path
) -> None:
    path = tmp_path / "deployment.json"
    deploy(provider, operator, path, terms)
    with pytest.raises(DeploymentChangedError, match=operator.address):
        deploy(provider, operator, path, short_terms(new_account()))


def test_a_state_file_that_cannot_be_read_is_told(
    provider: EmbeddedProvider, operator: LocalAccount, terms: DeskTerms, tmp_path: Path
) -> None:
    path = tmp_path / "deployment.json"
    with pytest.raises(DiedError):
        deploy(DyingProvider(provider, "eth_sendRawTransaction", 1, after=False), operator, path, terms)
    whole = json.loads(state_path(path).read_text())
    for text in ("", "[]", "{}", json.dumps(whole | {"steps": {}}), json.dumps(whole | {"terms": {}})):
        state_path(path).write_text(text)
        with pytest.raises(InvalidDocumentError):
            deploy(provider, operator, path, terms)


@pytest.mark.parametrize("at_once", [False, True])
def test_an_account_that_cannot_pay_deploys_nothing(
    provider: EmbeddedProvider, terms: DeskTerms, tmp_path: Path, *, at_once: bool
) -> None:
    with pytest.raises(TransactionRejectedError) as caught:
        deploy(provider, new_account(), tmp_path / "deployment.json", terms, at_once=at_once)
    assert caught.value.facts["reason"] == "insufficient-funds"
    assert not (tmp_path / "deployment.json").exists()


def test_the_standard_terms_are_accepted_by_the_desk(
    provider: EmbeddedProvider, operator: LocalAccount, tmp_path: Path
) -> None:
    address = Address(operator.address)
    for number, terms in enumerate((public_terms(address), embedded_terms(address))):
        manifest = deploy(provider, operator, tmp_path / f"{number}.json", terms, at_once=True)
        assert manifest.terms == terms
