"""The port `Chain` over any web3 provider: an embedded chain or a node.

Requests go straight to the provider: web3's middleware would fill in and reformat what is complete already,
at two to three times the cost.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any

from eth_abi.exceptions import DecodingError
from web3 import Web3

from registry.chain import calls, failures, proving, sending
from registry.chain.abi import DISPUTE_DESK, ROYALTY_VAULT, WORK_REGISTRY, Function, artifact
from registry.chain.events import decode_log, in_bloom
from registry.chain.providers import reading, request, require, require_chain
from registry.chain.wire import HASHES_ONLY, RpcError, data, quantity
from registry.errors import ChainUnavailableError, InvalidValueError, NotFoundError
from registry.model import (
    ZERO_ADDRESS,
    Act,
    Address,
    Block,
    Call,
    ChainEvent,
    Contracts,
    DeskTerms,
    Fees,
    Hash32,
    ProofLevel,
    Receipt,
    Recovery,
    SignedTransaction,
    TransactionHash,
    TransactionRequest,
)
from registry.ports.chain import ProvenTransaction

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3.providers.base import BaseProvider

BLOOM_BYTES = 256  # Yellow Paper, section 4.3.1
REMEMBERED_BLOOMS = 4_096  # 1 MB; sync asks for a block's events right after the block


class Gateway:
    """One deployment of the contracts, seen through a node; `operator` signs what the registry sends.

    Raises:
        ChainMismatchError: The node serves another chain than `contracts` are on.
        ChainUnavailableError: The node does not answer.
    """

    def __init__(
        self,
        provider: Web3 | BaseProvider,
        contracts: Contracts,
        operator: LocalAccount,
        confirmations_needed: int,
        proof_level: ProofLevel,
    ) -> None:
        if confirmations_needed < 1:
            raise InvalidValueError("confirmations_needed", "must be 1 or more")
        self._provider: BaseProvider = provider.provider if isinstance(provider, Web3) else provider
        self._contracts = contracts
        self._signer = operator
        self._confirmations_needed = confirmations_needed
        self._proof_level = proof_level
        self._blooms: OrderedDict[Hash32, bytes] = OrderedDict()
        self._blooms_lock = Lock()
        require_chain(self._provider, contracts.chain_id)

    @property
    def contracts(self) -> Contracts:
        """The deployment that every call and event belongs to."""
        return self._contracts

    @property
    def proof_level(self) -> ProofLevel:
        """To whom the chain's dates prove anything."""
        return self._proof_level

    @property
    def confirmations_needed(self) -> int:
        """N of "n of N": blocks, the one with the transaction included."""
        return self._confirmations_needed

    @property
    def operator(self) -> Address:
        """The account that carries statements and pays for it."""
        return Address(self._signer.address)

    # --- blocks and events ----------------------------------------------------------------------------

    def head(self) -> Block:
        """The newest block."""
        block = self._block("latest")
        if block is None:
            raise ChainUnavailableError("it has no newest block")
        return block

    @reading()
    def final_number(self) -> int:
        """The node's finalized block; where it knows none, the newest with the confirmations needed."""
        try:
            final = self._ask("eth_getBlockByNumber", "finalized", HASHES_ONLY)
        except RpcError:
            final = None
        if final is not None:
            return int(final["number"], 16)
        return max(0, self.head().number - self._confirmations_needed + 1)

    def block(self, number: int) -> Block | None:
        """The canonical block of that number, if there is one."""
        return self._block(quantity(number))

    @reading()
    def _block(self, tag: str) -> Block | None:
        found = self._require("eth_getBlockByNumber", tag, HASHES_ONLY)
        if found is None:
            return None
        block = Block(
            number=int(found["number"], 16),
            hash=Hash32.parse(found["hash"]),
            parent_hash=Hash32.parse(found["parentHash"]),
            timestamp=int(found["timestamp"], 16),
        )
        self._remember_bloom(block.hash, _bloom(found["logsBloom"]))
        return block

    def _remember_bloom(self, block_hash: Hash32, bloom: bytes) -> None:
        with self._blooms_lock:
            self._blooms[block_hash] = bloom
            if len(self._blooms) > REMEMBERED_BLOOMS:
                self._blooms.popitem(last=False)

    @reading()
    def events(self, block: Block) -> list[ChainEvent]:
        """Our contracts' events in exactly that block, in order of log index.

        A block whose bloom was seen to hold none of our addresses has none, on the chain or off it.

        Raises:
            NotFoundError: The block is no longer known: it was reorganised away.
        """
        ours = list(self._contracts.addresses.values())
        with self._blooms_lock:
            bloom = self._blooms.get(block.hash)
        if bloom is not None and not any(in_bloom(bloom, bytes.fromhex(address[2:])) for address in ours):
            return []
        logs = self._logs(block, ours)
        if not logs and self._require("eth_getBlockByHash", str(block.hash), HASHES_ONLY) is None:
            raise NotFoundError("block", str(block.hash))
        events = [decode_log(log, self._contracts) for log in logs]
        return sorted((event for event in events if event is not None), key=lambda event: event.log_index)

    def _logs(self, block: Block, addresses: list[Address]) -> list[dict[str, Any]]:
        try:
            logs = self._ask("eth_getLogs", {"blockHash": str(block.hash), "address": addresses})
        except RpcError as error:
            if self._require("eth_getBlockByHash", str(block.hash), HASHES_ONLY) is None:
                raise NotFoundError("block", str(block.hash)) from error
            raise ChainUnavailableError(error.message) from error
        if not isinstance(logs, list):  # an empty text or object would pass for a block without events
            raise ChainUnavailableError("eth_getLogs: the answer is no list")
        return logs

    # --- state ----------------------------------------------------------------------------------------

    def owed_bonds(self, account: Address) -> int:
        """Bonds in wei that the dispute desk owes an account."""
        return int(self._view(DISPUTE_DESK, "owedBonds", account)[0])

    def owed_to_carrier(self, account: Address, currency: Address) -> int:
        """What the vault owes an account for sales it carried, in the smallest unit of the currency."""
        return int(self._view(ROYALTY_VAULT, "owedToCarrier", account, currency)[0])

    @reading()
    def recovery(self, account: Address) -> Recovery | None:
        """Who may take over from an account, None if it named nobody."""
        successor, delay, started_at = self._view(WORK_REGISTRY, "recoveryOf", account)
        if Address(successor) == ZERO_ADDRESS:
            return None
        return Recovery(account, Address(successor), delay, started_at or None)

    @reading()
    def desk_terms(self) -> DeskTerms:
        """Who decides new disputes today, what one costs, and how long things take."""
        (arbiter,) = self._view(DISPUTE_DESK, "arbiter")
        (bond,) = self._view(DISPUTE_DESK, "bond")
        ((escrow, hold, answer, ruling),) = self._view(DISPUTE_DESK, "periods")
        return DeskTerms(Address(arbiter), bond, escrow, hold, answer, ruling)

    @reading()
    def balance(self, account: Address) -> int:
        """Coin in wei."""
        return int(self._require("eth_getBalance", account, "latest"), 16)

    @reading()
    def is_contract_signature(
        self, signer: Address, digest: Hash32, signature: bytes, at: int | None = None
    ) -> bool:
        """Whether a contract account accepts the signature (ERC-1271), at that block or the newest one."""
        call = calls.is_valid_signature(signer, digest, signature)
        block = "latest" if at is None else quantity(at)
        try:
            answer = self._ask("eth_call", _fields(self.operator, call), block)
        except RpcError as error:
            if failures.revert_data(error) is None:
                raise ChainUnavailableError(error.message) from error
            return False
        return bytes.fromhex(answer[2:])[:32] == calls.ERC1271_ACCEPTS.ljust(32, b"\0")

    # --- sending --------------------------------------------------------------------------------------

    @reading()
    def next_nonce(self, account: Address) -> int:
        """The nonce the node expects next, mined transactions counted only."""
        return int(self._require("eth_getTransactionCount", account, "latest"), 16)

    def fees(self) -> Fees:
        """Fees for a transaction sent now."""
        return sending.current_fees(self._provider)

    def estimate_gas(self, sender: Address, call: Call) -> int:
        """Gas for a call sent now, with a margin of 10 %, at most 16 million.

        Raises:
            TransactionRejectedError, or the domain error that the contract's typed error stands for.
            ChainUnavailableError: Any other trouble of the node: asking again may help.
        """
        return sending.estimate_gas(self._provider, sender, call.to, call.data, call.value)

    def sign(self, request: TransactionRequest) -> SignedTransaction:
        """Sign with the operator's key.

        Raises:
            InvalidValueError: The sender is not the operator, or the chain is another.
        """
        if request.sender != self.operator:
            raise InvalidValueError("sender", f"{request.sender} is not the operator {self.operator}")
        if request.chain_id != self._contracts.chain_id:
            raise InvalidValueError("chain_id", f"{request.chain_id} is not {self._contracts.chain_id}")
        return sending.sign_transaction(self._signer, request)

    def broadcast(self, raw: bytes) -> TransactionHash:
        """Hand signed bytes to the node. Bytes that the node already has, or has mined, are no error.

        Raises:
            TransactionRejectedError: The node refuses them; `reason` says why.
            ChainUnavailableError: The node has trouble of its own; the same bytes may be handed over again.
        """
        return sending.broadcast(self._provider, raw)

    @reading()
    def receipt(self, transaction_hash: TransactionHash) -> Receipt | None:
        """The receipt once mined on the canonical chain, None before."""
        found = sending.mined_receipt(self._provider, transaction_hash)
        if found is None:
            return None
        return Receipt(
            transaction_hash=transaction_hash,
            block_number=int(found["blockNumber"], 16),
            block_hash=Hash32.parse(found["blockHash"]),
            succeeded=int(found["status"], 16) == 1,
            gas_used=int(found["gasUsed"], 16),
        )

    # --- evidence -------------------------------------------------------------------------------------

    def receipt_proof(self, transaction_hash: TransactionHash) -> ProvenTransaction:
        """The proof that the canonical block of a mined transaction holds its receipt.

        Raises:
            NotFoundError: It is not mined, or its block was reorganised away meanwhile.
            UnsupportedReceiptError, UnsupportedHeaderError: The block holds what cannot be proven here.
        """
        return proving.receipt_proof(self._provider, transaction_hash)

    def event_signature(self, event: ChainEvent) -> str:
        """The types of one of our contracts' events, as in `Transfer(address,address,uint256)`."""
        return proving.event_signature(event)

    # --- calls to be sent -----------------------------------------------------------------------------

    def call(self, act: Act) -> Call:
        """The call that is this act on this deployment."""
        return calls.call_of(self._contracts, act)

    # --- requests -------------------------------------------------------------------------------------

    def _ask(self, method: str, *params: object) -> Any:  # noqa: ANN401  # JSON of any shape
        return request(self._provider, method, *params)

    def _require(self, method: str, *params: object) -> Any:  # noqa: ANN401
        return require(self._provider, method, *params)

    def _view(self, name: str, function: str, *arguments: object) -> tuple[Any, ...]:
        return self._read(self._contracts.addresses[name], artifact(name).functions[function], *arguments)

    def _read(self, contract: Address, function: Function, *arguments: object) -> tuple[Any, ...]:
        fields = _fields(self.operator, Call(contract, function.encode(*arguments)))
        try:
            with reading():
                output = bytes.fromhex(self._ask("eth_call", fields, "latest")[2:])
        except RpcError as error:
            reverted = failures.revert_data(error)
            if reverted is None:
                raise ChainUnavailableError(f"eth_call: {error.message}") from error
            raise failures.decode_revert(reverted) from error
        try:
            return function.decode(output)
        except DecodingError as error:
            raise ChainUnavailableError(f"there is no such contract at {contract}") from error


def _bloom(text: str) -> bytes:
    bloom = bytes.fromhex(text[2:])
    if len(bloom) != BLOOM_BYTES:  # a short one would hide the block's events
        raise ValueError(f"a bloom of {len(bloom)} bytes")
    return bloom


def _fields(sender: Address, call: Call) -> dict[str, str]:
    return {"from": str(sender), "to": str(call.to), "value": quantity(call.value), "data": data(call.data)}
