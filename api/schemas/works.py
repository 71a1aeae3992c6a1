"""Records, their lists and histories, and what a file matches."""

from __future__ import annotations

from typing import Any, Literal, Self, cast

from api.schemas.revenue import LinkOut
from api.schemas.values import (
    AddressValue,
    BigInteger,
    DisputeIdValue,
    HashValue,
    Model,
    Moment,
    TransactionHashValue,
    WorkIdValue,
    moment_of,
    to_hex,
)
from registry.model import Call, FingerprintCheck, ProofLevel, Status, Verdict, Via, WorkId
from registry.ports import ComputedBy
from registry.usecases.read import HistoryItem, Page
from registry.usecases.records import AdverseClaim, Record, RecordedSupplement
from registry.usecases.register import Recorded
from registry.usecases.sales import SalesState, TitleFlags

Titled = Literal["none", "pending", "confirmed"]
CLAIM_NOTE = "A registration is a claim with a date, not a finding of ownership."
LOCAL_DATE_NOTE = "local chain: date not independently proven"
_NOTHING_SAID: dict[str, Any] = {"title": None, "creators": [], "how_made": None, "usage_preferences": {}}


class StatusOut(Model):
    """Where a record stands: `confirmations` of `confirmations_needed`."""

    state: Status
    confirmations: int
    confirmations_needed: int

    @classmethod
    def of(cls, record: Record) -> Self:
        """The record's status."""
        return cls(
            state=record.status,
            confirmations=record.confirmations,
            confirmations_needed=record.confirmations_needed,
        )


class DeclarationOut(Model):
    """The declaration that the work's id commits to, and the deadline it was signed with."""

    claimant: AddressValue
    content_hash: HashValue
    fingerprint_hash: HashValue
    metadata_hash: HashValue
    parents: list[WorkIdValue]
    previous: WorkIdValue | None
    deadline: Moment | None
    deadline_unix: BigInteger | None

    @classmethod
    def of(cls, record: Record) -> Self:
        """The record's declaration."""
        declaration = record.declaration
        deadline = record.entry.registration.deadline if record.entry else None
        return cls(
            claimant=declaration.claimant,
            content_hash=declaration.content_hash,
            fingerprint_hash=declaration.fingerprint_hash,
            metadata_hash=declaration.metadata_hash,
            parents=list(declaration.parents),
            previous=declaration.previous,
            deadline=None if deadline is None else moment_of(deadline),
            deadline_unix=deadline,
        )


class TitleOut(Model):
    """The title on chain: who holds it, in which series, recorded by which transaction.

    `assigned`: a ruling once gave it to somebody else.
    """

    holder: AddressValue
    assigned: bool
    series: int
    supplements: int
    recorded_at: Moment
    block_number: int
    transaction_hash: TransactionHashValue

    @classmethod
    def of(cls, record: Record) -> Self | None:
        """The record's title, if it has one."""
        title = record.title
        if title is None:
            return None
        return cls(
            holder=title.holder,
            assigned=TitleFlags.ASSIGNED in title.flags,
            series=title.series,
            supplements=title.supplements,
            recorded_at=title.recorded_at,
            block_number=title.block_number,
            transaction_hash=title.transaction_hash,
        )


class LogPlaceOut(Model):
    """The leaf that the statement is in the registry's log, counted from 0, and the first anchor over it.

    The anchor's block dates the record: root and size are what `transaction_hash` put on chain.
    """

    leaf_index: int
    anchored_at: Moment | None
    size: int | None
    root: HashValue | None
    block_number: int | None
    transaction_hash: TransactionHashValue | None

    @classmethod
    def of(cls, record: Record) -> Self | None:
        """The record's leaf, if it has one."""
        if record.leaf_index is None:
            return None
        dated = record.dated
        return cls(
            leaf_index=record.leaf_index,
            anchored_at=dated.anchored_at if dated else None,
            size=dated.anchor.size if dated else None,
            root=dated.anchor.root if dated else None,
            block_number=dated.anchor.block_number if dated else None,
            transaction_hash=dated.anchor.transaction_hash if dated else None,
        )


class WorkOut(Model):
    """What the claimant says of the work, and what its file shows.

    Where the former is `redacted`, the holder had it erased: there is no title, no creator and no usage
    preference to be told any more. `fingerprint_check` says how the signed fingerprint stands to the
    registry's own of the same bytes: it `agrees`, it `differs`, or it is `unchecked`, since the registry has
    not seen the file; then no copy is found by it. What is told of the file, `medium` to `facts`, was
    `computed_by` the registry or by the claimant alone.
    """

    redacted: bool
    title: str | None
    creators: list[dict[str, str]]
    year: int | None
    language: str | None
    how_made: str | None
    usage_preferences: dict[str, str]
    medium: str
    media_type: str
    bytes: int
    facts: dict[str, int | str]
    computed_by: ComputedBy
    fingerprint_check: FingerprintCheck
    has_preview: bool

    @classmethod
    def of(cls, record: Record) -> Self | None:
        """The record's documents in short; None where the work came to the chain without them."""
        entry = record.entry
        if entry is None:
            return None
        said = entry.metadata or _NOTHING_SAID
        fingerprint, computed_by = entry.told
        return cls(
            redacted=entry.metadata is None,
            title=said["title"],
            creators=said["creators"],
            year=said.get("year"),
            language=said.get("language"),
            how_made=said["how_made"],
            usage_preferences=said["usage_preferences"],
            medium=fingerprint["medium"],
            media_type=fingerprint["media_type"],
            bytes=fingerprint["bytes"],
            facts=dict(fingerprint["facts"]),
            computed_by=computed_by,
            fingerprint_check=entry.fingerprint_check,
            has_preview=entry.preview is not None,
        )


class AdverseClaimOut(Model):
    """Another claimant's confirmed declaration of the same or a similar work."""

    work_id: WorkIdValue
    claimant: AddressValue
    verdict: Verdict
    distance: int
    threshold: int

    @classmethod
    def of(cls, claim: AdverseClaim) -> Self:
        """One adverse claim."""
        return cls(
            work_id=claim.work_id,
            claimant=claim.claimant,
            verdict=Verdict(claim.verdict),
            distance=claim.distance,
            threshold=claim.threshold,
        )


class RecordedSupplementOut(Model):
    """Metadata that a holder of the title added to the work's history; it replaces nothing."""

    sequence: int
    metadata_hash: HashValue
    holder: AddressValue
    transaction_hash: TransactionHashValue

    @classmethod
    def of(cls, supplement: RecordedSupplement) -> Self:
        """One supplement."""
        return cls(
            sequence=supplement.sequence,
            metadata_hash=supplement.metadata_hash,
            holder=supplement.holder,
            transaction_hash=supplement.transaction_hash,
        )


class RecordOut(Model):
    """A record: a claim with a date.

    `effective_date` is the earliest time it proves, to whom `proof_level` says; `registration_number` comes
    once it is final. `cancelled`: the claimant withdrew every signature before it was recorded. `links` are
    the licences that back declared parents, `unlicensed_parents` the others: the claimant's statement and no
    more. `previous_counts`: whether the claimant declared the `previous` work or held its title. `sales` of
    licences are `open`, `retracted` by a holder, `stopped` by a ruling, or `disputed` for now.
    """

    work_id: WorkIdValue
    registration_number: str | None
    status: StatusOut
    titled: Titled
    anchored: Titled
    log: LogPlaceOut | None
    via: Via | None
    proof_level: ProofLevel
    effective_date: Moment | None
    received_at: Moment | None
    note: str
    date_note: str | None
    problem: str | None
    chain_id: int
    manifest_id: HashValue
    work: WorkOut | None
    declaration: DeclarationOut
    title: TitleOut | None
    cancelled: bool
    sales: SalesState | None
    supplements: list[RecordedSupplementOut]
    links: list[LinkOut]
    unlicensed_parents: list[WorkIdValue]
    previous_counts: bool | None
    disputes: list[DisputeIdValue]
    adverse_claims: list[AdverseClaimOut]

    @classmethod
    def of(cls, record: Record) -> Self:
        """The record as it is told."""
        return cls(
            work_id=record.work_id,
            registration_number=record.registration_number,
            status=StatusOut.of(record),
            titled=cast("Titled", record.titled),
            anchored=cast("Titled", record.anchored),
            log=LogPlaceOut.of(record),
            via=record.via,
            proof_level=record.proof_level,
            effective_date=record.effective_date,
            received_at=record.entry.received_at if record.entry else None,
            note=CLAIM_NOTE,
            date_note=LOCAL_DATE_NOTE if record.proof_level is ProofLevel.LOCAL else None,
            problem=record.problem,
            chain_id=record.chain_id,
            manifest_id=record.manifest_id,
            work=WorkOut.of(record),
            declaration=DeclarationOut.of(record),
            title=TitleOut.of(record),
            cancelled=record.cancelled,
            sales=record.title.sales if record.title else None,
            supplements=[RecordedSupplementOut.of(supplement) for supplement in record.supplements],
            links=[LinkOut.of(link) for link in record.links],
            unlicensed_parents=list(record.unlicensed_parents),
            previous_counts=record.title.previous_counts if record.title else None,
            disputes=[dispute.dispute_id for dispute in record.disputes],
            adverse_claims=[AdverseClaimOut.of(claim) for claim in record.adverse_claims],
        )


class CallOut(Model):
    """A contract call: calldata for `to`, with `value` in wei as decimal text."""

    to: AddressValue
    data: str
    value: BigInteger

    @classmethod
    def of(cls, call: Call) -> Self:
        """The call to be sent."""
        return cls(to=call.to, data=to_hex(call.data), value=call.value)


class RecordedOut(Model):
    """A recorded declaration. Keep `receipt_token`: until the record is confirmed, nothing else shows it.

    With `via: register` the claimant's own account must send `transaction`.
    """

    record: RecordOut
    receipt_token: str
    transaction: CallOut | None

    @classmethod
    def of(cls, recorded: Recorded) -> Self:
        """The answer to a registration."""
        return cls(
            record=RecordOut.of(recorded.record),
            receipt_token=recorded.receipt_token,
            transaction=CallOut.of(recorded.call) if recorded.call else None,
        )


class RecordPageOut(Model):
    """Records on chain, newest first; `next_cursor` asks for the next page."""

    records: list[RecordOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page) -> Self:
        """The page."""
        return cls(records=[RecordOut.of(record) for record in page.records], next_cursor=page.next_cursor)


class HistoryItemOut(Model):
    """A statement that came in, or an event on chain."""

    at: Moment
    what: str
    facts: dict[str, Any]
    transaction_hash: TransactionHashValue | None
    block_number: int | None

    @classmethod
    def of(cls, item: HistoryItem) -> Self:
        """The item."""
        return cls(
            at=item.at,
            what=item.what,
            facts=dict(item.facts),
            transaction_hash=item.transaction_hash,
            block_number=item.block_number,
        )


class HistoryOut(Model):
    """All that happened to a work, in order."""

    work_id: WorkIdValue
    items: list[HistoryItemOut]

    @classmethod
    def of(cls, work_id: WorkId, items: list[HistoryItem]) -> Self:
        """The history."""
        return cls(work_id=work_id, items=[HistoryItemOut.of(item) for item in items])
