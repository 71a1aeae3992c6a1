"""Transactions of the caller's own account: checked against what was wanted, signed here, and sent."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_utils.crypto import keccak

from registry import statements
from registry.cli.coin import wait_for_coin
from registry.cli.failures import CommandError, DishonestRegistryError
from registry.cli.plain import format_wei
from registry.cli.signing import sign_transaction
from registry.cli.terminal import Terminal
from registry.client import (
    Answer,
    ColophonClient,
    LostRegistryError,
    NodeRefusedError,
    NoNodeError,
    RpcClient,
)
from registry.errors import RegistryError
from registry.model import (
    Address,
    Call,
    Declaration,
    Fees,
    Hash32,
    Offer,
    OfferFlags,
    OfferHash,
    TransactionRequest,
    WorkId,
)
from registry.statements import Domain

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

# Twice what the dearest of them (a purchase, everything cold) uses: more is not one of our contracts' calls.
GAS_LIMIT = 400_000
_GAS_MARGIN_PERCENT = 110
EMBEDDED_CHAIN_ID = 31337
_TRIES = 3
_PAUSE_SECONDS = 1.0

_OFFER_TYPE = f"({','.join(field['type'] for field in statements.TYPES['Offer'])})"
_DECLARATION_TYPE = f"({','.join(field['type'] for field in statements.TYPES['Declaration'])})"
PURCHASE_TYPES = [_OFFER_TYPE, "bytes", "address", "uint256"]
PURCHASE_SELECTOR = keccak(f"purchase({','.join(PURCHASE_TYPES)})".encode())[:4]
REGISTER_SELECTOR = keccak(f"register({_DECLARATION_TYPE})".encode())[:4]


def register_call(registry: Address, declaration: Declaration) -> Call:
    """`WorkRegistry.register`, made from the declaration that was checked."""
    parents = [parent.to_int() for parent in declaration.parents]
    previous = declaration.previous.to_int() if declaration.previous else 0
    fields = (
        declaration.claimant,
        bytes(declaration.content_hash),
        bytes(declaration.fingerprint_hash),
        bytes(declaration.metadata_hash),
        parents,
        previous,
    )
    return Call(registry, REGISTER_SELECTOR + encode([_DECLARATION_TYPE], [fields]))


@dataclass(frozen=True, slots=True)
class PurchaseWish:
    """What the caller wants to buy: this offer, for this account, for no more than this."""

    offer_hash: OfferHash
    licensee: Address
    max_price_wei: int


@dataclass(frozen=True, slots=True)
class CheckedPurchase:
    """A purchase whose every byte was read: the offer it takes and the call that takes it."""

    offer: Offer
    signature: bytes
    call: Call


def purchase_to_sign(proposed: Answer, ledger: Domain, wish: PurchaseWish) -> CheckedPurchase:
    """Read the proposed call; the offer's hash commits to all of its fields.

    Raises:
        DishonestRegistryError: It is not the purchase that the caller wants.
    """
    to, value = _address(proposed.text("to")), proposed.integer("value")
    _require(to == ledger.address, f"the transaction goes to {to}, not to the ledger {ledger.address}")
    _require(proposed.integer("chain_id") == ledger.chain_id, "the transaction is for another chain")
    data = _bytes(proposed.text("data"))
    offer, signature, licensee, max_price = _decoded_purchase(data)
    _require(statements.offer_hash(offer) == wish.offer_hash, "the transaction buys another offer")
    _require(licensee == wish.licensee, f"the licence would go to {licensee}")
    _require(offer.price <= wish.max_price_wei, f"the price is {format_wei(offer.price)}, over the limit")
    _require(max_price <= wish.max_price_wei, "the transaction allows a higher price")
    _require(value == offer.price, f"the transaction pays {format_wei(value)}")
    return CheckedPurchase(offer, signature, Call(to, data, value))


def _decoded_purchase(data: bytes) -> tuple[Offer, bytes, Address, int]:
    _require(data[:4] == PURCHASE_SELECTOR, "the transaction is no purchase")
    try:
        fields, signature, licensee, max_price = decode(PURCHASE_TYPES, data[4:])
        offer = Offer(
            licensor=Address(fields[0]),
            work_id=WorkId.from_int(fields[1]),
            series=fields[2],
            terms_hash=Hash32(fields[3]),
            flags=OfferFlags(fields[4]),
            currency=Address(fields[5]),
            price=fields[6],
            royalty_bps=fields[7],
            max_grants=fields[8],
            licensee=Address(fields[9]),
            valid_from=fields[10],
            valid_until=fields[11],
            duration=fields[12],
            carrier=Address(fields[13]),
            carrier_bps=fields[14],
            salt=Hash32(fields[15]),
        )
    except (DecodingError, RegistryError, OverflowError) as problem:
        raise DishonestRegistryError("the transaction's data cannot be read") from problem
    # Decoding overlooks what follows and between: only the one canonical encoding is signed.
    again = PURCHASE_SELECTOR + encode(PURCHASE_TYPES, [fields, signature, licensee, max_price])
    _require(again == data, "the transaction holds more than a purchase")
    return offer, signature, Address(licensee), max_price


@dataclass(frozen=True, slots=True)
class Wallet:
    """One account of the caller's on one chain, reached through a node."""

    account: LocalAccount
    node: RpcClient
    chain_id: int
    max_fee_wei: int
    terminal: Terminal

    @property
    def address(self) -> Address:
        """The account."""
        return Address(self.account.address)

    def send(self, call: Call) -> str:
        """Sign and send a call that was checked; the transaction's hash.

        Raises:
            CommandError: The node is of another chain, or the gas costs more than the caller allows.
            NodeRefusedError: The call would fail, or the account cannot pay.
        """
        found = self.node.chain_id()
        if found != self.chain_id:
            raise CommandError("chain-mismatch", f"{self.node.url} is chain {found}, not {self.chain_id}")
        estimate = self.node.estimate_gas(self.address, call.to, call.data, call.value)
        gas = estimate * _GAS_MARGIN_PERCENT // 100
        tip = self.node.priority_fee()
        # Twice the base fee outlives five full blocks in a row, each of which adds an eighth (EIP-1559).
        fees = Fees(2 * self.node.base_fee() + tip, tip)
        cost = gas * fees.max_fee
        if gas > GAS_LIMIT or cost > self.max_fee_wei:
            raise CommandError(
                "gas-over-limit",
                f"gas would cost up to {format_wei(cost)}, over the limit of {format_wei(self.max_fee_wei)}",
                "allow more with --max-gas-cost",
            )
        nonce = self.node.next_nonce(self.address)
        request = TransactionRequest(self.chain_id, self.address, nonce, call, gas, fees)
        return self._hand_over(sign_transaction(self.account, request))

    def _hand_over(self, raw: bytes) -> str:
        """Send the same bytes until the node has them: twice sent, they still have one effect."""
        transaction = f"0x{keccak(raw).hex()}"
        for attempt in range(_TRIES):
            try:
                self.node.send(raw)
            except NodeRefusedError:
                if attempt:
                    return transaction  # it has them from before: whoever waits for them will see
                raise
            except (LostRegistryError, NoNodeError):
                time.sleep(_PAUSE_SECONDS)
            else:
                return transaction
        raise CommandError(
            "transaction-lost",
            f"{self.node.url} went away: transaction {transaction} may have been sent or not",
            "look for it before you send another",
        )

    def need(self, wei: int, client: ColophonClient) -> None:
        """Have the faucet give what is missing. On a chain without one the node says if it is not enough.

        Raises:
            ProblemError: The faucet gives no more.
        """
        if self.chain_id != EMBEDDED_CHAIN_ID:
            return
        held = self.node.balance(self.address)
        while held < wei:
            self.terminal.note(f"{self.address} holds {format_wei(held)}: asking the faucet for play coin")
            client.faucet(self.address)
            held = wait_for_coin(self.node, self.address, held, self.terminal)


def node_url(client: ColophonClient, chosen: str | None, chain_id: int) -> str:
    """The node to send through: the one that was named, or the embedded chain's own.

    Raises:
        CommandError: No node was named for a chain that is not embedded.
    """
    if chosen is not None:
        return chosen
    if chain_id != EMBEDDED_CHAIN_ID:
        raise CommandError("which-node", f"the registry is on chain {chain_id}: name a node of it with --rpc")
    return f"{client.base_url}/rpc"


def require_signature(checked: CheckedPurchase, ledger: Domain, node: RpcClient) -> None:
    """The licensor signed this offer for this chain and ledger: a false ledger address would show here.

    A contract's signature (ERC-1271) only the ledger itself can check.

    Raises:
        DishonestRegistryError: Somebody else signed it.
    """
    signer = statements.recover(statements.digest(checked.offer, ledger), checked.signature)
    if signer != checked.offer.licensor and not node.has_code(checked.offer.licensor):
        raise DishonestRegistryError(f"the offer is not signed by its licensor {checked.offer.licensor}")


def _address(text: str) -> Address:
    try:
        return Address(text)
    except RegistryError as problem:
        raise DishonestRegistryError(f"{text!r} is no address") from problem


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError as problem:
        raise DishonestRegistryError("the transaction's data is not hex") from problem


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise DishonestRegistryError(otherwise)
