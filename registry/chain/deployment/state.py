"""A deployment under way, in a file beside the manifest: its plan, and each transaction's signed bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.chain.abi import CONTRACT_FACTORY
from registry.chain.deployment.plan import STEP_NAMES, Plan, salt_of
from registry.chain.manifest import parse_terms, replace_file, terms_document
from registry.chain.wire import data
from registry.errors import DeploymentChangedError, InvalidDocumentError, InvalidValueError
from registry.model import Address, DeskTerms, TransactionHash

STATE_FORMAT = "colophon.deployment-state/2"


@dataclass(frozen=True, slots=True)
class Step:
    """One transaction of a deployment, signed.

    `replaced` are those of the same nonce and lower fees that it stands for: one of all is mined, maybe an
    earlier one.
    """

    nonce: int
    transaction: TransactionHash
    raw: bytes
    replaced: tuple[TransactionHash, ...] = ()

    @property
    def transactions(self) -> tuple[TransactionHash, ...]:
        """All that may be mined as this step, latest first."""
        return (self.transaction, *reversed(self.replaced))

    def document(self) -> dict[str, Any]:
        """The step as JSON."""
        told: dict[str, Any] = {
            "nonce": self.nonce,
            "transaction": str(self.transaction),
            "raw": data(self.raw),
        }
        return told | ({"replaced": [str(one) for one in self.replaced]} if self.replaced else {})


class State:
    """The steps of a deployment, by contract, in a file that is replaced before any of them is sent.

    The file is there from the first signature on, and the factory's step decides where all else lands: so
    there is a plan to hold on to exactly as long as there are steps.

    Raises:
        InvalidDocumentError: The file is none of a deployment.
        DeploymentChangedError: It is of another chain, account or terms.
    """

    def __init__(self, path: Path, chain_id: int, deployer: Address, terms: DeskTerms) -> None:
        self._path, self._chain_id, self._deployer, self._terms = path, chain_id, deployer, terms
        self.steps: dict[str, Step] = self._load() if path.exists() else {}

    @property
    def plan(self) -> Plan | None:
        """What is being deployed; None before the first signature."""
        first = self.steps.get(CONTRACT_FACTORY)
        return None if first is None else Plan(self._deployer, first.nonce, self._terms)

    def keep(self, steps: Mapping[str, Step]) -> None:
        """Note steps, durably."""
        self.steps.update(steps)
        self._write()

    def forget(self, name: str) -> None:
        """Drop a step that will never have its effect; without the factory's there is no plan left."""
        del self.steps[name]
        if name == CONTRACT_FACTORY:
            self.steps.clear()
            self.remove()
        else:
            self._write()

    def remove(self) -> None:
        """The deployment is done, or begins anew."""
        self._path.unlink(missing_ok=True)

    def _load(self) -> dict[str, Step]:
        try:
            document = json.loads(self._path.read_bytes())
            head = (document["format"], document["chain_id"], document["deployer"])
            terms = parse_terms(document["terms"])
            steps = {name: _step(document["steps"][name]) for name in STEP_NAMES if name in document["steps"]}
        except (ValueError, KeyError, TypeError, AttributeError, InvalidValueError) as error:
            raise InvalidDocumentError("deployment state", "", f"{self._path} cannot be read") from error
        if CONTRACT_FACTORY not in steps:
            raise InvalidDocumentError("deployment state", "/steps", f"{self._path} has no first step")
        expected = (STATE_FORMAT, self._chain_id, self._deployer)
        if (*head, terms) != (*expected, self._terms):
            # going on with another account, chain or arbiter would leave half a deployment behind unseen
            found, wanted = in_words(*head[1:], terms), in_words(*expected[1:], self._terms)
            raise DeploymentChangedError(found, wanted, str(self._path))
        return steps

    def _write(self) -> None:
        plan = self.plan
        if plan is None:
            raise ValueError("the factory's step comes first")
        addresses = plan.addresses
        document = {
            "format": STATE_FORMAT,
            "chain_id": self._chain_id,
            "deployer": self._deployer,
            "terms": terms_document(self._terms),
            "plan": {name: _planned(plan, name, addresses[name]) for name in STEP_NAMES},
            "steps": {name: step.document() for name, step in self.steps.items()},
        }
        replace_file(self._path, json.dumps(document, indent=2).encode() + b"\n")


def state_path(manifest_path: Path) -> Path:
    """Where the state of a deployment under way is kept."""
    return manifest_path.with_name(manifest_path.name + ".state")


def _planned(plan: Plan, name: str, address: Address) -> dict[str, Any]:
    """For whoever looks into the file: steps are signed from a plan made anew, and not from this."""
    arguments = plan.arguments(name)
    if "bond" in arguments:
        arguments["bond"] = str(arguments["bond"])
    salt = {} if name == CONTRACT_FACTORY else {"salt": str(salt_of(name))}
    return {"address": str(address), **salt, "arguments": arguments}


def _step(document: dict[str, Any]) -> Step:
    return Step(
        nonce=int(document["nonce"]),
        transaction=TransactionHash.parse(document["transaction"]),
        raw=bytes.fromhex(document["raw"][2:]),
        replaced=tuple(TransactionHash.parse(one) for one in document.get("replaced", [])),
    )


def in_words(chain_id: object, deployer: object, terms: DeskTerms) -> str:
    """What a deployment is, for telling two apart."""
    periods = f"{terms.escrow}/{terms.hold}/{terms.answer}/{terms.ruling} s"
    return (
        f"chain {chain_id} by {deployer}, arbiter {terms.arbiter}, bond {terms.bond} wei, periods {periods}"
    )
