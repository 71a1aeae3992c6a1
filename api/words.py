"""Plain words for people: sums, spans and what a purchase means. Made from the data they describe."""

from __future__ import annotations

from registry.model import PERPETUAL, ZERO_ADDRESS, Address, DeskTerms, Offer, TransactionRequest

WEI_DIGITS = 18
_SPANS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def ether(wei: int) -> str:
    """An exact sum in ether, without trailing zeros."""
    whole, rest = divmod(wei, 10**WEI_DIGITS)
    fraction = f"{rest:0{WEI_DIGITS}d}".rstrip("0")
    return f"{whole}.{fraction} ETH" if fraction else f"{whole} ETH"


def span(seconds: int) -> str:
    """A span of time in the largest unit that divides it."""
    if seconds == PERPETUAL:
        return "without end"
    size, name = next((size, name) for size, name in _SPANS if seconds % size == 0)
    count = seconds // size
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def amount(units: int, currency: Address) -> str:
    """A sum in its currency."""
    return ether(units) if currency == ZERO_ADDRESS else f"{units} units of token {currency}"


def arbiter_powers(terms: DeskTerms) -> tuple[str, ...]:
    """All that the arbiter can do, one sentence each (contracts/src/interfaces/IDisputeDesk.sol)."""
    admit = (
        f"Admit a dispute: until it is decided, and no longer than {span(terms.ruling)} from its opening, "
        f"the title stays where it is, sales stop, royalties are not divided and payments wait, none more "
        f"than {span(terms.hold)} beyond its due time. What it opens itself is admitted at once, unless "
        f"another is."
    )
    uphold = (
        "Uphold an admitted dispute: sales stop for good, and for 30 days licensees can take back payments "
        "that were not yet due when it was opened."
    )
    assign = (
        "Give the title to the assignee that the opener named, by upholding the dispute, and to nobody else; "
        "the work is then free of its links to parents and of its share table."
    )
    return (
        admit,
        f"Dismiss a dispute, once {span(terms.answer)} to answer have passed; the bond goes to the holder.",
        uphold,
        assign,
        "End at most 32 licences to the work, from then on, with an upheld dispute; all others stay valid.",
        "Nothing else: it cannot alter a record, and a dispute that it does not decide lapses.",
    )


def short(identifier: object) -> str:
    """The two ends of a hash or address, for reading; never for copying."""
    text = str(identifier)
    return f"{text[:8]}…{text[-6:]}"


def plain_purchase(offer: Offer, licensee: str, request: TransactionRequest) -> str:
    """One sentence saying what sending the transaction means."""
    whom = "myself" if licensee == request.sender else licensee
    length = "without end" if offer.duration == PERPETUAL else f"for {span(offer.duration)} from purchase"
    return (
        f"I, {request.sender}, pay {request.call.value} wei ({ether(request.call.value)}) for a licence of "
        f"work {offer.work_id} from {offer.licensor} under terms {offer.terms_hash} for {whom}, {length}; "
        f"gas costs at most {ether(request.gas * request.fees.max_fee)} more."
    )


def licensee_words(offer: Offer) -> str:
    """Who may buy."""
    return "anybody" if offer.licensee == ZERO_ADDRESS else str(offer.licensee)
