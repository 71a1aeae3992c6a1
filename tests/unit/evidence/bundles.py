"""Bundles of real records: declared, logged, anchored and titled with the real contracts on real chains."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from eth_account.signers.local import LocalAccount

from registry.canonical import canonical_hash
from registry.chain.abi import CHECKPOINT_LOG, WORK_REGISTRY, artifact
from registry.evidence import Given, assemble, encode_bundle, prove_receipt, verify_bundle
from registry.evidence.bundle import checksum
from registry.evidence.case import NOTHING_GIVEN
from registry.evidence.events import TOPIC as ANCHORED
from registry.evidence.parts import (
    BundleParts,
    LogPart,
    OnChain,
    ProvenEvent,
    SignedStatement,
    SignerCheck,
    ToldEvent,
)
from registry.evidence.registered import TOPIC as REGISTERED
from registry.log import Checkpoint, SigningKey
from registry.model import (
    Address,
    AnchorCheckpoint,
    Declaration,
    Hash32,
    Inclusion,
    ProofLevel,
    Receipt,
    Register,
    RegisterFor,
    RegisterFromLog,
    Registration,
)
from registry.statements import digest, domain_of, work_id
from tests.chain.worlds import DAY, World, open_world
from tests.unit.log.trees import defined_path, defined_root

FILE = b"the bytes of a work"
LOG_KEY = SigningKey("log.example", b"\x07" * 32)
TRANSFER = "Transfer(address,address,uint256)"
METADATA: dict[str, Any] = {
    "format": "colophon.metadata/1",
    "title": "Flut und Ebbe — 潮の満ち引き",
    "creators": [{"name": "A. Claimant"}],
    "media_type": "text/plain",
    "bytes": len(FILE),
    "how_made": "human",
    "usage_preferences": {"train-ai": "refuse"},
    "similarity_report": "0x" + "00" * 32,
    "answers": {},
    "salt": "0x" + "11" * 32,
}
FINGERPRINT: dict[str, Any] = {
    "format": "colophon.fingerprint/1",
    "medium": "text",
    "content_hash": "0x" + sha256(FILE).hexdigest(),
    "bytes": len(FILE),
    "media_type": "text/plain",
    "facts": {},
    "codes": [],
    "features": [],
}


@dataclass(frozen=True)
class Made:
    """A bundle, its parts, and the hash of the block that its event is in."""

    parts: BundleParts
    block_hash: Hash32

    @property
    def document(self) -> dict[str, Any]:
        """What `assemble` makes of it."""
        return assemble(self.parts)

    @property
    def content(self) -> bytes:
        """The file."""
        return encode_bundle(self.document)


@dataclass(frozen=True)
class RealRecords:
    """A chain's records.

    `logged` with later events, `other` in the same log; `titled` and `sent` made on chain by signature and by
    the claimant's transaction; `brought` is `logged` as it came on chain, with the date of its anchor.
    """

    world: World
    logged: Made
    other: Made
    titled: Made
    sent: Made
    brought: Made


def declared(claimant: LocalAccount, title: str) -> tuple[Declaration, dict[str, Any]]:
    """A declaration of FILE under a title, and its metadata."""
    metadata = METADATA | {"title": title}
    made = Declaration(
        Address(claimant.address),
        Hash32(sha256(FILE).digest()),
        Hash32(canonical_hash(FINGERPRINT)),
        Hash32(canonical_hash(metadata)),
    )
    return made, metadata


def real_records(name: str, folder: Path) -> Iterator[RealRecords]:
    """The records of one chain, "embedded" or "anvil"."""
    with open_world(name, folder) as world:
        manifest = json.loads((folder / "deployment.json").read_bytes())
        logged, other = _logged(world, manifest)
        logged, brought = _brought(world, logged)
        titled, sent = _titled(world, manifest), _sent(world, manifest)
        yield RealRecords(world, logged, other, titled, sent, brought)


def on_chain(world: World, receipt: Receipt, is_it: Callable[[Mapping[str, Any]], bool]) -> OnChain:
    """The proof of the first event of a transaction that is the one looked for."""
    block = world.ask("eth_getBlockByHash", str(receipt.block_hash), False)  # noqa: FBT003  # JSON-RPC
    receipts = [world.ask("eth_getTransactionReceipt", one) for one in block["transactions"]]
    index = block["transactions"].index(str(receipt.transaction_hash))
    position = next(place for place, log in enumerate(receipts[index]["logs"]) if is_it(log))
    return OnChain(receipt.transaction_hash, prove_receipt(block, receipts, index), position)


def has_topic(topic: bytes) -> Callable[[Mapping[str, Any]], bool]:
    """Whether a log is of an event."""
    return lambda log: bool(log["topics"][0] == f"0x{topic.hex()}")


def _logged(world: World, manifest: Mapping[str, Any]) -> tuple[Made, Made]:
    people = [world.person() for _ in range(2)]
    works = [declared(person, title) for person, title in zip(people, ("One", "Two"), strict=True)]
    registrations = [Registration(declaration, world.now() + DAY) for declaration, _ in works]
    signatures = [world.sign(*pair) for pair in zip(people, registrations, strict=True)]
    domain = domain_of(registrations[0], world.gateway.contracts)
    others = [sha256(bytes([number])).digest() for number in range(5)]
    leaves = [*others[:3], *(bytes(digest(one, domain)) for one in registrations), *others[3:]]
    root = Hash32(defined_root(leaves))
    note = Checkpoint("log.example", len(leaves), root).sign([LOG_KEY]).encode().decode()
    receipt = world.act(world.operator, AnchorCheckpoint(root, len(leaves)))
    assert receipt.succeeded
    anchor = on_chain(world, receipt, has_topic(ANCHORED))
    made = []
    for number, ((declaration, metadata), registration, signature) in enumerate(
        zip(works, registrations, signatures, strict=True), start=3
    ):
        proof = tuple(map(Hash32, defined_path(number, leaves)))
        inclusion = Inclusion(Address(world.operator.address), root, len(leaves), number, proof)
        parts = BundleParts(
            statement=SignedStatement(declaration, registration.deadline, signature, SignerCheck.KEY),
            metadata=metadata,
            fingerprint=FINGERPRINT,
            log=LogPart(inclusion, note, LOG_KEY.verifier_key),
            event=anchor,
            deployment=manifest,
            proof_level=ProofLevel(world.gateway.proof_level),
        )
        made.append(Made(parts, receipt.block_hash))
    logged, other = made
    return logged, other


def _brought(world: World, logged: Made) -> tuple[Made, Made]:
    """The same record after it was brought on chain, and what then proves it there."""
    statement, log = logged.parts.statement, logged.parts.log
    assert statement.registration
    assert statement.signature
    assert log
    world.pass_time(5)  # a node may put both into one second
    act = RegisterFromLog(statement.registration, statement.signature, log.inclusion)
    receipt = world.act(world.operator, act)
    assert receipt.succeeded
    transfer = artifact(WORK_REGISTRY).events
    topic = next(topic for topic, event in transfer.items() if event.name == "Transfer")
    proven = ProvenEvent(WORK_REGISTRY, TRANSFER, on_chain(world, receipt, has_topic(topic)))
    work = str(work_id(statement.declaration))
    told = ToldEvent(CHECKPOINT_LOG, "CheckpointAnchored", {"work_id": work}, 7, 0, receipt.transaction_hash)
    title = replace(logged.parts, log=None, event=on_chain(world, receipt, has_topic(REGISTERED)))
    later = replace(logged.parts, proven=(proven,), told=(told,))
    return replace(logged, parts=later), Made(title, receipt.block_hash)


def _titled(world: World, manifest: Mapping[str, Any]) -> Made:
    claimant = world.person()
    declaration, metadata = declared(claimant, "Three")
    registration = Registration(declaration, world.now() + DAY)
    signature = world.sign(claimant, registration)
    receipt = world.act(world.operator, RegisterFor(registration, signature))
    statement = SignedStatement(declaration, registration.deadline, signature, SignerCheck.KEY)
    return _made_on_chain(world, manifest, receipt, statement, metadata)


def _sent(world: World, manifest: Mapping[str, Any]) -> Made:
    claimant = world.person()
    declaration, metadata = declared(claimant, "Four")
    receipt = world.act(claimant, Register(declaration))
    statement = SignedStatement(declaration, None, None, SignerCheck.TRANSACTION)
    return _made_on_chain(world, manifest, receipt, statement, metadata)


def _made_on_chain(
    world: World,
    manifest: Mapping[str, Any],
    receipt: Receipt,
    statement: SignedStatement,
    metadata: Mapping[str, Any],
) -> Made:
    assert receipt.succeeded
    parts = BundleParts(
        statement=statement,
        metadata=metadata,
        fingerprint=FINGERPRINT,
        log=None,
        event=on_chain(world, receipt, has_topic(REGISTERED)),
        deployment=manifest,
        proof_level=ProofLevel(world.gateway.proof_level),
    )
    return Made(parts, receipt.block_hash)


def resealed(document: Mapping[str, Any]) -> bytes:
    """The file of an altered bundle whose author took care of the checksum."""
    return encode_bundle({**document, "checksum": str(checksum(document))})


def code_of(content: bytes, given: Given = NOTHING_GIVEN) -> str | None:
    """With which code a bundle fails first; None if it holds."""
    failed = verify_bundle(content, given).first_failure
    return failed.code if failed else None


def put(document: Mapping[str, Any], path: Sequence[str | int], value: object) -> dict[str, Any]:
    """The document with another value at a path."""
    changed = copy.deepcopy(dict(document))
    *way, last = path
    inside: Any = changed
    for step in way:
        inside = inside[step]
    inside[last] = value
    return changed


def at(document: object, path: Sequence[str | int]) -> Any:  # noqa: ANN401  # JSON of any shape
    """The value at a path."""
    found: Any = document
    for step in path:
        found = found[step]
    return found


def paths(value: object, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every path to a value that is neither an object nor an array."""
    inner: Iterable[tuple[str | int, object]]
    match value:
        case dict():
            inner = value.items()
        case list():
            inner = enumerate(value)
        case _:
            yield way
            return
    for step, one in inner:
        yield from paths(one, (*way, step))
