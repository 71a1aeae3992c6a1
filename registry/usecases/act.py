"""Acts of one's own account: made of what the registry knows and asked of the chain, for it to sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from registry import statements
from registry.errors import NotFoundError
from registry.model import (
    Act,
    Address,
    ChainEvent,
    Declaration,
    GrantId,
    Offer,
    OfferHash,
    Registration,
    Sale,
    ShareTable,
    TransactionHash,
    TransactionRequest,
    WorkId,
)
from registry.ports import Chain, Clock, RegistrationEntry, Store, UnitOfWork
from registry.usecases.grants import grant_of
from registry.usecases.records import Record, RecordReader
from registry.usecases.sold import offer_of, sales_of
from registry.usecases.tables import table_of
from registry.usecases.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Known:
    """What an act needs beside what its sender says; NotFoundError is raised for what is not there."""

    unit: UnitOfWork
    chain: Chain
    clock: Clock
    viewer: Viewer

    def declaration(self, work_id: WorkId) -> Declaration:
        """The declaration of a work that the viewer may see."""
        return self._record(work_id).declaration

    def registration(self, work_id: WorkId) -> Registration:
        """The signed statement of a work that the viewer may see."""
        return self._entry(work_id).registration

    def signature(self, work_id: WorkId) -> bytes:
        """The claimant's signature over it."""
        return self._entry(work_id).signature

    def holder(self, work_id: WorkId) -> Address:
        """Who holds a title."""
        title = self._record(work_id).title
        if title is None:
            raise NotFoundError("title of work", str(work_id))
        return title.holder

    def offer(self, offer_hash: OfferHash) -> Offer:
        """An offer that was published here, or under which something was sold."""
        return offer_of(self.unit, offer_hash)

    def sale(self, grant_id: GrantId) -> Sale:
        """The offer and serial that a grant's id commits to."""
        return self.sales([grant_id])[0]

    def sales(self, grant_ids: Sequence[GrantId]) -> tuple[Sale, ...]:
        """Several of them."""
        sales = sales_of(self.unit, [grant_of(self._grant_events(grant_id)) for grant_id in grant_ids])
        return tuple(sales[grant_id] for grant_id in grant_ids)

    def grant_holder(self, grant_id: GrantId) -> Address:
        """Who holds a grant."""
        return grant_of(self._grant_events(grant_id)).holder

    def table(self, work_id: WorkId, epoch: int) -> ShareTable:
        """A work's share table, or what stands for a time without one (epoch 0 is that before the first)."""
        events = self.unit.views.work_events([work_id]).get(work_id, [])
        return table_of(work_id, epoch, events)

    def bond(self) -> int:
        """What opening a dispute takes, in wei."""
        return self.chain.desk_terms().bond

    def _record(self, work_id: WorkId) -> Record:
        record = RecordReader(self.chain, self.clock).read(self.unit, [work_id], self.viewer).get(work_id)
        if record is None:
            raise NotFoundError("work", str(work_id))
        return record

    def _entry(self, work_id: WorkId) -> RegistrationEntry:
        entry = self._record(work_id).entry
        if entry is None:
            raise NotFoundError("signed registration of work", str(work_id))
        return entry

    def _grant_events(self, grant_id: GrantId) -> Sequence[ChainEvent]:
        events = self.unit.views.events_of_grants([grant_id]).get(grant_id, [])
        if not any(event.name == "GrantIssued" for event in events):
            raise NotFoundError("grant", str(grant_id))
        return events


@dataclass(frozen=True, slots=True)
class PreparedAct:
    """A transaction for its sender's key, and what sending it does in one sentence."""

    act: Act
    reading: str
    transaction: TransactionRequest


@dataclass(frozen=True, slots=True)
class PrepareAct:
    """Build a transaction for an account to sign; nothing is stored."""

    store: Store
    chain: Chain
    clock: Clock

    def __call__(self, sender: Address, viewer: Viewer, made_of: Callable[[Known], Act]) -> PreparedAct:
        """The chain is asked first whether it would go through now.

        Raises:
            NotFoundError: Something that the act names is not there, or not for the viewer to see.
            TransactionRejectedError, or the domain error that the contract's refusal stands for.
            ChainUnavailableError: Nobody can tell.
        """
        with self.store.read() as unit:
            act = made_of(Known(unit, self.chain, self.clock, viewer))
        return PreparedAct(act, statements.plain_act(act), request_of(self.chain, sender, act))


def request_of(chain: Chain, sender: Address, act: Act) -> TransactionRequest:
    """The complete transaction that is this act now.

    Raises:
        TransactionRejectedError, or the domain error that the contract's refusal stands for.
        ChainUnavailableError: Nobody can tell.
    """
    call = chain.call(act)
    return TransactionRequest(
        chain_id=chain.contracts.chain_id,
        sender=sender,
        nonce=chain.next_nonce(sender),
        call=call,
        gas=chain.estimate_gas(sender, call),
        fees=chain.fees(),
    )


class TransactionStatus(StrEnum):
    """Where a transaction stands. `pending`: mined, and its events are being taken in."""

    PENDING = "pending"
    MINED = "mined"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TransactionResult:
    """What became of a transaction: its events, once they are taken in."""

    transaction_hash: TransactionHash
    status: TransactionStatus
    gas_used: int
    events: tuple[ChainEvent, ...]


@dataclass(frozen=True, slots=True)
class ReadTransaction:
    """What became of a transaction."""

    store: Store
    chain: Chain

    def __call__(self, transaction_hash: TransactionHash) -> TransactionResult:
        """Its receipt, and the events of our contracts in it.

        Raises:
            NotFoundError: The chain has not mined such a transaction.
        """
        receipt = self.chain.receipt(transaction_hash)
        if receipt is None:
            raise NotFoundError("transaction", str(transaction_hash))
        with self.store.read() as unit:
            head = unit.views.head()
            events = tuple(unit.views.events_of_transaction(transaction_hash))
        if not receipt.succeeded:
            status = TransactionStatus.FAILED
        else:
            taken_in = head is not None and head.number >= receipt.block_number
            status = TransactionStatus.MINED if taken_in else TransactionStatus.PENDING
        return TransactionResult(transaction_hash, status, receipt.gas_used, events)
