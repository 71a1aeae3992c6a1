"""A writer in a process of its own: appends statements and acknowledges each on its standard output."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from registry.search.sql import SqlIndex
from registry.store import SqlStore, open_engine
from tests.ports.values import intent, registration_entry


def append(uri: str, first: int, count: int) -> None:
    store = SqlStore(open_engine(uri), SqlIndex)
    for number in range(first, first + count):
        entry = registration_entry(number)
        with store.write() as unit:
            sequence = unit.journal.append(entry)
            unit.outbox.put(intent(number))
        print(sequence, entry.digest, flush=True)  # noqa: T201


if __name__ == "__main__":
    append(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
