"""The log on SQL: leaves and checkpoints as rows, the tree as tiles that only grow."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, tuple_, update

from registry.errors import MissingTileError
from registry.log import Tile, grown_tiles, leaf_hash
from registry.model import Hash32
from registry.ports import LeafKind, LoggedLeaf, NewLeaf, StoredCheckpoint
from registry.store.schema import log_checkpoints, log_leaves, log_state, log_tiles

_ONLY_ROW = 1
_THE_ONE = log_state.c.number == _ONLY_ROW
_ASKED_AT_ONCE = 500  # parameters of one statement; SQLite takes 32,766

# Built once: to build a statement takes longer than SQLite needs to answer it.
_LEAVES = (
    select(log_leaves)
    .where(log_leaves.c.leaf_index.between(bindparam("first"), bindparam("last")))
    .order_by(log_leaves.c.leaf_index)
)
_TILES = select(log_tiles).where(
    tuple_(log_tiles.c.level, log_tiles.c.tile_index).in_(bindparam("places", expanding=True))
)
# All sizes: it is what makes the database walk the index instead of sorting the table.
_NEWEST_CHECKPOINT = (
    select(log_checkpoints)
    .where(log_checkpoints.c.size >= 0)
    .order_by(log_checkpoints.c.size.desc())
    .limit(1)
)
_CHECKPOINT = select(log_checkpoints).where(log_checkpoints.c.size == bindparam("size"))


class SqlLog:
    """See `registry.ports.LogStore`. Times are kept to the second."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, leaves: Sequence[NewLeaf]) -> list[int]:
        """Log leaves, gaplessly; the place of each. One that is there keeps its place."""
        size = self._locked_size()
        places = {leaf: found.index for leaf, found in self.places([new.leaf for new in leaves]).items()}
        added: list[LoggedLeaf] = []
        for new in leaves:
            if new.leaf not in places:
                places[new.leaf] = size + len(added)
                added.append(LoggedLeaf(places[new.leaf], new))
        if added:
            self._connection.execute(insert(log_leaves), [_row(one) for one in added])
            self._grow(size, [leaf_hash(one.logged.leaf) for one in added])
        return [places[new.leaf] for new in leaves]

    def size(self) -> int:
        """How many leaves there are."""
        return int(self._connection.scalar(select(log_state.c.size).where(_THE_ONE)) or 0)

    def places(self, leaves: Sequence[Hash32]) -> dict[Hash32, LoggedLeaf]:
        """Those of the leaves that are logged."""
        found: dict[Hash32, LoggedLeaf] = {}
        for start in range(0, len(leaves), _ASKED_AT_ONCE):
            wanted = select(log_leaves).where(log_leaves.c.leaf.in_(leaves[start : start + _ASKED_AT_ONCE]))
            rows = self._connection.execute(wanted).mappings()
            found.update((row["leaf"], _logged(row)) for row in rows)
        return found

    def leaves(self, first: int, count: int) -> list[LoggedLeaf]:
        """Leaves from a place on, in order; fewer where the log ends."""
        rows = self._connection.execute(_LEAVES, {"first": first, "last": first + count - 1}).mappings()
        return [_logged(row) for row in rows]

    def read(self, tiles: Sequence[Tile]) -> list[bytes]:
        """The content of each tile; it may be fuller than asked for.

        Raises:
            MissingTileError: The log has not grown that far.
        """
        places = [(tile.level, tile.index) for tile in tiles]
        rows = self._connection.execute(_TILES, {"places": places})
        found: dict[tuple[int, int], bytes] = {(level, index): hashes for level, index, hashes in rows}
        for tile, place in zip(tiles, places, strict=True):
            if len(found.get(place, b"")) < tile.size_bytes:
                raise MissingTileError(tile.path)
        return [found[place] for place in places]

    def add_checkpoint(self, checkpoint: StoredCheckpoint) -> None:
        """Keep a signed state; one of the same size again changes nothing."""
        if self.checkpoint(checkpoint.size) is None:
            self._connection.execute(
                insert(log_checkpoints),
                {
                    "size": checkpoint.size,
                    "root": checkpoint.root,
                    "note": checkpoint.note,
                    "signed_at": checkpoint.signed_at,
                },
            )

    def checkpoint(self, size: int | None = None) -> StoredCheckpoint | None:
        """The signed state of that size, or the newest one."""
        wanted = _NEWEST_CHECKPOINT if size is None else _CHECKPOINT
        row = (
            self._connection.execute(wanted, {} if size is None else {"size": size}).mappings().one_or_none()
        )
        if row is None:
            return None
        return StoredCheckpoint(row["size"], row["root"], row["note"], row["signed_at"])

    def _locked_size(self) -> int:
        """The size, which nobody else can change before this unit of work ends."""
        size = self._connection.scalar(select(log_state.c.size).where(_THE_ONE).with_for_update())
        if size is None:
            self._connection.execute(insert(log_state), {"number": _ONLY_ROW, "size": 0})
        return int(size or 0)

    def _grow(self, size: int, hashes: Sequence[bytes]) -> None:
        for tile, content in grown_tiles(self, size, hashes).items():
            row = {"level": tile.level, "tile_index": tile.index}
            wider = update(log_tiles).filter_by(**row).values(hashes=content)
            if self._connection.execute(wider).rowcount == 0:
                self._connection.execute(insert(log_tiles), {**row, "hashes": content})
        self._connection.execute(update(log_state).where(_THE_ONE).values(size=size + len(hashes)))


def _row(leaf: LoggedLeaf) -> dict[str, object]:
    new = leaf.logged
    return {
        "leaf_index": leaf.index,
        "leaf": new.leaf,
        "kind": new.kind.value,
        "received_at": new.received_at,
        "checked_at_block": new.checked_at_block,
    }


def _logged(row: RowMapping) -> LoggedLeaf:
    new = NewLeaf(row["leaf"], LeafKind(row["kind"]), row["received_at"], row["checked_at_block"])
    return LoggedLeaf(row["leaf_index"], new)
