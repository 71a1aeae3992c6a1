"""Answers that are JSON-RPC and yet cannot be read, and refusals that are a node's own trouble."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from eth_account import Account
from eth_utils.crypto import keccak

from registry.chain.gateway import Gateway
from registry.chain.providers import NodeProvider
from registry.errors import ChainUnavailableError, NotFoundError, TransactionRejectedError
from registry.model import Address, Block, Call, Contracts, Hash32, ProofLevel, TransactionHash
from tests.chain.odd_nodes import CHAIN_ID, node_with

REGISTRY, LEDGER = Address("0x" + "11" * 20), Address("0x" + "22" * 20)
LOG, VAULT, DESK = (Address("0x" + digits * 20) for digits in ("55", "66", "77"))
CONTRACTS = Contracts(CHAIN_ID, LOG, REGISTRY, LEDGER, VAULT, DESK, 0, Hash32(bytes(32)))
SOMEBODY = Address("0x" + "33" * 20)
HASH = "0x" + "ab" * 32
BLOCK = Block(5, Hash32.parse(HASH), Hash32(bytes(32)), 1_000)
GOOD_BLOCK = {
    "number": "0x5",
    "hash": HASH,
    "parentHash": "0x" + "00" * 32,
    "timestamp": "0x3e8",
    "logsBloom": "0x" + "ff" * 256,
    "baseFeePerGas": "0x7",
}
GOOD_RECEIPT = {
    "blockNumber": "0x5",
    "blockHash": HASH,
    "status": "0x1",
    "gasUsed": "0x5208",
}
TRANSFER = "0x" + keccak(text="Transfer(address,address,uint256)").hex()
GOOD_LOG = {
    "address": REGISTRY,
    "topics": [TRANSFER, "0x" + "00" * 32, "0x" + "00" * 12 + SOMEBODY[2:], "0x" + "07" * 32],
    "data": "0x",
    "blockNumber": "0x5",
    "logIndex": "0x0",
    "transactionHash": HASH,
}
BY_NUMBER, BY_HASH = "eth_getBlockByNumber", "eth_getBlockByHash"
Act = Callable[[Gateway], object]


def gateway(url: str) -> Gateway:
    return Gateway(NodeProvider(url), CONTRACTS, Account.create(), 3, ProofLevel.LOCAL)


def head(chain: Gateway) -> object:
    return chain.head()


def final_number(chain: Gateway) -> object:
    return chain.final_number()


def fees(chain: Gateway) -> object:
    return chain.fees()


def events(chain: Gateway) -> object:
    return chain.events(BLOCK)


def recovery(chain: Gateway) -> object:
    return chain.recovery(SOMEBODY)


def desk_terms(chain: Gateway) -> object:
    return chain.desk_terms()


def balance(chain: Gateway) -> object:
    return chain.balance(SOMEBODY)


def next_nonce(chain: Gateway) -> object:
    return chain.next_nonce(SOMEBODY)


def contract_signature(chain: Gateway) -> object:
    return chain.is_contract_signature(SOMEBODY, Hash32(bytes(32)), b"signature")


def estimate(chain: Gateway) -> object:
    return chain.estimate_gas(SOMEBODY, Call(REGISTRY, b"", 0))


def broadcast(chain: Gateway) -> object:
    return chain.broadcast(b"signed")


def receipt(chain: Gateway) -> object:
    return chain.receipt(TransactionHash.parse(HASH))


def without(answer: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in answer.items() if key != name}


def test_a_node_that_answers_well_is_read() -> None:
    results = {
        BY_NUMBER: GOOD_BLOCK,
        BY_HASH: GOOD_BLOCK,
        "eth_maxPriorityFeePerGas": "0x1",
        "eth_getLogs": [GOOD_LOG],
        "eth_getTransactionReceipt": GOOD_RECEIPT,
        "eth_estimateGas": "0x5208",
    }
    with node_with(results) as url:
        chain = gateway(url)
        assert chain.head() == BLOCK
        assert chain.final_number() == 5
        assert chain.fees().max_fee == 15
        assert [event.name for event in chain.events(BLOCK)] == ["Transfer"]
        assert chain.estimate_gas(SOMEBODY, Call(REGISTRY, b"", 0)) == 21_000 * 11 // 10
        mined = chain.receipt(TransactionHash.parse(HASH))
        assert mined is not None
        assert mined.gas_used == 21_000


@pytest.mark.parametrize(
    ("act", "results"),
    [
        (head, {BY_NUMBER: None}),
        (head, {BY_NUMBER: []}),
        (head, {BY_NUMBER: "0x5"}),
        (head, {BY_NUMBER: without(GOOD_BLOCK, "timestamp")}),
        (head, {BY_NUMBER: GOOD_BLOCK | {"number": None}}),
        (head, {BY_NUMBER: GOOD_BLOCK | {"hash": "0xab"}}),
        (head, {BY_NUMBER: GOOD_BLOCK | {"logsBloom": "0xzz"}}),
        (head, {BY_NUMBER: GOOD_BLOCK | {"logsBloom": "0x"}}),
        (final_number, {BY_NUMBER: {}}),
        (fees, {BY_NUMBER: without(GOOD_BLOCK, "baseFeePerGas"), "eth_maxPriorityFeePerGas": "0x1"}),
        (fees, {BY_NUMBER: None, "eth_maxPriorityFeePerGas": "0x1"}),
        (fees, {BY_NUMBER: GOOD_BLOCK}),
        (events, {BY_HASH: GOOD_BLOCK}),
        (events, {BY_HASH: GOOD_BLOCK, "eth_getLogs": {}}),
        (events, {BY_HASH: GOOD_BLOCK, "eth_getLogs": ""}),
        (events, {"eth_getLogs": [None]}),
        (events, {"eth_getLogs": [GOOD_LOG | {"address": "nobody"}]}),
        (events, {"eth_getLogs": [GOOD_LOG | {"topics": None}]}),
        (events, {"eth_getLogs": [GOOD_LOG | {"topics": [TRANSFER]}]}),
        (events, {"eth_getLogs": [GOOD_LOG | {"data": "0xabc"}]}),
        (events, {"eth_getLogs": [GOOD_LOG | {"transactionHash": None}]}),
        (recovery, {}),
        (recovery, {"eth_call": "0x"}),
        (recovery, {"eth_call": "0x" + "ff" * 96}),
        (desk_terms, {"eth_call": "0x" + "00" * 128}),
        (balance, {}),
        (balance, {"eth_getBalance": "much"}),
        (next_nonce, {}),
        (next_nonce, {"eth_getTransactionCount": {}}),
        (contract_signature, {}),
        (contract_signature, {"eth_call": "0x1"}),
        (estimate, {}),
        (estimate, {"eth_estimateGas": 21_000}),
        (estimate, {"eth_estimateGas": "0x"}),
        (receipt, {"eth_getTransactionReceipt": "0x1"}),
        (receipt, {"eth_getTransactionReceipt": without(GOOD_RECEIPT, "status")}),
        (receipt, {"eth_getTransactionReceipt": GOOD_RECEIPT | {"blockHash": "0xab"}}),
    ],
)
def test_an_answer_that_cannot_be_read_is_an_unavailable_chain(act: Act, results: dict[str, object]) -> None:
    with node_with(results) as url:
        chain = gateway(url)
        with pytest.raises(ChainUnavailableError):
            act(chain)


def test_a_block_that_is_gone_is_told_as_such() -> None:
    with node_with({"eth_getLogs": []}) as url:
        chain = gateway(url)
        with pytest.raises(NotFoundError):
            chain.events(BLOCK)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (-32000, "header not found"),
        (-32603, "internal error"),
        (-32000, "execution aborted (timeout = 5s)"),
        (-32005, "request rate limited"),
        (-32000, "missing trie node 1234 (path )"),
        (-32000, "max fee per gas less than block base fee"),
        (-32000, "txpool is full"),
        (-32601, "the method eth_estimateGas does not exist"),
        (-32099, "something nobody has seen"),
    ],
)
def test_a_nodes_trouble_with_an_estimate_is_an_unavailable_chain(code: int, message: str) -> None:
    with node_with({}, {"eth_estimateGas": {"code": code, "message": message}}) as url:
        chain = gateway(url)
        with pytest.raises(ChainUnavailableError, match="no estimate"):
            estimate(chain)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ({"code": 3, "message": "execution reverted", "data": "0x12345678"}, "reverted"),
        ({"code": -32000, "message": "execution reverted"}, "reverted"),
        ({"code": -32000, "message": "insufficient funds for transfer"}, "insufficient-funds"),
        ({"code": -32000, "message": "nonce too low"}, "nonce-used"),
        ({"code": -32000, "message": "nonce too high"}, "nonce-too-high"),
        ({"code": -32000, "message": "invalid opcode: INVALID"}, "halted"),
        ({"code": -32000, "message": "gas required exceeds allowance (16000000)"}, "gas"),
    ],
)
def test_what_no_waiting_changes_is_a_rejected_estimate(error: dict[str, object], reason: str) -> None:
    with node_with({}, {"eth_estimateGas": error}) as url:
        chain = gateway(url)
        with pytest.raises(TransactionRejectedError) as caught:
            estimate(chain)
    assert caught.value.facts["reason"] == reason


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (-32603, "something went wrong"),
        (-32000, "internal error"),
        (-32005, "daily request count exceeded"),
        (429, "slow down"),
        (-32000, "request rate limited"),
        (-32000, "request timed out"),
        (-32000, "context deadline exceeded"),
        (-32000, "the node is syncing"),
        (-32000, "txpool is full"),
    ],
)
def test_a_nodes_trouble_with_a_transaction_is_an_unavailable_chain(code: int, message: str) -> None:
    with node_with({}, {"eth_sendRawTransaction": {"code": code, "message": message}}) as url:
        chain = gateway(url)
        with pytest.raises(ChainUnavailableError):
            broadcast(chain)


@pytest.mark.parametrize(
    ("code", "message", "reason"),
    [
        (-32000, "nonce too low", "nonce-used"),
        (-32000, "insufficient funds for gas * price + value", "insufficient-funds"),
        (-32000, "invalid chain id for signer", "other-chain"),
        (-32000, "max fee per gas less than block base fee", "underpriced"),
        (-32603, "replacement transaction underpriced", "underpriced"),
        (-32000, "something nobody has seen", "refused"),
    ],
)
def test_a_transaction_that_a_node_refuses_is_rejected(code: int, message: str, reason: str) -> None:
    with node_with({}, {"eth_sendRawTransaction": {"code": code, "message": message}}) as url:
        chain = gateway(url)
        with pytest.raises(TransactionRejectedError) as caught:
            broadcast(chain)
    assert caught.value.facts["reason"] == reason
