"""Drafts on SQL, with the bytes of their features beside them until a work is made of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, exists, insert, or_, select, true, union

from registry.model import Address, Extraction, Hash32
from registry.ports import Draft
from registry.store.schema import draft_features, drafts
from registry.store.statement_text import to_document, to_registration


class SqlDrafts:
    """See `registry.ports.Drafts`. Times are kept to the second."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, draft: Draft) -> None:
        """Insert or replace. A preview is kept as the blob that `preview` names, not with the fingerprint."""
        self._connection.execute(delete(drafts).where(drafts.c.key == draft.key))
        self._connection.execute(insert(drafts), _row(draft))
        features = {feature.sha256: feature.data for feature in draft.extraction.features}
        if features:
            self._connection.execute(
                insert(draft_features),
                [{"draft": draft.key, "sha256": sha256, "data": data} for sha256, data in features.items()],
            )

    def get(self, key: Hash32) -> Draft | None:
        """The draft, expired ones included until they are purged."""
        row = self._connection.execute(select(drafts).where(drafts.c.key == key)).mappings().one_or_none()
        if row is None:
            return None
        wanted = select(draft_features.c.sha256, draft_features.c.data).where(draft_features.c.draft == key)
        features = {sha256: data for sha256, data in self._connection.execute(wanted)}  # noqa: C416
        return _draft(row, features)

    def discard(self, claimant: Address, content_hash: Hash32) -> list[Hash32]:
        """Delete a claimant's drafts of the same bytes; the previews and deposits that no draft names now."""
        wanted = select(drafts.c.key, drafts.c.fingerprint).where(drafts.c.claimant == claimant)
        rows = self._connection.execute(wanted).all()
        same = [key for key, record in rows if record["content_hash"] == str(content_hash)]
        return self._delete(drafts.c.key.in_(same))

    def names_blob(self, blob: Hash32) -> bool:
        """Whether a draft keeps a blob as its preview or deposit copy."""
        named = or_(drafts.c.preview == blob, drafts.c.deposit == blob)
        return bool(self._connection.scalar(select(exists().where(named))))

    def purge(self, before: datetime) -> list[Hash32]:
        """Delete drafts that expired before a time; the previews and deposits that no draft names now."""
        return self._delete(drafts.c.expires_at < before)

    def _delete(self, condition: ColumnElement[bool]) -> list[Hash32]:
        orphans = self._blobs(condition)
        self._connection.execute(delete(drafts).where(condition))
        return sorted(orphans - self._blobs(true()))

    def _blobs(self, condition: ColumnElement[bool]) -> set[Hash32]:
        columns = (drafts.c.preview, drafts.c.deposit)
        named = union(*(select(column).where(condition, column.is_not(None)) for column in columns))
        return set(self._connection.scalars(named))


def _row(draft: Draft) -> dict[str, Any]:
    return {
        "key": draft.key,
        "created_at": draft.created_at,
        "expires_at": draft.expires_at,
        "claimant": draft.claimant,
        "facts": draft.facts,
        "fingerprint": draft.extraction.record(),
        "report": draft.report,
        "preview": draft.preview,
        "deposit": draft.deposit,
        "answers": draft.answers,
        "registration": to_document(draft.registration) if draft.registration else None,
        "metadata": draft.metadata,
    }


def _draft(row: RowMapping, features: dict[Hash32, bytes]) -> Draft:
    return Draft(
        key=row["key"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        claimant=row["claimant"],
        facts=row["facts"],
        extraction=Extraction.parse(row["fingerprint"], features.__getitem__),
        report=row["report"],
        preview=row["preview"],
        deposit=row["deposit"],
        answers=row["answers"],
        registration=to_registration(row["registration"]) if row["registration"] else None,
        metadata=row["metadata"],
    )
