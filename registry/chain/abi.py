"""The compiled contracts as shipped: what calls, events and errors look like, and which code they have."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_utils.abi import abi_to_signature, collapse_if_tuple, event_abi_to_log_topic
from eth_utils.crypto import keccak

CHECKPOINT_LOG = "CheckpointLog"
WORK_REGISTRY = "WorkRegistry"
LICENSE_LEDGER = "LicenseLedger"
ROYALTY_VAULT = "RoyaltyVault"
DISPUTE_DESK = "DisputeDesk"
CONTRACT_NAMES = (CHECKPOINT_LOG, WORK_REGISTRY, LICENSE_LEDGER, ROYALTY_VAULT, DISPUTE_DESK)
CONTRACT_FACTORY = "ContractFactory"


@dataclass(frozen=True, slots=True)
class Function:
    """A function's selector (4 bytes) and its Solidity types."""

    selector: bytes
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    def encode(self, *arguments: object) -> bytes:
        """Calldata."""
        return self.selector + encode(self.inputs, arguments)

    def decode(self, output: bytes) -> tuple[Any, ...]:
        """What the function returned.

        Raises:
            DecodingError: The bytes are none of its answers.
        """
        return decode(self.outputs, output)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an event, or one field of a struct among them, which has `fields` of its own."""

    name: str
    type: str
    indexed: bool
    fields: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """An event and its parameters in order."""

    name: str
    parameters: tuple[Parameter, ...]

    def decode(self, topics: list[bytes], payload: bytes) -> dict[str, Any]:
        """The parameters' values by name; `topics` are those after the first."""
        indexed = [one for one in self.parameters if one.indexed]
        plain = [one for one in self.parameters if not one.indexed]
        if len(indexed) != len(topics):
            raise DecodingError(f"{self.name} has {len(indexed)} indexed parameters, the log {len(topics)}")
        found = {one.name: decode([one.type], topic)[0] for one, topic in zip(indexed, topics, strict=True)}
        values = decode([one.type for one in plain], payload)
        found.update({one.name: value for one, value in zip(plain, values, strict=True)})
        return {one.name: found[one.name] for one in self.parameters}


@dataclass(frozen=True, slots=True)
class Failure:
    """A typed error and its parameters' types."""

    name: str
    inputs: tuple[str, ...]

    def decode(self, payload: bytes) -> tuple[Any, ...]:
        """The values it carries; `payload` is what follows the selector."""
        return decode(self.inputs, payload)


@dataclass(frozen=True, slots=True)
class Artifact:
    """One compiled contract; `immutables` are (start, length) of the bytes that its constructor fills in."""

    name: str
    functions: dict[str, Function]
    events: dict[bytes, Event]
    errors: dict[bytes, Failure]
    abi: list[dict[str, Any]]
    bytecode: bytes
    deployed_bytecode: bytes
    immutables: tuple[tuple[int, int], ...]

    def masked(self, code: bytes) -> bytes:
        """Code with what the constructor filled in put back to zero, as in `deployed_bytecode`."""
        masked = bytearray(code)
        for start, length in self.immutables:
            masked[start : start + length] = bytes(length)
        return bytes(masked)


@cache
def artifact(name: str) -> Artifact:
    """A shipped contract, `WorkRegistry` or `LicenseLedger`; `functions` has none that are overloaded."""
    text = resources.files("registry.chain").joinpath("artifacts", f"{name}.json").read_text("utf-8")
    document = json.loads(text)
    abi = document["abi"]
    names = [entry["name"] for entry in abi if entry["type"] == "function"]
    return Artifact(
        name=name,
        functions={
            entry["name"]: Function(_selector(entry), _types(entry["inputs"]), _types(entry["outputs"]))
            for entry in abi
            if entry["type"] == "function" and names.count(entry["name"]) == 1
        },
        events={event_abi_to_log_topic(entry): _event(entry) for entry in abi if entry["type"] == "event"},
        errors={
            _selector(entry): Failure(entry["name"], _types(entry["inputs"]))
            for entry in abi
            if entry["type"] == "error"
        },
        abi=abi,
        bytecode=bytes.fromhex(document["bytecode"].removeprefix("0x")),
        deployed_bytecode=bytes.fromhex(document["deployedBytecode"].removeprefix("0x")),
        immutables=tuple(
            (place["start"], place["length"])
            for places in document["immutableReferences"].values()
            for place in places
        ),
    )


def _selector(entry: Any) -> bytes:  # noqa: ANN401  # one entry of a JSON ABI
    return keccak(text=abi_to_signature(entry))[:4]


def _types(parameters: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(collapse_if_tuple(parameter) for parameter in parameters)


def _event(entry: dict[str, Any]) -> Event:
    return Event(entry["name"], tuple(_parameter(one) for one in entry["inputs"]))


def _parameter(entry: dict[str, Any]) -> Parameter:
    fields = tuple(_parameter(one) for one in entry.get("components", ()))
    return Parameter(entry["name"], collapse_if_tuple(entry), entry.get("indexed", False), fields)
