"""Putting the contracts on a chain: each once, whatever dies in between, and checked against the artifacts.

Before a transaction is sent, its exact bytes are kept in a state file beside the manifest. Whoever runs
`deploy` again finds them there and sends the same bytes, which have their effect once; the manifest is
written when both contracts are on chain and proven, and with it the state file goes.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eth_abi.abi import encode

from registry.chain import sending
from registry.chain.abi import CONTRACT_NAMES, LICENSE_LEDGER, WORK_REGISTRY, Artifact, artifact
from registry.chain.manifest import (
    DeployedContract,
    Manifest,
    contracts_of,
    load_manifest,
    replace_file,
    save_manifest,
)
from registry.chain.providers import chain_id_of, request, require, require_chain
from registry.chain.shapes import create_address
from registry.chain.wire import RpcError, data
from registry.errors import (
    ChainUnavailableError,
    CodeMismatchError,
    DeploymentChangedError,
    InvalidDocumentError,
    TransactionRejectedError,
)
from registry.model import Address, Hash32, TransactionHash

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3.providers.base import BaseProvider

STATE_FORMAT = "colophon.deployment-state/1"
POLL_SECONDS = 0.1
RESEND_SECONDS = 15.0  # a slot and a bit: a node may have forgotten what it was given
MINING_TIMEOUT_SECONDS = 600.0  # longer means fees that are too low; the state file keeps what was sent


@dataclass(frozen=True, slots=True)
class Step:
    """One creation, signed: where its contract will land, and the bytes that put it there."""

    nonce: int
    address: Address
    transaction: TransactionHash
    raw: bytes

    def document(self) -> dict[str, Any]:
        """The step as JSON."""
        return {
            "nonce": self.nonce,
            "address": str(self.address),
            "transaction": str(self.transaction),
            "raw": data(self.raw),
        }


class State:
    """The steps of a deployment under way, by contract, in a file that is replaced before each is sent."""

    def __init__(self, path: Path, chain_id: int, deployer: Address) -> None:
        self._path, self._chain_id, self._deployer = path, chain_id, deployer
        self.steps: dict[str, Step] = self._load() if path.exists() else {}

    def _load(self) -> dict[str, Step]:
        try:
            document = json.loads(self._path.read_bytes())
            head = (document["format"], document["chain_id"], document["deployer"])
            steps = {name: _step(one) for name, one in document["steps"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InvalidDocumentError("deployment state", "", f"{self._path} cannot be read") from error
        expected = (STATE_FORMAT, self._chain_id, self._deployer)
        if head != expected:
            # another account or chain began here: going on would leave half a deployment behind unseen
            raise DeploymentChangedError(str(head[1:]), str(expected[1:]), str(self._path))
        return steps

    def keep(self, name: str, step: Step) -> None:
        """Note a step, durably."""
        self.steps[name] = step
        self._write()

    def forget(self, name: str) -> None:
        """Drop a step whose nonce something else has used, with those that build on it."""
        position = CONTRACT_NAMES.index(name)
        for later in CONTRACT_NAMES[position:]:
            self.steps.pop(later, None)
        self._write()

    def _write(self) -> None:
        document = {
            "format": STATE_FORMAT,
            "chain_id": self._chain_id,
            "deployer": self._deployer,
            "steps": {name: step.document() for name, step in self.steps.items()},
        }
        replace_file(self._path, json.dumps(document, indent=2).encode() + b"\n")

    def remove(self) -> None:
        """The deployment is done."""
        self._path.unlink(missing_ok=True)


def state_path(manifest_path: Path) -> Path:
    """Where the state of a deployment under way is kept."""
    return manifest_path.with_name(manifest_path.name + ".state")


def deploy(provider: BaseProvider, account: LocalAccount, manifest_path: Path) -> Manifest:
    """Put both contracts on the provider's chain, or go on where an earlier run stopped, or find it done.

    Raises:
        ChainUnavailableError: The chain does not answer or mine; run again to go on.
        TransactionRejectedError: The account cannot pay, or the node refuses.
        ChainMismatchError: The manifest is of another chain.
        CodeMismatchError: The manifest's contracts are not on this chain.
        DeploymentChangedError: The manifest is of other contracts than these, or another account began here.
    """
    if manifest_path.exists():
        manifest = load_manifest(manifest_path)
        verify_deployment(provider, manifest, str(manifest_path.parent))
        return manifest
    chain_id = chain_id_of(provider)
    deployer = Address(account.address)
    state = State(state_path(manifest_path), chain_id, deployer)
    deployed: dict[str, DeployedContract] = {}
    for name in CONTRACT_NAMES:
        arguments = b"" if name == WORK_REGISTRY else encode(["address"], [deployed[WORK_REGISTRY].address])
        receipt = _create(provider, account, state, name, artifact(name).bytecode + arguments)
        deployed[name] = _deployed(provider, name, state.steps[name], receipt)
    manifest = Manifest(chain_id, deployer, deployed, deployed[WORK_REGISTRY].block)
    verify_deployment(provider, manifest, str(manifest_path.parent))
    save_manifest(manifest, manifest_path)
    state.remove()
    return manifest


def verify_deployment(provider: BaseProvider, manifest: Manifest, folder: str = "the manifest") -> None:
    """Check the contracts on chain: that they are the manifest's, and of the artifacts shipped here.

    Raises:
        ChainMismatchError: The provider serves another chain.
        CodeMismatchError: The code on chain is not the manifest's, or the ledger is of another registry.
        DeploymentChangedError: It is what the manifest says, but of other contracts than the artifacts.
    """
    require_chain(provider, manifest.chain_id)
    for name in CONTRACT_NAMES:
        one = manifest.contracts[name]
        code = _code(provider, one.address)
        if hashlib.sha256(code).digest() != one.runtime_code_sha256:
            raise CodeMismatchError(name, one.address)
        if not _is_code_of(artifact(name), code):
            raise DeploymentChangedError(
                str(manifest.manifest_id), f"the contracts of this version ({name})", folder
            )
    contracts = contracts_of(manifest)
    registry = artifact(LICENSE_LEDGER).functions["registry"]
    fields = {"to": str(contracts.license_ledger), "data": data(registry.encode())}
    (found,) = registry.decode(bytes.fromhex(require(provider, "eth_call", fields, "latest")[2:]))
    if Address(found) != contracts.work_registry:
        raise CodeMismatchError(LICENSE_LEDGER, contracts.license_ledger)


def _create(
    provider: BaseProvider, account: LocalAccount, state: State, name: str, code: bytes
) -> dict[str, Any]:
    while True:
        if name not in state.steps:
            state.keep(name, _sign_step(provider, account, code))
        step = state.steps[name]
        receipt = _carry(provider, account, step)
        if receipt is None:
            state.forget(name)
        elif int(receipt["status"], 16) != 1:
            state.forget(name)
            raise TransactionRejectedError("reverted", contract=name)
        else:
            return receipt


def _sign_step(provider: BaseProvider, account: LocalAccount, code: bytes) -> Step:
    deployer = Address(account.address)
    gas = sending.estimate_gas(provider, deployer, None, code)
    nonce = int(require(provider, "eth_getTransactionCount", deployer, "pending"), 16)
    fields = {"nonce": nonce, "value": 0, "data": code, "gas": gas}
    signed = sending.sign_fields(account, chain_id_of(provider), fields, sending.current_fees(provider))
    address = Address("0x" + create_address(bytes.fromhex(deployer[2:]), nonce).hex())
    return Step(nonce, address, signed.hash, signed.raw)


def _carry(provider: BaseProvider, account: LocalAccount, step: Step) -> dict[str, Any] | None:
    """The receipt of a step's transaction; None if something else has used its nonce."""
    until = time.monotonic() + MINING_TIMEOUT_SECONDS
    resend_at = 0.0
    while time.monotonic() < until:
        receipt = sending.mined_receipt(provider, step.transaction)
        if receipt is not None:
            return receipt
        if time.monotonic() >= resend_at:
            if _nonce_is_used(provider, account, step):
                return sending.mined_receipt(provider, step.transaction)
            sending.broadcast(provider, step.raw)
            resend_at = time.monotonic() + RESEND_SECONDS
        time.sleep(POLL_SECONDS)
    raise ChainUnavailableError(f"{step.transaction} is not mined yet; run again to go on")


def _nonce_is_used(provider: BaseProvider, account: LocalAccount, step: Step) -> bool:
    return int(require(provider, "eth_getTransactionCount", account.address, "latest"), 16) > step.nonce


def _deployed(provider: BaseProvider, name: str, step: Step, receipt: dict[str, Any]) -> DeployedContract:
    code = _code(provider, step.address)
    if not _is_code_of(artifact(name), code):
        raise CodeMismatchError(name, step.address)
    digest = Hash32(hashlib.sha256(code).digest())
    return DeployedContract(step.address, step.transaction, int(receipt["blockNumber"], 16), digest)


def _is_code_of(compiled: Artifact, code: bytes) -> bool:
    return compiled.masked(code) == compiled.deployed_bytecode


def _code(provider: BaseProvider, address: Address) -> bytes:
    try:
        return bytes.fromhex(request(provider, "eth_getCode", address, "latest")[2:])
    except RpcError as error:
        raise ChainUnavailableError(f"eth_getCode: {error.message}") from error


def _step(document: dict[str, Any]) -> Step:
    return Step(
        nonce=int(document["nonce"]),
        address=Address(document["address"]),
        transaction=TransactionHash.parse(document["transaction"]),
        raw=bytes.fromhex(document["raw"][2:]),
    )
