"""Indexes works in units of work of a few, and prints each that is committed, until it is killed."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from registry.model import Feature, WorkId
from registry.model.postings import CODE_BYTES, Codes, Indexed, Postings
from registry.search.files import FileIndex
from registry.search.folder import IndexFolder, Pace
from registry.search.tidying import TidyIndex
from registry.store import SqlStore, open_engine

WORKS_A_UNIT = 3
PACE = Pace(
    waiting_bytes=20_000, waiting_units=4, fanout=2, merge_bytes=30_000
)  # files and merges all the time


def indexed(number: int) -> Indexed:
    """What a work of this number is found by."""
    rng = np.random.default_rng(number)
    keys = np.array([number, 7], dtype=np.uint32)
    code = rng.integers(0, 256, (1, CODE_BYTES), dtype=np.uint8)
    return Indexed(
        (Postings("a/1", keys, np.full((2, 1), number % 256, dtype=np.uint8)),),
        (Codes("c/1", code, np.zeros((1, 1), dtype=np.uint8)),),
        (Feature("f/1", number.to_bytes(4, "big")),),
    )


def work_of(number: int) -> WorkId:
    """The work of a number."""
    return WorkId(number.to_bytes(32, "big"))


def open_store(folder: Path) -> SqlStore:
    """The store in a folder that was brought to head."""
    files = IndexFolder(folder / "index", PACE)
    return SqlStore(
        open_engine(f"sqlite:///{folder}/store.db"), lambda connection: FileIndex(connection, files)
    )


def main() -> None:
    """Go on where the last one was killed."""
    folder, number = Path(sys.argv[1]), int(sys.argv[2])
    store = open_store(folder)
    tidy = TidyIndex(store)
    while True:
        with store.write() as unit:
            for each in range(number, number + WORKS_A_UNIT):
                unit.index.add(work_of(each), indexed(each))
        number += WORKS_A_UNIT
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        tidy()


if __name__ == "__main__":
    main()
