"""eth-tester's py-evm back-end on a file: genesis or reopening, whole blocks, and calls that leave no trace.

Used by one thread. Prague rules throughout (the contracts are compiled for them); chain id 31337 in the
opcode as everywhere. Leans on names that eth-tester and py-evm do not promise to keep: they are all in this
file and in `database.py`, and `tests/chain/test_embedded_libraries.py` notices when one moves.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from eth.constants import CREATE_CONTRACT_ADDRESS
from eth.exceptions import HeaderNotFound, Revert
from eth.vm.spoof import SpoofTransaction
from eth_tester import PyEVMBackend
from eth_tester.backends.pyevm.main import get_default_genesis_params, setup_tester_chain
from eth_typing import Address
from eth_utils.exceptions import ValidationError

from registry.chain.wire import REVERTED, SERVER_ERROR, RpcError, data

if TYPE_CHECKING:
    from eth.abc import BlockAPI, BlockHeaderAPI, ReceiptAPI, SignedTransactionAPI, StateAPI

    from registry.chain.database import Database

EMBEDDED_CHAIN_ID = 31337
OPERATOR_GENESIS_WEI = 10**27  # a thousand million play coins: more than a faucet gives away in years
CALL_GAS_LIMIT = 16_000_000  # below the 2^24 that EIP-7825 allows a transaction

_HEAD_KEY = b"v1:canonical_head_hash"
_TOKEN_COST = 4  # EIP-7623: a byte that is not zero counts as four tokens
_FLOOR_COST = 10  # EIP-7623: gas of a token at least
_BASE_COST = 21_000


@dataclass(frozen=True, slots=True)
class Message:
    """A call that is tried, not sent: `to` None makes a contract.

    `gas` None, or more than a call may have, is all that it may have.
    """

    sender: bytes
    to: bytes | None
    data: bytes
    value: int = 0
    gas: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A transaction that could not be put into a block, and why."""

    transaction: SignedTransactionAPI
    reason: str


@dataclass(frozen=True, slots=True)
class BuiltBlock:
    """A block with its receipts in order, and what was refused; no block if everything was."""

    block: BlockAPI | None
    receipts: tuple[ReceiptAPI, ...]
    refused: tuple[Refused, ...]


def floor_gas(payload: bytes) -> int:
    """What calldata costs at least (EIP-7623)."""
    zeros = payload.count(0)
    return _BASE_COST + _FLOOR_COST * (zeros + _TOKEN_COST * (len(payload) - zeros))


class FileBackend(PyEVMBackend):  # type: ignore[misc]  # eth-tester has no types
    """PyEVMBackend whose chain lies in a Database: made there when it is empty, else taken up at its head.

    `genesis_accounts` maps addresses (20 bytes) to wei.
    """

    chain: Any  # PyEVMBackend makes it by calling reset_to_genesis

    def __init__(self, database: Database, genesis_accounts: dict[bytes, int], genesis_time: int) -> None:
        self.database = database
        state = {
            account: {"balance": balance, "nonce": 0, "code": b"", "storage": {}}
            for account, balance in genesis_accounts.items()
        }
        super().__init__(get_default_genesis_params({"timestamp": genesis_time}), state)

    def reset_to_genesis(
        self,
        genesis_params: dict[str, Any],
        genesis_state: dict[bytes, Any],
        num_accounts: int | None = None,  # noqa: ARG002  # eth-tester calls it by position
        vm_configuration: Any = None,  # noqa: ANN401
        mnemonic: str | None = None,  # noqa: ARG002
        hd_path: str | None = None,  # noqa: ARG002
    ) -> None:
        """Seat eth-tester's chain class on the file. Called by PyEVMBackend when it is made."""
        _, in_memory = setup_tester_chain(None, {}, 0, vm_configuration)
        chain_class: Any = type("FileChain", (type(in_memory),), {"chain_id": EMBEDDED_CHAIN_ID})
        self.account_keys = ()
        if _HEAD_KEY in self.database:
            self.chain = chain_class(self.database)
        else:
            self.chain = chain_class.from_genesis(self.database, genesis_params, genesis_state)

    # --- reading --------------------------------------------------------------------------------------

    def head(self) -> BlockHeaderAPI:
        """The newest block's header."""
        return cast("BlockHeaderAPI", self.chain.get_canonical_head())

    def header(self, number: int) -> BlockHeaderAPI | None:
        """The header of that number, None above the head."""
        try:
            return cast("BlockHeaderAPI", self.chain.get_canonical_block_header_by_number(number))
        except HeaderNotFound:
            return None

    def header_by_hash(self, block_hash: bytes) -> BlockHeaderAPI | None:
        """The header of that hash, None if there is none."""
        try:
            return cast("BlockHeaderAPI", self.chain.get_block_header_by_hash(block_hash))
        except HeaderNotFound:
            return None

    def block(self, header: BlockHeaderAPI) -> BlockAPI:
        """The whole block of a header."""
        return cast("BlockAPI", self.chain.get_vm(header).get_block())

    def state(self, header: BlockHeaderAPI) -> StateAPI:
        """The accounts after a block."""
        return cast("StateAPI", self.chain.get_vm(header).state)

    def decode(self, raw: bytes) -> SignedTransactionAPI:
        """A signed transaction from its bytes.

        Raises:
            ValidationError: They are none.
        """
        builder = self.chain.get_vm_class_for_block_number(0).get_transaction_builder()
        try:
            return cast("SignedTransactionAPI", builder.decode(raw))
        except Exception as error:  # decoders of five kinds of transaction raise what they like
            raise ValidationError("the bytes are no transaction") from error

    # --- writing --------------------------------------------------------------------------------------

    def next_header(self, timestamp: int) -> BlockHeaderAPI:
        """The header that a block after the head begins from."""
        return cast("BlockHeaderAPI", self.chain.create_header_from_parent(self.head(), timestamp=timestamp))

    def build_block(self, transactions: Iterable[SignedTransactionAPI], timestamp: int) -> BuiltBlock | None:
        """Execute transactions in order and write the block they make to the database's overlay.

        One that finds no room, or comes after one that did not, is left out and may come again. None if
        nothing happened at all.
        """
        header = self.next_header(timestamp)
        machine: Any = self.chain.get_vm(header)
        applied: list[SignedTransactionAPI] = []
        receipts: list[ReceiptAPI] = []
        refused: list[Refused] = []
        for transaction in transactions:
            full = header.gas_used + transaction.gas > header.gas_limit
            if full or transaction.nonce > machine.state.get_nonce(transaction.sender):
                continue
            try:
                receipt, _ = machine.apply_transaction(header, transaction)
            except ValidationError as error:
                refused.append(Refused(transaction, str(error)))
                continue
            header = machine.add_receipt_to_header(header, receipt)
            applied.append(transaction)
            receipts.append(receipt)
        if not applied and not refused:
            return None
        block = self._seal(machine, header, applied, receipts) if applied else None
        return BuiltBlock(block, tuple(receipts), tuple(refused))

    def _seal(
        self,
        machine: Any,  # noqa: ANN401  # py-evm's type lacks what it does
        header: BlockHeaderAPI,
        applied: list[SignedTransactionAPI],
        receipts: list[ReceiptAPI],
    ) -> BlockAPI:
        filled = machine.set_block_transactions_and_withdrawals(
            machine.get_block(), header, tuple(applied), tuple(receipts)
        )
        # PREVRANDAO: there is no beacon chain to take it from
        block: BlockAPI = machine.mine_block(filled, mix_hash=os.urandom(32)).block
        self.chain.validate_block(block)
        self.chain.chaindb.persist_block(block)
        return block

    # --- trying ---------------------------------------------------------------------------------------

    def call(self, message: Message, header: BlockHeaderAPI) -> bytes:
        """The output of a call in the block of `header`; nothing is kept and gas costs nothing.

        Raises:
            RpcError: It reverts (3, with the revert data) or cannot run (-32000).
        """
        computation = self._try(message, header, _gas_of(message))
        self._raise_if_failed(computation)
        return bytes(computation.output)

    def estimate(self, message: Message, header: BlockHeaderAPI) -> int:
        """Gas with which a call succeeds, to within 1 %.

        What a run consumed is mostly enough; a call that keeps back 1/64 for itself (EIP-150) needs more.

        Raises:
            RpcError: It fails however much gas it has.
        """
        most = _gas_of(message)
        computation = self._try(message, header, most)
        self._raise_if_failed(computation)
        consumed = most - int(computation.get_gas_remaining())
        guess = max(consumed, floor_gas(message.data))
        too_little, enough = guess - 1, most
        while enough - too_little > max(1, enough // 100):
            if self._try(message, header, guess).is_success:
                enough = guess
            else:
                too_little = guess
            guess = min(too_little + too_little // 32, (too_little + enough) // 2)
        return enough

    def _try(self, message: Message, header: BlockHeaderAPI, gas: int) -> Any:  # noqa: ANN401
        state = self.state(header.copy(base_fee_per_gas=0))
        builder = self.chain.get_vm_class_for_block_number(0).get_transaction_builder()
        unsigned = builder.new_unsigned_dynamic_fee_transaction(
            chain_id=EMBEDDED_CHAIN_ID,
            nonce=state.get_nonce(Address(message.sender)),
            max_priority_fee_per_gas=0,
            max_fee_per_gas=0,
            gas=gas,
            to=CREATE_CONTRACT_ADDRESS if message.to is None else message.to,
            value=message.value,
            data=message.data,
            access_list=(),
        )
        try:
            spoofed = cast("SignedTransactionAPI", SpoofTransaction(unsigned, from_=message.sender))
            return state.apply_transaction(spoofed)
        except ValidationError as error:
            raise RpcError(SERVER_ERROR, _plain(str(error))) from error

    @staticmethod
    def _raise_if_failed(computation: Any) -> None:  # noqa: ANN401
        if computation.is_success:
            return
        if isinstance(computation.error, Revert):
            output = bytes(computation.output)
            raise RpcError(REVERTED, "execution reverted", data(output))
        raise RpcError(SERVER_ERROR, f"execution failed: {type(computation.error).__name__}")


def _gas_of(message: Message) -> int:
    return CALL_GAS_LIMIT if message.gas is None else min(message.gas, CALL_GAS_LIMIT)


def _plain(problem: str) -> str:
    if "afford" in problem or "balance" in problem:
        return "insufficient funds for gas * price + value"
    return problem
