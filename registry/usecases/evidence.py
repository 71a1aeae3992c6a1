"""The evidence bundle of a record: gathered, put together, and verified before anybody gets it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from registry import statements
from registry.errors import BrokenEvidenceError, EvidenceNotReadyError
from registry.evidence import (
    BlockReference,
    BundleParts,
    Given,
    LogPart,
    SignedStatement,
    SignerCheck,
    assemble,
    encode_bundle,
    verify_bundle,
)
from registry.evidence.parts import MAX_LATER
from registry.log import Checkpoint, SigningKey
from registry.model import Block, ChainEvent, Status, TransactionHash, Via, WorkId
from registry.ports import Chain, RegistrationEntry, UnitOfWork
from registry.usecases import facts
from registry.usecases.dating import Dated
from registry.usecases.log_reading import inclusion_of
from registry.usecases.made import Made
from registry.usecases.proven_events import EventProver, place_of, told
from registry.usecases.read import ReadWork
from registry.usecases.records import Record, registration_event
from registry.usecases.viewer import Viewer

KEPT_BYTES = 64 << 20
AT_A_TIME = 4  # each holds a thread while the node answers
_WHY_NOT = {
    Status.PENDING: "the chain does not show it yet",
    Status.EXPIRED: "its deadline passed before the chain showed it",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A record and the bundle that proves it; `block` and `transaction` are where its date comes from."""

    record: Record
    bundle: bytes
    block: Block
    transaction: TransactionHash


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What the store knows of a settled record: all that a bundle depends on."""

    record: Record
    log: LogPart | None
    checked_at: int | None
    event: ChainEvent
    later: tuple[ChainEvent, ...]
    blocks: Mapping[int, Block]

    @property
    def block(self) -> Block:
        """The block that dates the record."""
        return self.blocks[self.event.block_number]

    @property
    def state(self) -> Hashable:
        """Two of the same state have the same bundle."""
        entry = self.record.entry
        documents = None if entry is None else (entry.digest, bool(entry.metadata), bool(entry.fingerprint))
        places = tuple(map(place_of, (self.event, *self.later)))
        hashes = tuple(self.blocks[number].hash for number, _ in places)
        return self.record.work_id, documents, places, hashes


@dataclass(frozen=True, slots=True)
class ReadEvidence:
    """One file that proves a record without this registry; `deployment` is the manifest, `key` the log's."""

    works: ReadWork
    chain: Chain
    key: SigningKey
    deployment: Mapping[str, Any]
    made: Made = field(default_factory=lambda: Made("the evidence", KEPT_BYTES, AT_A_TIME))

    def __call__(self, work_id: WorkId, viewer: Viewer) -> Evidence:
        """The bundle, which verifies.

        Raises:
            NotFoundError: There is no such work for the viewer to see.
            EvidenceNotReadyError: The chain does not show it yet, or is being reorganised.
            BrokenEvidenceError: What came together does not verify: the registry or its node is broken.
            UnsupportedReceiptError, UnsupportedHeaderError: The chain has blocks that cannot be proven here.
            BusyError: Too many are being made.
            ChainUnavailableError: The node does not answer.
        """
        with self.works.store.read() as unit:
            gathered = self._gather(unit, self.works.within(unit, work_id, viewer))
        bundle = self.made.of(gathered.state, lambda: self._bundle(gathered))
        return Evidence(gathered.record, bundle, gathered.block, gathered.event.transaction_hash)

    def _gather(self, unit: UnitOfWork, record: Record) -> _Gathered:
        if record.status in _WHY_NOT:
            raise EvidenceNotReadyError(str(record.work_id), str(record.status), _WHY_NOT[record.status])
        events = unit.views.work_events([record.work_id]).get(record.work_id, [])
        event, log, checked_at = registration_event(events), None, None
        if record.dated is not None and (event is None or _is_first(record.dated, event)):
            event, log = _anchoring(record.dated), self._log_part(unit, record.dated)
            [leaf] = unit.log.leaves(record.dated.leaf_index, 1)
            checked_at = leaf.logged.checked_at_block
        if event is None:
            raise BrokenEvidenceError(str(record.work_id), "Event", "neither a title nor an anchor is known")
        later = tuple(one for one in events if one is not event)[-MAX_LATER:]
        blocks = unit.views.blocks(sorted({one.block_number for one in (event, *later)}))
        return _Gathered(record, log, checked_at, event, later, blocks)

    def _log_part(self, unit: UnitOfWork, dated: Dated) -> LogPart:
        inclusion = inclusion_of(unit, dated)
        # Signed anew, which gives the bytes that were published. Only so is there a note of every anchor: one
        # that somebody else paid for may be of a size that was never published.
        note = Checkpoint(self.key.name, inclusion.size, inclusion.root).sign([self.key])
        return LogPart(inclusion, note.encode().decode("utf-8"), self.key.verifier_key)

    def _bundle(self, gathered: _Gathered) -> bytes:
        record, entry = gathered.record, gathered.record.entry
        prover = EventProver(self.chain, record.work_id, gathered.blocks)
        proven = prover.newest(gathered.later)
        parts = BundleParts(
            statement=self._statement(gathered),
            metadata=entry.metadata if entry else None,
            fingerprint=entry.fingerprint if entry else None,
            log=gathered.log,
            event=prover.place(gathered.event),
            deployment=self.deployment,
            proof_level=self.chain.proof_level,
            proven=tuple(proven[place] for place in sorted(proven)),
            told=tuple(told(event) for event in gathered.later if place_of(event) not in proven),
        )
        bundle = encode_bundle(assemble(parts))
        self._require_verified(record.work_id, bundle)
        return bundle

    def _require_verified(self, work_id: WorkId, bundle: bytes) -> None:
        given = Given(deployment=self.chain.contracts.manifest_id, log_key=self.key.verifier_key)
        failure = verify_bundle(bundle, given).first_failure
        if failure is not None:
            raise BrokenEvidenceError(str(work_id), failure.title, f"{failure.code}: {failure.said}")

    def _statement(self, gathered: _Gathered) -> SignedStatement:
        declaration, entry = gathered.record.declaration, gathered.record.entry
        if entry is None or _came_unsigned(gathered, entry):
            return SignedStatement(declaration, None, None, SignerCheck.TRANSACTION)
        at = None if _is_by_key(entry) else self._asked_at(gathered)
        check = SignerCheck.KEY if at is None else SignerCheck.CONTRACT
        return SignedStatement(declaration, entry.registration.deadline, entry.signature, check, at)

    def _asked_at(self, gathered: _Gathered) -> BlockReference:
        """When the claimant's contract was asked: before its statement was logged, or for the title."""
        if gathered.log is None:
            return BlockReference(gathered.block.number, gathered.block.hash)
        block = None if gathered.checked_at is None else self.chain.block(gathered.checked_at)
        if block is None:
            problem = f"block {gathered.checked_at}, at which the signature was checked, is unknown"
            raise BrokenEvidenceError(str(gathered.record.work_id), "Signature", problem)
        return BlockReference(block.number, block.hash)


def _is_by_key(entry: RegistrationEntry) -> bool:
    return statements.recover(entry.digest, entry.signature) == entry.registration.declaration.claimant


def _came_unsigned(gathered: _Gathered, entry: RegistrationEntry) -> bool:
    """Whether the contract took the declaration from its claimant, so that no signature was asked for.

    What a key signed is shown all the same, unless it had run out by the recorded date.
    """
    if gathered.log is not None:
        return False
    recorded = facts.number(gathered.event, "effective_date")
    has_run_out = entry.registration.deadline < recorded
    return has_run_out or (entry.via is Via.REGISTER and not _is_by_key(entry))


def _is_first(dated: Dated, title: ChainEvent) -> bool:
    """Whether the log came first: then the title was made from it, or after it."""
    anchor = dated.anchor
    return (anchor.block_number, anchor.log_index) < (title.block_number, title.log_index)


def _anchoring(dated: Dated) -> ChainEvent:
    """The anchor as an event of its block; what it says is in the log's part of the bundle."""
    anchor = dated.anchor
    return ChainEvent(
        anchor.block_number,
        anchor.log_index,
        anchor.transaction_hash,
        "CheckpointLog",
        "CheckpointAnchored",
        {},
    )
