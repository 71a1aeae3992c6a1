"""What happened to a work, each event in one clause."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from api.words import amount, ether, short, tag_words
from registry.model import UINT64_MAX, ZERO_ADDRESS, Address, Hash32, from_unix
from registry.statements import LAST_PRINTABLE_SECOND, percent
from registry.usecases.read import HistoryItem

Facts = Mapping[str, Any]

NOT_SHOWN = frozenset(
    {
        "Approval",  # a right to move the title, which may never be used
        "MetadataUpdate",  # a note to marketplaces
        "PaymentReleased",  # its division is told by the vault
        "TitleMarked",  # why is told by the desk
    }
)
_SKIPPED = (
    "it was recorded already",
    "its deadline had passed",
    "its claimant had withdrawn it",
    "its signature does not hold",
    "its parents are malformed",
)
_OUTCOMES = {2: "dismissed", 3: "upheld", 4: "upheld, and the title given to the assignee"}


def event_words(item: HistoryItem) -> str:
    """What happened, in one clause; an event of a newer contract by its own name."""
    words = EVENTS.get(item.what)
    return words(item.facts) if words else item.what


def _transferred(facts: Facts) -> str:
    made, holder = facts["from"] == ZERO_ADDRESS, short(facts["to"])
    return f"The title was made, held by {holder}" if made else f"The title went to {holder}"


def _sum(facts: Facts, name: str = "amount") -> str:
    return amount(int(facts[name]), Address(facts["currency"]))


def _second(facts: Facts, name: str) -> str:
    seconds = int(facts[name])
    if seconds >= min(UINT64_MAX, LAST_PRINTABLE_SECOND):
        return "the end of time"
    return f"{from_unix(seconds):%-d %B %Y, %H:%M} UTC"


def _shares(facts: Facts) -> str:
    pairs = zip(facts["contributors"], facts["bps"], strict=True)
    rows = ", ".join(f"{percent(bps)} to {short(account)}" for account, bps in pairs)
    return f"Share table {facts['epoch']} was set: {rows or 'nothing to contributors'}, the rest to the title"


def _belongs(facts: Facts) -> str:
    epoch = int(facts["epoch"])
    return f"are shared under table {epoch}" if epoch else "belong to the title's holder"


def _released(facts: Facts) -> str:
    return f"A payment of {_sum(facts, 'gross')} was divided; {_sum(facts, 'rest')} of it {_belongs(facts)}"


def _distributed(facts: Facts) -> str:
    return (
        f"Royalties of {_sum(facts, 'gross')} were divided; {_sum(facts, 'rest')} of them {_belongs(facts)}"
    )


def _opened(facts: Facts) -> str:
    about = tag_words(Hash32.parse(facts["tag"]))
    subject = f" ({about})" if about else ""
    bond = ether(int(facts["bond"]))
    return f"{short(facts['opener'])} contested the title{subject} with a bond of {bond}"


def _ruled(facts: Facts) -> str:
    outcome = _OUTCOMES.get(int(facts["outcome"]), "decided")
    return f"The arbiter ruled: dispute {short(facts['dispute_id'])} is {outcome}"


def _linked(facts: Facts) -> str:
    royalty = percent(int(facts["royalty_bps"]))
    return f"A licence of {short(facts['parent'])} backs this work; {royalty} of its revenue go there"


EVENTS: Mapping[str, Callable[[Facts], str]] = {
    "DeclarationReceived": lambda facts: (
        f"The registry received the declaration signed by {short(facts['claimant'])}"
    ),
    "WorkRegistered": lambda _: "The declaration was recorded on chain",
    "RegistrationSkipped": lambda facts: (
        f"A batch left the declaration out: {_SKIPPED[int(facts['reason'])]}"
    ),
    "DeclarationCancelled": lambda _: "The claimant withdrew every signature over the declaration",
    "EffectiveDateLowered": lambda facts: (
        f"An earlier proof was brought: the effective date is {_second(facts, 'effective_date')}"
    ),
    "Transfer": _transferred,
    "SeriesAdvanced": lambda facts: f"The title moved to series {facts['series']}; older offers ended",
    "SupplementRecorded": lambda facts: f"Supplement {facts['sequence']} was added",
    "WorkRetracted": lambda _: "The title's holder stopped sales of licences for good",
    "TitleAssigned": lambda facts: f"A ruling gave the title to {short(facts['to'])}",
    "GrantIssued": lambda facts: f"A licence was granted to {short(facts['licensee'])}",
    "GrantEnded": lambda facts: f"A ruling ended licence {short(facts['grant_id'])}",
    "PaymentRefunded": lambda facts: (
        f"{_sum(facts)} were paid back for licence {short(facts['grant_id'])}, which ended with it"
    ),
    "DerivativeLinked": _linked,
    "SharesSet": _shares,
    "RevenueReleased": _released,
    "RoyaltyReceived": lambda facts: f"{_sum(facts)} came in as royalties from {short(facts['derivative'])}",
    "RoyaltiesDistributed": _distributed,
    "ShareClaimed": lambda facts: f"{_sum(facts)} were paid as the share of {short(facts['account'])}",
    "RemainderClaimed": lambda facts: f"{_sum(facts)} were paid to the title's holder",
    "DisputeOpened": _opened,
    "DisputeAdmitted": lambda facts: (
        f"The arbiter admitted dispute {short(facts['dispute_id'])}: sales stop and payments wait, until "
        f"{_second(facts, 'held_until')} at the latest"
    ),
    "DisputeAnswered": lambda facts: f"The title's holder answered dispute {short(facts['dispute_id'])}",
    "DisputeRuled": _ruled,
    "DisputeLapsed": lambda facts: f"Dispute {short(facts['dispute_id'])} lapsed; its bond goes back",
}
