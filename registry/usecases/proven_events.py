"""Events of a record with the proofs that their blocks hold them, as an evidence bundle carries them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from registry.errors import EvidenceNotReadyError, NotFoundError
from registry.evidence import OnChain, ProvenEvent, ToldEvent, decode_header, decode_receipt, log_at
from registry.model import Block, ChainEvent, TransactionHash, WorkId
from registry.ports import Chain, ProvenTransaction

MAX_PROVEN = 8  # later events; the proof of each asks a node for all receipts of its block
MAX_PROVEN_BYTES = 256 << 10  # of their proofs together: a bundle stays small enough to be sent by mail

Place = tuple[int, int]

_WORD = 32  # bytes of a value in the ABI's encoding


@dataclass(frozen=True, slots=True)
class EventProver:
    """Proves events of one work in the blocks that the views have taken in; asks once for a transaction."""

    chain: Chain
    work_id: WorkId
    blocks: Mapping[int, Block]
    _asked: dict[TransactionHash, ProvenTransaction] = field(default_factory=dict)

    def place(self, event: ChainEvent) -> OnChain:
        """Where an event is, proven.

        Raises:
            EvidenceNotReadyError: The node shows it in another block than the views, or in none.
            UnsupportedReceiptError, UnsupportedHeaderError: Its block holds what cannot be proven here.
            ChainUnavailableError: The node does not answer.
        """
        found = self._transaction(event.transaction_hash)
        if decode_header(found.proof.header).hash != self.blocks[event.block_number].hash:
            raise self._reorganised()
        return OnChain(event.transaction_hash, found.proof, event.log_index - found.first_log_index)

    def newest(self, events: Sequence[ChainEvent]) -> dict[Place, ProvenEvent]:
        """The newest of the events with proofs, as many as are cheap to carry; raises what `place` does."""
        proven: dict[Place, ProvenEvent] = {}
        size = 0
        for event in reversed(events[-MAX_PROVEN:]):
            place = self.place(event)
            size += len(place.proof.receipt) + sum(map(len, place.proof.nodes))
            if size > MAX_PROVEN_BYTES:
                break
            if self._is_named(place):
                signature = self.chain.event_signature(event)
                proven[place_of(event)] = ProvenEvent(event.contract, signature, place)
        return proven

    def _transaction(self, transaction_hash: TransactionHash) -> ProvenTransaction:
        if transaction_hash not in self._asked:
            try:
                self._asked[transaction_hash] = self.chain.receipt_proof(transaction_hash)
            except NotFoundError as problem:
                raise self._reorganised() from problem
        return self._asked[transaction_hash]

    def _is_named(self, place: OnChain) -> bool:
        """Whether the log itself names the work: what a verifier can see without an interface."""
        log = log_at(decode_receipt(place.proof.receipt), place.position)
        words = {log.data[at : at + _WORD] for at in range(0, len(log.data), _WORD)}
        return self.work_id in words or self.work_id in log.topics[1:]

    def _reorganised(self) -> EvidenceNotReadyError:
        return EvidenceNotReadyError(
            str(self.work_id), "confirmed", "the chain is being reorganised; ask again in a moment"
        )


def place_of(event: ChainEvent) -> Place:
    """Block and log index: events of one chain have no two of one place."""
    return event.block_number, event.log_index


def told(event: ChainEvent) -> ToldEvent:
    """An event as the registry tells it."""
    return ToldEvent(
        event.contract,
        event.name,
        event.facts,
        event.block_number,
        event.log_index,
        event.transaction_hash,
    )
