"""What the page says in plain words about statuses, verdicts, dates, sales and disputes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from api.words import ether, licensee_words, short, span
from registry.fingerprint.rates import rate_of
from registry.model import (
    PERPETUAL,
    UNLIMITED_GRANTS,
    Judgement,
    OfferFlags,
    ProofLevel,
    Status,
    Verdict,
)
from registry.statements import tag_words
from registry.usecases.disputes import Dispute, DisputeState
from registry.usecases.offer import Availability, PublishedOffer
from registry.usecases.records import Record, from_unix_clamped
from registry.usecases.revenue import PaymentState
from registry.usecases.sales import SalesState

_KIB = 1024
_SAME_TEMPO, _LEAST_TEMPO, _LEAST_CENTS = 1000, 10, 12
# Permille and cents: smaller differences of tempo and pitch are within what short sounds are measured to.
_MINUTE_MS, _SECOND_MS = 60_000, 1_000

STATUS_WORDS = {
    Status.PENDING: "Waiting to be recorded on chain. Until then only its claimant can see it.",
    Status.CONFIRMED: "Recorded on chain; it becomes final when the chain can no longer take it back.",
    Status.FINAL: "Recorded on chain, and the chain can no longer take it back.",
    Status.EXPIRED: "Its deadline passed before it was recorded; the claimant must sign again.",
}
VERDICT_WORDS = {
    Verdict.IDENTICAL: "This is a registered file, byte for byte",
    Verdict.COPY: "This is a copy of a registered work",
    Verdict.CONTAINS: "This contains a registered work, or a part of one",
}
CHECK_WORDS = {
    "unchecked": "made by the claimant and unchecked: the registry has not seen the file, "
    "no copy is found by it",
    "agrees": "made by the claimant; the registry has seen the file since, and its own agrees",
    "differs": "made by the claimant; the registry has seen the file since, and its own differs: "
    "the work is found by the registry's",
}
CLAIM_WORDS = {
    "identical": "the very same file",
    "copy": "a file that is a copy of it",
    "contains": "a file that shares a part with it",
}
AVAILABILITY_WORDS = {
    Availability.AVAILABLE: "can be bought",
    Availability.NOT_YET: "not yet on sale",
    Availability.EXPIRED: "no longer on sale",
    Availability.STALE: "ended when the title moved",
    Availability.CANCELLED: "withdrawn by the licensor",
    Availability.SOLD_OUT: "sold out",
    Availability.BARRED: "barred by another licence",
    Availability.STOPPED: "not for sale: sales of the work have stopped",
    Availability.UNLICENSED: "not for sale: a licence that the work needs for a parent has ended",
    Availability.TERMS_NOT_SHARED: "not for sale: a parent asks for the parent's own terms",
}
HOW_MADE_WORDS = {
    "unspecified": "not said",
    "human": "by people",
    "ai-assisted": "by people, with the help of AI",
    "ai-generated": "by AI",
}
USE_WORDS = {
    "search": "Search engines",
    "train-ai": "Training of AI",
    "train-genai": "Training of generative AI",
    "ai-input": "Input to AI",
}
_VARIANT_WORDS = {
    "mirrored": ", mirrored",
    "rotated 90": ", turned by a quarter",
    "rotated 180": ", turned upside down",
    "rotated 270": ", turned by a quarter",
    "mirrored and rotated 90": ", mirrored and turned by a quarter",
    "mirrored and rotated 180": ", flipped upside down",
    "mirrored and rotated 270": ", mirrored and turned by a quarter",
}


SALES_WORDS = {
    SalesState.OPEN: "open",
    SalesState.RETRACTED: "stopped for good by a holder of the title; past licences stand",
    SalesState.STOPPED: "stopped for good: a dispute about the title was upheld; past licences stand",
    SalesState.DISPUTED: "stopped while a dispute about the title is decided",
}
DISPUTE_WORDS = {
    DisputeState.OPEN: "open, not admitted by the arbiter: sales go on",
    DisputeState.ADMITTED: "admitted by the arbiter: until it is decided sales stop and payments wait",
    DisputeState.DISMISSED: "dismissed",
    DisputeState.UPHELD: "upheld: sales have stopped for good",
    DisputeState.ASSIGNED: "upheld: the title was given to the assignee",
    DisputeState.LAPSED: "lapsed without a ruling",
    DisputeState.TIMED_OUT: "out of time: nobody ruled on it, and anybody can let it lapse",
}
PAYMENT_WORDS = {
    PaymentState.WAITING: "waits for its time",
    PaymentState.DUE: "can be released by anybody",
    PaymentState.HELD: "is held up by a dispute",
    PaymentState.REFUNDABLE: "can be taken back by its licensee",
}


@dataclass(frozen=True, slots=True)
class OfferWords:
    """An offer as people read it."""

    price: str
    length: str
    supply: str
    who: str
    traits: tuple[str, ...]
    availability: str
    is_available: bool
    until: str


def moment(at: datetime) -> str:
    """A time for reading, in UTC."""
    return f"{at.astimezone(UTC):%-d %B %Y, %H:%M} UTC"


def day(at: datetime) -> str:
    """A date for reading, in UTC."""
    return f"{at.astimezone(UTC):%-d %B %Y}"


def date_proof(level: ProofLevel) -> str:
    """To whom a date on this chain proves anything."""
    return {
        ProofLevel.LOCAL: "local chain: date not independently proven",
        ProofLevel.PUBLIC_TESTNET: "public test network: its history may be thrown away",
        ProofLevel.PUBLIC: "the block time of a public chain",
    }[level]


def verdict_words(judgement: Judgement) -> str:
    """What the match says of the file, with what was done to it where that shows."""
    _, _, variant = judgement.compared.partition(":")
    return VERDICT_WORDS[judgement.verdict] + _VARIANT_WORDS.get(variant, "")


def distance_words(judgement: Judgement) -> str:
    """How near, how far would still count, and by what it was compared."""
    if judgement.verdict is Verdict.IDENTICAL:
        return "The SHA-256 of both files is the same."
    algorithm = judgement.compared.partition(":")[0]
    return (
        f"Distance {judgement.distance}: 0 is the same, up to {judgement.threshold} counts as a match "
        f"({judgement.unit}, compared by {algorithm})."
    )


def rate_words(judgement: Judgement) -> str:
    """How often such a match was none where that was measured."""
    rate = rate_of(judgement)
    if rate is None:
        return ""
    return (
        f"Of {rate.pairs:,} pairs of unrelated works {rate.false:,} matched like this, "
        f"at most {rate.at_most_per_million:,} in a million."
    )


def region_words(region: Mapping[str, int] | None) -> str:
    """Where in the file the match lies: a time, pixels, or passages of a text."""
    if region is None:
        return ""
    if {"x", "y", "width", "height"} <= set(region):
        x, y, width, height = (region[name] for name in ("x", "y", "width", "height"))
        return f"Found in {width} x {height} pixels of your file, {x} from its left and {y} from its top."
    if {"start_ms", "end_ms"} <= set(region):
        return _time_words(region)
    return _passage_words(region) if {"passages", "start_character"} <= set(region) else ""


def _time_words(region: Mapping[str, int]) -> str:
    """From when to when, where that is in the work, and how pitch and tempo differ, as far as it is known."""
    words = f"Found from {clock(region['start_ms'])} to {clock(region['end_ms'])} of your file"
    if {"work_start_ms", "work_end_ms"} <= set(region):
        words += f", {clock(region['work_start_ms'])} to {clock(region['work_end_ms'])} of the work"
    tempo, pitch = region.get("tempo_permille", _SAME_TEMPO) - _SAME_TEMPO, region.get("pitch_cents", 0)
    changes = []
    if abs(tempo) >= _LEAST_TEMPO:
        changes.append(f"{abs(tempo) / 10:.1f} % {'faster' if tempo > 0 else 'slower'}")
    if abs(pitch) >= _LEAST_CENTS:
        changes.append(f"{abs(pitch)} cents {'higher' if pitch > 0 else 'lower'}")
    return f"{words}, {' and '.join(changes)}." if changes else f"{words}."


def _passage_words(region: Mapping[str, int]) -> str:
    """The longest passage in both texts, and how much there is in all; characters are counted from 1."""
    longest = (
        f"characters {region['start_character'] + 1:,} to {region['end_character']:,} of your text, "
        f"{region['work_start_character'] + 1:,} to {region['work_end_character']:,} of the work"
    )
    if region["passages"] == 1:
        return f"The passage: {longest}."
    return (
        f"{region['passages']} passages, {region['characters_in_passages']:,} characters in all; "
        f"the longest: {longest}."
    )


def clock(milliseconds: int) -> str:
    """Minutes and seconds."""
    minutes, rest = divmod(milliseconds, _MINUTE_MS)
    return f"{minutes}:{rest // _SECOND_MS:02d}"


def made_words(record: Record) -> str:
    """How the claimant says that the work was made; nothing where nothing is said of it any more."""
    said = record.entry.metadata if record.entry else None
    return HOW_MADE_WORDS[said["how_made"]] if said else ""


def file_words(record: Record) -> str:
    """What kind of file the work is: medium, size in its own terms, bytes."""
    if record.entry is None:
        return "known by its hashes alone"
    fingerprint, _ = record.entry.told
    facts = fingerprint["facts"]
    parts = [str(fingerprint["media_type"]), size_words(int(fingerprint["bytes"]))]
    if {"width", "height"} <= set(facts):
        parts.insert(0, f"{facts['width']} \N{MULTIPLICATION SIGN} {facts['height']} pixels")
    if "milliseconds" in facts:
        parts.insert(0, f"{clock(int(facts['milliseconds']))} min")
    if "characters" in facts:
        parts.insert(0, f"{int(facts['characters']):,} characters")
    return " · ".join(parts)


def size_words(count: int) -> str:
    """Bytes in a unit that people use."""
    if count < _KIB:
        return f"{count} bytes"
    return f"{count / _KIB:.0f} KiB" if count < _KIB**2 else f"{count / _KIB**2:.1f} MiB"


def tag_text(dispute: Dispute) -> str:
    """What a dispute is about."""
    return tag_words(dispute.tag) or f"tag {short(dispute.tag)}"


def offer_words(published: PublishedOffer) -> OfferWords:
    """An offer as people read it."""
    offer = published.entry.offer
    left = offer.max_grants - published.issued
    return OfferWords(
        price=ether(offer.price) if offer.price else "free of charge",
        length="without end" if offer.duration == PERPETUAL else f"for {span(offer.duration)} from purchase",
        supply="" if offer.max_grants == UNLIMITED_GRANTS else f"{left} of {offer.max_grants} left",
        who=licensee_words(offer),
        traits=tuple(_TRAITS[flag] for flag in OfferFlags if flag in offer.flags),
        availability=AVAILABILITY_WORDS[published.availability],
        is_available=published.availability is Availability.AVAILABLE,
        until=moment(from_unix_clamped(offer.valid_until)),
    )


_TRAITS = {
    OfferFlags.TRANSFERABLE: "may be passed on",
    OfferFlags.DERIVATIVES: "allows derivative works",
    OfferFlags.SHARE_ALIKE: "derivatives must be shared alike",
    OfferFlags.EXCLUSIVE: "exclusive",
}
