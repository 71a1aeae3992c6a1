"""A deployment on chain held against its manifest and the artifacts shipped here."""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.chain.abi import CONTRACT_FACTORY, CONTRACT_NAMES, DISPUTE_DESK, Artifact, artifact
from registry.chain.deployment.plan import REFERENCES
from registry.chain.manifest import DeployedContract, Manifest
from registry.chain.providers import reading, require, require_chain
from registry.chain.wire import data
from registry.errors import CodeMismatchError, DeploymentChangedError
from registry.model import Address

if TYPE_CHECKING:
    from web3.providers.base import BaseProvider


def verify_deployment(provider: BaseProvider, manifest: Manifest, folder: str = "the manifest") -> Address:
    """Check the contracts on chain: the manifest's, of the artifacts shipped here, and made for each other.

    Returns:
        Who arbitrates new disputes now. Arbiters hand over, so it need not be whom the manifest names.

    Raises:
        ChainMismatchError: The provider serves another chain.
        CodeMismatchError: The code on chain is not the manifest's, or names other contracts, or has other
            terms.
        DeploymentChangedError: It is what the manifest says, but of other contracts than the artifacts.
        ChainUnavailableError: The node does not answer, or with what no node answers.
    """
    require_chain(provider, manifest.chain_id)
    _require_code(provider, manifest, CONTRACT_FACTORY, manifest.factory, folder)
    for name in CONTRACT_NAMES:
        _require_code(provider, manifest, name, manifest.contracts[name], folder)
    for name in CONTRACT_NAMES:
        _require_references(provider, manifest, name)
    _require_terms(provider, manifest)
    return current_arbiter(provider, manifest)


@reading()
def current_arbiter(provider: BaseProvider, manifest: Manifest) -> Address:
    """Who arbitrates disputes that are opened now.

    Raises:
        ChainUnavailableError: The node does not answer, or not with an address.
    """
    return Address(_read(provider, manifest, DISPUTE_DESK, "arbiter"))


@reading()
def code_at(provider: BaseProvider, address: Address) -> bytes:
    """The code of an account, empty if it has none.

    Raises:
        ChainUnavailableError: The node does not answer, or not with bytes.
    """
    return bytes.fromhex(require(provider, "eth_getCode", str(address), "latest")[2:])


def sources_path() -> Path:
    """The compiler's standard JSON input, with every source: what an explorer verifies the contracts from."""
    return Path(str(resources.files("registry.chain").joinpath("artifacts", "contracts.input.json")))


def is_code_of(compiled: Artifact, code: bytes) -> bool:
    """Whether code is a contract's, whatever its constructor filled in."""
    return compiled.masked(code) == compiled.deployed_bytecode


def _require_code(
    provider: BaseProvider, manifest: Manifest, name: str, one: DeployedContract, folder: str
) -> None:
    code = code_at(provider, one.address)
    if hashlib.sha256(code).digest() != one.runtime_code_sha256:
        raise CodeMismatchError(name, one.address)
    if not is_code_of(artifact(name), code):
        raise DeploymentChangedError(
            str(manifest.manifest_id), f"the contracts of this version ({name})", folder
        )


@reading()
def _require_references(provider: BaseProvider, manifest: Manifest, name: str) -> None:
    for getter, other in REFERENCES[name].items():
        if Address(_read(provider, manifest, name, getter)) != manifest.contracts[other].address:
            raise CodeMismatchError(name, manifest.contracts[name].address)


@reading()
def _require_terms(provider: BaseProvider, manifest: Manifest) -> None:
    terms = manifest.terms
    bond = _read(provider, manifest, DISPUTE_DESK, "bond")
    periods = tuple(_read(provider, manifest, DISPUTE_DESK, "periods"))
    if (bond, periods) != (terms.bond, (terms.escrow, terms.hold, terms.answer, terms.ruling)):
        raise CodeMismatchError(DISPUTE_DESK, manifest.contracts[DISPUTE_DESK].address)


def _read(provider: BaseProvider, manifest: Manifest, name: str, getter: str) -> Any:  # noqa: ANN401  # ABI values
    function = artifact(name).functions[getter]
    fields = {"to": str(manifest.contracts[name].address), "data": data(function.encode())}
    (value,) = function.decode(bytes.fromhex(require(provider, "eth_call", fields, "latest")[2:]))
    return value
