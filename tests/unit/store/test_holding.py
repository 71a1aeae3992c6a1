from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from registry.errors import StoreInUseError, StoreUnavailableError
from registry.store.holding import StoreHold

OPENED_AND_KILLED = """
import os, signal, sys
from pathlib import Path
from registry.store.holding import StoreHold
StoreHold(Path(sys.argv[1]), alone=sys.argv[2] == "alone")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_many_have_a_store_open_and_none_of_them_alone(store: Path) -> None:
    several = [StoreHold(store, alone=False) for _ in range(3)]
    for one in several:
        with pytest.raises(StoreInUseError) as refused:
            StoreHold(store, alone=True)
        assert refused.value.facts == {"pid": os.getpid()}
        one.release()
    StoreHold(store, alone=True).release()


@pytest.mark.parametrize("alone", [True, False])
def test_while_one_has_it_alone_nobody_else_opens_it(store: Path, *, alone: bool) -> None:
    held = StoreHold(store, alone=True)
    with pytest.raises(StoreInUseError, match=f"in use by process {os.getpid()}"):
        StoreHold(store, alone=alone)
    held.release()
    StoreHold(store, alone=alone).release()


def test_a_store_is_one_by_whatever_name(store: Path) -> None:
    store.touch()
    link = store.with_name("link.db")
    link.symlink_to(store)
    held = StoreHold(store, alone=False)
    with pytest.raises(StoreInUseError):
        StoreHold(link, alone=True)
    held.release()


@pytest.mark.parametrize("how", ["alone", "together"])
def test_whoever_was_killed_holds_nothing_and_is_not_named(store: Path, how: str) -> None:
    held = StoreHold(store, alone=False) if how == "together" else None
    subprocess.run([sys.executable, "-c", OPENED_AND_KILLED, str(store), how], check=False)
    if held is not None:
        with pytest.raises(StoreInUseError) as refused:
            StoreHold(store, alone=True)
        assert refused.value.facts == {"pid": os.getpid()}
        held.release()
    StoreHold(store, alone=True).release()


def test_a_place_that_cannot_be_locked_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match=r"store\.db\.lock cannot be made"):
        StoreHold(tmp_path / "nowhere" / "store.db", alone=False)
