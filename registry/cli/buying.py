"""`colophon buy`: check the purchase byte by byte, pay with one's own key, wait for the licence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.cli.failures import CommandError
from registry.cli.plain import format_duration, format_wei, parse_wei
from registry.cli.records import print_grant
from registry.cli.session import Session
from registry.cli.transactions import (
    CheckedPurchase,
    PurchaseWish,
    Wallet,
    node_url,
    purchase_to_sign,
    require_signature,
)
from registry.client import Answer, ProblemError, RpcClient
from registry.model import PERPETUAL, Address, OfferHash

if TYPE_CHECKING:
    from registry.statements import Domain


@dataclass(frozen=True, slots=True)
class BuyWish:
    """All that the command line says of a purchase."""

    offer_hash: str
    max_price_wei: int
    licensee: str | None
    key: str | None
    wait: bool
    rpc: str | None
    max_gas_cost: str


def buy_licence(session: Session, wish: BuyWish) -> None:
    """Buy one grant of an offer."""
    buyer = session.keys.address(wish.key)
    licensee = Address(wish.licensee) if wish.licensee else buyer
    wanted = PurchaseWish(OfferHash.parse(wish.offer_hash.lower()), licensee, wish.max_price_wei)
    price = session.client.offer(str(wanted.offer_hash)).inner("offer").integer("price_wei")
    account = session.keys.unlock(buyer)
    ledger = session.domain("LicenseLedger")
    with RpcClient(node_url(session.client, wish.rpc, ledger.chain_id)) as node:
        wallet = Wallet(account, node, ledger.chain_id, parse_wei(wish.max_gas_cost), session.terminal)
        if price <= wish.max_price_wei:
            wallet.need(price + wallet.max_fee_wei, session.client)
        proposal = session.client.prepare_purchase(
            str(wanted.offer_hash), buyer, licensee, wish.max_price_wei
        )
        checked = purchase_to_sign(proposal.inner("transaction"), ledger, wanted)
        require_signature(checked, ledger, node)
        _consent(session, wallet, checked, licensee, ledger)
        transaction = wallet.send(checked.call)
    session.terminal.note(f"sent: transaction {transaction}")
    _finish(session, transaction, checked, wait=wish.wait)


def _consent(
    session: Session, wallet: Wallet, checked: CheckedPurchase, licensee: Address, ledger: Domain
) -> None:
    offer = checked.offer
    whom = "you" if licensee == wallet.address else str(licensee)
    length = (
        "without end"
        if offer.duration == PERPETUAL
        else f"for {format_duration(offer.duration)} from purchase"
    )
    session.terminal.note("You pay:")
    session.terminal.note(
        f"  {format_wei(offer.price)} for a licence of work {offer.work_id} from {offer.licensor} under "
        f"terms {offer.terms_hash}, for {whom}, {length}; "
        f"gas costs at most {format_wei(wallet.max_fee_wei)} more."
    )
    session.terminal.note(f"  To chain {ledger.chain_id}, contract {ledger.address}.")
    if not session.terminal.agrees("Pay this?"):
        raise CommandError("not-signed", "nothing was signed, nothing is paid")


def _finish(session: Session, transaction: str, checked: CheckedPurchase, *, wait: bool) -> None:
    work_id = str(checked.offer.work_id)
    page = session.page(work_id)
    purchase = _until_granted(session, transaction, work_id) if wait else None
    if purchase is None:
        session.terminal.document({"transaction_hash": transaction, "status": "pending", "grants": []})
        session.terminal.heading("The purchase waits for the chain.")
        session.terminal.fact("transaction", transaction)
        session.terminal.closing(page, f"colophon show {work_id}")
        return
    session.terminal.document(purchase)
    if purchase.text("status") == "failed":
        raise CommandError(
            "purchase-failed", f"the chain refused transaction {transaction}: nothing was bought"
        )
    grant = purchase.items_of("grants")[0]
    print_grant(session.terminal, grant)
    session.terminal.fact("gas used", f"{purchase.integer('gas_used'):,}")
    session.terminal.closing(page, f"colophon show {grant.text('grant_id')}")


def _until_granted(session: Session, transaction: str, work_id: str) -> Answer | None:
    def look() -> Answer | None:
        try:
            purchase = session.client.purchase(transaction)
        except ProblemError as problem:
            if problem.code != "not-found":
                raise
            return None
        return None if purchase.text("status") == "pending" else purchase

    with session.terminal.waiting("waiting for the chain"):
        return session.poll(look, f"colophon show {work_id}")
