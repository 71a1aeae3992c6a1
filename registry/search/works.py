"""Which works an index has, in which order, and what is handed back of them whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from registry.errors import IndexDamagedError
from registry.model import Feature, Hash32, WorkId
from registry.search.schema import features, indexed_works

T = TypeVar("T")
ReadFeature = Callable[[Hash32], bytes]

VALUES_A_STATEMENT: Final = 10_000  # SQLite takes 32,766 variables since 3.32, PostgreSQL 65,535

_DIALECTS: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_NUMBERS: Final = select(indexed_works.c.work_id, indexed_works.c.number).where(
    indexed_works.c.work_id.in_(bindparam("work_ids", expanding=True))
)
_NEW: Final = select(indexed_works.c.work_id, indexed_works.c.number).where(
    indexed_works.c.number > bindparam("last")
)
_NAMES: Final = select(indexed_works.c.number, indexed_works.c.work_id).where(
    indexed_works.c.number.in_(bindparam("numbers", expanding=True))
)
_FEATURES: Final = (
    select(indexed_works.c.work_id, features.c.sha256, features.c.data)
    .join(features, features.c.work == indexed_works.c.number)
    .where(
        features.c.scheme == bindparam("scheme"),
        indexed_works.c.work_id.in_(bindparam("work_ids", expanding=True)),
    )
)


class IndexedWorks:
    """The works of the index that is in a connection's database, by number. Commits nothing.

    `read` gives the bytes of a feature by their SHA-256, where they are kept anyhow; without it they are kept
    here.
    """

    def __init__(self, connection: Connection, read: ReadFeature | None = None) -> None:
        self._connection = connection
        self._read = read
        insert = _DIALECTS[connection.dialect.name]
        self._add = insert(indexed_works).on_conflict_do_nothing()
        adding = insert(features)
        self._keep = adding.on_conflict_do_update(
            index_elements=["work", "scheme"],
            set_={"sha256": adding.excluded.sha256, "data": adding.excluded.data},
        )

    def numbers(self, work_ids: Sequence[WorkId]) -> dict[WorkId, int]:
        """The numbers of those that are indexed."""
        found: dict[WorkId, int] = {}
        for batch in in_batches(work_ids, VALUES_A_STATEMENT):
            rows = self._connection.execute(_NUMBERS, {"work_ids": [bytes(each) for each in batch]})
            found |= {WorkId(work_id): number for work_id, number in rows}
        return found

    def number_all(self, work_ids: Sequence[WorkId]) -> tuple[dict[WorkId, int], int]:
        """Give each a number, in their order, unless it has one; with the last number given before."""
        last = self.last()
        if work_ids:
            self._connection.execute(self._add, [{"work_id": bytes(each)} for each in work_ids])
        new = self._connection.execute(_NEW, {"last": last})
        found = {WorkId(work_id): number for work_id, number in new}
        return found | self.numbers([each for each in work_ids if each not in found]), last

    def last(self) -> int:
        """The greatest number of a work that is indexed, 0 of none."""
        return self._connection.execute(select(func.max(indexed_works.c.number))).scalar() or 0

    def names(self, numbers: Sequence[int]) -> dict[int, WorkId]:
        """The works of these numbers."""
        found: dict[int, WorkId] = {}
        for batch in in_batches(numbers, VALUES_A_STATEMENT):
            rows = self._connection.execute(_NAMES, {"numbers": list(batch)})
            found |= {number: WorkId(work_id) for number, work_id in rows}
        return found

    def keep(self, kept: Iterable[tuple[int, Feature]]) -> None:
        """Keep features of works, each in place of an earlier one of its scheme."""
        rows = [
            {
                "work": number,
                "scheme": each.algorithm,
                "sha256": bytes(each.sha256),
                "data": None if self._read else each.data,
            }
            for number, each in kept
        ]
        if rows:
            self._connection.execute(self._keep, rows)

    def features(self, scheme: str, work_ids: Sequence[WorkId]) -> dict[WorkId, bytes]:
        """See `base.Lookup.features`."""
        found: dict[WorkId, bytes] = {}
        for batch in in_batches(work_ids, VALUES_A_STATEMENT):
            values = {"scheme": scheme, "work_ids": [bytes(each) for each in batch]}
            for work_id, sha256, data in self._connection.execute(_FEATURES, values):
                found[WorkId(work_id)] = self._whole(Hash32(sha256), data)
        return {work_id: found[work_id] for work_id in work_ids if work_id in found}

    def _whole(self, sha256: Hash32, data: bytes | None) -> bytes:
        if data is not None:
            return data
        if self._read is None:
            raise IndexDamagedError("features are kept elsewhere, and nothing says where")
        return self._read(sha256)

    def remove(self, work_id: WorkId) -> int | None:
        """Forget a work; the number that it had."""
        number = self.numbers([work_id]).get(work_id)
        if number is not None:
            self._connection.execute(delete(features).where(features.c.work == number))
            self._connection.execute(delete(indexed_works).where(indexed_works.c.number == number))
        return number

    def clear(self) -> None:
        """Forget all."""
        self._connection.execute(delete(features))
        self._connection.execute(delete(indexed_works))


def in_batches(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The values in their order, so many at a time."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
