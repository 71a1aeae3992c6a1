"""The embedded chain as one thread sees it: taking in transactions, making blocks, looking things up.

A transaction is acknowledged once it is in the file's `mempool` table; it leaves that table in the SQL
transaction that stores its block. So a crash at any moment neither loses one nor applies one twice.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eth_typing import Address as Account
from eth_utils.exceptions import ValidationError

from registry.chain import shapes
from registry.chain.backend import (
    CALL_GAS_LIMIT,
    EMBEDDED_CHAIN_ID,
    OPERATOR_GENESIS_WEI,
    BuiltBlock,
    FileBackend,
    Refused,
    floor_gas,
)
from registry.chain.database import FORMAT, Database, Dropped, MinedReceipt
from registry.chain.pool import Pool, Waiting
from registry.chain.wire import SERVER_ERROR, RpcError
from registry.errors import ChainUnavailableError, DeploymentChangedError, RegistryError
from registry.model import Address, Hash32, TransactionHash

if TYPE_CHECKING:
    from eth.abc import BlockAPI, BlockHeaderAPI, SignedTransactionAPI

PRIORITY_FEE_WEI = 10**9
MAX_TRANSACTION_BYTES = 131_072  # as nodes bound them; a registration has under 2 000
BLOB_TYPE = 3  # EIP-4844: there is no consensus layer here to keep blobs
CLOCK_TOLERANCE_SECONDS = 30  # a clock set back by less is waited for, by more is somebody's mistake

_log = logging.getLogger(__name__)


class Engine:
    """The chain in the file at `path`, with `operator` as the only account funded at its genesis.

    `now` gives Unix seconds. Every call must come from the thread that made it.

    Raises:
        ChainUnavailableError: The file cannot be used.
        DeploymentChangedError: The file holds a chain of another operator.
    """

    def __init__(self, path: Path, operator: Address, now: Callable[[], float]) -> None:
        self._now = now
        self.database = Database(path)
        try:
            # dated a little back, so that the first block need not wait for the next second
            genesis_time = int(now()) - 2
            accounts = {bytes.fromhex(operator[2:]): OPERATOR_GENESIS_WEI}
            self.backend = FileBackend(self.database, accounts, genesis_time)
            self.genesis_hash = self._take_up_file(path, operator)
            self._head = self.backend.head()
            self.pool = self._waiting_in_file()
        except BaseException:
            self.database.close()
            raise
        self.failure: RegistryError | None = None
        self._nothing_ready = False

    def _take_up_file(self, path: Path, operator: Address) -> Hash32:
        genesis = self.backend.header(0)
        if genesis is None:
            raise ChainUnavailableError("its file has no first block")
        genesis_hash = Hash32(genesis.hash)
        if self.database.fact("format") is None:
            self.database.begin_file(
                {"format": FORMAT, "genesis": str(genesis_hash), "operator": str(operator)}
            )
        expected = {"format": FORMAT, "genesis": str(genesis_hash), "operator": str(operator)}
        for name, value in expected.items():
            found = self.database.fact(name)
            if found != value:
                raise DeploymentChangedError(f"{name} {found}", f"{name} {value}", str(path))
        return genesis_hash

    def _waiting_in_file(self) -> Pool:
        pool = Pool()
        for raw in self.database.waiting():
            pool.add(_waiting(self.backend.decode(raw), raw))
        return pool

    # --- taking in ------------------------------------------------------------------------------------

    def submit(self, raw: bytes) -> TransactionHash:
        """Acknowledge a signed transaction: it is durable when this returns. Known ones change nothing.

        Raises:
            RpcError: It can never be mined as it stands; the message is the one nodes give.
            StorageFullError, ChainUnavailableError: It was not stored.
        """
        candidate = self._admissible(raw)
        if candidate.hash in self.pool or self.database.receipt(candidate.hash) is not None:
            raise RpcError(SERVER_ERROR, "already known")
        self._require_room()
        rival = self.pool.replaced_by(candidate, self.nonce(candidate.sender))
        self._require_funds(candidate)
        self.database.add_waiting(candidate.hash, raw, rival.hash if rival else None)
        self.pool.add(candidate)
        self._nothing_ready = False
        return TransactionHash(candidate.hash)

    def _admissible(self, raw: bytes) -> Waiting:
        if not 0 < len(raw) <= MAX_TRANSACTION_BYTES:
            raise RpcError(SERVER_ERROR, f"transaction of {len(raw)} bytes, at most {MAX_TRANSACTION_BYTES}")
        try:
            transaction = self.backend.decode(raw)
            transaction.validate()
        except ValidationError as error:
            raise RpcError(SERVER_ERROR, f"invalid transaction: {error}") from error
        if shapes.transaction_type(transaction) == BLOB_TYPE:
            raise RpcError(SERVER_ERROR, "transaction type not supported")
        if transaction.chain_id != EMBEDDED_CHAIN_ID:
            raise RpcError(
                SERVER_ERROR,
                f"invalid chain id for signer: have {transaction.chain_id} want {EMBEDDED_CHAIN_ID}",
            )
        if transaction.gas < floor_gas(transaction.data):
            raise RpcError(SERVER_ERROR, "intrinsic gas too low")
        if transaction.gas > CALL_GAS_LIMIT:
            raise RpcError(SERVER_ERROR, f"transaction gas limit too high (cap: {CALL_GAS_LIMIT})")
        candidate = _waiting(transaction, raw)
        if candidate.max_fee < self.base_fee():
            raise RpcError(SERVER_ERROR, "max fee per gas less than block base fee")
        return candidate

    def _require_room(self) -> None:
        if self.failure is not None:
            raise self.failure.with_traceback(None)  # it is told many times, and must not grow with each
        behind = self._head.timestamp - int(self._now())
        if behind > CLOCK_TOLERANCE_SECONDS:
            raise ChainUnavailableError(f"this machine's clock is {behind} s behind the newest block")

    def _require_funds(self, candidate: Waiting) -> None:
        transaction = candidate.transaction
        cost = transaction.value + transaction.gas * candidate.max_fee
        if self.balance(candidate.sender) < cost:
            raise RpcError(SERVER_ERROR, "insufficient funds for gas * price + value")

    # --- making blocks --------------------------------------------------------------------------------

    def seconds_until_block(self) -> float | None:
        """How long to wait until the next block may be made, None if nothing can go into one."""
        if not self.pool or self._nothing_ready:
            return None
        return max(0.0, self._head.timestamp + 1 - self._now())

    def mine(self) -> BlockAPI | None:
        """Make one block of what waits, dated now; None if nothing can go into one, or not in this second.

        Raises:
            StorageFullError, ChainUnavailableError: The chain is unchanged, and everything still waits.
        """
        timestamp = int(self._now())
        if timestamp <= self._head.timestamp:
            return None
        ready = self.pool.executable(self.nonce)
        try:
            built = self._build([one.transaction for one in ready], timestamp)
            if built is not None:
                self._keep(built)
        except RegistryError as error:
            self.failure = error
            raise
        finally:
            self.database.discard()
        self.failure = None
        self._nothing_ready = built is None
        return built.block if built else None

    def _build(self, transactions: list[SignedTransactionAPI], timestamp: int) -> BuiltBlock | None:
        """A block; a transaction that breaks the machine itself is found by halving, and dropped.

        Kept waiting, it would stop the chain for good, over every restart.
        """
        try:
            return self.backend.build_block(transactions, timestamp)
        except (RegistryError, MemoryError):  # the file's or the machine's trouble, not the transaction's
            raise
        except Exception as error:  # noqa: BLE001  # whatever py-evm trips over
            self.database.discard()
            if len(transactions) == 1:
                _log.exception("the machine failed")
                return BuiltBlock(None, (), (Refused(transactions[0], f"the machine failed: {error!r}"),))
            return self._build(transactions[: len(transactions) // 2], timestamp)

    def _keep(self, built: BuiltBlock) -> None:
        rows: list[MinedReceipt] = []
        if built.block is not None:
            shaped = shapes.receipts(built.block, built.receipts)
            rows = [
                MinedReceipt(transaction.hash, built.block.number, position, json.dumps(receipt))
                for position, (transaction, receipt) in enumerate(
                    zip(built.block.transactions, shaped, strict=True)
                )
            ]
        dropped = [Dropped(one.transaction.hash, one.reason) for one in built.refused]
        self.database.commit(rows, dropped)
        if built.block is not None:
            self._head = built.block.header
        for settled in [row.hash for row in rows] + [drop.hash for drop in dropped]:
            self.pool.remove(settled)
        for drop in dropped:
            _log.warning("dropped transaction 0x%s: %s", drop.hash.hex(), drop.reason)

    # --- looking up -----------------------------------------------------------------------------------

    def head(self) -> BlockHeaderAPI:
        """The newest block's header."""
        return self._head

    def present(self) -> BlockHeaderAPI:
        """The header that calls run under: after the head, at the present time."""
        return self.backend.next_header(max(int(self._now()), self._head.timestamp + 1))

    def base_fee(self) -> int:
        """What the next block takes for a unit of gas at least, in wei."""
        return shapes.base_fee(self.present())

    def nonce(self, account: bytes) -> int:
        """The next nonce, mined transactions counted only."""
        return self.backend.state(self._head).get_nonce(Account(account))

    def pending_nonce(self, account: bytes) -> int:
        """The next nonce, waiting transactions counted."""
        return self.pool.pending_nonce(account, self.nonce(account))

    def balance(self, account: bytes) -> int:
        """Coin in wei at the head."""
        return self.backend.state(self._head).get_balance(Account(account))

    def receipt(self, transaction_hash: bytes) -> dict[str, Any] | None:
        """A mined transaction's receipt in JSON-RPC form."""
        text = self.database.receipt(transaction_hash)
        return None if text is None else json.loads(text)

    def logs(self, first: int, last: int) -> Iterator[dict[str, Any]]:
        """The logs of blocks `first` to `last`, both included, in JSON-RPC form and chain order."""
        for text in self.database.receipts(first, last):
            yield from json.loads(text)["logs"]

    def close(self) -> None:
        """Close the file; what waits stays in it."""
        self.database.close()


def _waiting(transaction: SignedTransactionAPI, raw: bytes) -> Waiting:
    dynamic = shapes.transaction_type(transaction) >= shapes.DYNAMIC_FEE
    return Waiting(
        hash=transaction.hash,
        sender=transaction.sender,
        nonce=transaction.nonce,
        max_fee=transaction.max_fee_per_gas if dynamic else transaction.gas_price,
        max_priority_fee=transaction.max_priority_fee_per_gas if dynamic else transaction.gas_price,
        raw=raw,
        transaction=transaction,
    )
