"""Events of the contracts in words, for whoever caused them."""

from __future__ import annotations

from collections.abc import Callable

from registry.cli.plain import format_duration, format_wei
from registry.client import Answer
from registry.model import PERPETUAL, ZERO_ADDRESS, DisputeStatus, from_unix
from registry.statements import LAST_PRINTABLE_SECOND, percent

# Told by another event of the same transaction, which says more.
_SILENT = frozenset(
    {"Approval", "ApprovalForAll", "Locked", "MetadataUpdate", "PaymentReleased", "TitleMarked", "Unlocked"}
)
_SKIPPED = {
    0: "it is recorded already",
    1: "its deadline has passed",
    2: "the claimant has withdrawn it",
    3: "the claimant did not sign it",
    4: "its parents are not in order",
}


def in_words(event: Answer) -> str:
    """What happened, in one clause; nothing where another event tells it better.

    An event of a newer contract is told by its own name.
    """
    name = event.text("name")
    if name in _SILENT:
        return ""
    words = _WORDS.get(name)
    return words(event.inner("facts")) if words else name


def moment(seconds: int) -> str:
    """A chain time for a reader."""
    if seconds > LAST_PRINTABLE_SECOND:
        return "the end of time"
    return f"{from_unix(seconds):%Y-%m-%dT%H:%M:%SZ}"


def money(facts: Answer, field: str) -> str:
    """A sum in its currency."""
    amount, currency = facts.integer(field), facts.optional_text("currency") or ZERO_ADDRESS
    return format_wei(amount) if currency == ZERO_ADDRESS else f"{amount} units of {currency}"


def _transfer(facts: Answer) -> str:
    made = facts.text("from") == ZERO_ADDRESS
    return f"{'made for' if made else 'now held by'} {facts.text('to')}: {facts.text('token_id')}"


def _until(end: int) -> str:
    return "without end" if end == PERPETUAL else f"until {moment(end)}"


def _shares(facts: Answer) -> str:
    return f"table {facts.integer('epoch')} shares revenue from now on"


def _ruled(facts: Answer) -> str:
    outcome = DisputeStatus(facts.integer("outcome")).name.lower()
    return f"the dispute is decided: {outcome}; the bond belongs to {facts.text('bond_to')}"


def _recovery(facts: Answer) -> str:
    if facts.text("successor") == ZERO_ADDRESS:
        return "nobody may take over"
    delay = format_duration(facts.integer("delay"))
    return f"{facts.text('successor')} may take over after {delay} of silence"


_WORDS: dict[str, Callable[[Answer], str]] = {
    "Transfer": _transfer,
    # records
    "WorkRegistered": lambda facts: (
        f"recorded, dated {moment(facts.integer('effective_date'))}: {facts.text('work_id')}"
    ),
    "EffectiveDateLowered": lambda facts: (
        f"the date moved from {moment(facts.integer('before'))} to {moment(facts.integer('effective_date'))}"
    ),
    "RegistrationSkipped": lambda facts: (
        f"left out, because {_SKIPPED.get(facts.integer('reason'), 'it cannot be recorded')}: "
        f"{facts.text('work_id')}"
    ),
    "CommitmentMade": lambda facts: f"the date is fixed of what commitment {facts.text('commitment')} hides",
    "DeclarationCancelled": lambda facts: f"withdrawn: {facts.text('work_id')}",
    "SupplementRecorded": lambda facts: f"supplement {facts.integer('sequence')} was added",
    "SeriesAdvanced": lambda facts: (
        f"the title is in series {facts.integer('series')}; offers of earlier series ended"
    ),
    "WorkRetracted": lambda _: "sales are stopped for good",
    "TitleAssigned": lambda facts: f"the title was given to {facts.text('to')}",
    # lost accounts
    "RecoverySet": _recovery,
    "RecoveryStarted": lambda facts: f"the account can object until {moment(facts.integer('completes_at'))}",
    "RecoveryCancelled": lambda _: "the recovery has ended",
    # licences
    "GrantIssued": lambda facts: f"licence {facts.text('grant_id')} for {facts.text('licensee')}",
    "OfferCancelled": lambda facts: f"withdrawn: offer {facts.text('offer_hash')}",
    "PaymentRefunded": lambda facts: f"{money(facts, 'amount')} went back to {facts.text('receiver')}",
    "GrantEnded": lambda facts: f"licence {facts.text('grant_id')} has ended",
    # money
    "DerivativeLinked": lambda facts: (
        f"backed by licence {facts.text('grant_id')} {_until(facts.integer('end'))}; "
        f"{percent(facts.integer('royalty_bps'))} of revenue goes to {facts.text('parent')}"
    ),
    "RevenueReleased": lambda facts: (
        f"of {money(facts, 'gross')}, {money(facts, 'rest')} are to be shared, "
        f"{money(facts, 'royalties')} went to parents, {money(facts, 'carried')} to the carrier"
    ),
    "CarrierCredited": lambda facts: f"{money(facts, 'amount')} are owed to {facts.text('carrier')}",
    "RoyaltyReceived": lambda facts: f"{facts.text('work_id')} received {money(facts, 'amount')}",
    "RoyaltiesDistributed": lambda facts: (
        f"of {money(facts, 'gross')}, {money(facts, 'rest')} are to be shared, "
        f"{money(facts, 'royalties')} went to parents"
    ),
    "SharesSet": _shares,
    "ShareClaimed": lambda facts: f"{money(facts, 'amount')} went to {facts.text('receiver')}",
    "RemainderClaimed": lambda facts: f"{money(facts, 'amount')} went to {facts.text('receiver')}",
    "CarrierPaid": lambda facts: f"{money(facts, 'amount')} went to {facts.text('receiver')}",
    # disputes
    "DisputeOpened": lambda facts: (
        f"dispute {facts.text('dispute_id')} is open; "
        f"the title stays where it is until {moment(facts.integer('frozen_until'))}"
    ),
    "DisputeAdmitted": lambda facts: (
        f"admitted: sales stop and payments wait until {moment(facts.integer('held_until'))} at the latest"
    ),
    "DisputeAnswered": lambda facts: f"{facts.text('holder')} answered",
    "DisputeRuled": _ruled,
    "DisputeLapsed": lambda _: "the dispute lapsed; the bond goes back",
    "BondsPaid": lambda facts: f"{money(facts, 'amount')} went to {facts.text('receiver')}",
    "ArbiterOffered": lambda facts: f"{facts.text('candidate')} may accept",
    "ArbiterChanged": lambda facts: f"{facts.text('arbiter')} decides disputes that are opened from now on",
    # the log
    "CheckpointAnchored": lambda facts: f"anchored: {facts.text('root')}",
}
