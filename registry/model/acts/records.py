"""Acts on records: declare a work, add to it, hand its title over, withdraw."""

from __future__ import annotations

from dataclasses import dataclass

from registry.model.acts.base import RegistryAct
from registry.model.proofs import Inclusion
from registry.model.values import Address, Hash32, WorkId
from registry.model.work import Declaration, Registration, Supplement


@dataclass(frozen=True, slots=True)
class Register(RegistryAct):
    """Record a declaration of one's own."""

    function = "register"
    declaration: Declaration


@dataclass(frozen=True, slots=True)
class RegisterFor(RegistryAct):
    """Carry somebody's signed registration."""

    function = "registerFor"
    registration: Registration
    signature: bytes


@dataclass(frozen=True, slots=True)
class RegisterBatch(RegistryAct):
    """Carry many signed registrations; `signatures` go with them one by one."""

    function = "registerBatch"
    registrations: tuple[Registration, ...]
    signatures: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Commit(RegistryAct):
    """Fix the date of a declaration without showing it."""

    function = "commit"
    commitment: Hash32


@dataclass(frozen=True, slots=True)
class Reveal(RegistryAct):
    """Record a declaration with the date of its commitment, or lower the date of a recorded one."""

    function = "reveal"
    registration: Registration
    salt: Hash32
    signature: bytes


@dataclass(frozen=True, slots=True)
class RegisterFromLog(RegistryAct):
    """Record a declaration with the date of an anchored log, or lower the date of a recorded one."""

    function = "registerFromLog"
    registration: Registration
    signature: bytes
    inclusion: Inclusion


@dataclass(frozen=True, slots=True)
class CancelDeclaration(RegistryAct):
    """Withdraw every signature over a declaration of one's own that is not recorded yet."""

    function = "cancel"
    declaration: Declaration


@dataclass(frozen=True, slots=True)
class AppendSupplement(RegistryAct):
    """Append metadata to the history of a work whose title one holds."""

    function = "supplement"
    work_id: WorkId
    metadata_hash: Hash32


@dataclass(frozen=True, slots=True)
class AppendSupplementFor(RegistryAct):
    """Carry a holder's signed supplement."""

    function = "supplementFor"
    supplement: Supplement
    signature: bytes


@dataclass(frozen=True, slots=True)
class CancelAllOffers(RegistryAct):
    """Withdraw every offer ever signed for a work."""

    function = "cancelAllOffers"
    work_id: WorkId


@dataclass(frozen=True, slots=True)
class RetractWork(RegistryAct):
    """Stop sales of licences to a work for good."""

    function = "retract"
    work_id: WorkId


@dataclass(frozen=True, slots=True)
class TransferTitle(RegistryAct):
    """Hand a title over."""

    function = "transferFrom"
    holder: Address
    receiver: Address
    work_id: WorkId
