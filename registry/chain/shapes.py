"""Blocks, transactions, receipts and logs of py-evm in the form of the Ethereum JSON-RPC specification."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rlp
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from registry.chain.wire import data, quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eth.abc import BlockAPI, BlockHeaderAPI, ReceiptAPI, SignedTransactionAPI

SET_CODE = 4  # transaction type of EIP-7702
DYNAMIC_FEE = 2  # transaction type of EIP-1559; later types carry its fee fields too


def address(value: bytes) -> str:
    """An address in EIP-55 form."""
    return str(to_checksum_address(value))


def transaction_type(transaction: SignedTransactionAPI) -> int:
    """The EIP-2718 type; legacy is 0."""
    return transaction.type_id or 0


def effective_gas_price(transaction: SignedTransactionAPI, base_fee: int) -> int:
    """What a unit of gas costs in a block, in wei (EIP-1559)."""
    if transaction_type(transaction) < DYNAMIC_FEE:
        return transaction.gas_price
    return min(transaction.max_fee_per_gas, base_fee + transaction.max_priority_fee_per_gas)


def base_fee(header: BlockHeaderAPI) -> int:
    """The header's base fee in wei per gas; every block here has one (EIP-1559)."""
    return int(header.base_fee_per_gas or 0)


def block(block: BlockAPI, *, full: bool) -> dict[str, Any]:
    """A block with its transactions' hashes, or with the transactions if `full`."""
    header: Any = block.header  # its type has no fields later than London's
    transactions: list[object] = [
        transaction(one, header, position) if full else data(one.hash)
        for position, one in enumerate(block.transactions)
    ]
    return {
        "number": quantity(header.block_number),
        "hash": data(header.hash),
        "parentHash": data(header.parent_hash),
        "nonce": data(header.nonce),
        "sha3Uncles": data(header.uncles_hash),
        "logsBloom": data(header.bloom.to_bytes(256, "big")),
        "transactionsRoot": data(header.transaction_root),
        "stateRoot": data(header.state_root),
        "receiptsRoot": data(header.receipt_root),
        "miner": address(header.coinbase),
        "difficulty": quantity(header.difficulty),
        "extraData": data(header.extra_data),
        "size": quantity(len(rlp.encode(block))),
        "gasLimit": quantity(header.gas_limit),
        "gasUsed": quantity(header.gas_used),
        "timestamp": quantity(header.timestamp),
        "transactions": transactions,
        "uncles": [],
        "mixHash": data(header.mix_hash),
        "baseFeePerGas": quantity(header.base_fee_per_gas),
        "withdrawals": [],
        "withdrawalsRoot": data(header.withdrawals_root),
        "blobGasUsed": quantity(header.blob_gas_used),
        "excessBlobGas": quantity(header.excess_blob_gas),
        "parentBeaconBlockRoot": data(header.parent_beacon_block_root),
        "requestsHash": data(header.requests_hash),
    }


def transaction(
    transaction: Any,  # noqa: ANN401  # py-evm's type lacks the fields of the newer kinds
    header: BlockHeaderAPI | None,
    position: int | None,
) -> dict[str, Any]:
    """A transaction; `header` and `position` are None while it waits."""
    kind = transaction_type(transaction)
    parity = transaction.y_parity
    fields: dict[str, Any] = {
        "type": quantity(kind),
        "hash": data(transaction.hash),
        "nonce": quantity(transaction.nonce),
        "blockHash": data(header.hash) if header else None,
        "blockNumber": quantity(header.block_number) if header else None,
        "transactionIndex": None if position is None else quantity(position),
        "from": address(transaction.sender),
        "to": address(transaction.to) if transaction.to else None,
        "value": quantity(transaction.value),
        "gas": quantity(transaction.gas),
        "gasPrice": quantity(effective_gas_price(transaction, base_fee(header) if header else 0)),
        "input": data(transaction.data),
        "r": quantity(transaction.r),
        "s": quantity(transaction.s),
        "v": quantity(parity if kind else transaction.v),
    }
    if transaction.chain_id is not None:
        fields["chainId"] = quantity(transaction.chain_id)
    if kind:
        fields["yParity"] = quantity(parity)
        fields["accessList"] = [
            {"address": address(account), "storageKeys": [data(slot.to_bytes(32, "big")) for slot in slots]}
            for account, slots in transaction.access_list
        ]
    if kind >= DYNAMIC_FEE:
        fields["maxFeePerGas"] = quantity(transaction.max_fee_per_gas)
        fields["maxPriorityFeePerGas"] = quantity(transaction.max_priority_fee_per_gas)
    if kind == SET_CODE:
        fields["authorizationList"] = [
            {
                "chainId": quantity(one.chain_id),
                "address": address(one.address),
                "nonce": quantity(one.nonce),
                "yParity": quantity(one.y_parity),
                "r": quantity(one.r),
                "s": quantity(one.s),
            }
            for one in transaction.authorization_list
        ]
    return fields


def receipts(block: BlockAPI, found: Sequence[ReceiptAPI]) -> list[dict[str, Any]]:
    """The receipts of a block's transactions; log indices count through the block."""
    shaped = []
    gas_before = log_index = 0
    for position, (one, receipt) in enumerate(zip(block.transactions, found, strict=True)):
        place = {
            "transactionHash": data(one.hash),
            "transactionIndex": quantity(position),
            "blockHash": data(block.hash),
            "blockNumber": quantity(block.number),
        }
        creates = not one.to
        shaped.append(
            {
                **place,
                "type": quantity(transaction_type(one)),
                "status": quantity(int.from_bytes(receipt.state_root, "big")),
                "from": address(one.sender),
                "to": None if creates else address(one.to),
                "contractAddress": address(create_address(one.sender, one.nonce)) if creates else None,
                "cumulativeGasUsed": quantity(receipt.gas_used),
                "gasUsed": quantity(receipt.gas_used - gas_before),
                "effectiveGasPrice": quantity(effective_gas_price(one, base_fee(block.header))),
                "logsBloom": data(receipt.bloom.to_bytes(256, "big")),
                "logs": [
                    {
                        **place,
                        "logIndex": quantity(log_index + offset),
                        "address": address(log.address),
                        "topics": [data(topic.to_bytes(32, "big")) for topic in log.topics],
                        "data": data(log.data),
                        "removed": False,
                    }
                    for offset, log in enumerate(receipt.logs)
                ],
            }
        )
        gas_before = receipt.gas_used
        log_index += len(receipt.logs)
    return shaped


def create_address(sender: bytes, nonce: int) -> bytes:
    """Where a contract lands that `sender` creates with a transaction (Yellow Paper, section 7)."""
    return keccak(rlp.encode([sender, nonce]))[12:]
