"""What an act does, in one sentence, made from the very data that the transaction carries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from registry import model
from registry.model import ZERO_ADDRESS, Act, Address, DisputeStatus, Offer, Sale, ShareTable
from registry.statements.encoding import grant_id, offer_hash, work_id
from registry.statements.readings import percent, plain

# Said wherever a dispute is opened: its bond may buy nothing.
ESCAPED_BY_PASSING_ON = (
    "until the arbiter admits it, the holder can escape it by passing the title on as soon as no freeze "
    "runs; what the arbiter opens is admitted at once, so ask the arbiter to open it if that is to be feared"
)

_OUTCOMES = {
    DisputeStatus.DISMISSED: "dismiss",
    DisputeStatus.UPHELD: "uphold",
    DisputeStatus.ASSIGNED: "uphold, giving the title to the named assignee,",
}


def plain_act(act: Act) -> str:
    """One sentence saying what sending the transaction does."""
    return _READINGS[type(act)](act)


def _amount(amount: int, currency: Address) -> str:
    return f"{amount} wei" if currency == ZERO_ADDRESS else f"{amount} units of {currency}"


def _currency(currency: Address) -> str:
    return "coin" if currency == ZERO_ADDRESS else f"token {currency}"


def _grant(sale: Sale) -> str:
    return f"licence {grant_id(offer_hash(sale.offer), sale.serial)}"


def _grants(sales: tuple[Sale, ...]) -> str:
    return ", ".join(_grant(sale) for sale in sales)


def _bound(sale: Sale) -> str:
    return (
        f"with {_grant(sale)}, which can then neither move nor be refunded; "
        f"{percent(sale.offer.royalty_bps)} of the derivative's revenue goes to that parent."
    )


def _purchase(act: Any) -> str:  # noqa: ANN401  # two kinds of purchase with the same fields
    offer: Offer = act.offer
    return (
        f"Pay {_amount(offer.price, offer.currency)} for a licence of work {offer.work_id} from "
        f"{offer.licensor} under terms {offer.terms_hash}, for {act.licensee}."
    )


def _share(act: model.ClaimShare) -> str:
    account = act.table.contributors[act.row] if act.row < len(act.table.contributors) else "nobody"
    return (
        f"Pay {_currency(act.currency)} that {account} is owed of work {act.table.work_id} under table "
        f"{act.table.epoch} to {act.receiver}."
    )


def _under(table: ShareTable) -> str:
    return f"{'from the time without table' if table.stands_for_none else 'under table'} {table.epoch}"


def _rule(act: model.RuleDispute) -> str:
    ended = f", and end {_grants(act.bad_faith)}" if act.bad_faith else ""
    return f"As arbiter, {_OUTCOMES.get(act.outcome, 'rule on')} dispute {act.dispute_id}{ended}."


def _open(act: model.OpenDispute) -> str:
    wish = "" if act.assignee == ZERO_ADDRESS else f", asking that the title be given to {act.assignee}"
    return (
        f"Contest the title of work {act.work_id} with evidence {act.evidence_hash}{wish}, posting a bond of "
        f"{act.bond} wei that is lost if the dispute is dismissed; {ESCAPED_BY_PASSING_ON}."
    )


def _recovery(act: model.SetRecovery) -> str:
    if act.successor == ZERO_ADDRESS:
        return "Name nobody who may take over what I hold."
    return (
        f"Let {act.successor} take over everything I hold {act.delay} seconds after saying that my key is "
        f"lost, unless I object in that time."
    )


_READINGS: dict[type[Act], Callable[[Any], str]] = {
    model.Register: lambda act: f"Declare work {work_id(act.declaration)} as mine, in public and at once.",
    model.RegisterFor: lambda act: f"Carry this signed statement: {plain(act.registration)}",
    model.RegisterBatch: lambda act: f"Carry {len(act.registrations)} signed registrations.",
    model.Commit: lambda act: f"Fix today's date for what commitment {act.commitment} hides.",
    model.Reveal: lambda act: (
        f"Record work {work_id(act.registration.declaration)} with the date of its commitment."
    ),
    model.RegisterFromLog: lambda act: (
        f"Record work {work_id(act.registration.declaration)} with the date of its anchored log."
    ),
    model.CancelDeclaration: lambda act: (
        f"Withdraw every signature over my declaration of work {work_id(act.declaration)}, so that nobody "
        f"can carry it."
    ),
    model.AppendSupplement: lambda act: (
        f"Add metadata {act.metadata_hash} to the history of work {act.work_id}."
    ),
    model.AppendSupplementFor: lambda act: f"Carry this signed statement: {plain(act.supplement)}",
    model.CancelAllOffers: lambda act: f"Withdraw every offer ever signed for work {act.work_id}.",
    model.RetractWork: lambda act: (
        f"Stop sales of licences to work {act.work_id} for good; the record and past licences stand."
    ),
    model.TransferTitle: lambda act: (
        f"Give the title of work {act.work_id}, with all its unclaimed and escrowed revenue, to "
        f"{act.receiver}."
    ),
    model.SetRecovery: _recovery,
    model.StartRecovery: lambda act: (
        f"Say that the key of {act.account} is lost, to take over what it holds."
    ),
    model.CancelRecovery: lambda _: "Object to the recovery of my account: its key is not lost.",
    model.RecoverTitles: lambda act: f"Take over {len(act.work_ids)} titles of {act.account}.",
    model.RecoverGrants: lambda act: f"Take over {len(act.grant_ids)} licences of {act.account}.",
    model.Purchase: _purchase,
    model.PurchaseUnregistered: lambda act: f"{_purchase(act)[:-1]}, recording the work first.",
    model.CancelOffer: lambda act: (
        f"Withdraw offer {offer_hash(act.offer)} of work {act.offer.work_id}; licences already bought stand."
    ),
    model.TransferGrant: lambda act: f"Give licence {act.grant_id} to {act.receiver}.",
    model.Refund: lambda act: (
        f"Take back {_amount(act.sale.offer.price, act.sale.offer.currency)} to {act.receiver} and end "
        f"{_grant(act.sale)}."
    ),
    model.LinkParent: lambda act: (
        f"Back work {work_id(act.declaration)} as a derivative of {act.sale.offer.work_id} {_bound(act.sale)}"
    ),
    model.RenewLink: lambda act: (
        f"Renew the licence of work {act.work_id} for {act.sale.offer.work_id} {_bound(act.sale)}"
    ),
    model.Release: lambda act: f"Divide what was paid for {_grants(act.sales)}.",
    model.Distribute: lambda act: f"Divide the {_currency(act.currency)} that work {act.work_id} received.",
    model.SetShares: lambda act: f"Carry this signed statement: {plain(act.table)}",
    model.ClaimShare: _share,
    model.ClaimRemainder: lambda act: (
        f"Pay {_currency(act.currency)} that belongs to work {act.table.work_id} {_under(act.table)} to "
        f"{act.receiver}."
    ),
    model.ClaimCarried: lambda act: (
        f"Pay {_currency(act.currency)} that {act.carrier} is owed for sales it carried to {act.receiver}."
    ),
    model.OpenDispute: _open,
    model.AdmitDispute: lambda act: (
        f"As arbiter, admit dispute {act.dispute_id}: until it is decided the title stays, sales stop and "
        f"payments wait."
    ),
    model.AnswerDispute: lambda act: (
        f"Answer dispute {act.dispute_id} with what has the hash {act.evidence_hash}."
    ),
    model.AnswerDisputeFor: lambda act: f"Carry this signed statement: {plain(act.answer)}",
    model.RuleDispute: _rule,
    model.LapseDispute: lambda act: f"End dispute {act.dispute_id}, whose time for a ruling is over.",
    model.ClaimBonds: lambda act: f"Pay the bonds that {act.account} is owed to {act.receiver}.",
    model.OfferArbiter: lambda act: (
        "Name nobody who may follow me as arbiter."
        if act.candidate == ZERO_ADDRESS
        else f"Let {act.candidate} follow me as arbiter of new disputes."
    ),
    model.AcceptArbiter: lambda _: "Become the arbiter of new disputes.",
    model.AnchorCheckpoint: lambda act: f"Date the root {act.root} of my log of {act.size} statements.",
}
