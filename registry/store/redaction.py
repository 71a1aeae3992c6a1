"""Erasing on SQL: tombstones win over every document that came in before them."""

from __future__ import annotations

from sqlalchemy import Connection, and_, bindparam, exists, insert, or_, select, update

from registry.model import Hash32, WorkId
from registry.store.schema import (
    ERASABLE,
    IS_REDACTION,
    journal,
    journal_documents,
    journal_erased_blobs,
)

# Whose documents say what somebody called a work, and who made it.
_ABOUT_WORKS = ("registration", "supplement")

_tombstones = (
    select(journal.c.work_id, journal.c.sequence, journal.c.received_at).where(IS_REDACTION).subquery()
)
_still_there = or_(*(journal_documents.c[name].is_not(None) for name in ERASABLE))
_doomed = (
    select(
        journal.c.sequence,
        journal.c.work_id,
        journal_documents.c.preview,
        journal_documents.c.deposit,
        _tombstones.c.received_at,
    )
    .select_from(_tombstones)
    .join(
        journal,
        and_(
            journal.c.work_id == _tombstones.c.work_id,
            journal.c.kind.in_(_ABOUT_WORKS),
            journal.c.sequence < _tombstones.c.sequence,
        ),
    )
    .join(journal_documents, journal_documents.c.sequence == journal.c.sequence)
    .where(_still_there)
    .order_by(_tombstones.c.sequence.desc())
)


def erase(connection: Connection) -> list[WorkId]:
    """Erase all that a tombstone is over; the works of which anything was left."""
    rows = connection.execute(_doomed).mappings().all()
    if not rows:
        return []
    _remember(connection, {blob for row in rows for blob in (row["preview"], row["deposit"]) if blob})
    first = {row["sequence"]: row["received_at"] for row in rows}  # the first tombstone comes last
    connection.execute(
        update(journal_documents)
        .where(journal_documents.c.sequence == bindparam("erased"))
        .values(dict.fromkeys(ERASABLE) | {"redacted_at": bindparam("at")}),
        [{"erased": sequence, "at": at} for sequence, at in first.items()],
    )
    return sorted({row["work_id"] for row in rows})


def erased_blobs(connection: Connection) -> list[Hash32]:
    """What was erased and is named by no record (again)."""
    blob = journal_erased_blobs.c.blob
    named = [exists().where(journal_documents.c[name] == blob) for name in ("preview", "deposit")]
    return list(connection.scalars(select(blob).where(*(~one for one in named)).order_by(blob)))


def _remember(connection: Connection, blobs: set[Hash32]) -> None:
    known = set(connection.scalars(select(journal_erased_blobs.c.blob)))
    new = [{"blob": blob} for blob in sorted(blobs - known)]
    if new:
        connection.execute(insert(journal_erased_blobs), new)
