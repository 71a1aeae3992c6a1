"""A purchase that a registry proposes: signed only if it is, byte for byte, what would be built here."""

from __future__ import annotations

from dataclasses import dataclass

from registry import statements
from registry.chain.abi import artifact
from registry.chain.calls import call_of
from registry.cli.committing import inclusion_told
from registry.cli.failures import CommandError, DishonestRegistryError
from registry.cli.plain import format_wei
from registry.cli.told import bytes_told, declaration_told, offer_told
from registry.client import Answer, ColophonClient, RpcClient
from registry.model import (
    ZERO_ADDRESS,
    Address,
    Contracts,
    Inclusion,
    Offer,
    OfferHash,
    Purchase,
    PurchaseUnregistered,
    Registration,
    WorkId,
)

Bought = Purchase | PurchaseUnregistered


@dataclass(frozen=True, slots=True)
class Logged:
    """What makes the title within a purchase; the contract checks it, and it costs gas alone."""

    registration: Registration
    signature: bytes
    inclusion: Inclusion


@dataclass(frozen=True, slots=True)
class PurchaseWish:
    """What the caller wants to buy: this offer, for this account, for no more than this."""

    offer_hash: OfferHash
    licensee: Address
    max_price_wei: int


def purchase_to_sign(
    proposed: Answer,
    published: Answer,
    contracts: Contracts,
    wish: PurchaseWish,
    logged: Logged | None = None,
) -> Bought:
    """The wanted purchase; `published` is the offer as told, whose hash commits to all its terms.

    `logged` is the work's statement, where it has no title yet: the same payment, and the title before it.

    Raises:
        DishonestRegistryError: Another transaction was proposed.
        CommandError: The price is in a token, whose payment would have to be allowed first.
    """
    offer = offer_told(published, wish.offer_hash)
    if offer.price > wish.max_price_wei:
        raise DishonestRegistryError(f"the price is {format_wei(offer.price)}, over the limit")
    if offer.currency != ZERO_ADDRESS:
        raise CommandError("token-unsupported", f"the price is in units of {offer.currency}, not in coin")
    signature = bytes_told(published.text("signature"), "the licensor's signature")
    purchase = _purchase(offer, signature, wish, logged)
    call = call_of(contracts, purchase)
    expected = {
        "chain_id": contracts.chain_id,
        "to": str(call.to),
        "value": str(call.value),
        "data": f"0x{call.data.hex()}",
    }
    for name, ours in expected.items():
        if proposed.get(name) != ours:
            raise DishonestRegistryError(f"the proposed transaction has another {name} than this purchase")
    return purchase


def _purchase(offer: Offer, signature: bytes, wish: PurchaseWish, logged: Logged | None) -> Bought:
    if logged is None:
        return Purchase(offer, signature, wish.licensee, wish.max_price_wei)
    if statements.work_id(logged.registration.declaration) != offer.work_id:
        raise DishonestRegistryError("the logged statement is of another work than the offer")
    return PurchaseUnregistered(
        logged.registration,
        logged.signature,
        logged.inclusion,
        offer,
        signature,
        wish.licensee,
        wish.max_price_wei,
    )


def logged_for(proposed: Answer, client: ColophonClient, work_id: WorkId) -> Logged | None:
    """The work's statement from the log, if the proposed transaction makes its title first."""
    selector = artifact(PurchaseUnregistered.contract).functions[PurchaseUnregistered.function].selector
    if not proposed.text("data").startswith(f"0x{selector.hex()}"):
        return None
    told = client.inclusion(str(work_id))
    deadline, inclusion = inclusion_told(told)
    declaration = declaration_told(client.work(str(work_id)), work_id)
    signature = bytes_told(told.text("signature"), "the claimant's signature")
    return Logged(Registration(declaration, deadline), signature, inclusion)


def require_signature(purchase: Bought, contracts: Contracts, node: RpcClient) -> None:
    """The licensor signed this offer for this chain and ledger: a false ledger address would show here.

    A contract's signature (ERC-1271) only the ledger itself can check.

    Raises:
        DishonestRegistryError: Somebody else signed it.
    """
    offer = purchase.offer
    digest = statements.digest(offer, statements.domain_of(offer, contracts))
    signer = statements.recover(digest, purchase.signature)
    if signer != offer.licensor and not node.has_code(offer.licensor):
        raise DishonestRegistryError(f"the offer is not signed by its licensor {offer.licensor}")
