from __future__ import annotations

import json

import pytest

from registry.client import NodeRefusedError, NoNodeError, RpcClient, UnexpectedAnswerError
from tests.unit.client.small_server import SmallServer


def test_a_call_is_json_rpc_2_0(server: SmallServer) -> None:
    server.answer({"jsonrpc": "2.0", "id": 1, "result": "0x7a69"})
    with RpcClient(server.url) as node:
        assert node.chain_id() == 31337
    sent = json.loads(server.asked[0][3])
    assert sent == {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []}


def test_a_refusal_keeps_its_number_and_data(server: SmallServer) -> None:
    server.answer({"id": 1, "error": {"code": 3, "message": "execution reverted", "data": "0x01"}})
    with RpcClient(server.url) as node, pytest.raises(NodeRefusedError, match="execution reverted") as raised:
        node.estimate_gas("0x01", "0x02", b"\x01", 5)
    assert raised.value.facts == {"method": "eth_estimateGas", "error": 3, "data": "0x01"}
    assert json.loads(server.asked[0][3])["params"] == [
        {"from": "0x01", "to": "0x02", "data": "0x01", "value": "0x5"}
    ]


def test_a_transaction_that_waits_has_no_receipt(server: SmallServer) -> None:
    server.answer({"id": 1, "result": None})
    with RpcClient(server.url) as node:
        assert node.receipt("0x01") is None
        assert node.gas_used("0x01") is None


def test_an_account_without_code_is_no_contract(server: SmallServer) -> None:
    with RpcClient(server.url) as node:
        server.answer({"id": 1, "result": "0x"})
        assert not node.has_code("0x01")
        server.answer({"id": 1, "result": "0x60"})
        assert node.has_code("0x01")


@pytest.mark.parametrize("answer", [[], {"id": 1}, {"id": 1, "result": "many"}, {"id": 1, "result": None}])
def test_what_is_no_quantity_is_not_taken_for_one(server: SmallServer, answer: object) -> None:
    server.answer(answer)
    with RpcClient(server.url) as node, pytest.raises(UnexpectedAnswerError):
        node.balance("0x01")


def test_a_registry_without_a_node_says_there_is_none(server: SmallServer) -> None:
    server.answer({"code": "not-found"}, 404)
    with RpcClient(f"{server.url}/rpc") as node, pytest.raises(NoNodeError):
        node.chain_id()
