"""The embedded chain's file: taken up where it was left, held by one process, and on a full disk."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from eth_account.signers.local import LocalAccount

from registry.chain.embedded import EmbeddedChain
from registry.chain.engine import Engine
from registry.chain.providers import EmbeddedProvider
from registry.chain.wire import HASHES_ONLY
from registry.errors import (
    ChainInUseError,
    ChainUnavailableError,
    DeploymentChangedError,
    RegistryError,
    StorageFullError,
)
from tests.chain.embedded_chains import (
    SOMEBODY,
    Clock,
    ask,
    full_disk,
    height,
    opened,
    payment,
    receipt,
)
from tests.chain.worlds import COIN, new_account


def test_a_chain_is_taken_up_where_it_was_left(tmp_path: Path, operator: LocalAccount) -> None:
    with opened(tmp_path, operator) as first:
        mined = receipt(first, ask(first, "eth_sendRawTransaction", payment(operator, 0, value=COIN)))
        genesis = first.genesis_hash
        head = ask(first, "eth_getBlockByNumber", "latest", not HASHES_ONLY)
    with opened(tmp_path, operator) as second:
        assert second.genesis_hash == genesis
        assert ask(second, "eth_getBlockByNumber", "latest", not HASHES_ONLY) == head
        assert receipt(second, mined["transactionHash"]) == mined
        assert int(ask(second, "eth_getBalance", SOMEBODY, "latest"), 16) == COIN
        again = receipt(second, ask(second, "eth_sendRawTransaction", payment(operator, 1)))
        assert again["blockNumber"] == "0x2"


def test_two_chains_are_told_apart_by_their_first_block(tmp_path: Path, operator: LocalAccount) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    with (
        opened(folders[0], operator, Clock(1_800_000_000)) as one,
        opened(folders[1], operator, Clock(1_800_000_001)) as two,
    ):
        assert one.genesis_hash != two.genesis_hash


def test_what_waited_at_closing_is_mined_after_opening(tmp_path: Path, operator: LocalAccount) -> None:
    clock = Clock(1_800_000_000)
    with opened(tmp_path, operator, clock) as first:
        clock.seconds -= 10
        waiting = [ask(first, "eth_sendRawTransaction", payment(operator, nonce)) for nonce in range(3)]
    clock.seconds += 20
    with opened(tmp_path, operator, clock) as second:
        assert [receipt(second, one)["status"] for one in waiting] == ["0x1"] * 3


def test_a_second_opener_hears_who_holds_the_chain(tmp_path: Path, operator: LocalAccount) -> None:
    with opened(tmp_path, operator) as chain:
        with pytest.raises(ChainInUseError) as caught:
            opened(tmp_path, operator)
        assert caught.value.facts["pid"] == os.getpid()
        script = (
            "import sys; from pathlib import Path\n"
            "from registry.chain.embedded import EmbeddedChain; from registry.errors import ChainInUseError\n"
            "from registry.model import Address\n"
            "try: EmbeddedChain(Path(sys.argv[1]), Address(sys.argv[2]))\n"
            "except ChainInUseError as error: print(error.facts['pid'])\n"
        )
        command = [sys.executable, "-c", script, str(tmp_path / "chain.db"), operator.address]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        assert int(done.stdout) == os.getpid()
        assert height(chain) == 0
    with opened(tmp_path, operator):
        pass  # the lock goes with its holder


def test_another_operators_chain_is_not_taken_up(tmp_path: Path, operator: LocalAccount) -> None:
    with opened(tmp_path, operator):
        pass
    with pytest.raises(DeploymentChangedError, match=operator.address):
        opened(tmp_path, new_account())
    with opened(tmp_path, operator):
        pass


def test_a_database_of_something_else_is_left_as_it_is(tmp_path: Path, operator: LocalAccount) -> None:
    path = tmp_path / "chain.db"
    with sqlite3.connect(path) as other:
        other.execute("create table notes (note text)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(ChainUnavailableError, match="something else"):
        opened(tmp_path, operator)
    path.write_bytes(b"a letter to a friend, and no database at all")
    with pytest.raises(ChainUnavailableError, match="cannot be used"):
        opened(tmp_path, operator)
    path.write_bytes(before)
    with sqlite3.connect(path) as other:
        assert other.execute("select name from sqlite_master").fetchall() == [("notes",)]
    other.close()


def test_a_closed_chain_says_so(chain: EmbeddedChain) -> None:
    chain.close()
    chain.close()
    with pytest.raises(ChainUnavailableError, match="closed"):
        ask(chain, "eth_blockNumber")
    assert not EmbeddedProvider(chain).is_connected()


def test_a_full_disk_loses_nothing_and_the_chain_goes_on_when_there_is_space(
    tmp_path: Path, operator: LocalAccount
) -> None:
    clock = Clock(1_800_000_000)
    with opened(tmp_path, operator, clock) as chain:
        mined = receipt(chain, ask(chain, "eth_sendRawTransaction", payment(operator, 0)))
        clock.seconds -= 10
        waiting = ask(chain, "eth_sendRawTransaction", payment(operator, 1))
        head = ask(chain, "eth_getBlockByNumber", "latest", HASHES_ONLY)
        with full_disk(tmp_path):
            clock.seconds += 20
            with pytest.raises((StorageFullError, ChainUnavailableError)):
                chain.run(Engine.mine)
            with pytest.raises(StorageFullError):
                ask(chain, "eth_sendRawTransaction", payment(operator, 2))
            assert ask(chain, "eth_getBlockByNumber", "latest", HASHES_ONLY) == head
            assert receipt(chain, mined["transactionHash"]) == mined
            assert ask(chain, "eth_getTransactionReceipt", waiting) is None
        chain.run(Engine.mine)
        assert receipt(chain, waiting)["blockNumber"] == "0x2"
        clock.seconds += 1
        assert receipt(chain, ask(chain, "eth_sendRawTransaction", payment(operator, 2)))["status"] == "0x1"


def test_opening_on_a_full_disk_leaves_no_chain_behind(tmp_path: Path, operator: LocalAccount) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, before[1]))
    try:
        with pytest.raises(RegistryError) as caught:
            opened(tmp_path, operator)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.code in {"storage-full", "chain-unavailable"}
    with opened(tmp_path, operator) as chain:
        assert height(chain) == 0
