"""Blocks of real chains, as JSON-RPC tells them: many transactions of every type that the chain takes."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import rlp
from eth_account.signers.local import LocalAccount
from web3.providers.base import BaseProvider

from registry.chain.abi import CHECKPOINT_LOG, artifact
from registry.chain.engine import Engine
from registry.chain.providers import EmbeddedProvider, request
from registry.evidence import ReceiptProof, prove_receipt
from registry.model import Address, Hash32
from tests.chain.embedded_chains import Clock, opened, receipt
from tests.chain.worlds import COIN, anvil, new_account

ROOT = Hash32(b"\x5a" * 32)
PAYMENTS = 130  # so that indices need two bytes as keys
BLOB_BYTES = 131_072
BLOB_SIZE = 1  # what the anchor in the blob transaction says
SOMEBODY = "0x" + "11" * 20
FEES = {"maxFeePerGas": 30 * 10**9, "maxPriorityFeePerGas": 10**9}


@dataclass(frozen=True)
class RealBlock:
    """A block with all its receipts, the contract and account of its anchors, and whether it has blobs."""

    block: dict[str, Any]
    receipts: list[dict[str, Any]]
    contract: Address
    log: Address
    takes_blobs: bool

    def prove(self, index: int) -> tuple[ReceiptProof, Hash32]:
        """The proof of a receipt, and the hash that vouches for it."""
        return prove_receipt(self.block, self.receipts, index), Hash32.parse(self.block["hash"])

    def index_of(self, kind: int, *, succeeded: bool = True) -> int:
        """The first transaction with logs of a type, or the first of that type that failed."""
        return next(
            number
            for number, one in enumerate(self.receipts)
            if int(one["type"], 16) == kind
            and bool(int(one["status"], 16)) == succeeded
            and bool(one["logs"]) == succeeded
        )


def anchor(size: int) -> bytes:
    """Calldata that anchors a log."""
    return artifact(CHECKPOINT_LOG).functions["anchor"].encode(bytes(ROOT), size)


def creation() -> dict[str, Any]:
    """A transaction that makes the contract."""
    return {"type": 2, **FEES, "data": artifact(CHECKPOINT_LOG).bytecode, "value": 0, "gas": 2_000_000}


def busy_transactions(contract: str, chain_id: int) -> list[dict[str, Any]]:
    """Anchors in types 0, 1, 2 and 4, one anchor that fails, and payments; without nonces."""
    call = {"to": contract, "value": 0, "gas": 200_000}
    price = {"gasPrice": 30 * 10**9}
    access = [{"address": contract, "storageKeys": ["0x" + "00" * 32]}]
    granted = new_account().sign_authorization({"chainId": chain_id, "address": b"\x22" * 20, "nonce": 0})
    payment = {"type": 2, **FEES, "to": SOMEBODY, "value": 1, "gas": 30_000}
    calls = [
        {**call, **price, "data": anchor(2)},
        {**call, **price, "type": 1, "accessList": access, "data": anchor(3)},
        {**call, **FEES, "type": 2, "data": anchor(4)},
        {**call, **FEES, "type": 4, "authorizationList": [granted], "data": anchor(5)},
        {**call, **FEES, "type": 2, "data": anchor(5)},
    ]
    return [{"chainId": chain_id, **one} for one in [*calls, *[payment] * PAYMENTS]]


def embedded_block(folder: Path) -> RealBlock:
    """A busy block of the embedded chain."""
    clock, account = Clock(1_800_000_000), new_account()
    with opened(folder, account, clock) as chain:
        provider = EmbeddedProvider(chain)
        made = _sent(provider, account, 0, {"chainId": 31337, **creation()})
        contract = receipt(chain, made)["contractAddress"]
        clock.seconds -= 10  # nothing is mined before the newest block's second has passed
        hashes = [
            _sent(provider, account, nonce, one)
            for nonce, one in enumerate(busy_transactions(contract, 31337), start=1)
        ]
        clock.seconds += 20
        chain.run(Engine.mine)
        return _told(provider, hashes, contract, account, takes_blobs=False)


def anvil_block(folder: Path) -> RealBlock:
    """A busy block of anvil, with a blob transaction too."""
    account = new_account()
    with anvil(folder, "--no-mining", "--order", "fifo") as provider:
        chain_id = int(request(provider, "eth_chainId"), 16)
        request(provider, "anvil_setBalance", account.address, hex(COIN * 1000))
        made = _sent(provider, account, 0, {"chainId": chain_id, **creation()})
        request(provider, "evm_mine")
        contract = Address(request(provider, "eth_getTransactionReceipt", made)["contractAddress"])
        transactions = busy_transactions(contract, chain_id)
        hashes = [_sent(provider, account, nonce, one) for nonce, one in enumerate(transactions, start=2)]
        hashes.insert(0, _sent_blob(provider, account, 1, contract, chain_id))
        request(provider, "evm_mine")
        return _told(provider, hashes, contract, account, takes_blobs=True)


def _sent(provider: BaseProvider, account: LocalAccount, nonce: int, fields: dict[str, Any]) -> str:
    signed = account.sign_transaction({"nonce": nonce, **fields})
    return _sent_raw(provider, bytes(signed.raw_transaction))


def _sent_blob(
    provider: BaseProvider, account: LocalAccount, nonce: int, contract: str, chain_id: int
) -> str:
    """Send an anchor with a blob of zeros, committed to and proven by the point at infinity (EIP-4844)."""
    infinity = b"\xc0" + bytes(47)
    fields: dict[str, Any] = {
        "type": 3,
        **FEES,
        "maxFeePerBlobGas": 10**10,
        "blobVersionedHashes": [b"\1" + sha256(infinity).digest()[1:]],
        "chainId": chain_id,
        "nonce": nonce,
        "to": contract,
        "value": 0,
        "gas": 200_000,
        "data": anchor(BLOB_SIZE),
    }
    signed = bytes(account.sign_transaction(fields).raw_transaction)
    wrapped = rlp.encode([rlp.decode(signed[1:]), [bytes(BLOB_BYTES)], [infinity], [infinity]])
    return _sent_raw(provider, signed[:1] + wrapped)


def _sent_raw(provider: BaseProvider, raw: bytes) -> str:
    told: str = request(provider, "eth_sendRawTransaction", "0x" + raw.hex())
    return told


def _told(
    provider: BaseProvider, hashes: list[str], contract: str, account: LocalAccount, *, takes_blobs: bool
) -> RealBlock:
    receipts = [request(provider, "eth_getTransactionReceipt", one) for one in hashes]
    (block_hash,) = {one["blockHash"] for one in receipts}
    block = request(provider, "eth_getBlockByHash", block_hash, False)  # noqa: FBT003  # positional in JSON-RPC
    assert block["transactions"] == hashes
    return RealBlock(block, receipts, Address(contract), Address(account.address), takes_blobs)
