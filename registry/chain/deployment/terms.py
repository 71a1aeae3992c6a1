"""The terms that a dispute desk is opened with where nobody asks for others."""

from __future__ import annotations

from registry.errors import InvalidValueError
from registry.model import ZERO_ADDRESS, Address, DeskTerms

HOUR = 3_600
DAY = 86_400
PUBLIC_BOND_WEI = 5 * 10**16  # what a week's freeze costs whoever loses: too dear to do it for sport
EMBEDDED_BOND_WEI = 10**16


def public_terms(arbiter: Address, bond_wei: int = PUBLIC_BOND_WEI) -> DeskTerms:
    """Terms for a chain that others use: two weeks to answer and until payments are due, sixty days to rule.

    Raises:
        InvalidValueError: The arbiter is nobody, or the bond is no amount of wei.
    """
    if arbiter == ZERO_ADDRESS:
        raise InvalidValueError("arbiter", "the zero address can decide nothing")
    return DeskTerms(arbiter, bond_wei, escrow=14 * DAY, hold=60 * DAY, answer=14 * DAY, ruling=60 * DAY)


def embedded_terms(operator: Address) -> DeskTerms:
    """Terms for the embedded chain, where nobody waits for days to see what happens."""
    return DeskTerms(operator, EMBEDDED_BOND_WEI, escrow=5, hold=HOUR, answer=5, ruling=HOUR)
