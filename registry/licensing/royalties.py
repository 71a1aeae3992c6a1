"""How money is divided, in whole units: what RoyaltyVault does, number for number.

Every part is rounded down, so what is paid out never passes what came in; what rounding leaves over stays
with the rest, or in the vault. Amounts are in the smallest unit of their currency, rates in hundredths of a
percent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.model import MAX_BPS


@dataclass(frozen=True, slots=True)
class Division:
    """One payment in parts: the carrier's, each parent's in the order of their links, and what is shared."""

    carried: int
    royalties: tuple[int, ...]
    rest: int


def part(amount: int, bps: int) -> int:
    """A part of an amount, rounded down."""
    return amount * bps // MAX_BPS


def divide(gross: int, carrier_bps: int, royalties_bps: Sequence[int]) -> Division:
    """A payment, or royalties received (which nobody carried).

    Each parent's part is of the whole; one that was linked after the sale gets no more than is left.
    """
    carried = part(gross, carrier_bps)
    rest, royalties = gross - carried, []
    for bps in royalties_bps:
        royalty = min(part(gross, bps), rest)
        rest -= royalty
        royalties.append(royalty)
    return Division(carried, tuple(royalties), rest)


def owed(revenue: int, bps: int, taken: int) -> int:
    """What a row of a share table has still to receive of the revenue that the table shares."""
    return part(revenue, bps) - taken
