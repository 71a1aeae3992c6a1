"""Acts on money: links to parents, payments, shares."""

from __future__ import annotations

from dataclasses import dataclass

from registry.model.acts.base import VaultAct
from registry.model.money import Sale, ShareTable
from registry.model.values import Address, WorkId
from registry.model.work import Declaration


@dataclass(frozen=True, slots=True)
class LinkParent(VaultAct):
    """Back a declared parent with a licence."""

    function = "link"
    declaration: Declaration
    parent_index: int
    sale: Sale


@dataclass(frozen=True, slots=True)
class RenewLink(VaultAct):
    """Put a licence that runs longer in place of the one that backs a parent."""

    function = "renewLink"
    work_id: WorkId
    sale: Sale


@dataclass(frozen=True, slots=True)
class Release(VaultAct):
    """Take payments that are due out of escrow and divide them."""

    function = "release"
    sales: tuple[Sale, ...]


@dataclass(frozen=True, slots=True)
class Distribute(VaultAct):
    """Divide the royalties that a work received."""

    function = "distribute"
    work_id: WorkId
    currency: Address


@dataclass(frozen=True, slots=True)
class SetShares(VaultAct):
    """Set a work's share table with the consent of everybody in it and in the one before."""

    function = "setShares"
    table: ShareTable
    current: ShareTable
    holder_signature: bytes
    signatures: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ClaimShare(VaultAct):
    """Pay a contributor what is owed under one table; `row` counts from 0."""

    function = "claim"
    table: ShareTable
    row: int
    currency: Address
    receiver: Address


@dataclass(frozen=True, slots=True)
class ClaimRemainder(VaultAct):
    """Pay the title's holder what contributors do not share under one table."""

    function = "claimRemainder"
    table: ShareTable
    currency: Address
    receiver: Address


@dataclass(frozen=True, slots=True)
class ClaimCarried(VaultAct):
    """Pay a carrier what is owed."""

    function = "claimCarried"
    carrier: Address
    currency: Address
    receiver: Address
