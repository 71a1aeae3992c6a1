"""`colophon offer`: sign terms, price and availability of licences to a work."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry import statements
from registry.cli.consent import offer_to_sign
from registry.cli.failures import CommandError
from registry.cli.plain import format_wei, wei_argument
from registry.cli.records import print_offer
from registry.cli.session import Session
from registry.cli.signing import agree_to_sign, sign
from registry.cli.told import FLAG_NAMES
from registry.licensing.terms import STANDARD, terms_hash
from registry.model import (
    PERPETUAL,
    UNLIMITED_GRANTS,
    ZERO_ADDRESS,
    Address,
    Hash32,
    Offer,
    OfferFlags,
    WorkId,
)

_MAX_TERMS_BYTES = 2**20  # the schema's longest document is far below


@dataclass(frozen=True, slots=True)
class OfferWish:
    """All that the command line says of an offer. Durations in seconds; None is no end, limit or name."""

    work_id: str
    terms: str
    price_wei: int
    flags: OfferFlags
    duration: int | None
    max_grants: int | None
    licensee: str | None
    royalty_bps: int
    valid_for: int
    key: str | None


def publish_offer(session: Session, wish: OfferWish) -> None:
    """Make an offer, sign it, publish it."""
    terms = terms_named(wish.terms)
    licensor = session.keys.address(wish.key)
    wanted = _wanted(wish, licensor, terms)
    account = session.keys.unlock(licensor)
    contracts = session.contracts()
    proposal = session.client.prepare_offer(choice_of(wanted, terms, wish.valid_for))
    domain = statements.domain_of(wanted, contracts)
    offer = offer_to_sign(proposal.inner("typed_data"), domain, wanted, wish.valid_for)
    terminal = session.terminal
    sentence = statements.plain(offer)
    priced = f"The price is {format_wei(offer.price)}, the terms “{terms['name']}”."
    agree_to_sign(terminal, [f"{sentence} {priced}"], domain, "nothing is offered")
    signature = sign(account, statements.digest(offer, domain))
    published = session.client.publish_offer(document_of(offer), terms, signature)
    terminal.document(published)
    print_offer(terminal, published)
    following = f"colophon buy {statements.offer_hash(offer)} --max-price {wei_argument(offer.price)}"
    terminal.closing(session.page(str(offer.work_id)), following)


def terms_named(name: str) -> Mapping[str, Any]:
    """The standard terms of that name, or those in a JSON file.

    Raises:
        CommandError: There are no such terms.
        InvalidDocumentError: They do not follow `colophon.terms/1`.
    """
    if name in STANDARD:
        return dict(STANDARD[name])
    path = Path(name)
    if not path.is_file() or path.stat().st_size > _MAX_TERMS_BYTES:
        raise CommandError(
            "unknown-terms", f"{name!r} is neither a file of terms nor one of {', '.join(sorted(STANDARD))}"
        )
    try:
        terms = json.loads(path.read_text("utf-8"))
    except ValueError as problem:
        raise CommandError("unknown-terms", f"{name} is not JSON") from problem
    if not isinstance(terms, dict):
        raise CommandError("unknown-terms", f"{name} is not a JSON object")
    terms_hash(terms)
    return terms


def document_of(offer: Offer) -> dict[str, Any]:
    """The offer as the API takes it: flags by name, what may pass 2^53 as decimal text."""
    return {
        "licensor": str(offer.licensor),
        "work_id": str(offer.work_id),
        "series": offer.series,
        "terms_hash": str(offer.terms_hash),
        "flags": _flag_names(offer.flags),
        "currency": str(offer.currency),
        "price_wei": str(offer.price),
        "royalty_bps": offer.royalty_bps,
        "max_grants": offer.max_grants,
        "licensee": str(offer.licensee),
        "valid_from": str(offer.valid_from),
        "valid_until": str(offer.valid_until),
        "duration": str(offer.duration),
        "carrier": str(offer.carrier),
        "carrier_bps": offer.carrier_bps,
        "salt": str(offer.salt),
    }


def _wanted(wish: OfferWish, licensor: Address, terms: Mapping[str, Any]) -> Offer:
    """The offer with what the licensor chose; series, window and salt are placeholders."""
    return Offer(
        licensor=licensor,
        work_id=WorkId.parse(wish.work_id.lower()),
        series=0,
        terms_hash=terms_hash(terms),
        flags=wish.flags,
        price=wish.price_wei,
        royalty_bps=wish.royalty_bps,
        valid_from=0,
        valid_until=1,
        salt=Hash32(bytes(32)),
        max_grants=wish.max_grants or UNLIMITED_GRANTS,
        licensee=Address(wish.licensee) if wish.licensee else ZERO_ADDRESS,
        duration=wish.duration or PERPETUAL,
    )


def choice_of(wanted: Offer, terms: Mapping[str, Any], valid_for: int) -> dict[str, Any]:
    """What the licensor chose, as the API takes it; `valid_for` in seconds."""
    return {
        "work_id": str(wanted.work_id),
        "licensor": str(wanted.licensor),
        "terms": dict(terms),
        "price_wei": str(wanted.price),
        "flags": _flag_names(wanted.flags),
        "duration_seconds": None if wanted.duration == PERPETUAL else wanted.duration,
        "max_grants": None if wanted.max_grants == UNLIMITED_GRANTS else wanted.max_grants,
        "licensee": None if wanted.licensee == ZERO_ADDRESS else str(wanted.licensee),
        "royalty_bps": wanted.royalty_bps,
        "valid_for_seconds": valid_for,
    }


def _flag_names(flags: OfferFlags) -> list[str]:
    return [name for flag, name in FLAG_NAMES.items() if flag in flags]
