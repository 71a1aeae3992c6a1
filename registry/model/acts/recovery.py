"""Acts of and about accounts whose key is lost."""

from __future__ import annotations

from dataclasses import dataclass

from registry.model.acts.base import LedgerAct, RegistryAct
from registry.model.values import Address, GrantId, WorkId


@dataclass(frozen=True, slots=True)
class SetRecovery(RegistryAct):
    """Name who may take over what one holds; `delay` in seconds."""

    function = "setRecovery"
    successor: Address
    delay: int


@dataclass(frozen=True, slots=True)
class StartRecovery(RegistryAct):
    """Say that an account is lost."""

    function = "startRecovery"
    account: Address


@dataclass(frozen=True, slots=True)
class CancelRecovery(RegistryAct):
    """Object to the recovery of one's own account."""

    function = "cancelRecovery"


@dataclass(frozen=True, slots=True)
class RecoverTitles(RegistryAct):
    """Take over titles of a lost account."""

    function = "recoverTitles"
    account: Address
    work_ids: tuple[WorkId, ...]


@dataclass(frozen=True, slots=True)
class RecoverGrants(LedgerAct):
    """Take over grants of a lost account."""

    function = "recoverGrants"
    account: Address
    grant_ids: tuple[GrantId, ...]
