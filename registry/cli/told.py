"""What a registry tells, as values: each is checked against the hash that names it, or not believed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from registry import statements
from registry.cli.failures import CommandError, DishonestRegistryError
from registry.client import Answer
from registry.errors import RegistryError
from registry.model import (
    ZERO_ADDRESS,
    Address,
    Contracts,
    Declaration,
    DisputeId,
    GrantId,
    Hash32,
    Offer,
    OfferFlags,
    OfferHash,
    Sale,
    ShareTable,
    WorkId,
)

Told = TypeVar("Told")

# In the order of their bits, under the names that the API gives them.
FLAG_NAMES = {
    OfferFlags.TRANSFERABLE: "transferable",
    OfferFlags.DERIVATIVES: "derivatives",
    OfferFlags.SHARE_ALIKE: "share-alike",
    OfferFlags.EXCLUSIVE: "exclusive",
}


def contracts_told(told: Answer) -> Contracts:
    """The deployment that a registry works with.

    Raises:
        CommandError: It names no such deployment.
    """
    try:
        return Contracts(
            chain_id=told.integer("chain_id"),
            checkpoint_log=Address(told.text("checkpoint_log")),
            work_registry=Address(told.text("work_registry")),
            license_ledger=Address(told.text("license_ledger")),
            royalty_vault=Address(told.text("royalty_vault")),
            dispute_desk=Address(told.text("dispute_desk")),
            deployed_at_block=told.integer("deployed_at_block"),
            manifest_id=Hash32.parse(told.text("manifest_id")),
        )
    except RegistryError as problem:
        raise CommandError(
            "unexpected-answer", f"the registry names no contracts ({problem.message})"
        ) from problem


def declaration_told(record: Answer, work_id: WorkId) -> Declaration:
    """The declaration in a record, as the work's id commits to it.

    Raises:
        DishonestRegistryError: The id is not this declaration's.
    """
    declaration = _read(_declaration, record.inner("declaration"), "declaration")
    _require_named("declaration", work_id, statements.work_id(declaration))
    return declaration


def offer_told(published: Answer, offer_hash: OfferHash) -> Offer:
    """A published offer, as its hash commits to it.

    Raises:
        DishonestRegistryError: The hash is not this offer's.
    """
    offer = _read(_offer, published.inner("offer"), "offer")
    _require_named("offer", offer_hash, statements.offer_hash(offer))
    return offer


def sale_told(told: Answer, grant_id: GrantId) -> Sale:
    """The sale that issued a grant, as the grant's id commits to it.

    Raises:
        DishonestRegistryError: The grant was issued by another sale.
    """
    sale = _read(lambda one: Sale(_offer(one.inner("offer")), one.integer("serial")), told, "sale")
    issued = statements.grant_id(statements.offer_hash(sale.offer), sale.serial)
    _require_named("grant", grant_id, issued)
    return sale


def table_told(told: Answer, work_id: WorkId) -> ShareTable:
    """A share table of a work, as its hash commits to it. A time without one has neither hash nor rows.

    Raises:
        DishonestRegistryError: The hash is not this table's.
    """
    table = _read(lambda one: _table(one, work_id), told, "share table")
    if not table.stands_for_none or told.get("table_hash") is not None:
        table_hash = _read(lambda one: Hash32.parse(one.text("table_hash")), told, "share table")
        _require_named("share table", table_hash, statements.struct_hash(table))
    return table


def dispute_told(told: Answer, dispute_id: DisputeId) -> WorkId:
    """The work that a dispute is about, as the dispute's id commits to it.

    Raises:
        DishonestRegistryError: The dispute is about another work.
    """
    work_id = _read(lambda one: WorkId.parse(one.text("work_id")), told, "dispute")
    evidence = _read(lambda one: Hash32.parse(one.text("evidence_hash")), told, "dispute")
    opener = _read(lambda one: Address(one.text("opener")), told, "dispute")
    _require_named("dispute", dispute_id, statements.dispute_id(work_id, evidence, opener))
    return work_id


def currency_told(told: Answer) -> Address:
    """The currency of a sum; zero is the native coin."""
    return _read(lambda one: Address(one.optional_text("currency") or ZERO_ADDRESS), told, "sum")


def bytes_told(text: str, what: str) -> bytes:
    """Bytes that a registry writes as `0x` and hex.

    Raises:
        DishonestRegistryError: They are not.
    """
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError as problem:
        raise DishonestRegistryError(f"{what} is not hex") from problem


def _read(read: Callable[[Answer], Told], told: Answer, what: str) -> Told:
    try:
        return read(told)
    except RegistryError as problem:
        raise DishonestRegistryError(f"what is told makes no {what} ({problem.message})") from problem


def _require_named(what: str, expected: Hash32, found: Hash32) -> None:
    if expected != found:
        raise DishonestRegistryError(f"{what} {expected} was asked for, the registry tells of {found}")


def _declaration(told: Answer) -> Declaration:
    previous = told.optional_text("previous")
    return Declaration(
        claimant=Address(told.text("claimant")),
        content_hash=Hash32.parse(told.text("content_hash")),
        fingerprint_hash=Hash32.parse(told.text("fingerprint_hash")),
        metadata_hash=Hash32.parse(told.text("metadata_hash")),
        parents=tuple(WorkId.parse(str(parent)) for parent in told.get("parents") or []),
        previous=WorkId.parse(previous) if previous else None,
    )


def _offer(told: Answer) -> Offer:
    return Offer(
        licensor=Address(told.text("licensor")),
        work_id=WorkId.parse(told.text("work_id")),
        series=told.integer("series"),
        terms_hash=Hash32.parse(told.text("terms_hash")),
        flags=OfferFlags(sum(flag for flag, name in FLAG_NAMES.items() if name in (told.get("flags") or []))),
        currency=Address(told.text("currency")),
        price=told.integer("price_wei"),
        royalty_bps=told.integer("royalty_bps"),
        max_grants=told.integer("max_grants"),
        licensee=Address(told.text("licensee")),
        valid_from=told.integer("valid_from"),
        valid_until=told.integer("valid_until"),
        duration=told.integer("duration"),
        carrier=Address(told.text("carrier")),
        carrier_bps=told.integer("carrier_bps"),
        salt=Hash32.parse(told.text("salt")),
    )


def _table(told: Answer, work_id: WorkId) -> ShareTable:
    rows = told.items_of("contributors")
    return ShareTable(
        work_id=work_id,
        series=told.integer("series"),
        epoch=told.integer("epoch"),
        contributors=tuple(Address(row.text("account")) for row in rows),
        bps=tuple(row.integer("bps") for row in rows),
        deadline=told.integer("deadline_unix"),
    )
