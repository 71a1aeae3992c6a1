"""What concerns an account and no single work: who may take over from it, and what it is owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.model import ZERO_ADDRESS, Address, Recovery
from registry.ports import Chain


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account as the contracts know it; sums in the smallest unit of their currency."""

    account: Address
    recovery: Recovery | None
    owed_bonds: int
    carried: tuple[tuple[Address, int], ...]


@dataclass(frozen=True, slots=True)
class ReadAccount:
    """Asked of the chain at the moment: money is about to move on the answer."""

    chain: Chain

    def __call__(self, account: Address, currencies: Sequence[Address] = (ZERO_ADDRESS,)) -> AccountState:
        """Recovery, bonds, and what the account is owed in each currency for sales it carried.

        Raises:
            ChainUnavailableError: Nobody can tell.
        """
        carried = tuple((one, self.chain.owed_to_carrier(account, one)) for one in currencies)
        return AccountState(account, self.chain.recovery(account), self.chain.owed_bonds(account), carried)
