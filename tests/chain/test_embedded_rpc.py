"""The bounded JSON-RPC: what is in the table is answered, everything else is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from registry.chain.embedded import EmbeddedChain
from registry.chain.methods import METHODS
from registry.chain.rpc import MAX_BATCH, JsonRpc
from registry.model import Address
from tests.chain.worlds import stepping_clock

OPERATOR = Account.create()


@pytest.fixture(scope="module")
def rpc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JsonRpc]:
    path: Path = tmp_path_factory.mktemp("chain") / "chain.db"
    with EmbeddedChain(path, Address(OPERATOR.address), stepping_clock()) as chain:
        yield JsonRpc(chain)


def ask(rpc: JsonRpc, method: str, *params: object) -> Any:  # noqa: ANN401  # JSON of any shape
    return rpc.handle({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)})


def test_a_request_gets_its_result_under_its_id(rpc: JsonRpc) -> None:
    answer = rpc.handle({"jsonrpc": "2.0", "id": "seven", "method": "eth_chainId"})
    assert answer == {"jsonrpc": "2.0", "id": "seven", "result": "0x7a69"}


@pytest.mark.parametrize(
    "method",
    [
        "eth_sendTransaction",
        "eth_sign",
        "eth_accounts",
        "eth_newFilter",
        "personal_unlockAccount",
        "debug_traceTransaction",
        "evm_mine",
        "evm_snapshot",
        "anvil_setBalance",
        "admin_peers",
        "__init__",
        "",
    ],
)
def test_a_method_that_is_not_in_the_table_does_not_exist(rpc: JsonRpc, method: str) -> None:
    assert ask(rpc, method)["error"]["code"] == -32601


def test_the_table_holds_reading_and_signed_transactions_only() -> None:
    writing = {name for name in METHODS if not name.startswith(("eth_get", "net_", "web3_"))}
    assert writing == {
        "eth_blockNumber",
        "eth_call",
        "eth_chainId",
        "eth_estimateGas",
        "eth_feeHistory",
        "eth_gasPrice",
        "eth_maxPriorityFeePerGas",
        "eth_sendRawTransaction",
    }


def test_a_batch_is_answered_in_order_and_bounded(rpc: JsonRpc) -> None:
    batch = [{"jsonrpc": "2.0", "id": number, "method": "eth_blockNumber"} for number in range(3)]
    answer: Any = rpc.handle(batch)
    assert [one["id"] for one in answer] == [0, 1, 2]
    for wrong in ([], batch * MAX_BATCH):
        refused: Any = rpc.handle(wrong)
        assert refused["error"]["code"] == -32600


def test_a_notification_gets_no_answer(rpc: JsonRpc) -> None:
    assert rpc.handle({"jsonrpc": "2.0", "method": "eth_chainId"}) is None
    assert rpc.handle([{"jsonrpc": "2.0", "method": "eth_chainId"}]) is None


@pytest.mark.parametrize(
    "request_",
    [
        None,
        1,
        "eth_chainId",
        {},
        {"jsonrpc": "1.0", "id": 1, "method": "eth_chainId"},
        {"jsonrpc": "2.0", "id": 1},
    ],
)
def test_what_is_no_request_is_refused(rpc: JsonRpc, request_: object) -> None:
    answer: Any = rpc.handle(request_)
    assert answer["error"]["code"] == -32600


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("eth_getBalance", []),
        ("eth_getBalance", ["0x12", "latest"]),
        ("eth_getBalance", [OPERATOR.address, "soon"]),
        ("eth_getBalance", [OPERATOR.address, {"blockHash": 7}]),
        ("eth_getBlockByNumber", ["0x01", False]),
        ("eth_getBlockByHash", ["0x1234"]),
        ("eth_getTransactionReceipt", [None]),
        ("eth_call", ["0x"]),
        ("eth_call", [{"to": 5}]),
        ("eth_call", [{"data": "xyz"}]),
        ("eth_getLogs", [{"topics": "0x"}]),
        ("eth_getLogs", [{"topics": ["0x12"]}]),
        ("eth_getLogs", [7]),
        ("eth_feeHistory", [0, "latest", []]),
        ("eth_feeHistory", ["0x10000", "latest", []]),
        ("eth_sendRawTransaction", ["0x1"]),
        ("eth_chainId", ["more", "than", "it", "takes"]),
    ],
)
def test_parameters_that_do_not_fit_are_refused(rpc: JsonRpc, method: str, params: list[object]) -> None:
    assert ask(rpc, method, *params)["error"]["code"] == -32602


def test_parameters_by_name_are_refused(rpc: JsonRpc) -> None:
    answer: Any = rpc.handle({"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": {"a": 1}})
    assert answer["error"]["code"] == -32602


def test_a_revert_carries_its_data(rpc: JsonRpc) -> None:
    # store 0xdeadbeef at the end of a word and revert with its four bytes
    answer = ask(rpc, "eth_call", {"data": "0x63deadbeef5f526004601cfd"}, "latest")
    assert answer["error"] == {"code": 3, "message": "execution reverted", "data": "0xdeadbeef"}


def test_a_call_needs_no_coin_for_its_gas(rpc: JsonRpc) -> None:
    pauper = Account.create().address
    assert ask(rpc, "eth_call", {"from": pauper, "to": OPERATOR.address}, "latest")["result"] == "0x"
    assert ask(rpc, "eth_estimateGas", {"from": pauper, "to": OPERATOR.address})["result"] == hex(21_000)
    refused = ask(rpc, "eth_call", {"from": pauper, "to": OPERATOR.address, "value": "0x1"}, "latest")
    assert "insufficient funds" in refused["error"]["message"]


def test_a_call_gets_no_more_gas_than_a_transaction_may_have(rpc: JsonRpc) -> None:
    gas = "0x5a5f5260205ff3"  # GAS PUSH0 MSTORE PUSH1 32 PUSH0 RETURN
    answer = ask(rpc, "eth_call", {"data": gas, "gas": hex(10**15)}, "latest")
    assert 15_000_000 < int(answer["result"], 16) < 16_000_000
    refused = ask(rpc, "eth_call", {"data": gas, "gas": hex(20_000)}, "latest")
    assert refused["error"]["code"] == -32000


def test_logs_are_asked_for_over_a_bounded_range(rpc: JsonRpc) -> None:
    assert ask(rpc, "eth_getLogs", {"fromBlock": "0x0", "toBlock": "latest"})["result"] == []
    unknown = ask(rpc, "eth_getLogs", {"blockHash": "0x" + "12" * 32})
    assert unknown["error"]["message"] == "unknown block"


def test_a_slot_can_be_read_by_either_spelling(rpc: JsonRpc) -> None:
    for slot in ("0x0", "0x" + "00" * 32):
        assert ask(rpc, "eth_getStorageAt", OPERATOR.address, slot, "latest")["result"] == "0x" + "00" * 32


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=10)
    | st.sampled_from(["0x", "0x0", "latest"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["to", "blockHash", "data"]), inner)
    ),
    max_leaves=6,
)


@given(method=st.sampled_from(sorted(METHODS)), params=st.lists(_json, max_size=4))
def test_no_parameters_break_it(rpc: JsonRpc, method: str, params: list[object]) -> None:
    answer = ask(rpc, method, *params)
    assert ("result" in answer) != ("error" in answer)
