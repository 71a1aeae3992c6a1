"""A writer in a process of its own: logs leaves ten at a time."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from registry.ports import LeafKind, NewLeaf
from registry.search.sql import SqlIndex
from registry.store import SqlStore, open_engine
from tests.ports.values import NOON, hash_of


def append(uri: str, first: int, count: int) -> None:
    store = SqlStore(open_engine(uri), SqlIndex)
    for start in range(first, first + count, 10):
        leaves = [hash_of("leaf", number) for number in range(start, start + 10)]
        with store.write() as unit:
            unit.log.append([NewLeaf(leaf, LeafKind.STATEMENT, NOON) for leaf in leaves])


if __name__ == "__main__":
    append(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
