"""What is signed is made here, from what the caller knows, and only then compared with what was proposed.

A registry proposes a statement because it alone knows some of its parts (hashes of documents it salted, the
title's series). Everything that the caller can know is checked against what they know; the digest is computed
from the checked value, never taken from the registry.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from registry import statements
from registry.cli.failures import DishonestRegistryError
from registry.cli.plain import format_duration
from registry.client import Answer
from registry.errors import RegistryError
from registry.model import (
    Address,
    Declaration,
    Hash32,
    Offer,
    OfferFlags,
    Redaction,
    Registration,
    ShareTable,
    Supplement,
    WorkId,
)
from registry.model import Answer as DisputeAnswer
from registry.statements import Domain

Statement = TypeVar("Statement", Registration, Offer)
Carried = TypeVar("Carried", Supplement, Redaction, ShareTable, DisputeAnswer)

# A registry gives a statement a day to be mined; one that could be carried much later was not asked for.
LONGEST_DEADLINE_SECONDS = 7 * 86_400
_CLOCK_SKEW_SECONDS = 900  # how far two honest clocks may be apart
_CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class Wish:
    """What the caller wants to declare: these bytes, as this account, derived from these works."""

    claimant: Address
    content_hash: Hash32
    parents: tuple[WorkId, ...]


def content_hash(file: Path) -> Hash32:
    """SHA-256 of a file's bytes."""
    hasher = hashlib.sha256()
    with file.open("rb") as content:
        while chunk := content.read(_CHUNK):
            hasher.update(chunk)
    return Hash32(hasher.digest())


def registration_to_sign(proposed: Answer, domain: Domain, wish: Wish) -> Registration:
    """The proposed typed data as a statement, if it says what the caller wants and nothing else.

    Raises:
        DishonestRegistryError: It says something else.
    """
    _require_primary_type(proposed, "Registration")
    registration = _parsed(_registration, proposed.inner("message"))
    declaration = registration.declaration
    _require_equal("the SHA-256 of the file", wish.content_hash, declaration.content_hash)
    _require_equal("the claimant", wish.claimant, declaration.claimant)
    _require_equal("the works it derives from", wish.parents, declaration.parents)
    _require_equal("the earlier version", None, declaration.previous)
    _require_soon(registration.deadline, LONGEST_DEADLINE_SECONDS)
    _require_same_typed_data(proposed, registration, domain)
    return registration


def offer_to_sign(proposed: Answer, domain: Domain, wanted: Offer, valid_for: int) -> Offer:
    """The proposed typed data as an offer, if it offers what the caller wants and nothing else.

    Series, window and salt are the registry's to fill in; the rest of `wanted` must stand as it is.

    Raises:
        DishonestRegistryError: It says something else.
    """
    _require_primary_type(proposed, "Offer")
    offer = _parsed(_offer, proposed.inner("message"))
    for name in _CHOSEN:
        _require_equal(f"the offer's {name.replace('_', ' ')}", getattr(wanted, name), getattr(offer, name))
    if offer.valid_until > time.time() + valid_for + _CLOCK_SKEW_SECONDS:
        raise DishonestRegistryError(f"the offer could be taken until {offer.valid_until}, later than wanted")
    _require_same_typed_data(proposed, offer, domain)
    return offer


def statement_to_sign(
    proposed: Answer, domain: Domain, wanted: Carried, longest: int = LONGEST_DEADLINE_SECONDS
) -> Carried:
    """The wanted statement with the proposed deadline, if that is all that was chosen for the caller.

    The deadline must come within `longest` seconds.

    Raises:
        DishonestRegistryError: It proposes something else.
    """
    _require_primary_type(proposed, type(wanted).__name__)
    deadline = proposed.inner("message").integer("deadline")
    _require_soon(deadline, longest)
    statement = replace(wanted, deadline=deadline)
    _require_same_typed_data(proposed, statement, domain)
    return statement


_CHOSEN = (
    "licensor",
    "work_id",
    "terms_hash",
    "flags",
    "currency",
    "price",
    "royalty_bps",
    "max_grants",
    "licensee",
    "duration",
    "carrier",
    "carrier_bps",
)


def _require_primary_type(proposed: Answer, expected: str) -> None:
    _require_equal("the kind of statement", expected, proposed.text("primaryType"))


def _require_soon(deadline: int, longest: int) -> None:
    if not 0 < deadline - time.time() < longest:
        raise DishonestRegistryError(
            f"the deadline {deadline} is not to come within {format_duration(longest)}"
        )


def _require_same_typed_data(proposed: Answer, statement: statements.Statement, domain: Domain) -> None:
    ours = statements.typed_data(statement, domain)
    _require_equal("the chain and contract", ours["domain"], dict(proposed.inner("domain")))
    if dict(proposed) != ours:
        raise DishonestRegistryError("the typed data are not those of this statement")


def _require_equal(what: str, ours: object, theirs: object) -> None:
    if ours != theirs:
        raise DishonestRegistryError(
            f"{what} should be {_shown(ours)}, the registry proposes {_shown(theirs)}"
        )


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value) or "none"
    return "none" if value is None else str(value)


def _parsed(read: Callable[[Answer], Statement], message: Answer) -> Statement:
    try:
        return read(message)
    except RegistryError as problem:
        raise DishonestRegistryError(f"the typed data make no statement ({problem.message})") from problem


def _registration(message: Answer) -> Registration:
    declaration = message.inner("declaration")
    previous = declaration.integer("previous")
    return Registration(
        declaration=Declaration(
            claimant=Address(declaration.text("claimant")),
            content_hash=Hash32.parse(declaration.text("contentHash")),
            fingerprint_hash=Hash32.parse(declaration.text("fingerprintHash")),
            metadata_hash=Hash32.parse(declaration.text("metadataHash")),
            parents=tuple(WorkId.from_int(parent) for parent in declaration.integers_of("parents")),
            previous=WorkId.from_int(previous) if previous else None,
        ),
        deadline=message.integer("deadline"),
    )


def _offer(message: Answer) -> Offer:
    return Offer(
        licensor=Address(message.text("licensor")),
        work_id=WorkId.from_int(message.integer("workId")),
        series=message.integer("series"),
        terms_hash=Hash32.parse(message.text("termsHash")),
        flags=OfferFlags(message.integer("flags")),
        currency=Address(message.text("currency")),
        price=message.integer("price"),
        royalty_bps=message.integer("royaltyBps"),
        max_grants=message.integer("maxGrants"),
        licensee=Address(message.text("licensee")),
        valid_from=message.integer("validFrom"),
        valid_until=message.integer("validUntil"),
        duration=message.integer("duration"),
        carrier=Address(message.text("carrier")),
        carrier_bps=message.integer("carrierBps"),
        salt=Hash32.parse(message.text("salt")),
    )
