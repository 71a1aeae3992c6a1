"""What every act shares, and which contract each kind of act calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Act:
    """What all acts share."""

    contract: ClassVar[str]
    function: ClassVar[str]

    @property
    def value(self) -> int:
        """Coin sent with it, in wei."""
        return 0


class RegistryAct(Act):
    """A call of WorkRegistry."""

    __slots__ = ()
    contract = "WorkRegistry"


class LedgerAct(Act):
    """A call of LicenseLedger."""

    __slots__ = ()
    contract = "LicenseLedger"


class VaultAct(Act):
    """A call of RoyaltyVault."""

    __slots__ = ()
    contract = "RoyaltyVault"


class DeskAct(Act):
    """A call of DisputeDesk."""

    __slots__ = ()
    contract = "DisputeDesk"
