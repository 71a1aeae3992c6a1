"""The JSON-RPC methods that the embedded chain answers: reading, and handing in signed transactions.

Names, parameters and results are those of the Ethereum JSON-RPC specification (execution-apis). There are no
filters, no accounts, no debugging and no mining in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from eth_typing import Address

from registry.chain import shapes
from registry.chain.backend import EMBEDDED_CHAIN_ID, Message
from registry.chain.engine import PRIORITY_FEE_WEI, Engine
from registry.chain.wire import (
    INVALID_PARAMS,
    SERVER_ERROR,
    RpcError,
    data,
    parse_data,
    parse_quantity,
    quantity,
)

if TYPE_CHECKING:
    from eth.abc import BlockHeaderAPI

MAX_LOG_BLOCKS = 2_000  # of one eth_getLogs; a block holds at most some 300 registrations
MAX_FEE_BLOCKS = 1_024  # of one eth_feeHistory, as nodes bound it

_HEAD_TAGS = ("latest", "safe", "finalized", "pending")  # nothing is ever reorganised here

Method = Callable[..., object]


def _header(engine: Engine, tag: object) -> BlockHeaderAPI:
    header = _find_header(engine, tag)
    if header is None:
        raise RpcError(SERVER_ERROR, "header not found")
    return header


def _find_header(engine: Engine, tag: object) -> BlockHeaderAPI | None:
    if tag in _HEAD_TAGS:
        return engine.head()
    if tag == "earliest":
        return engine.backend.header(0)
    if isinstance(tag, Mapping) and "blockHash" in tag:  # EIP-1898
        return engine.backend.header_by_hash(parse_data(tag["blockHash"], "blockHash", 32))
    if isinstance(tag, Mapping):
        tag = tag.get("blockNumber")
    return engine.backend.header(parse_quantity(tag, "block"))


def _account(text: object) -> Address:
    return Address(parse_data(text, "address", 20))


def _message(fields: object) -> Message:
    if not isinstance(fields, Mapping):
        raise RpcError(INVALID_PARAMS, "the call must be an object")
    payload = fields.get("input", fields.get("data"))
    target = fields.get("to")
    gas = fields.get("gas")
    return Message(
        sender=_account(fields["from"]) if fields.get("from") else bytes(20),
        to=None if target is None else _account(target),
        data=b"" if payload is None else parse_data(payload, "data"),
        value=parse_quantity(fields.get("value", "0x0"), "value"),
        gas=None if gas is None else parse_quantity(gas, "gas"),
    )


def _execution_header(engine: Engine, tag: object) -> BlockHeaderAPI:
    # "latest" is answered for the present moment: deadlines are judged as the next block will judge them
    if tag in _HEAD_TAGS:
        return engine.present()
    return _header(engine, tag)


def chain_id(_: Engine) -> str:
    """eth_chainId."""
    return quantity(EMBEDDED_CHAIN_ID)


def network_version(_: Engine) -> str:
    """net_version."""
    return str(EMBEDDED_CHAIN_ID)


def client_version(_: Engine) -> str:
    """web3_clientVersion."""
    return "colophon/embedded"


def block_number(engine: Engine) -> str:
    """eth_blockNumber."""
    return quantity(engine.head().block_number)


def block_by_number(engine: Engine, tag: object, full: object = False) -> object:  # noqa: FBT002  # positional in JSON-RPC
    """eth_getBlockByNumber."""
    header = _find_header(engine, tag)
    return None if header is None else shapes.block(engine.backend.block(header), full=bool(full))


def block_by_hash(engine: Engine, block_hash: object, full: object = False) -> object:  # noqa: FBT002
    """eth_getBlockByHash."""
    header = engine.backend.header_by_hash(parse_data(block_hash, "hash", 32))
    return None if header is None else shapes.block(engine.backend.block(header), full=bool(full))


def transaction_by_hash(engine: Engine, transaction_hash: object) -> object:
    """eth_getTransactionByHash."""
    key = parse_data(transaction_hash, "hash", 32)
    waiting = engine.pool.get(key)
    if waiting is not None:
        return shapes.transaction(waiting.transaction, None, None)
    receipt = engine.receipt(key)
    if receipt is None:
        return None
    position = int(receipt["transactionIndex"], 16)
    header = _header(engine, receipt["blockNumber"])
    return shapes.transaction(engine.backend.block(header).transactions[position], header, position)


def transaction_receipt(engine: Engine, transaction_hash: object) -> object:
    """eth_getTransactionReceipt."""
    return engine.receipt(parse_data(transaction_hash, "hash", 32))


def transaction_count(engine: Engine, account: object, tag: object = "latest") -> str:
    """eth_getTransactionCount; `pending` counts what waits."""
    if tag == "pending":
        return quantity(engine.pending_nonce(_account(account)))
    return quantity(engine.backend.state(_header(engine, tag)).get_nonce(_account(account)))


def balance(engine: Engine, account: object, tag: object = "latest") -> str:
    """eth_getBalance."""
    return quantity(engine.backend.state(_header(engine, tag)).get_balance(_account(account)))


def code(engine: Engine, account: object, tag: object = "latest") -> str:
    """eth_getCode."""
    return data(engine.backend.state(_header(engine, tag)).get_code(_account(account)))


def storage(engine: Engine, account: object, slot: object, tag: object = "latest") -> str:
    """eth_getStorageAt."""
    place = (
        int.from_bytes(parse_data(slot, "slot"), "big") if _is_padded(slot) else parse_quantity(slot, "slot")
    )
    found = engine.backend.state(_header(engine, tag)).get_storage(_account(account), place)
    return data(found.to_bytes(32, "big"))


def _is_padded(slot: object) -> bool:
    return isinstance(slot, str) and len(slot) == len("0x") + 2 * 32


def call(engine: Engine, fields: object, tag: object = "latest") -> str:
    """eth_call."""
    return data(engine.backend.call(_message(fields), _execution_header(engine, tag)))


def estimate_gas(engine: Engine, fields: object, tag: object = "latest") -> str:
    """eth_estimateGas."""
    return quantity(engine.backend.estimate(_message(fields), _execution_header(engine, tag)))


def gas_price(engine: Engine) -> str:
    """eth_gasPrice."""
    return quantity(engine.base_fee() + PRIORITY_FEE_WEI)


def priority_fee(_: Engine) -> str:
    """eth_maxPriorityFeePerGas."""
    return quantity(PRIORITY_FEE_WEI)


def fee_history(engine: Engine, count: object, newest: object, percentiles: object = None) -> object:
    """eth_feeHistory; every transaction's reward is the constant priority fee that this chain asks for."""
    wanted = count if isinstance(count, int) else parse_quantity(count, "blockCount")
    if not 1 <= wanted <= MAX_FEE_BLOCKS:
        raise RpcError(INVALID_PARAMS, f"blockCount must be between 1 and {MAX_FEE_BLOCKS}")
    last = _header(engine, newest).block_number
    first = max(0, last - wanted + 1)
    headers = [_header(engine, quantity(number)) for number in range(first, last + 1)]
    following = engine.backend.header(last + 1) or engine.present()
    history: dict[str, object] = {
        "oldestBlock": quantity(first),
        "baseFeePerGas": [quantity(shapes.base_fee(header)) for header in (*headers, following)],
        "gasUsedRatio": [header.gas_used / header.gas_limit for header in headers],
    }
    if isinstance(percentiles, list) and percentiles:
        history["reward"] = [[quantity(PRIORITY_FEE_WEI)] * len(percentiles) for _ in headers]
    return history


def logs(engine: Engine, criteria: object) -> object:
    """eth_getLogs, of at most 2 000 blocks."""
    if not isinstance(criteria, Mapping):
        raise RpcError(INVALID_PARAMS, "the criteria must be an object")
    first, last = _log_range(engine, criteria)
    addresses = _addresses(criteria.get("address"))
    topics = _topics(criteria.get("topics"))
    return [log for log in engine.logs(first, last) if _wanted(log, addresses, topics)]


def _log_range(engine: Engine, criteria: Mapping[str, Any]) -> tuple[int, int]:
    if "blockHash" in criteria:
        header = _find_header(engine, {"blockHash": criteria["blockHash"]})
        if header is None:
            raise RpcError(SERVER_ERROR, "unknown block")
        return header.block_number, header.block_number
    first, last = (_log_bound(engine, criteria.get(name, "latest")) for name in ("fromBlock", "toBlock"))
    if last - first >= MAX_LOG_BLOCKS:
        raise RpcError(INVALID_PARAMS, f"a range of at most {MAX_LOG_BLOCKS} blocks, please")
    return first, last


def _log_bound(engine: Engine, tag: object) -> int:
    if isinstance(tag, str) and tag.startswith("0x"):
        return min(parse_quantity(tag, "block"), engine.head().block_number)
    return _header(engine, tag).block_number


def _addresses(wanted: object) -> frozenset[bytes] | None:
    if wanted is None:
        return None
    return frozenset(_account(one) for one in (wanted if isinstance(wanted, list) else [wanted]))


def _topics(wanted: object) -> list[frozenset[str] | None]:
    if wanted is None:
        return []
    if not isinstance(wanted, list):
        raise RpcError(INVALID_PARAMS, "topics must be a list")
    return [
        None
        if choice is None
        else frozenset(
            data(parse_data(one, "topic", 32)) for one in (choice if isinstance(choice, list) else [choice])
        )
        for choice in wanted
    ]


def _wanted(
    log: Mapping[str, Any], addresses: frozenset[bytes] | None, topics: list[frozenset[str] | None]
) -> bool:
    if addresses is not None and bytes.fromhex(log["address"][2:]) not in addresses:
        return False
    if len(topics) > len(log["topics"]):
        return False
    return all(
        choice is None or found in choice for choice, found in zip(topics, log["topics"], strict=False)
    )


def send_raw_transaction(engine: Engine, raw: object) -> str:
    """eth_sendRawTransaction; the transaction is durable once this answers."""
    return str(engine.submit(parse_data(raw, "transaction")))


METHODS: Mapping[str, Method] = {
    "eth_blockNumber": block_number,
    "eth_call": call,
    "eth_chainId": chain_id,
    "eth_estimateGas": estimate_gas,
    "eth_feeHistory": fee_history,
    "eth_gasPrice": gas_price,
    "eth_getBalance": balance,
    "eth_getBlockByHash": block_by_hash,
    "eth_getBlockByNumber": block_by_number,
    "eth_getCode": code,
    "eth_getLogs": logs,
    "eth_getStorageAt": storage,
    "eth_getTransactionByHash": transaction_by_hash,
    "eth_getTransactionCount": transaction_count,
    "eth_getTransactionReceipt": transaction_receipt,
    "eth_maxPriorityFeePerGas": priority_fee,
    "eth_sendRawTransaction": send_raw_transaction,
    "net_version": network_version,
    "web3_clientVersion": client_version,
}
