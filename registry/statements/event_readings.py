"""What an event of the contracts means, in one sentence, made from its facts.

One wording for the history on a page and for what a command tells of its own transaction. They differ in how
they print what stands inside a sentence, which is their `Voice`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from registry.errors import InvalidValueError
from registry.model import PERPETUAL, ZERO_ADDRESS, Address, DisputeStatus, Hash32
from registry.statements.readings import percent, tag_words

# Told by another event of the same transaction, which says more, or a right that may never be used.
SILENT = frozenset(
    {
        *("Approval", "ApprovalForAll", "Locked", "MetadataUpdate", "OfferTaken", "PaymentReleased"),
        *("TitleMarked", "Unlocked"),
    }
)
_SKIPPED = (
    "it was recorded already",
    "its deadline had passed",
    "its claimant had withdrawn it",
    "its signature does not hold",
    "its parents are malformed",
)
_OUTCOMES: Mapping[int, str] = {
    DisputeStatus.DISMISSED.value: "dismissed",
    DisputeStatus.UPHELD.value: "upheld",
    DisputeStatus.ASSIGNED.value: "upheld, and the title given to the assignee",
}


@dataclass(frozen=True, slots=True)
class Voice:
    """How ids and accounts, chain times in Unix seconds, sums and spans in seconds are printed.

    `names_works`: whether a sentence says which work it is about. A page about one work need not.
    """

    name: Callable[[str], str]
    moment: Callable[[int], str]
    amount: Callable[[int, Address], str]
    span: Callable[[int], str]
    names_works: bool


def event_reading(contract: str, name: str, facts: Mapping[str, Any], voice: Voice) -> str:
    """What happened, in one sentence without its full stop; nothing where another event tells it better.

    An event of a newer contract is told by its own name.

    Raises:
        InvalidValueError: A fact is missing, or not of its type.
    """
    if name in SILENT:
        return ""
    reading = READINGS.get(name)
    return reading(_Told(contract, facts, voice)) if reading else name


@dataclass(frozen=True, slots=True)
class _Told:
    """An event's facts, read as they are printed. Each reader raises InvalidValueError."""

    contract: str
    facts: Mapping[str, Any]
    voice: Voice

    def name(self, field: str) -> str:
        """An id or an account."""
        return self.voice.name(self.text(field))

    def text(self, field: str) -> str:
        """An id, hash or account as it is."""
        value = self.facts.get(field)
        if not isinstance(value, str):
            raise InvalidValueError(field, "is no text")
        return value

    def integer(self, field: str) -> int:
        """A number, which may be written as a decimal string."""
        return _whole(field, self.facts.get(field))

    def moment(self, field: str) -> str:
        """A chain time."""
        return self.voice.moment(self.integer(field))

    def sum(self, field: str = "amount") -> str:
        """An amount in the event's currency; one without is about coin."""
        currency = Address(self.text("currency")) if "currency" in self.facts else ZERO_ADDRESS
        return self.voice.amount(self.integer(field), currency)

    def of_work(self, field: str = "work_id", word: str = "of work") -> str:
        """Which work it is about, where that needs saying."""
        return f" {word} {self.name(field)}" if self.voice.names_works else ""

    def rows(self, accounts: str, shares: str) -> list[tuple[str, int]]:
        """Two lists of equal length side by side."""
        names, numbers = self._items(accounts), self._items(shares)
        if len(names) != len(numbers):
            raise InvalidValueError(shares, f"are not as many as there are {accounts}")
        pairs = zip(names, numbers, strict=True)
        return [(self.voice.name(str(name)), _whole(shares, number)) for name, number in pairs]

    def _items(self, field: str) -> list[object]:
        value = self.facts.get(field)
        if not isinstance(value, list):
            raise InvalidValueError(field, "is no list")
        return value


def _whole(field: str, value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise InvalidValueError(field, "is no whole number")
    return value


def _skipped(told: _Told) -> str:
    reason = told.integer("reason")
    why = _SKIPPED[reason] if reason < len(_SKIPPED) else "it cannot be recorded"
    return f"A batch left the declaration{told.of_work()} out: {why}"


def _transferred(told: _Told) -> str:
    title = told.contract != "LicenseLedger"
    what = f"The title{told.of_work('token_id')}" if title else f"Licence {told.name('token_id')}"
    made, holder = told.text("from") == ZERO_ADDRESS, told.name("to")
    return f"{what} was made, held by {holder}" if made else f"{what} went to {holder}"


def _recovery_set(told: _Told) -> str:
    if told.text("successor") == ZERO_ADDRESS:
        return f"Nobody may take over from {told.name('account')}"
    after = told.voice.span(told.integer("delay"))
    return f"{told.name('successor')} may take over from {told.name('account')} after {after} of silence"


def _linked(told: _Told) -> str:
    end = told.integer("end")
    work = f"work {told.name('work_id')}" if told.voice.names_works else "this work"
    until = "without end" if end == PERPETUAL else f"until {told.voice.moment(end)}"
    return (
        f"Licence {told.name('grant_id')} of {told.name('parent')} backs {work}, {until}; "
        f"{percent(told.integer('royalty_bps'))} of its revenue goes there"
    )


def _shares(told: _Told) -> str:
    rows = ", ".join(f"{percent(bps)} to {account}" for account, bps in told.rows("contributors", "bps"))
    return (
        f"Share table {told.integer('epoch')}{told.of_work()} was set: {rows or 'nothing to contributors'}, "
        "the rest to the title"
    )


def _divided(told: _Told) -> str:
    """How a sum was split, parts of nothing left out."""
    epoch = told.integer("epoch")
    parts = [("carried", "to the carrier of the sale"), ("royalties", "to parents")]
    told_parts = [
        f"{told.sum(field)} {whom}" for field, whom in parts if field in told.facts and told.integer(field)
    ]
    sharers = f"those of share table {epoch}, if any, and to " if epoch else ""
    return ", ".join([*told_parts, f"{told.sum('rest')} to {sharers}the title's holder"])


def _opened(told: _Told) -> str:
    about = tag_words(Hash32.parse(told.text("tag")))
    subject = f" ({about})" if about else ""
    return (
        f"{told.name('opener')} contested the title{told.of_work()}{subject} with a bond of "
        f"{told.sum('bond')}: dispute {told.name('dispute_id')}, which keeps the title where it is until "
        f"{told.moment('frozen_until')}"
    )


def _ruled(told: _Told) -> str:
    outcome = _OUTCOMES.get(told.integer("outcome"), "decided")
    return (
        f"The arbiter ruled: dispute {told.name('dispute_id')} is {outcome}; its bond belongs to "
        f"{told.name('bond_to')}"
    )


def _offered(told: _Told) -> str:
    if told.text("candidate") == ZERO_ADDRESS:
        return f"Nobody is named to follow {told.name('arbiter')} as arbiter"
    return f"{told.name('candidate')} may follow {told.name('arbiter')} as arbiter, by accepting"


def _grant_ended(told: _Told) -> str:
    backed = told.facts.get("derivative")
    with_it = f", and with it sales of work {told.voice.name(str(backed))}, which it backed" if backed else ""
    return f"A ruling ended licence {told.name('grant_id')}{with_it}"


def _anchored(told: _Told) -> str:
    """Of a record's history it says where in the log the declaration stands."""
    place = (
        f", with the declaration as leaf {told.integer('leaf_index')}" if "leaf_index" in told.facts else ""
    )
    return (
        f"{told.name('log')} anchored {told.name('root')}, the root of its first {told.integer('size')} "
        f"entries{place}"
    )


READINGS: Mapping[str, Callable[[_Told], str]] = {
    # not events, but the first thing in a work's history, and what may follow
    "DeclarationReceived": lambda told: (
        f"The registry received the declaration signed by {told.name('claimant')}"
    ),
    "MetadataRedacted": lambda told: (
        f"What was said of the work was erased, as {told.name('signer')} asked; "
        "the record, its date and its fingerprint stand"
    ),
    # records and titles
    "WorkRegistered": lambda told: (
        f"The declaration{told.of_work()} was recorded on chain, dated {told.moment('effective_date')}"
    ),
    "EffectiveDateLowered": lambda told: (
        f"An earlier proof was brought: the date{told.of_work()} moved from {told.moment('before')} to "
        f"{told.moment('effective_date')}"
    ),
    "RegistrationSkipped": _skipped,
    "CommitmentMade": lambda told: f"The date is fixed of what commitment {told.name('commitment')} hides",
    "DeclarationCancelled": lambda told: (
        f"The claimant withdrew every signature over the declaration{told.of_work()}"
    ),
    "SupplementRecorded": lambda told: (
        f"Supplement {told.integer('sequence')} was added{told.of_work(word='to work')}"
    ),
    "Transfer": _transferred,
    "SeriesAdvanced": lambda told: (
        f"The title{told.of_work()} moved to series {told.integer('series')}; older offers ended"
    ),
    "WorkRetracted": lambda told: f"The title's holder stopped sales of licences{told.of_work()} for good",
    "TitleAssigned": lambda told: f"A ruling gave the title{told.of_work()} to {told.name('to')}",
    # lost accounts
    "RecoverySet": _recovery_set,
    "RecoveryStarted": lambda told: (
        f"{told.name('successor')} began to take over from {told.name('account')}, who can object until "
        f"{told.moment('completes_at')}"
    ),
    "RecoveryCancelled": lambda told: f"The recovery of what {told.name('account')} holds has ended",
    # licences
    "GrantIssued": lambda told: f"A licence was granted to {told.name('licensee')}: {told.name('grant_id')}",
    "GrantEnded": _grant_ended,
    "OfferCancelled": lambda told: f"Offer {told.name('offer_hash')} was withdrawn",
    "PaymentRefunded": lambda told: (
        f"{told.sum()} went back to {told.name('receiver')} for licence {told.name('grant_id')}, which ended "
        "with it"
    ),
    # money
    "DerivativeLinked": _linked,
    "SharesSet": _shares,
    "RevenueReset": lambda told: (
        f"Revenue{told.of_work()} begins anew with the title's new holder: links to parents ended, and what "
        "is released from now on is shared with nobody until a share table is set"
    ),
    "RevenueReleased": lambda told: f"A payment of {told.sum('gross')} was divided: {_divided(told)}",
    "RoyaltyReceived": lambda told: (
        f"{told.sum()} came in as royalties{told.of_work()} from {told.name('derivative')}"
    ),
    "RoyaltiesDistributed": lambda told: f"Royalties of {told.sum('gross')} were divided: {_divided(told)}",
    "ShareClaimed": lambda told: (
        f"{told.sum()} went to {told.name('receiver')} as the share of {told.name('account')}"
    ),
    "RemainderClaimed": lambda told: (
        f"{told.sum()} went to {told.name('receiver')} as what belongs to the title's holder"
    ),
    "CarrierCredited": lambda told: f"{told.sum()} are owed to {told.name('carrier')} for carrying the sale",
    "CarrierPaid": lambda told: (
        f"{told.sum()} went to {told.name('receiver')} for sales that {told.name('carrier')} carried"
    ),
    # disputes
    "DisputeOpened": _opened,
    "DisputeAdmitted": lambda told: (
        f"The arbiter admitted dispute {told.name('dispute_id')}: sales stop and payments wait, until "
        f"{told.moment('held_until')} at the latest"
    ),
    "DisputeAnswered": lambda told: (
        f"The title's holder, {told.name('holder')}, answered dispute {told.name('dispute_id')}"
    ),
    "DisputeRuled": _ruled,
    "DisputeLapsed": lambda told: f"Dispute {told.name('dispute_id')} lapsed; its bond goes back",
    "BondsPaid": lambda told: (
        f"{told.sum()} went to {told.name('receiver')}, the bonds owed to {told.name('account')}"
    ),
    "ArbiterOffered": _offered,
    "ArbiterChanged": lambda told: f"{told.name('arbiter')} decides disputes that are opened from now on",
    # the log
    "CheckpointAnchored": _anchored,
}
