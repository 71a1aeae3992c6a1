"""The deployment manifest, `colophon.deployment/1`: what one deployment of the contracts is."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.canonical import canonical_hash
from registry.chain.abi import CONTRACT_NAMES, LICENSE_LEDGER, WORK_REGISTRY
from registry.errors import InvalidDocumentError, InvalidValueError, StoreUnavailableError
from registry.model import Address, Contracts, Hash32, TransactionHash

FORMAT = "colophon.deployment/1"


@dataclass(frozen=True, slots=True)
class DeployedContract:
    """One contract on chain; `runtime_code_sha256` is of the code as it stands there."""

    address: Address
    transaction: TransactionHash
    block: int
    runtime_code_sha256: Hash32


@dataclass(frozen=True, slots=True)
class Manifest:
    """One deployment: both contracts, who made it, where it begins. Its id is the hash of all the rest."""

    chain_id: int
    deployer: Address
    contracts: dict[str, DeployedContract]
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
            "contracts": {
                name: {
                    "address": str(one.address),
                    "transaction": str(one.transaction),
                    "block": one.block,
                    "runtime_code_sha256": str(one.runtime_code_sha256),
                }
                for name, one in self.contracts.items()
            },
            "deployed_at_block": self.deployed_at_block,
        }


def contracts_of(manifest: Manifest) -> Contracts:
    """What signatures and records are bound to."""
    return Contracts(
        chain_id=manifest.chain_id,
        work_registry=manifest.contracts[WORK_REGISTRY].address,
        license_ledger=manifest.contracts[LICENSE_LEDGER].address,
        deployed_at_block=manifest.deployed_at_block,
        manifest_id=manifest.manifest_id,
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
        contracts={
            name: DeployedContract(
                address=Address(document["contracts"][name]["address"]),
                transaction=TransactionHash.parse(document["contracts"][name]["transaction"]),
                block=int(document["contracts"][name]["block"]),
                runtime_code_sha256=Hash32.parse(document["contracts"][name]["runtime_code_sha256"]),
            )
            for name in CONTRACT_NAMES
        },
        deployed_at_block=int(document["deployed_at_block"]),
    )
