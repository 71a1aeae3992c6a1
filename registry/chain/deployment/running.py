"""Putting the contracts on a chain: each once, whatever dies in between, and checked against the artifacts.

One transaction makes a factory, at an address that follows from the deployer and its nonce; the factory
makes the five contracts at addresses that follow from its own (CREATE3). So all addresses are known before
anything is sent, and the contracts can name each other.

Before a transaction is sent, its exact bytes are kept in a state file beside the manifest. Whoever runs
`deploy` again finds them there and sends the same bytes, which have their effect once. Where blocks come to
ask for more than a transaction offers, it is signed anew with the same nonce and higher fees, and kept as
well: one of the two is mined. The manifest is written when all contracts are on chain and proven, and with it
the state file goes.

One process at a time deploys by a manifest: two would each plan with the same nonces, and the state file of
one would bury the signed bytes of the other.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eth_utils.crypto import keccak

from registry.chain import sending
from registry.chain.abi import CONTRACT_FACTORY, CONTRACT_NAMES, artifact
from registry.chain.deployment.plan import STEP_NAMES, Plan, salt_of
from registry.chain.deployment.state import State, Step, in_words, state_path
from registry.chain.deployment.verification import code_at, is_code_of, verify_deployment
from registry.chain.lock import FileLock
from registry.chain.manifest import DeployedContract, Manifest, load_manifest, save_manifest
from registry.chain.providers import chain_id_of, reading, require
from registry.chain.wire import data, quantity
from registry.errors import (
    ChainUnavailableError,
    CodeMismatchError,
    DeploymentChangedError,
    DeploymentInProgressError,
    StoreUnavailableError,
    TransactionRejectedError,
)
from registry.model import Address, DeskTerms, Fees, Hash32, TransactionHash

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3.providers.base import BaseProvider

POLL_SECONDS = 0.1
RESEND_SECONDS = 15.0  # a slot and a bit: a node may have forgotten what it was given
REPLACE_SECONDS = 120.0  # some ten slots: the fees were too low for the present base fee
MOST_REPLACEMENTS = 10  # 1.25 to the tenth is nine times the first fee: more is a person's decision
MINING_TIMEOUT_SECONDS = 600.0  # longer than any raise takes; the state file keeps what was sent
FACTORY_GAS = 100_000  # about twice what a creation costs more through the factory and its proxy
CONTRACT_DEPLOYED = keccak(text="ContractDeployed(address,bytes32,address)")


class Watcher:
    """What a deployment tells while it runs; this one listens to nothing."""

    def planned(self, plan: Plan) -> None:
        """All addresses are known. Told before anything is signed, and again when an old plan is taken up."""

    def sending(self, name: str, step: Step) -> None:
        """A transaction is about to be sent, perhaps not for the first time."""

    def deployed(self, name: str, contract: DeployedContract) -> None:
        """A contract is on chain."""


def deploy(
    provider: BaseProvider,
    account: LocalAccount,
    manifest_path: Path,
    terms: DeskTerms,
    watcher: Watcher | None = None,
    *,
    at_once: bool = False,
) -> Manifest:
    """Put the contracts on the provider's chain, or go on where an earlier run stopped, or find it done.

    `at_once` hands in all transactions together, for a chain where a failed one costs nothing; otherwise
    each waits until the one before it is mined.

    Raises:
        ChainUnavailableError: The chain does not answer or mine; run again to go on.
        TransactionRejectedError: The account cannot pay, or the node refuses.
        ChainMismatchError: The manifest is of another chain.
        CodeMismatchError: The manifest's contracts are not on this chain.
        DeploymentChangedError: The manifest is of other contracts or terms than these, or another account,
            or one with other terms, began here.
        DeploymentInProgressError: Another process deploys by this manifest.
        StoreUnavailableError: The files beside the manifest cannot be read or written.
    """
    with _alone(manifest_path):
        if manifest_path.exists():
            return _find(provider, manifest_path, terms)
        chain_id = chain_id_of(provider)
        state = State(state_path(manifest_path), chain_id, Address(account.address), terms)
        run = _Run(provider, account, chain_id, terms, state, watcher or Watcher())
        return _finish(run, run.to_the_end(at_once=at_once), manifest_path)


@contextmanager
def _alone(manifest_path: Path) -> Iterator[None]:
    """Hold the manifest for this process; the kernel lets go of it even where the process is killed."""
    try:
        manifest_path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailableError(f"{manifest_path.parent}: {error.strerror}") from error

    def in_use(pid: int | None) -> DeploymentInProgressError:
        return DeploymentInProgressError(str(manifest_path), pid)

    lock = FileLock(manifest_path, in_use, StoreUnavailableError)
    try:
        yield
    finally:
        lock.release()


def _find(provider: BaseProvider, manifest_path: Path, terms: DeskTerms) -> Manifest:
    """The manifest there is, if it tells of these contracts and terms."""
    manifest = load_manifest(manifest_path)
    verify_deployment(provider, manifest, str(manifest_path.parent))
    if manifest.terms != terms:
        found, wanted = (
            in_words(manifest.chain_id, manifest.deployer, one) for one in (manifest.terms, terms)
        )
        raise DeploymentChangedError(found, wanted, str(manifest_path))
    state_path(manifest_path).unlink(missing_ok=True)  # an earlier run died between the two files
    return manifest


def _finish(run: _Run, deployed: dict[str, DeployedContract], manifest_path: Path) -> Manifest:
    """Prove what is on chain, and write the manifest of it."""
    contracts = {name: deployed[name] for name in CONTRACT_NAMES}
    begins = min(one.block for one in contracts.values())
    factory = deployed[CONTRACT_FACTORY]
    deployer = Address(run.account.address)
    manifest = Manifest(run.chain_id, deployer, factory, contracts, run.terms, begins)
    verify_deployment(run.provider, manifest, str(manifest_path.parent))
    save_manifest(manifest, manifest_path)
    run.state.remove()
    return manifest


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of a deployment, of as many as it takes."""

    provider: BaseProvider
    account: LocalAccount
    chain_id: int
    terms: DeskTerms
    state: State
    watcher: Watcher

    def to_the_end(self, *, at_once: bool) -> dict[str, DeployedContract]:
        """Every contract, by name."""
        deployed = None
        while deployed is None:
            plan = self.state.plan or Plan(Address(self.account.address), self._next_nonce(), self.terms)
            self.watcher.planned(plan)
            if at_once:
                self._hand_in_all(plan)
            deployed = self._follow(plan)
        return deployed

    def _follow(self, plan: Plan) -> dict[str, DeployedContract] | None:
        """Every contract of a plan; None if the nonce of its factory went to something else."""
        factory = self._settle(plan, CONTRACT_FACTORY)
        if factory is None:
            return None
        deployed = {CONTRACT_FACTORY: factory}
        for name in CONTRACT_NAMES:
            one = None
            while one is None:
                one = self._found(plan, name, factory.block) or self._settle(plan, name)
            deployed[name] = one
        return deployed

    def _settle(self, plan: Plan, name: str) -> DeployedContract | None:
        """Have a step mined; None if something else has used its nonce."""
        if name not in self.state.steps:
            nonce = plan.factory_nonce if name == CONTRACT_FACTORY else self._next_nonce()
            self.state.keep({name: self._sign(plan, name, nonce)})
        receipt = self._carry(plan, name)
        if receipt is None:
            self.state.forget(name)
            return None
        with reading():
            succeeded, block = int(receipt["status"], 16) == 1, int(receipt["blockNumber"], 16)
            transaction = TransactionHash.parse(receipt["transactionHash"])
        if not succeeded:
            self.state.forget(name)
            raise TransactionRejectedError("reverted", contract=name)
        return self._deployed(plan, name, transaction, block)

    def _found(self, plan: Plan, name: str, since: int) -> DeployedContract | None:
        """A contract that the deployer's own salt has made already, by bytes that are not kept here.

        A wallet that sends a waiting transaction again with a higher fee does so.
        """
        if name in self.state.steps or not code_at(self.provider, plan.addresses[name]):
            return None
        sender = data(bytes(12) + bytes.fromhex(plan.deployer[2:]))
        asked = {
            "address": str(plan.factory),
            "topics": [data(CONTRACT_DEPLOYED), sender, str(salt_of(name))],
            "fromBlock": quantity(since),
            "toBlock": "latest",
        }
        with reading():
            log = require(self.provider, "eth_getLogs", asked)[0]
            transaction, block = TransactionHash.parse(log["transactionHash"]), int(log["blockNumber"], 16)
        return self._deployed(plan, name, transaction, block)

    def _hand_in_all(self, plan: Plan) -> None:
        """Sign every step of a new plan in a row; send what is kept, in the order of the nonces.

        A refusal is no matter here: whoever settles the step meets it again.
        """
        if not self.state.steps:
            signed = {
                name: self._sign(plan, name, plan.factory_nonce + place)
                for place, name in enumerate(STEP_NAMES)
            }
            self.state.keep(signed)
        for step in sorted(self.state.steps.values(), key=lambda step: step.nonce):
            with contextlib.suppress(TransactionRejectedError):
                sending.broadcast(self.provider, step.raw)

    def _sign(self, plan: Plan, name: str, nonce: int, fees: Fees | None = None) -> Step:
        gas = self._gas(plan, name)
        fields: dict[str, Any] = {"nonce": nonce, "value": 0, "data": plan.payload(name), "gas": gas}
        if name != CONTRACT_FACTORY:
            fields["to"] = str(plan.factory)
        fees = fees or sending.current_fees(self.provider)
        signed = sending.sign_fields(self.account, self.chain_id, fields, fees)
        return Step(nonce, signed.hash, signed.raw)

    def _gas(self, plan: Plan, name: str) -> int:
        """Gas for a step, estimated as a plain creation.

        So it does not matter whether the node that is asked knows of the factory yet. A call keeps back a
        64th of what it has (EIP-150), here twice: of the factory's, and of its proxy's.
        """
        creation = plan.creation_code(name)
        estimate = sending.estimate_gas(self.provider, plan.deployer, None, creation)
        if name == CONTRACT_FACTORY:
            return estimate
        return min(estimate * 64 * 64 // (63 * 63) + FACTORY_GAS, sending.MAX_GAS)

    def _carry(self, plan: Plan, name: str) -> dict[str, Any] | None:
        """The receipt of a step's transaction; None if something else has used its nonce."""
        until = time.monotonic() + MINING_TIMEOUT_SECONDS
        resend_at, raise_at = 0.0, time.monotonic() + REPLACE_SECONDS
        while time.monotonic() < until:
            step = self.state.steps[name]
            receipt = self._receipt(step)
            if receipt is not None:
                return receipt
            if time.monotonic() >= resend_at:
                if self._nonce("latest") > step.nonce:
                    return self._receipt(step)
                self._send(name, step)
                resend_at = time.monotonic() + RESEND_SECONDS
            if time.monotonic() >= raise_at:
                raise_at = time.monotonic() + REPLACE_SECONDS
                resend_at = 0.0 if self._raise_fees(plan, name) else resend_at
            time.sleep(POLL_SECONDS)
        raise ChainUnavailableError(
            f"{self.state.steps[name].transaction} is not mined yet; run again to go on"
        )

    def _receipt(self, step: Step) -> dict[str, Any] | None:
        found = (sending.mined_receipt(self.provider, one) for one in step.transactions)
        return next((receipt for receipt in found if receipt is not None), None)

    def _send(self, name: str, step: Step) -> None:
        """Hand a step in. Whether one that it replaced was mined meanwhile is seen at the next look."""
        self.watcher.sending(name, step)
        try:
            sending.broadcast(self.provider, step.raw)
        except TransactionRejectedError as refused:
            if not step.replaced or refused.facts["reason"] != "nonce-used":
                raise

    def _raise_fees(self, plan: Plan, name: str) -> bool:
        """Sign a step anew where blocks ask for more than it offers; a chain that makes none asks no more."""
        step = self.state.steps[name]
        fees = sending.outbidding(sending.current_fees(self.provider), sending.fees_of(step.raw))
        if fees is None or len(step.replaced) >= MOST_REPLACEMENTS:
            return False
        newer = self._sign(plan, name, step.nonce, fees)
        self.state.keep({name: replace(newer, replaced=(*step.replaced, step.transaction))})
        return True

    def _deployed(self, plan: Plan, name: str, transaction: TransactionHash, block: int) -> DeployedContract:
        address = plan.addresses[name]
        code = code_at(self.provider, address)
        if not is_code_of(artifact(name), code):
            raise CodeMismatchError(name, address)
        digest = Hash32(hashlib.sha256(code).digest())
        one = DeployedContract(address, transaction, block, digest, plan.encoded_arguments(name))
        self.watcher.deployed(name, one)
        return one

    def _next_nonce(self) -> int:
        return self._nonce("pending")

    @reading()
    def _nonce(self, tag: str) -> int:
        return int(require(self.provider, "eth_getTransactionCount", self.account.address, tag), 16)
