"""The embedded chain: one owner, one block a second, and what it takes in."""

from __future__ import annotations

import itertools
import threading
import time
from pathlib import Path
from typing import Any, cast

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3 import Web3

from registry.chain.embedded import EmbeddedChain
from registry.chain.engine import Engine
from registry.chain.providers import EmbeddedProvider
from registry.chain.wire import HASHES_ONLY, RpcError
from registry.errors import (
    ChainUnavailableError,
)
from tests.chain.embedded_chains import (
    SOMEBODY,
    Clock,
    ask,
    height,
    opened,
    payment,
    receipt,
    timestamps,
)
from tests.chain.worlds import COIN, new_account


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


def test_no_block_is_made_twice_in_a_second(tmp_path: Path, operator: LocalAccount) -> None:
    clock = Clock(1_800_000_000)
    with opened(tmp_path, operator, clock) as chain:
        receipt(chain, ask(chain, "eth_sendRawTransaction", payment(operator, 0)))
        waiting = ask(chain, "eth_sendRawTransaction", payment(operator, 1))
        chain.run(Engine.mine)
        assert height(chain) == 1
        assert ask(chain, "eth_getTransactionByHash", waiting)["blockNumber"] is None
        clock.seconds += 1
        assert receipt(chain, waiting)["blockNumber"] == "0x2"


def test_a_clock_set_back_far_is_told_and_not_followed(tmp_path: Path, operator: LocalAccount) -> None:
    clock = Clock(1_800_000_000)
    with opened(tmp_path, operator, clock) as chain:
        receipt(chain, ask(chain, "eth_sendRawTransaction", payment(operator, 0)))
        clock.seconds -= 3600
        with pytest.raises(ChainUnavailableError, match="clock is 3600 s behind"):
            ask(chain, "eth_sendRawTransaction", payment(operator, 1))
        clock.seconds += 3601
        receipt(chain, ask(chain, "eth_sendRawTransaction", payment(operator, 1)))


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


def test_a_transaction_that_breaks_the_machine_is_dropped_and_the_others_are_mined(
    tmp_path: Path, operator: LocalAccount
) -> None:
    clock = Clock(1_800_000_000)
    spender = new_account()
    with opened(tmp_path, operator, clock) as chain:
        gift = {"to": spender.address, "value": COIN}
        receipt(chain, ask(chain, "eth_sendRawTransaction", payment(operator, 0, **gift)))
        clock.seconds -= 10
        sound = [ask(chain, "eth_sendRawTransaction", payment(operator, nonce)) for nonce in (1, 2, 3)]
        broken = ask(chain, "eth_sendRawTransaction", payment(spender, 0, value=666))

        def break_on_666(engine: Engine) -> None:
            build = engine.backend.build_block

            def breaking(transactions: list[Any], timestamp: int) -> Any:  # noqa: ANN401  # as it is handed on
                if any(one.value == 666 for one in transactions):
                    raise ZeroDivisionError
                return build(transactions, timestamp)

            engine.backend.build_block = breaking  # type: ignore[method-assign,assignment]

        chain.run(break_on_666)
        for _ in range(6):
            clock.seconds += 20
            chain.run(Engine.mine)
        assert [receipt(chain, one)["status"] for one in sound] == ["0x1"] * 3
        assert ask(chain, "eth_getTransactionByHash", broken) is None
        reason = chain.run(lambda engine: engine.database.drop_reason(bytes.fromhex(broken[2:])))
        assert "ZeroDivisionError" in str(reason)


def test_an_account_can_be_given_code(chain: EmbeddedChain, operator: LocalAccount) -> None:
    owner = new_account()
    authorization = owner.sign_authorization({"chainId": 31337, "address": b"\x22" * 20, "nonce": 0})
    given = {"type": 4, "authorizationList": [authorization], "gas": 100_000, "value": 0}
    sent = ask(chain, "eth_sendRawTransaction", payment(operator, 0, **given))
    assert receipt(chain, sent)["type"] == "0x4"
    assert ask(chain, "eth_getCode", owner.address, "latest") == "0xef0100" + "22" * 20
    (listed,) = ask(chain, "eth_getTransactionByHash", sent)["authorizationList"]
    assert listed["address"] == "0x" + "22" * 20


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
