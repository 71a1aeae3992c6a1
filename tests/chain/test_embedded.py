"""The embedded chain: one owner, one file, one block a second, and nothing lost."""

from __future__ import annotations

import itertools
import os
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3 import Web3

from registry.chain.embedded import EmbeddedChain
from registry.chain.engine import Engine
from registry.chain.providers import EmbeddedProvider, request
from registry.chain.wire import HASHES_ONLY, RpcError
from registry.errors import (
    ChainInUseError,
    ChainUnavailableError,
    DeploymentChangedError,
    RegistryError,
    StorageFullError,
)
from registry.model import Address
from tests.chain.worlds import COIN, new_account, stepping_clock

SOMEBODY = "0x" + "11" * 20


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds


def opened(folder: Path, operator: LocalAccount, now: Callable[[], float] | None = None) -> EmbeddedChain:
    return EmbeddedChain(folder / "chain.db", Address(operator.address), now or stepping_clock())


def ask(chain: EmbeddedChain, method: str, *params: object) -> Any:  # noqa: ANN401  # JSON of any shape
    return request(EmbeddedProvider(chain), method, *params)


def payment(account: LocalAccount, nonce: int, **changes: object) -> str:
    fields: dict[str, Any] = {
        "type": 2,
        "chainId": 31337,
        "nonce": nonce,
        "to": SOMEBODY,
        "value": 1,
        "gas": 21_000,
        "maxFeePerGas": 3 * 10**9,
        "maxPriorityFeePerGas": 10**9,
    }
    fields.update(changes)
    return "0x" + bytes(account.sign_transaction(fields).raw_transaction).hex()


def receipt(chain: EmbeddedChain, transaction_hash: str) -> dict[str, Any]:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        found: dict[str, Any] | None = ask(chain, "eth_getTransactionReceipt", transaction_hash)
        if found is not None:
            return found
        time.sleep(0.01)
    raise AssertionError("not mined")


def height(chain: EmbeddedChain) -> int:
    return int(ask(chain, "eth_blockNumber"), 16)


def timestamps(chain: EmbeddedChain) -> list[int]:
    blocks = [
        ask(chain, "eth_getBlockByNumber", hex(number), HASHES_ONLY) for number in range(height(chain) + 1)
    ]
    return [int(block["timestamp"], 16) for block in blocks]


@pytest.fixture
def operator() -> LocalAccount:
    return new_account()


@pytest.fixture
def chain(tmp_path: Path, operator: LocalAccount) -> Iterator[EmbeddedChain]:
    with opened(tmp_path, operator) as made:
        yield made


def test_the_chain_id_is_31337_wherever_it_is_asked(chain: EmbeddedChain, operator: LocalAccount) -> None:
    assert ask(chain, "eth_chainId") == "0x7a69"
    assert ask(chain, "net_version") == "31337"
    opcode = bytes.fromhex("465f5260205ff3")  # CHAINID PUSH0 MSTORE PUSH1 32 PUSH0 RETURN
    assert int(ask(chain, "eth_call", {"data": "0x" + opcode.hex()}, "latest"), 16) == 31337
    for other in (1, 1337, 131277322940537):
        with pytest.raises(RpcError, match="chain id"):
            ask(chain, "eth_sendRawTransaction", payment(operator, 0, chainId=other))


def test_a_transaction_that_names_no_chain_is_refused(chain: EmbeddedChain, operator: LocalAccount) -> None:
    legacy: dict[str, Any] = {"nonce": 0, "to": SOMEBODY, "value": 1, "gas": 21_000, "gasPrice": 2 * 10**9}
    raw = "0x" + bytes(operator.sign_transaction(legacy).raw_transaction).hex()
    with pytest.raises(RpcError, match="chain id"):
        ask(chain, "eth_sendRawTransaction", raw)


def test_only_the_operator_has_coin_at_the_beginning(chain: EmbeddedChain, operator: LocalAccount) -> None:
    assert int(ask(chain, "eth_getBalance", operator.address, "latest"), 16) == 10**27
    # the accounts that eth-tester and other development chains fund: everybody knows their keys
    for key in (1, 2, 0xAC0974BEC39A17E36BA4A6B4D238FF944BACB478CBED5EFCAE784D7BF4F2FF80):
        known = Account.from_key(key.to_bytes(32, "big")).address
        assert int(ask(chain, "eth_getBalance", known, "latest"), 16) == 0


def test_web3_reads_and_sends_through_the_provider(chain: EmbeddedChain, operator: LocalAccount) -> None:
    web3 = Web3(EmbeddedProvider(chain))
    assert web3.is_connected()
    assert web3.eth.chain_id == 31337
    sent = web3.eth.send_raw_transaction(payment(operator, 0, value=COIN))  # type: ignore[arg-type]
    mined = web3.eth.wait_for_transaction_receipt(sent, timeout=30, poll_latency=0.01)
    assert mined["status"] == 1
    assert web3.eth.get_balance(Web3.to_checksum_address(SOMEBODY)) == COIN
    block = web3.eth.get_block(mined["blockNumber"], full_transactions=True)
    (held,) = cast("list[dict[str, Any]]", block["transactions"])
    assert held["hash"] == sent
    assert web3.eth.get_transaction(sent)["blockHash"] == block["hash"]
    assert web3.eth.fee_history(2, "latest", [50])["reward"][-1] == [10**9]


def test_everything_that_waits_goes_into_one_block(tmp_path: Path, operator: LocalAccount) -> None:
    clock = Clock(1_800_000_000)
    with opened(tmp_path, operator, clock) as chain:
        clock.seconds -= 10  # nothing can be mined until the clock passes the first block
        hashes = [ask(chain, "eth_sendRawTransaction", payment(operator, nonce)) for nonce in range(20)]
        assert height(chain) == 0
        assert ask(chain, "eth_getTransactionCount", operator.address, "pending") == hex(20)
        assert ask(chain, "eth_getTransactionCount", operator.address, "latest") == "0x0"
        assert ask(chain, "eth_getTransactionByHash", hashes[7])["blockNumber"] is None
        clock.seconds += 20
        ask(chain, "eth_blockNumber")  # wakes the owner, whose waiting follows the real clock
        found = [receipt(chain, one) for one in hashes]
    assert {one["blockNumber"] for one in found} == {"0x1"}
    assert [int(one["transactionIndex"], 16) for one in found] == list(range(20))


def test_there_is_at_most_one_block_a_second_and_none_ahead_of_the_clock(
    tmp_path: Path, operator: LocalAccount
) -> None:
    with opened(tmp_path, operator, time.time) as chain:
        for nonce in range(3):
            mined = receipt(chain, ask(chain, "eth_sendRawTransaction", payment(operator, nonce)))
            block = ask(chain, "eth_getBlockByNumber", mined["blockNumber"], HASHES_ONLY)
            assert int(block["timestamp"], 16) <= time.time()
        times = timestamps(chain)
    assert len(times) == 4
    assert all(later > earlier for earlier, later in itertools.pairwise(times))


def test_nothing_is_mined_when_nothing_waits(chain: EmbeddedChain, operator: LocalAccount) -> None:
    receipt(chain, ask(chain, "eth_sendRawTransaction", payment(operator, 0)))
    for _ in range(50):  # each look at the clock is a second later
        ask(chain, "eth_gasPrice")
    assert height(chain) == 1


def test_a_clock_set_back_far_is_told_and_not_followed(tmp_path: Path, operator: LocalAccount) -> None:
    clock = Clock(1_800_000_000)
    with opened(tmp_path, operator, clock) as chain:
        receipt(chain, ask(chain, "eth_sendRawTransaction", payment(operator, 0)))
        clock.seconds -= 3600
        with pytest.raises(ChainUnavailableError, match="clock is 3600 s behind"):
            ask(chain, "eth_sendRawTransaction", payment(operator, 1))
        clock.seconds += 3601
        receipt(chain, ask(chain, "eth_sendRawTransaction", payment(operator, 1)))


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


def test_a_transaction_that_bids_enough_replaces_the_waiting_one(
    tmp_path: Path, operator: LocalAccount
) -> None:
    clock = Clock(1_800_000_000)
    with opened(tmp_path, operator, clock) as chain:
        clock.seconds -= 10
        first = ask(chain, "eth_sendRawTransaction", payment(operator, 0))
        with pytest.raises(RpcError, match="underpriced"):
            ask(chain, "eth_sendRawTransaction", payment(operator, 0, value=2))
        raised = {"maxFeePerGas": 33 * 10**8, "maxPriorityFeePerGas": 11 * 10**8}
        second = ask(chain, "eth_sendRawTransaction", payment(operator, 0, **raised))
        assert ask(chain, "eth_getTransactionByHash", first) is None
    clock.seconds += 20
    with opened(tmp_path, operator, clock) as chain:
        assert receipt(chain, second)["status"] == "0x1"
        assert ask(chain, "eth_getTransactionReceipt", first) is None
        assert chain.run(lambda engine: engine.database.drop_reason(bytes.fromhex(first[2:]))) is not None


def test_a_gap_in_the_nonces_waits_until_it_is_filled(chain: EmbeddedChain, operator: LocalAccount) -> None:
    late = ask(chain, "eth_sendRawTransaction", payment(operator, 1))
    assert ask(chain, "eth_getTransactionCount", operator.address, "pending") == "0x0"
    first = ask(chain, "eth_sendRawTransaction", payment(operator, 0))
    assert receipt(chain, first)["status"] == receipt(chain, late)["status"] == "0x1"


def test_what_can_no_longer_be_applied_is_dropped_with_its_reason(
    tmp_path: Path, operator: LocalAccount
) -> None:
    clock = Clock(1_800_000_000)
    spender = new_account()
    with opened(tmp_path, operator, clock) as chain:
        gift = {"to": spender.address, "value": COIN}
        receipt(chain, ask(chain, "eth_sendRawTransaction", payment(operator, 0, **gift)))
        clock.seconds -= 10
        all_of_it = COIN - 21_000 * 3 * 10**9
        paid, dropped = (
            ask(chain, "eth_sendRawTransaction", payment(spender, nonce, value=all_of_it)) for nonce in (0, 1)
        )
        clock.seconds += 20
        assert receipt(chain, paid)["status"] == "0x1"
        reason = chain.run(lambda engine: engine.database.drop_reason(bytes.fromhex(dropped[2:])))
        assert "balance" in str(reason)
        assert ask(chain, "eth_getTransactionByHash", dropped) is None
        assert chain.run(lambda engine: engine.database.waiting()) == []


def test_log_indices_count_through_the_block(tmp_path: Path, operator: LocalAccount) -> None:
    clock = Clock(1_800_000_000)
    runtime = bytes.fromhex("5f5fa05f5fa000")  # two empty logs
    creation = "0x" + (bytes([0x60, len(runtime), 0x80, 0x60, 0x09, 0x3D, 0x39, 0x3D, 0xF3]) + runtime).hex()
    with opened(tmp_path, operator, clock) as chain:
        made = {"to": "", "data": creation, "value": 0, "gas": 200_000}
        created = receipt(chain, ask(chain, "eth_sendRawTransaction", payment(operator, 0, **made)))
        address = created["contractAddress"]
        clock.seconds -= 10
        call = {"to": address, "value": 0, "gas": 100_000}
        hashes = [ask(chain, "eth_sendRawTransaction", payment(operator, nonce, **call)) for nonce in (1, 2)]
        clock.seconds += 20
        found = [receipt(chain, one) for one in hashes]
        block_hash = found[0]["blockHash"]
        logs = ask(chain, "eth_getLogs", {"blockHash": block_hash, "address": address})
    assert [log["logIndex"] for log in logs] == ["0x0", "0x1", "0x2", "0x3"]
    assert logs == [log for one in found for log in one["logs"]]


def test_transient_storage_works_as_the_contracts_need_it(chain: EmbeddedChain) -> None:
    # TSTORE(0, 7), then return TLOAD(0): opcodes of Cancun (EIP-1153), on which the guards are built
    code = bytes.fromhex("60075f5d5f5c5f5260205ff3")
    assert int(ask(chain, "eth_call", {"data": "0x" + code.hex()}, "latest"), 16) == 7


def test_many_threads_lose_nothing(tmp_path: Path, operator: LocalAccount) -> None:
    people = [new_account() for _ in range(6)]
    with opened(tmp_path, operator) as chain:
        gifts = [
            ask(chain, "eth_sendRawTransaction", payment(operator, nonce, to=person.address, value=COIN))
            for nonce, person in enumerate(people)
        ]
        for gift in gifts:
            receipt(chain, gift)
        hashes: list[str] = []

        def pay(person: LocalAccount) -> None:
            for nonce in range(15):
                hashes.append(ask(chain, "eth_sendRawTransaction", payment(person, nonce)))
                ask(chain, "eth_getBlockByNumber", "latest", HASHES_ONLY)

        threads = [threading.Thread(target=pay, args=(person,)) for person in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(hashes)) == 90
        assert all(receipt(chain, one)["status"] == "0x1" for one in hashes)
        assert int(ask(chain, "eth_getBalance", SOMEBODY, "latest"), 16) == 90


def test_a_full_disk_loses_nothing_and_the_chain_goes_on_when_there_is_space(
    tmp_path: Path, operator: LocalAccount
) -> None:
    clock = Clock(1_800_000_000)
    with opened(tmp_path, operator, clock) as chain:
        mined = receipt(chain, ask(chain, "eth_sendRawTransaction", payment(operator, 0)))
        clock.seconds -= 10
        waiting = ask(chain, "eth_sendRawTransaction", payment(operator, 1))
        clock.seconds += 20
        head = ask(chain, "eth_getBlockByNumber", "latest", HASHES_ONLY)
        with full_disk(tmp_path):
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


class full_disk:  # noqa: N801  # reads as a state of the world
    """No file of this process can grow: the kernel refuses as when no space is left (EFBIG for ENOSPC)."""

    def __init__(self, folder: Path) -> None:
        self._size = max(path.stat().st_size for path in folder.iterdir() if path.name.endswith("-wal"))

    def __enter__(self) -> None:
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self._size, self._before[1]))

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)


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
