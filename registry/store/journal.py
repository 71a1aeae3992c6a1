"""The journal on SQL: statements in a table that only grows, documents in one where they may be erased."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import Connection, RowMapping, Select, exists, func, insert, or_, select, tuple_

from registry.model import Address, Hash32, OfferHash, Via, WorkId
from registry.ports import (
    AnswerEntry,
    ComputedBy,
    ConsentEntry,
    JournalEntry,
    OfferEntry,
    RedactionEntry,
    RegistrationEntry,
    SupplementEntry,
)
from registry.store import redaction, seen
from registry.store.schema import IS_REDACTION, journal, journal_deployment, journal_documents
from registry.store.statement_text import (
    to_answer,
    to_document,
    to_offer,
    to_redaction,
    to_registration,
    to_share_table,
    to_supplement,
)

REGISTRATION, SUPPLEMENT, OFFER = "registration", "supplement", "offer"
CONSENT, ANSWER, REDACTION = "consent", "answer", "redaction"

_Columns = dict[str, Any]
_ALL = select(journal, *(column for column in journal_documents.c if column.name != "sequence")).join(
    journal_documents
)


class SqlJournal:
    """See `registry.ports.Journal`. Times are kept to the second."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, entry: JournalEntry) -> int:
        """Keep a statement; its gapless sequence number, from 1. A digest that is there keeps its number."""
        return self.append_all([entry])[0]

    def append_all(self, entries: Sequence[JournalEntry]) -> list[int]:
        """Keep many statements; their sequence numbers, in the order given."""
        numbers = self._numbers([entry.digest for entry in entries])
        # The unit of work holds the only write lock, so nobody else can be given these numbers.
        last = int(self._connection.scalar(select(func.max(journal.c.sequence))) or 0)
        statements: defaultdict[str, list[_Columns]] = defaultdict(list)
        documents: defaultdict[frozenset[str], list[_Columns]] = defaultdict(list)
        for entry in entries:
            if entry.digest in numbers:
                continue
            last += 1
            numbers[entry.digest] = last
            statement, its = _row(entry)
            statements[statement["kind"]].append({"sequence": last, **statement})
            documents[frozenset(its)].append({"sequence": last, **its})
        # Rows of one kind have the same columns, which one statement takes at once.
        for table, rows in ((journal, statements), (journal_documents, documents)):
            for alike in rows.values():
                self._connection.execute(insert(table), alike)
        return [numbers[entry.digest] for entry in entries]

    def entries(self, after: int = 0, limit: int = 1000) -> list[tuple[int, JournalEntry]]:
        """Statements with a sequence number above `after`, in order."""
        rows = self._rows(_ALL.where(journal.c.sequence > after).limit(limit))
        declared = {entry.digest: entry for entry in self._registrations(rows)}
        return [(row["sequence"], declared.get(row["digest"]) or _entry(row)) for row in rows]

    def last(self) -> int:
        """The greatest sequence number, 0 of an empty journal."""
        return self._connection.execute(select(func.max(journal.c.sequence))).scalar() or 0

    def registrations(self, work_ids: Sequence[WorkId]) -> dict[WorkId, RegistrationEntry]:
        """The newest signed declaration of each work that has one."""
        newest = (
            select(func.max(journal.c.sequence))
            .where(journal.c.kind == REGISTRATION, journal.c.work_id.in_(work_ids))
            .group_by(journal.c.work_id)
        )
        rows = self._rows(_ALL.where(journal.c.sequence.in_(newest)))
        return {entry.work_id: entry for entry in self._registrations(rows)}

    def registrations_by_digest(self, digests: Sequence[Hash32]) -> dict[Hash32, RegistrationEntry]:
        """Signed declarations by the digest that was signed."""
        rows = self._rows(_ALL.where(journal.c.digest.in_(digests), journal.c.kind == REGISTRATION))
        return {entry.digest: entry for entry in self._registrations(rows)}

    def registration_by_token(self, token_hash: Hash32) -> RegistrationEntry | None:
        """The record a receipt token belongs to."""
        rows = self._rows(_ALL.where(journal.c.token_hash == token_hash))
        return next(iter(self._registrations(rows)), None)

    def registrations_of(self, claimant: Address, content_hash: Hash32) -> list[RegistrationEntry]:
        """What one claimant has declared of the same bytes, oldest first."""
        rows = self._rows(_ALL.where(journal.c.signer == claimant, journal.c.content_hash == content_hash))
        return self._registrations(rows)

    def registrations_of_each(self, claims: Sequence[tuple[Address, Hash32]]) -> list[RegistrationEntry]:
        """The same for several claimants, each with a content hash."""
        claimed = tuple_(journal.c.signer, journal.c.content_hash).in_(claims)
        return self._registrations(self._rows(_ALL.where(claimed)))

    def keep_seen(self, counts_for: Hash32, fingerprint: Mapping[str, Any], at: datetime) -> bool:
        """Keep the registry's own fingerprint of a declared file; False if there is one for the same."""
        return seen.keep(self._connection, counts_for, fingerprint, at)

    def share_seen(self, work_ids: Sequence[WorkId]) -> list[Hash32]:
        """Let what the registry saw of works on chain count for all records of the same bytes."""
        return seen.share(self._connection, work_ids)

    def names_blob(self, blob: Hash32) -> bool:
        """Whether a record keeps a blob as its preview or deposit copy."""
        named = or_(journal_documents.c.preview == blob, journal_documents.c.deposit == blob)
        return bool(self._connection.scalar(select(exists().where(named))))

    def redactions(self, work_ids: Sequence[WorkId]) -> dict[WorkId, RedactionEntry]:
        """The first redaction of each work that has one."""
        rows = self._rows(_ALL.where(journal.c.work_id.in_(work_ids), IS_REDACTION))
        return {row["work_id"]: _redaction(row) for row in reversed(rows)}

    def erase_redacted(self) -> list[WorkId]:
        """Erase what was said of works before a redaction of theirs came in; the works with anything left."""
        return redaction.erase(self._connection)

    def erased_blobs(self) -> list[Hash32]:
        """Every preview and deposit copy that was erased and that no record names."""
        return redaction.erased_blobs(self._connection)

    def bind(self, manifest_id: Hash32) -> Hash32:
        """The deployment this journal's statements are bound to: the given one, if there was none before."""
        bound = self._connection.scalar(select(journal_deployment.c.manifest_id))
        if bound is None:
            self._connection.execute(insert(journal_deployment), {"manifest_id": manifest_id})
        return bound or manifest_id

    def offers(self, offer_hashes: Sequence[OfferHash]) -> dict[OfferHash, OfferEntry]:
        """Signed offers by hash."""
        rows = self._rows(_ALL.where(journal.c.offer_hash.in_(offer_hashes)))
        return {row["offer_hash"]: _offer(row) for row in rows}

    def offers_of(self, work_id: WorkId) -> list[OfferEntry]:
        """Signed offers of a work, in order of arrival."""
        return [_offer(row) for row in self._of_work(work_id, OFFER)]

    def supplements_of(self, work_id: WorkId) -> list[SupplementEntry]:
        """Signed supplements of a work, in order of arrival; so too in what follows."""
        return [_supplement(row) for row in self._of_work(work_id, SUPPLEMENT)]

    def consents_of(self, work_id: WorkId) -> list[ConsentEntry]:
        """Consents to share tables of a work."""
        return [_consent(row) for row in self._of_work(work_id, CONSENT)]

    def answers_of(self, work_id: WorkId) -> list[AnswerEntry]:
        """Signed answers to disputes about the title of a work."""
        return [_answer(row) for row in self._of_work(work_id, ANSWER)]

    def _numbers(self, digests: Sequence[Hash32]) -> dict[Hash32, int]:
        wanted = select(journal.c.digest, journal.c.sequence).where(journal.c.digest.in_(digests))
        return {digest: sequence for digest, sequence in self._connection.execute(wanted)}  # noqa: C416

    def _registrations(self, rows: Sequence[RowMapping]) -> list[RegistrationEntry]:
        """The declarations among rows, each with what the registry has seen of its file since."""
        declared = [row for row in rows if row["kind"] == REGISTRATION]
        claimed = [row for row in declared if row["computed_by"] == ComputedBy.CLAIMANT]
        names = {name for row in claimed for name in (row["content_hash"], row["work_id"])}
        known = seen.fingerprints(self._connection, names)
        taken = {
            row["digest"]: known.get(row["content_hash"]) or known.get(row["work_id"]) for row in claimed
        }
        return [_registration(row, taken.get(row["digest"])) for row in declared]

    def _of_work(self, work_id: WorkId, kind: str) -> Sequence[RowMapping]:
        return self._rows(_ALL.where(journal.c.work_id == work_id, journal.c.kind == kind))

    def _rows(self, wanted: Select[Any]) -> Sequence[RowMapping]:
        return self._connection.execute(wanted.order_by(journal.c.sequence)).mappings().all()


def _row(entry: JournalEntry) -> tuple[_Columns, _Columns]:
    common = {
        "digest": entry.digest,
        "signature": entry.signature,
        "received_at": entry.received_at,
    }
    match entry:
        case RegistrationEntry():
            return common | _registration_columns(entry), {
                "metadata": entry.metadata,
                "fingerprint": entry.fingerprint,
                "report": entry.report,
                "preview": entry.preview,
                "deposit": entry.deposit,
                "salt": entry.salt,
                "computed_by": entry.computed_by.value,
            }
        case SupplementEntry():
            return common | {
                "kind": SUPPLEMENT,
                "work_id": entry.work_id,
                "statement": to_document(entry.supplement),
            }, {"metadata": entry.metadata}
        case RedactionEntry():
            return common | {
                "kind": REDACTION,
                "work_id": entry.work_id,
                "signer": entry.signer,
                "statement": to_document(entry.redaction),
            }, {}
        case OfferEntry():
            return common | {
                "kind": OFFER,
                "work_id": entry.offer.work_id,
                "signer": entry.offer.licensor,
                "offer_hash": entry.offer_hash,
                "statement": to_document(entry.offer),
            }, {"terms": entry.terms}
        case ConsentEntry():
            return common | {
                "kind": CONSENT,
                "work_id": entry.table.work_id,
                "signer": entry.signer,
                "statement": to_document(entry.table),
            }, {}
        case AnswerEntry():
            return common | {
                "kind": ANSWER,
                "work_id": entry.work_id,
                "statement": to_document(entry.answer),
            }, {}
        case _:
            assert_never(entry)


def _registration_columns(entry: RegistrationEntry) -> _Columns:
    return {
        "kind": REGISTRATION,
        "work_id": entry.work_id,
        "signer": entry.registration.declaration.claimant,
        "content_hash": entry.registration.declaration.content_hash,
        "statement": to_document(entry.registration),
        "via": entry.via.value,
        "token_hash": entry.token_hash,
    }


def _entry(row: RowMapping) -> JournalEntry:
    return _READERS[row["kind"]](row)


def _registration(row: RowMapping, taken: Mapping[str, Any] | None) -> RegistrationEntry:
    return RegistrationEntry(
        work_id=row["work_id"],
        digest=row["digest"],
        registration=to_registration(row["statement"]),
        signature=row["signature"],
        via=Via(row["via"]),
        received_at=row["received_at"],
        metadata=row["metadata"],
        fingerprint=row["fingerprint"],
        report=row["report"],
        token_hash=row["token_hash"],
        preview=row["preview"],
        deposit=row["deposit"],
        salt=row["salt"],
        computed_by=ComputedBy(row["computed_by"] or ComputedBy.REGISTRY),
        redacted_at=row["redacted_at"],
        seen=taken,
    )


def _supplement(row: RowMapping) -> SupplementEntry:
    return SupplementEntry(
        work_id=row["work_id"],
        digest=row["digest"],
        supplement=to_supplement(row["statement"]),
        signature=row["signature"],
        received_at=row["received_at"],
        metadata=row["metadata"],
    )


def _redaction(row: RowMapping) -> RedactionEntry:
    return RedactionEntry(
        work_id=row["work_id"],
        digest=row["digest"],
        redaction=to_redaction(row["statement"]),
        signer=row["signer"],
        signature=row["signature"],
        received_at=row["received_at"],
    )


def _offer(row: RowMapping) -> OfferEntry:
    return OfferEntry(
        offer_hash=row["offer_hash"],
        digest=row["digest"],
        offer=to_offer(row["statement"]),
        signature=row["signature"],
        received_at=row["received_at"],
        terms=row["terms"],
    )


def _consent(row: RowMapping) -> ConsentEntry:
    return ConsentEntry(
        digest=row["digest"],
        table=to_share_table(row["statement"]),
        signer=row["signer"],
        signature=row["signature"],
        received_at=row["received_at"],
    )


def _answer(row: RowMapping) -> AnswerEntry:
    return AnswerEntry(
        work_id=row["work_id"],
        digest=row["digest"],
        answer=to_answer(row["statement"]),
        signature=row["signature"],
        received_at=row["received_at"],
    )


_READERS: dict[str, Callable[[RowMapping], JournalEntry]] = {
    SUPPLEMENT: _supplement,
    OFFER: _offer,
    CONSENT: _consent,
    ANSWER: _answer,
    REDACTION: _redaction,
}
