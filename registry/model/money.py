"""Who shares a work's revenue, and which payment is meant (CONTRACTS.md, RoyaltyVault)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from registry.errors import InvalidValueError
from registry.model.licence import MAX_BPS, UNLIMITED_GRANTS, Offer
from registry.model.values import UINT64_MAX, ZERO_ADDRESS, Address, WorkId

MAX_CONTRIBUTORS = 32  # everybody in two tables signs in one transaction


@dataclass(frozen=True, slots=True)
class Sale:
    """One grant, named by what its id commits to: the offer, and its place among the offer's grants."""

    offer: Offer
    serial: int

    def __post_init__(self) -> None:
        if not 1 <= self.serial <= UNLIMITED_GRANTS:
            raise InvalidValueError("serial", f"{self.serial} is not between 1 and {UNLIMITED_GRANTS}")


@dataclass(frozen=True, slots=True)
class ShareTable:
    """Who shares what is left after carrier and parents, in hundredths of a percent; the rest is the work's.

    `series` is the title's: a table counts only while the holder who signed it has the title. `epoch` counts
    from 1 the tables of a work and its times without one; `contributors` ascend by address. A table without
    rows and deadline stands for no table (`no_table`).

    Raises:
        InvalidValueError: What RoyaltyVault would refuse in any table.
    """

    work_id: WorkId
    series: int
    epoch: int
    contributors: tuple[Address, ...]
    bps: tuple[int, ...]
    deadline: int

    def __post_init__(self) -> None:
        if not 0 <= self.series < 2**32:
            raise InvalidValueError("series", "must be an unsigned 32-bit number")
        if not 0 <= self.epoch < 2**32 or (self.epoch == 0 and self.contributors):
            raise InvalidValueError("epoch", "must be 1 or more for a table, and fit 32 bits")
        if not 0 <= self.deadline <= UINT64_MAX:
            raise InvalidValueError("deadline", "must be an unsigned 64-bit Unix time")
        self._check_contributors()
        if len(self.contributors) != len(self.bps):
            raise InvalidValueError("bps", f"{len(self.bps)} for {len(self.contributors)} contributors")
        if any(share < 1 for share in self.bps) or sum(self.bps) > MAX_BPS:
            raise InvalidValueError("bps", f"must be 1 or more each and {MAX_BPS} at most together")

    def _check_contributors(self) -> None:
        if len(self.contributors) > MAX_CONTRIBUTORS:
            raise InvalidValueError("contributors", f"{len(self.contributors)} of at most {MAX_CONTRIBUTORS}")
        if ZERO_ADDRESS in self.contributors:
            raise InvalidValueError("contributors", "zero is nobody")
        if any(first.lower() >= second.lower() for first, second in pairwise(self.contributors)):
            raise InvalidValueError("contributors", "must be strictly ascending")

    @property
    def rest_bps(self) -> int:
        """What belongs to the work itself, so to whoever holds its title when it is claimed."""
        return MAX_BPS - sum(self.bps)

    @property
    def stands_for_none(self) -> bool:
        """Whether it stands for a time without a table. None is ever set with a deadline of zero."""
        return not self.deadline and not self.contributors

    def signers(self, before: ShareTable) -> tuple[Address, ...]:
        """Everybody in this table and the one before, ascending: all of them must agree."""
        return tuple(sorted({*self.contributors, *before.contributors}, key=str.lower))


def no_table(work_id: WorkId, epoch: int = 0) -> ShareTable:
    """What stands for a time in which all revenue belongs to the work.

    That is before its first table (epoch 0), and from a ruling that gave the title away until the next table.
    """
    return ShareTable(work_id, 0, epoch, (), (), 0)
