"""kill -9 while works are indexed into files: what was committed is found, what was not is not there."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from registry.model.postings import CODE_BYTES, Codes, Postings
from registry.search.folder import SUFFIX
from registry.store import SqlStore, migrate, open_engine
from tests.ports.index_works import WORKS_A_UNIT, indexed, open_store, work_of

PROGRAM = Path(__file__).with_name("index_works.py")
ROUNDS = 3


def test_works_that_were_committed_survive_kills_and_others_leave_nothing(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/store.db")
    migrate(engine)
    engine.dispose()
    chance = random.Random(5)  # noqa: S311 - moments of death
    done = 0
    for _ in range(ROUNDS):
        done = _indexed_until_killed(tmp_path, done, chance.uniform(0.05, 0.4))
    assert done > ROUNDS * WORKS_A_UNIT
    assert len(list((tmp_path / "index").glob(f"*{SUFFIX}"))) > 1


def _indexed_until_killed(folder: Path, done: int, seconds: float) -> int:
    """Index from a number on, with a kill so long after the first commit; how many works there are."""
    command = [sys.executable, str(PROGRAM), str(folder), str(done)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline()]
        time.sleep(seconds)
        process.kill()
        acknowledged += process.stdout.readlines()
    whole = [int(line) for line in acknowledged if line.endswith("\n")]
    store = open_store(folder)
    there = _count(store, done, whole[-1] + 2 * WORKS_A_UNIT)
    assert there - whole[-1] in {0, WORKS_A_UNIT}, "a unit is kept whole or not at all"
    _check(store, there)
    return there


def _count(store: SqlStore, low: int, high: int) -> int:
    """The lowest number of a work that is not there; all after it are not there either."""
    with store.read() as unit:
        found = unit.index.features("f/1", [work_of(number) for number in range(high)])
    there = len(found)
    assert there >= low
    assert set(found) == {work_of(number) for number in range(there)}
    return there


def _check(store: SqlStore, there: int) -> None:
    """Every work by its key, by the key that all have, and by its code."""
    keys = np.arange(there + 9, dtype=np.uint32)
    with store.read() as unit:
        hits = unit.index.hits(Postings("a/1", keys, np.empty((len(keys), 0), dtype=np.uint8)))
        codes = np.concatenate([indexed(number).codes[0].codes for number in range(there)])
        near = unit.index.near(
            Codes("c/1", codes.reshape(there, CODE_BYTES), np.empty((there, 0), dtype=np.uint8)), 31
        )
    ids = tuple(work_of(number) for number in range(there))
    assert hits.work_ids == ids
    assert hits.commonness.tolist() == [there if key == 7 else int(key < there) for key in keys.tolist()]
    assert near.work_ids == ids
    assert near.probes.tolist() == list(range(there))
