"""What of the log the chain shows, on SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)

from registry.model import Address, Anchor, WorkId
from registry.ports import AnchoredStatement, LoggedStatement
from registry.store.view_schema import view_anchored, view_anchors, view_blocks, view_leaves

_SQL_MAX = 2**63 - 1  # SQL counts signed
_ASKED_AT_ONCE = 500  # parameters of one statement

_PLACE = (view_anchors.c.block_number, view_anchors.c.log_index)
_LISTED_BY = ("leaf_index", "work_id", "claimant", "content_hash")
_ANCHOR_COLUMNS = ("log", "root", "size", "block_number", "log_index", "transaction_hash")
_DATED = (
    select(
        view_leaves, *(column for column in view_anchors.c if column.name not in {"explained", "advances"})
    )
    .join(view_anchored, view_anchored.c.leaf_index == view_leaves.c.leaf_index)
    .join(
        view_anchors,
        and_(
            view_anchors.c.block_number == view_anchored.c.block_number,
            view_anchors.c.log_index == view_anchored.c.log_index,
        ),
    )
)


class SqlAnchored:
    """See `registry.ports.Anchored`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_statements(self, statements: Sequence[LoggedStatement]) -> None:
        """Tell which statements leaves are of; the same again changes nothing. Old anchors date them too."""
        known = self._known([statement.leaf_index for statement in statements])
        new = {one.leaf_index: one for one in statements if one.leaf_index not in known}
        if not new:
            return
        self._connection.execute(insert(view_leaves), [_row(statement) for statement in new.values()])
        # Most are at the end of the log, where no anchor is yet.
        for leaf_index in sorted(new):
            anchor = self.over(leaf_index)
            if anchor is None:
                return
            self._date(anchor, view_leaves.c.leaf_index == leaf_index)

    def add_anchor(self, anchor: Anchor, *, explained: bool) -> None:
        """Take in an anchor of a block that was taken in; what it dates is found by that."""
        largest = select(func.max(view_anchors.c.size)).where(view_anchors.c.advances)
        covered = int(self._connection.scalar(largest) or 0)
        advances = explained and anchor.size > covered
        self._connection.execute(
            insert(view_anchors),
            {
                "block_number": anchor.block_number,
                "log_index": anchor.log_index,
                "transaction_hash": anchor.transaction_hash,
                "log": anchor.log,
                "root": anchor.root,
                "size": min(anchor.size, _SQL_MAX),  # larger only where nothing explains it
                "explained": explained,
                "advances": advances,
            },
        )
        if advances:
            self._date(anchor, view_leaves.c.leaf_index.between(covered, anchor.size - 1))

    def newest(self, log: Address) -> Anchor | None:
        """The newest anchor of an account whose root our log explains."""
        its = (view_anchors.c.log == log, view_anchors.c.explained)
        return self._anchor(select(view_anchors).where(*its).order_by(*(place.desc() for place in _PLACE)))

    def unexplained(self, log: Address) -> Anchor | None:
        """The first anchor of an account whose root is not that of our log."""
        its = (view_anchors.c.log == log, ~view_anchors.c.explained)
        return self._anchor(select(view_anchors).where(*its).order_by(*_PLACE))

    def over(self, leaf_index: int) -> Anchor | None:
        """The first explained anchor over a leaf."""
        covering = (view_anchors.c.advances, view_anchors.c.size > leaf_index)
        return self._anchor(select(view_anchors).where(*covering).order_by(view_anchors.c.size))

    def dating(self, below: int | None, limit: int) -> list[Anchor]:
        """Anchors that were the first over some leaf, newest first, of a size below one where it is told."""
        wanted = select(view_anchors).where(view_anchors.c.advances)
        if below is not None:
            wanted = wanted.where(view_anchors.c.size < below)
        rows = self._connection.execute(wanted.order_by(view_anchors.c.size.desc()).limit(limit)).mappings()
        return [_anchor(row) for row in rows]

    def of_works(self, work_ids: Sequence[WorkId]) -> dict[WorkId, AnchoredStatement]:
        """The earliest dated leaf of each work that has one, once the index has taken it in."""
        shown = (view_anchored.c.indexed, view_anchored.c.work_id.in_(work_ids))
        rows = self._connection.execute(_DATED.where(*shown)).mappings()
        newest_first = sorted(map(_dated, rows), key=lambda dated: -dated.statement.leaf_index)
        return {dated.statement.work_id: dated for dated in newest_first}

    def to_index(self, limit: int) -> list[AnchoredStatement]:
        """Dated works that the similarity index has not taken in, in order of their leaves."""
        waiting = _DATED.where(~view_anchored.c.indexed).order_by(view_anchored.c.leaf_index).limit(limit)
        return [_dated(row) for row in self._connection.execute(waiting).mappings()]

    def mark_indexed(self, leaves: Sequence[int]) -> None:
        """The index has taken them in."""
        taken_in = view_anchored.c.leaf_index.in_(leaves)
        self._connection.execute(update(view_anchored).where(taken_in).values(indexed=True))

    def _known(self, leaves: Sequence[int]) -> set[int]:
        found: set[int] = set()
        for start in range(0, len(leaves), _ASKED_AT_ONCE):
            asked = view_leaves.c.leaf_index.in_(leaves[start : start + _ASKED_AT_ONCE])
            found.update(self._connection.scalars(select(view_leaves.c.leaf_index).where(asked)))
        return found

    def _date(self, anchor: Anchor, which: ColumnElement[bool]) -> None:
        """Date leaves by the first anchor over them, but for those whose deadline it missed."""
        time = select(view_blocks.c.timestamp).where(view_blocks.c.number == anchor.block_number)
        dated = select(
            *(view_leaves.c[name] for name in _LISTED_BY),
            literal(anchor.block_number),
            literal(anchor.log_index),
            literal(False),  # noqa: FBT003  # a value of SQL
        ).where(
            which,
            view_leaves.c.deadline >= time.scalar_subquery(),
            ~exists().where(view_anchored.c.leaf_index == view_leaves.c.leaf_index),
        )
        columns = [*_LISTED_BY, "block_number", "log_index", "indexed"]
        self._connection.execute(insert(view_anchored).from_select(columns, dated))

    def _anchor(self, wanted: Select[Any]) -> Anchor | None:
        row = self._connection.execute(wanted.limit(1)).mappings().one_or_none()
        return None if row is None else _anchor(row)


def _row(statement: LoggedStatement) -> dict[str, object]:
    return {
        "leaf_index": statement.leaf_index,
        "digest": statement.digest,
        "work_id": statement.work_id,
        "claimant": statement.claimant,
        "content_hash": statement.content_hash,
        "deadline": min(statement.deadline, _SQL_MAX),
    }


def _dated(row: RowMapping) -> AnchoredStatement:
    statement = LoggedStatement(
        leaf_index=row["leaf_index"],
        digest=row["digest"],
        work_id=row["work_id"],
        claimant=row["claimant"],
        content_hash=row["content_hash"],
        deadline=row["deadline"],
    )
    return AnchoredStatement(statement, _anchor(row))


def _anchor(row: RowMapping) -> Anchor:
    return Anchor(
        log=row["log"],
        root=row["root"],
        size=row["size"],
        block_number=row["block_number"],
        log_index=row["log_index"],
        transaction_hash=row["transaction_hash"],
    )
