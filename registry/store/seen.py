"""Files that were declared first and seen later, on SQL: the registry's own fingerprints of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select

from registry.model import Hash32, WorkId
from registry.ports import ComputedBy
from registry.store.schema import journal, journal_documents, journal_seen_files

Fingerprint = Mapping[str, Any]
_NAMES_A_STATEMENT = 500  # SQLite before 3.32 refuses more than 999 variables


def fingerprints(connection: Connection, names: Collection[Hash32]) -> dict[Hash32, Fingerprint]:
    """The registry's own fingerprints by content hash or work id: kept here, or signed in a record."""
    ordered = sorted(names)
    found: dict[Hash32, Fingerprint] = {}
    for start in range(0, len(ordered), _NAMES_A_STATEMENT):
        wanted = (
            select(
                journal_seen_files.c.counts_for,
                journal_seen_files.c.fingerprint,
                journal_documents.c.fingerprint,
            )
            .outerjoin(journal_documents, journal_documents.c.sequence == journal_seen_files.c.sequence)
            .where(journal_seen_files.c.counts_for.in_(ordered[start : start + _NAMES_A_STATEMENT]))
        )
        for name, kept, signed in connection.execute(wanted):
            found[name] = kept or signed
    return found


def keep(connection: Connection, counts_for: Hash32, fingerprint: Fingerprint, at: datetime) -> bool:
    """Keep one, unless there is one for the same; whether it is new."""
    return bool(_insert(connection, {counts_for: {"fingerprint": fingerprint, "seen_at": at}}))


def share(connection: Connection, work_ids: Sequence[WorkId]) -> list[Hash32]:
    """Let what was seen of these works' files count for all records of the same bytes; what is new of it."""
    first = (
        select(func.min(journal.c.sequence))
        .where(journal.c.kind == "registration", journal.c.work_id.in_(work_ids))
        .group_by(journal.c.work_id)
    )
    wanted = (
        select(
            journal.c.sequence,
            journal.c.content_hash,
            journal.c.received_at,
            journal_documents.c.computed_by,
            journal_seen_files.c.fingerprint,
            journal_seen_files.c.seen_at,
        )
        .join(journal_documents, journal_documents.c.sequence == journal.c.sequence)
        .outerjoin(journal_seen_files, journal_seen_files.c.counts_for == journal.c.work_id)
        .where(journal.c.sequence.in_(first))
        .order_by(journal.c.sequence)
    )
    rows: dict[Hash32, dict[str, Any]] = {}
    for row in connection.execute(wanted).mappings():
        shared = _shared(row)
        if shared is not None:
            rows.setdefault(row["content_hash"], shared)
    return _insert(connection, rows)


def _shared(row: RowMapping) -> dict[str, Any] | None:
    """A record's own fingerprint where the registry made it, else what was seen for that record alone."""
    if row["computed_by"] != ComputedBy.CLAIMANT:
        return {"sequence": row["sequence"], "seen_at": row["received_at"]}
    if row["fingerprint"] is None:
        return None
    return {"fingerprint": row["fingerprint"], "seen_at": row["seen_at"]}


def _insert(connection: Connection, rows: Mapping[Hash32, Mapping[str, Any]]) -> list[Hash32]:
    if not rows:
        return []
    name = journal_seen_files.c.counts_for
    known = set(connection.scalars(select(name).where(name.in_(sorted(rows)))))
    new = [wanted for wanted in rows if wanted not in known]
    if new:
        nothing = {"sequence": None, "fingerprint": None}
        values = [{"counts_for": wanted, **nothing, **rows[wanted]} for wanted in new]
        connection.execute(insert(journal_seen_files), values)
    return new
