from __future__ import annotations

import pytest
from eth_account import Account

from registry.chain.abi import artifact
from registry.chain.calls import call_of
from registry.cli.failures import CommandError
from registry.cli.terminal import Terminal
from registry.cli.transactions import GAS_LIMIT, GAS_LIMIT_PER_ITEM, Wallet, gas_limit_of, node_url
from registry.client import ColophonClient, NodeRefusedError, NoNodeError, RpcClient
from registry.errors import NotPossibleError
from registry.model import DisputeId, DisputeStatus, Register, Release, RetractWork, RuleDispute, Sale
from tests.unit.cli.proposals import CONTRACTS, PARENT, honest_offer, honest_registration


class Refusing(RpcClient):
    """A node that refuses to estimate, with what a contract reverted with."""

    data: object = None

    def chain_id(self) -> int:
        return CONTRACTS.chain_id

    def estimate_gas(self, *_: object) -> int:
        raise NodeRefusedError("eth_estimateGas", 3, "execution reverted", self.data)


def wallet(node: RpcClient) -> Wallet:
    account = Account.from_key(bytes([5]) * 32)
    return Wallet(account, node, CONTRACTS.chain_id, 10**16, Terminal())


def test_what_a_contract_refuses_is_told_as_the_error_that_it_stands_for() -> None:
    node = Refusing("http://127.0.0.1:9")
    [selector] = [
        selector
        for selector, failure in artifact("WorkRegistry").errors.items()
        if failure.name == "AlreadyRegistered"
    ]
    node.data = f"0x{selector.hex()}{bytes(PARENT).hex()}"
    with pytest.raises(NotPossibleError, match="what is recorded stays recorded"):
        wallet(node).send(call_of(CONTRACTS, RetractWork(PARENT)))


@pytest.mark.parametrize("data", [None, "0x", {"data": "0x"}])
def test_a_refusal_without_a_reason_is_the_node_s(data: object) -> None:
    node = Refusing("http://127.0.0.1:9")
    node.data = data
    with pytest.raises(NodeRefusedError, match="execution reverted"):
        wallet(node).send(call_of(CONTRACTS, RetractWork(PARENT)))


def test_an_act_over_a_list_may_use_gas_for_each_item() -> None:
    sales = tuple(Sale(honest_offer(), serial) for serial in (1, 2, 3))
    assert gas_limit_of(Register(honest_registration().declaration)) == GAS_LIMIT
    assert gas_limit_of(Release(sales)) == GAS_LIMIT + 3 * GAS_LIMIT_PER_ITEM
    ruling = RuleDispute(DisputeId(bytes(32)), DisputeStatus.UPHELD, sales[:2])
    assert gas_limit_of(ruling) == GAS_LIMIT + 2 * GAS_LIMIT_PER_ITEM


def test_a_chain_that_is_not_embedded_needs_a_named_node() -> None:
    with ColophonClient("http://127.0.0.1:9") as client:
        assert node_url(client, None, 31337) == "http://127.0.0.1:9/rpc"
        assert node_url(client, "http://node", 1) == "http://node"
        with pytest.raises(CommandError, match="--rpc"):
            node_url(client, None, 1)


def test_a_node_that_is_away_is_told_by_its_address() -> None:
    with RpcClient("http://127.0.0.1:9") as node, pytest.raises(NoNodeError, match=r"127\.0\.0\.1:9"):
        node.chain_id()
