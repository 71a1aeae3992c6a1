"""What a command line names by id: read from the registry, and checked against the id."""

from __future__ import annotations

from pathlib import Path

from registry.cli.consent import content_hash
from registry.cli.failures import CommandError
from registry.cli.told import declaration_told, dispute_told, offer_told, sale_told
from registry.client import Answer, ColophonClient
from registry.errors import InvalidValueError
from registry.model import (
    Address,
    Declaration,
    DisputeId,
    GrantId,
    Hash32,
    Offer,
    OfferHash,
    Sale,
    WorkId,
)


def work_named(text: str) -> WorkId:
    """A work's id in any case of letters."""
    return WorkId.parse(text.lower())


def declaration_named(client: ColophonClient, work_id: WorkId) -> Declaration:
    """The declaration that a work's id commits to."""
    return declaration_told(client.work(str(work_id)), work_id)


def offer_named(client: ColophonClient, text: str) -> Offer:
    """The offer that a hash commits to."""
    offer_hash = OfferHash.parse(text.lower())
    return offer_told(client.offer(str(offer_hash)), offer_hash)


def sale_named(client: ColophonClient, text: str) -> Sale:
    """The sale that a grant's id commits to."""
    grant_id = GrantId.parse(text.lower())
    return sale_told(client.sale(str(grant_id)), grant_id)


def dispute_named(client: ColophonClient, text: str) -> tuple[DisputeId, Answer]:
    """A dispute's id, and what the registry tells of it."""
    dispute_id = DisputeId.parse(text.lower())
    told = client.dispute(str(dispute_id))
    dispute_told(told, dispute_id)
    return dispute_id, told


def evidence_named(text: str) -> Hash32:
    """The SHA-256 of a file, or the hash itself.

    Raises:
        CommandError: It is neither.
    """
    path = Path(text)
    if path.is_file():
        return content_hash(path)
    try:
        return Hash32.parse(text.lower())
    except InvalidValueError as problem:
        raise CommandError(
            "unknown-evidence", f"{text!r} is neither a file nor a hash (0x and 64 hex digits)"
        ) from problem


def account_named(text: str | None, otherwise: Address) -> Address:
    """An account, or the one that is meant where none is named."""
    return Address(text) if text else otherwise
