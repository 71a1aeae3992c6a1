"""The embedded chain's file: py-evm's key-value store, receipts by hash and block, waiting transactions.

One SQLite file in WAL mode with `synchronous=FULL`, used by one thread only. What py-evm writes gathers in an
overlay until `commit` makes it durable together with the receipts and the waiting transactions it settles, in
one SQL transaction: after a crash the chain stands at a whole block.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eth.db.atomic import AtomicDBWriteBatch
from eth.db.backends.base import BaseAtomicDB

from registry.errors import ChainUnavailableError, RegistryError, StorageFullError

if TYPE_CHECKING:
    from eth.abc import AtomicWriteBatchAPI

FORMAT = "colophon.chain/1"
APPLICATION_ID = 0x436F6C43  # "ColC"; SQLite keeps it in the file's header for exactly this
CACHE_ENTRIES = 50_000  # about 15 MB of trie nodes: enough for the upper levels of the state
KEPT_DROPS = 1_000  # reasons are for whoever asks soon, not an archive

# A quota or file-size limit shows as a failed write, a full disk under the shared memory as a failed resize.
_NO_SPACE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE)

_SCHEMA = """
create table if not exists facts (name text primary key, value text not null) without rowid;
create table if not exists entries (key blob primary key, value blob not null) without rowid;
create table if not exists receipts (
    hash blob primary key, block_number integer not null, position integer not null, receipt text not null
) without rowid;
create index if not exists receipts_by_block on receipts (block_number, position);
create table if not exists mempool (
    sequence integer primary key autoincrement, hash blob not null unique, raw blob not null
);
create table if not exists dropped (
    sequence integer primary key autoincrement, hash blob not null, reason text not null
);
"""


@dataclass(frozen=True, slots=True)
class MinedReceipt:
    """A finished receipt: `receipt` is its JSON text, `position` its index in the block."""

    hash: bytes
    block_number: int
    position: int
    receipt: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """A waiting transaction that can no longer be applied, and why."""

    hash: bytes
    reason: str


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _domain_error(error) from error


def _domain_error(error: sqlite3.Error) -> RegistryError:
    if getattr(error, "sqlite_errorcode", None) in _NO_SPACE:
        return StorageFullError()
    return ChainUnavailableError(f"its file cannot be used: {error}")


class Database(BaseAtomicDB):
    """A dictionary of bytes for py-evm, with the tables that the embedded chain adds.

    Raises:
        ChainUnavailableError: The file is damaged, not a chain, or cannot be read.
        StorageFullError: No space is left; nothing was stored.
    """

    def __init__(self, path: Path) -> None:
        self._overlay: dict[bytes, bytes | None] = {}
        self._cache: dict[bytes, bytes] = {}
        with _translated():
            self._connection = sqlite3.connect(path, isolation_level=None)
            self._require_ours()
            self._connection.execute("pragma journal_mode=WAL")
            self._connection.execute("pragma synchronous=FULL")
            self._connection.executescript(_SCHEMA)

    def _require_ours(self) -> None:
        (found,) = self._connection.execute("pragma application_id").fetchone()
        (tables,) = self._connection.execute("select count(*) from sqlite_master").fetchone()
        if found != APPLICATION_ID and (found or tables):
            self._connection.close()
            raise ChainUnavailableError("its file is a database of something else")
        if found != APPLICATION_ID:
            self._connection.execute(f"pragma application_id={APPLICATION_ID}")

    # --- py-evm's view --------------------------------------------------------------------------------

    def __getitem__(self, key: bytes) -> bytes:
        if key in self._overlay:
            value = self._overlay[key]
            if value is None:
                raise KeyError(key)
            return value
        if key not in self._cache:
            self._remember(key, self._stored(key))
        return self._cache[key]

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self._overlay[key] = bytes(value)

    def __delitem__(self, key: bytes) -> None:
        if key not in self:
            raise KeyError(key)
        self._overlay[key] = None

    def _exists(self, key: bytes) -> bool:
        try:
            self[key]
        except KeyError:
            return False
        return True

    @contextmanager
    def atomic_batch(self) -> Iterator[AtomicWriteBatchAPI]:
        """Writes that reach the overlay together or not at all."""
        with AtomicDBWriteBatch._commit_unless_raises(self) as batch:  # noqa: SLF001  # py-evm's own AtomicDB does so
            yield batch

    def _stored(self, key: bytes) -> bytes:
        with _translated():
            row = self._connection.execute("select value from entries where key = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return bytes(row[0])

    def _remember(self, key: bytes, value: bytes) -> None:
        if len(self._cache) >= CACHE_ENTRIES:
            self._cache.clear()
        self._cache[key] = value

    # --- durability -----------------------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with _translated():
            self._connection.execute("begin immediate")
            try:
                yield self._connection
                self._connection.execute("commit")
            except BaseException:
                if self._connection.in_transaction:  # a full disk may have rolled back already
                    self._connection.execute("rollback")
                raise

    def commit(self, receipts: Sequence[MinedReceipt] = (), dropped: Sequence[Dropped] = ()) -> None:
        """Make the overlay durable with a block's receipts, and settle the waiting transactions in it."""
        with self._transaction() as connection:
            connection.executemany(
                "insert into entries values (?, ?) on conflict (key) do update set value = excluded.value",
                [(key, value) for key, value in self._overlay.items() if value is not None],
            )
            connection.executemany(
                "delete from entries where key = ?",
                [(key,) for key, value in self._overlay.items() if value is None],
            )
            connection.executemany(
                "insert into receipts values (?, ?, ?, ?)",
                [(row.hash, row.block_number, row.position, row.receipt) for row in receipts],
            )
            self._settle(connection, [row.hash for row in receipts], dropped)
        for key, value in self._overlay.items():
            self._cache.pop(key, None)
            if value is not None:
                self._remember(key, value)
        self._overlay.clear()

    def discard(self) -> None:
        """Forget what was written since the last commit."""
        self._overlay.clear()

    @staticmethod
    def _settle(connection: sqlite3.Connection, mined: Sequence[bytes], dropped: Sequence[Dropped]) -> None:
        settled = [(key,) for key in mined] + [(drop.hash,) for drop in dropped]
        connection.executemany("delete from mempool where hash = ?", settled)
        connection.executemany(
            "insert into dropped (hash, reason) values (?, ?)", [(drop.hash, drop.reason) for drop in dropped]
        )
        connection.execute(
            "delete from dropped where sequence <= (select max(sequence) from dropped) - ?", (KEPT_DROPS,)
        )

    # --- waiting transactions -------------------------------------------------------------------------

    def add_waiting(self, key: bytes, raw: bytes, replaced: bytes | None = None) -> None:
        """Keep a transaction until it is mined or dropped, in place of the one it replaces."""
        with self._transaction() as connection:
            if replaced is not None:
                self._settle(
                    connection, (), [Dropped(replaced, "replaced by another transaction of its nonce")]
                )
            connection.execute("insert into mempool (hash, raw) values (?, ?)", (key, raw))

    def waiting(self) -> list[bytes]:
        """The waiting transactions' bytes in order of arrival."""
        with _translated():
            return [
                bytes(raw) for (raw,) in self._connection.execute("select raw from mempool order by sequence")
            ]

    def drop_reason(self, key: bytes) -> str | None:
        """Why a transaction was dropped, if it was lately."""
        with _translated():
            row = self._connection.execute(
                "select reason from dropped where hash = ? order by sequence desc limit 1", (key,)
            ).fetchone()
        return None if row is None else str(row[0])

    # --- receipts and facts ---------------------------------------------------------------------------

    def receipt(self, key: bytes) -> str | None:
        """A mined transaction's receipt (JSON text)."""
        with _translated():
            row = self._connection.execute("select receipt from receipts where hash = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def receipts(self, first: int, last: int) -> Iterator[str]:
        """The receipts (JSON text) of blocks `first` to `last`, both included, in chain order."""
        with _translated():
            rows = self._connection.execute(
                "select receipt from receipts where block_number between ? and ?"
                " order by block_number, position",
                (first, last),
            )
            for (receipt,) in rows:
                yield str(receipt)

    def fact(self, name: str) -> str | None:
        """What the file says of itself."""
        with _translated():
            row = self._connection.execute("select value from facts where name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def begin_file(self, facts: dict[str, str]) -> None:
        """Make the genesis in the overlay durable, with what the file says of itself."""
        with self._transaction() as connection:
            connection.executemany("insert into facts values (?, ?)", list(facts.items()))
            connection.executemany(
                "insert into entries values (?, ?)",
                [(key, value) for key, value in self._overlay.items() if value is not None],
            )
        self._overlay.clear()

    def close(self) -> None:
        """Close the file; what was not committed is gone."""
        self._overlay.clear()
        with _translated():
            self._connection.close()
