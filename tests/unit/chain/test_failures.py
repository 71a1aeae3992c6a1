from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from registry.chain.abi import CONTRACT_NAMES, artifact
from registry.chain.contract_errors import CONTRACT_ERRORS
from registry.chain.failures import (
    decode_revert,
    of_broadcast,
    of_estimate,
    reason_of,
    revert_data,
)
from registry.chain.wire import RpcError
from registry.errors import (
    ChainUnavailableError,
    PriceOverLimitError,
    RegistryError,
    TransactionRejectedError,
)

SAMPLES: dict[str, object] = {
    "address": "0x" + "12" * 20,
    "(uint32,uint32,uint32,uint32)": (1, 2, 3, 4),
    "bytes32": b"\x34" * 32,
    "string": "text",
}


def test_the_table_names_the_contracts_errors_and_no_others() -> None:
    declared = {failure.name for name in CONTRACT_NAMES for failure in artifact(name).errors.values()}
    assert set(CONTRACT_ERRORS) == declared


def test_every_interface_of_the_contracts_is_in_the_table() -> None:
    folder = Path(__file__).parents[3] / "contracts" / "src" / "interfaces"
    declared = {
        line.split()[1].split("(")[0]
        for path in folder.glob("I*.sol")
        for line in path.read_text("utf-8").splitlines()
        if line.strip().startswith("error ")
    }
    assert declared <= set(CONTRACT_ERRORS)


@pytest.mark.parametrize("contract", CONTRACT_NAMES)
def test_every_typed_error_becomes_a_domain_error(contract: str) -> None:
    for selector, failure in artifact(contract).errors.items():
        values = [SAMPLES.get(kind, 7) for kind in failure.inputs]
        error = decode_revert(selector + encode(failure.inputs, values))
        assert isinstance(error, RegistryError)
        assert "revert_data" not in error.facts, failure.name
        json.dumps(error.facts, default=str)


def test_a_decoded_error_keeps_its_values() -> None:
    selector = keccak(text="PriceAboveLimit(uint256,uint256)")[:4]
    error = decode_revert(selector + encode(["uint256", "uint256"], [2**100, 5]))
    assert isinstance(error, PriceOverLimitError)
    assert error.facts == {"price_wei": str(2**100), "limit_wei": "5"}


@pytest.mark.parametrize("payload", [b"", b"\x08\xc3y\xa0", b"\xde\xad\xbe\xef" + bytes(32)])
def test_an_unknown_revert_is_rejected_with_its_bytes(payload: bytes) -> None:
    error = decode_revert(payload)
    assert isinstance(error, TransactionRejectedError)
    assert error.facts == {"reason": "reverted", "revert_data": "0x" + payload.hex()}


def test_a_known_selector_with_torn_values_is_rejected_with_its_bytes() -> None:
    selector = keccak(text="PriceAboveLimit(uint256,uint256)")[:4]
    assert decode_revert(selector + b"\x01").facts["reason"] == "reverted"


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("already known", "known"),
        ("transaction already imported", "known"),
        ("nonce too low: next nonce 5, tx nonce 4", "nonce-used"),
        ("nonce too high", "nonce-too-high"),
        ("insufficient funds for gas * price + value: have 0 want 5", "insufficient-funds"),
        ("Insufficient funds for gas * price + value", "insufficient-funds"),
        ("replacement transaction underpriced", "underpriced"),
        ("max fee per gas less than block base fee", "underpriced"),
        ("invalid chain id for signer: have 5 want 1", "other-chain"),
        ("only replay-protected (EIP-155) transactions allowed over RPC", "other-chain"),
        ("intrinsic gas too low", "gas"),
        ("exceeds block gas limit", "gas"),
        ("transaction type not supported", "unsupported-type"),
        ("invalid opcode: INVALID", "halted"),
        ("EVM error InvalidFEOpcode", "halted"),
        ("stack underflow (0 <=> 2)", "halted"),
        ("execution failed: OutOfGas", "gas"),
        ("something nobody has seen", "refused"),
    ],
)
def test_a_nodes_message_becomes_one_word(message: str, reason: str) -> None:
    assert reason_of(RpcError(-32000, message)) == reason


def test_a_full_pool_is_a_chain_to_ask_again_later() -> None:
    assert isinstance(of_broadcast(RpcError(-32000, "txpool is full")), ChainUnavailableError)


@pytest.mark.parametrize("refused", [of_estimate, of_broadcast])
def test_a_revert_is_a_contracts_refusal_whatever_was_asked(
    refused: Callable[[RpcError], RegistryError],
) -> None:
    assert refused(RpcError(3, "execution reverted: internal error")).facts["reason"] == "reverted"


def test_a_revert_whose_time_is_none_is_rejected_with_its_bytes() -> None:
    selector = keccak(text="DeadlinePassed(uint64,uint64)")[:4]
    assert (
        decode_revert(selector + encode(["uint64", "uint64"], [2**64 - 1, 0])).facts["reason"] == "reverted"
    )


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (RpcError(3, "execution reverted", "0x1234"), b"\x12\x34"),
        (RpcError(-32000, "VM Exception", {"data": "0x1234"}), b"\x12\x34"),
        (RpcError(-32015, "VM execution error.", "Reverted 0x1234"), b"\x12\x34"),
        (RpcError(-32000, "execution reverted"), b""),
        (RpcError(-32000, "header not found"), None),
        (RpcError(-32000, "header not found", "not hex"), None),
    ],
)
def test_revert_data_is_found_where_nodes_put_it(error: RpcError, expected: bytes | None) -> None:
    assert revert_data(error) == expected
