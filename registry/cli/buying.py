"""`colophon buy`: check the purchase byte by byte, pay with one's own key, wait for the licence."""

from __future__ import annotations

from registry.chain.calls import call_of
from registry.cli.caller import Caller
from registry.cli.failures import CommandError
from registry.cli.plain import format_duration, format_wei, parse_wei
from registry.cli.purchases import Bought, PurchaseWish, logged_for, purchase_to_sign, require_signature
from registry.cli.records import print_grant
from registry.cli.session import Session
from registry.cli.transactions import Wallet, gas_limit_of, node_url
from registry.client import Answer, ProblemError, RpcClient
from registry.model import PERPETUAL, Address, Contracts, OfferHash, WorkId


def buy_licence(caller: Caller, offer_hash: str, max_price: str, licensee: str | None) -> None:
    """Buy one grant of an offer for somebody; for the caller if nobody is named."""
    session, price_limit = caller.session, parse_wei(max_price)
    buyer = caller.address()
    whom = Address(licensee) if licensee else buyer
    wanted = PurchaseWish(OfferHash.parse(offer_hash.lower()), whom, price_limit)
    published = session.client.offer(str(wanted.offer_hash))
    price = published.inner("offer").integer("price_wei")
    account = session.keys.unlock(buyer)
    contracts = session.contracts()
    with RpcClient(node_url(session.client, caller.rpc, contracts.chain_id)) as node:
        limit = parse_wei(caller.max_gas_cost)
        wallet = Wallet(account, node, contracts.chain_id, limit, session.terminal)
        if price <= wanted.max_price_wei:
            wallet.need(price + limit, session.client)
        proposal = session.client.prepare_purchase(
            str(wanted.offer_hash), buyer, whom, wanted.max_price_wei
        ).inner("transaction")
        work_id = WorkId.parse(published.inner("offer").text("work_id"))
        logged = logged_for(proposal, session.client, work_id)
        purchase = purchase_to_sign(proposal, published, contracts, wanted, logged)
        require_signature(purchase, contracts, node)
        _consent(session, wallet, purchase, contracts)
        transaction = wallet.send(call_of(contracts, purchase), gas_limit_of(purchase))
    session.terminal.note(f"sent: transaction {transaction}")
    _finish(session, transaction, str(purchase.offer.work_id), wait=caller.wait)


def _consent(session: Session, wallet: Wallet, purchase: Bought, contracts: Contracts) -> None:
    offer = purchase.offer
    whom = "you" if purchase.licensee == wallet.address else str(purchase.licensee)
    length = (
        "without end"
        if offer.duration == PERPETUAL
        else f"for {format_duration(offer.duration)} from purchase"
    )
    session.terminal.note("You pay:")
    session.terminal.note(
        f"  {format_wei(purchase.value)} for a licence of work {offer.work_id} from {offer.licensor} under "
        f"terms {offer.terms_hash}, for {whom}, {length}; "
        f"gas costs at most {format_wei(wallet.max_fee_wei)} more."
    )
    session.terminal.note(f"  To chain {contracts.chain_id}, contract {contracts.license_ledger}.")
    if not session.terminal.agrees("Pay this?"):
        raise CommandError("not-signed", "nothing was signed, nothing is paid")


def _finish(session: Session, transaction: str, work_id: str, *, wait: bool) -> None:
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
