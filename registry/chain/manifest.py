"""The deployment manifest, `colophon.deployment/1`: what one deployment of the contracts is."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.canonical import canonical_hash
from registry.chain.abi import (
    CHECKPOINT_LOG,
    CONTRACT_NAMES,
    DISPUTE_DESK,
    LICENSE_LEDGER,
    ROYALTY_VAULT,
    WORK_REGISTRY,
)
from registry.errors import InvalidDocumentError, InvalidValueError, StoreUnavailableError
from registry.model import Address, Contracts, DeskTerms, Hash32, TransactionHash

FORMAT = "colophon.deployment/1"


@dataclass(frozen=True, slots=True)
class DeployedContract:
    """One contract on chain; `runtime_code_sha256` is of the code as it stands there.

    `constructor_arguments` are ABI-encoded, as whoever verifies the sources asks for them.
    """

    address: Address
    transaction: TransactionHash
    block: int
    runtime_code_sha256: Hash32
    constructor_arguments: bytes

    def document(self) -> dict[str, Any]:
        """The contract as JSON."""
        return {
            "address": str(self.address),
            "transaction": str(self.transaction),
            "block": self.block,
            "runtime_code_sha256": str(self.runtime_code_sha256),
            "constructor_arguments": "0x" + self.constructor_arguments.hex(),
        }


@dataclass(frozen=True, slots=True)
class Manifest:
    """One deployment: the factory, five contracts by name, the desk's terms, who made it, where it begins.

    `deployed_at_block` is the first block that holds one of the five. The id is the hash of all the rest.
    """

    chain_id: int
    deployer: Address
    factory: DeployedContract
    contracts: dict[str, DeployedContract]
    terms: DeskTerms
    deployed_at_block: int

    @property
    def manifest_id(self) -> Hash32:
        """SHA-256 of the canonical document without the id itself."""
        return Hash32(canonical_hash(self._content(), "deployment"))

    def document(self) -> dict[str, Any]:
        """The manifest as JSON."""
        return {**self._content(), "manifest_id": str(self.manifest_id)}

    def _content(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "chain_id": self.chain_id,
            "deployer": str(self.deployer),
            "factory": self.factory.document(),
            "contracts": {name: one.document() for name, one in self.contracts.items()},
            "terms": terms_document(self.terms),
            "deployed_at_block": self.deployed_at_block,
        }


def contracts_of(manifest: Manifest) -> Contracts:
    """What signatures and records are bound to."""
    return Contracts(
        chain_id=manifest.chain_id,
        checkpoint_log=manifest.contracts[CHECKPOINT_LOG].address,
        work_registry=manifest.contracts[WORK_REGISTRY].address,
        license_ledger=manifest.contracts[LICENSE_LEDGER].address,
        royalty_vault=manifest.contracts[ROYALTY_VAULT].address,
        dispute_desk=manifest.contracts[DISPUTE_DESK].address,
        deployed_at_block=manifest.deployed_at_block,
        manifest_id=manifest.manifest_id,
    )


def terms_document(terms: DeskTerms) -> dict[str, Any]:
    """A desk's terms as JSON; the bond as text, because wei pass 2^53."""
    return {
        "arbiter": str(terms.arbiter),
        "bond_wei": str(terms.bond),
        "period_seconds": {
            "escrow": terms.escrow,
            "hold": terms.hold,
            "answer": terms.answer,
            "ruling": terms.ruling,
        },
    }


def parse_terms(document: dict[str, Any]) -> DeskTerms:
    """A desk's terms from JSON.

    Raises:
        KeyError, TypeError, ValueError, InvalidValueError: It is of another form.
    """
    periods = document["period_seconds"]
    return DeskTerms(
        arbiter=Address(document["arbiter"]),
        bond=int(document["bond_wei"]),
        escrow=int(periods["escrow"]),
        hold=int(periods["hold"]),
        answer=int(periods["answer"]),
        ruling=int(periods["ruling"]),
    )


def load_manifest(path: Path) -> Manifest:
    """Read a manifest.

    Raises:
        StoreUnavailableError: The file cannot be read.
        InvalidDocumentError: It is no manifest, or was changed after it was made.
    """
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise StoreUnavailableError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise InvalidDocumentError("deployment", "", f"{path} is no JSON") from error
    try:
        manifest = _parse(document)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidValueError) as error:
        raise InvalidDocumentError("deployment", "", f"{path} is no deployment manifest: {error}") from error
    if manifest.document() != document:
        raise InvalidDocumentError("deployment", "/manifest_id", f"{path} is not what its id says")
    return manifest


def save_manifest(manifest: Manifest, path: Path) -> None:
    """Write a manifest, whole or not at all.

    Raises:
        StoreUnavailableError: The file cannot be written.
    """
    replace_file(path, json.dumps(manifest.document(), indent=2).encode() + b"\n")


def replace_file(path: Path, content: bytes) -> None:
    """Put a file in place of another, durably and at once.

    Raises:
        StoreUnavailableError: It cannot be written; the other one stands.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StoreUnavailableError(f"{path}: {error.strerror}") from error


def _parse(document: dict[str, Any]) -> Manifest:
    return Manifest(
        chain_id=int(document["chain_id"]),
        deployer=Address(document["deployer"]),
        factory=_parse_contract(document["factory"]),
        contracts={name: _parse_contract(document["contracts"][name]) for name in CONTRACT_NAMES},
        terms=parse_terms(document["terms"]),
        deployed_at_block=int(document["deployed_at_block"]),
    )


def _parse_contract(document: dict[str, Any]) -> DeployedContract:
    return DeployedContract(
        address=Address(document["address"]),
        transaction=TransactionHash.parse(document["transaction"]),
        block=int(document["block"]),
        runtime_code_sha256=Hash32.parse(document["runtime_code_sha256"]),
        constructor_arguments=bytes.fromhex(document["constructor_arguments"].removeprefix("0x")),
    )
