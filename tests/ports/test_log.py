"""The log: leaves in order, for ever, and the tree over them."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import text

from registry.errors import MissingTileError, StoreUnavailableError
from registry.log import (
    Frontier,
    Tile,
    TiledNodes,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from registry.model import Hash32
from registry.ports import LeafKind, LoggedLeaf, NewLeaf, Store, StoredCheckpoint, UnitOfWork
from registry.store import open_engine
from registry.store.engine import WRITES
from tests.ports.values import NOON, hash_of

LOGGING = Path(__file__).with_name("append_leaves.py")


def leaf(number: int, kind: LeafKind = LeafKind.STATEMENT, checked_at_block: int | None = None) -> NewLeaf:
    return NewLeaf(hash_of("leaf", number), kind, NOON + timedelta(seconds=number), checked_at_block)


def append(store: Store, *numbers: int) -> list[int]:
    with store.write() as unit:
        return unit.log.append([leaf(number) for number in numbers])


def root(unit: UnitOfWork, size: int) -> bytes:
    return root_of(TiledNodes(unit.log, unit.log.size()), size)


def true_root(count: int) -> bytes:
    return Frontier().append(leaf_hash(hash_of("leaf", number)) for number in range(count)).root()


def test_leaves_get_places_without_gaps_and_come_back_in_order(store: Store) -> None:
    assert append(store, 0, 1) == [0, 1]
    digest = leaf(2, LeafKind.DIGEST)
    asked = leaf(3, checked_at_block=77)
    with store.write() as unit:
        assert unit.log.append([digest, asked]) == [2, 3]
    with store.read() as unit:
        assert unit.log.size() == 4
        assert unit.log.leaves(1, 2) == [LoggedLeaf(1, leaf(1)), LoggedLeaf(2, digest)]
        assert unit.log.leaves(3, 10) == [LoggedLeaf(3, asked)]
        assert unit.log.places([asked.leaf, hash_of("unknown")]) == {asked.leaf: LoggedLeaf(3, asked)}


def test_a_leaf_is_logged_at_most_once(store: Store) -> None:
    assert append(store, 5, 6, 5) == [0, 1, 0]
    with store.write() as unit:
        assert unit.log.append([leaf(7), leaf(6, LeafKind.DIGEST), leaf(8)]) == [2, 1, 3]
    with store.read() as unit:
        assert unit.log.size() == 4
        assert unit.log.leaves(1, 1) == [LoggedLeaf(1, leaf(6))]


def test_an_empty_log_has_nothing(store: Store) -> None:
    with store.write() as unit:
        assert unit.log.append([]) == []
    with store.read() as unit:
        assert unit.log.size() == 0
        assert unit.log.leaves(0, 10) == []
        assert unit.log.places([]) == {}
        assert unit.log.checkpoint() is None
        with pytest.raises(MissingTileError):
            unit.log.read([Tile(0, 0, 1)])


def test_a_unit_that_fails_logs_nothing(store: Store) -> None:
    append(store, 0)

    def log_and_fail() -> None:
        with store.write() as unit:
            unit.log.append([leaf(1)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        log_and_fail()
    assert append(store, 2) == [1]


def test_roots_and_proofs_of_every_size_come_from_the_stored_tiles(store: Store) -> None:
    for first, last in ((0, 1), (1, 3), (3, 255), (255, 256), (256, 300), (300, 600)):
        append(store, *range(first, last))
    with store.read() as unit:
        for size in (1, 2, 3, 255, 256, 257, 300, 511, 512, 600):
            assert root(unit, size) == true_root(size)
        nodes = TiledNodes(unit.log, 600)
        for index in (0, 254, 255, 256, 299, 599):
            proof = prove_inclusion(nodes, index, 600)
            verify_inclusion(leaf_hash(hash_of("leaf", index)), index, 600, proof, true_root(600))
        for old in (1, 255, 256, 300, 599):
            growth = prove_consistency(nodes, old, 600)
            verify_consistency(old, true_root(old), 600, true_root(600), growth)
        with pytest.raises(MissingTileError):
            unit.log.read([Tile(0, 3, 1)])


def test_the_newest_checkpoint_is_the_largest_and_one_of_the_same_size_is_not_replaced(store: Store) -> None:
    first, second = (StoredCheckpoint(size, hash_of(size), b"note %d" % size, NOON) for size in (3, 9))
    with store.write() as unit:
        unit.log.add_checkpoint(second)
        unit.log.add_checkpoint(first)
        unit.log.add_checkpoint(StoredCheckpoint(9, hash_of("other"), b"other", NOON))
    with store.read() as unit:
        assert unit.log.checkpoint() == second
        assert unit.log.checkpoint(3) == first
        assert unit.log.checkpoint(4) is None


def test_writers_in_threads_and_processes_share_one_gapless_log(store: Store, uri: str) -> None:
    def log_tens(first: int) -> None:
        for start in range(first, first + 100, 10):
            append(store, *range(start, start + 10))

    others = [
        subprocess.Popen([sys.executable, str(LOGGING), uri, str(first), "100"])
        for first in (1_000, 1_050)  # half of each is also the other's
    ]
    threads = [Thread(target=log_tens, args=(first,)) for first in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [other.wait(timeout=120) for other in others] == [0, 0]
    with store.read() as unit:
        logged = unit.log.leaves(0, 1_000)
        assert [one.index for one in logged] == list(range(450))
        assert len({one.logged.leaf for one in logged}) == 450
        grown = Frontier().append(leaf_hash(one.logged.leaf) for one in logged)
        assert root(unit, 450) == grown.root()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_leaves SET leaf = x'00'",
        "DELETE FROM log_leaves",
        "INSERT OR REPLACE INTO log_leaves SELECT * FROM log_leaves",
        "UPDATE log_tiles SET hashes = x'00'",
        "UPDATE log_tiles SET hashes = substr(hashes, 1, 32)",
        "DELETE FROM log_tiles",
        "UPDATE log_state SET size = 0",
        "DELETE FROM log_state",
        "UPDATE log_checkpoints SET root = x'00'",
        "DELETE FROM log_checkpoints",
    ],
)
def test_the_database_itself_refuses_to_alter_the_log(store: Store, uri: str, statement: str) -> None:
    append(store, 0, 1)
    with store.write() as unit:
        unit.log.add_checkpoint(StoredCheckpoint(2, Hash32(true_root(2)), b"note", NOON))
    shell = open_engine(uri)
    with (
        pytest.raises(StoreUnavailableError, match="append-only"),
        shell.execution_options(**{WRITES: True}).begin() as connection,
    ):
        connection.execute(text(statement))
    shell.dispose()
    assert append(store, 2) == [2]
