"""What disputes hold up, and until when: what DisputeDesk answers, second for second.

Times are Unix seconds; each is the first second at which something is possible (again).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from registry.model import DeskTerms

REFUND_SECONDS = 30 * 86_400  # in which licensees can take back what a ruling holds for them


@dataclass(frozen=True, slots=True)
class Holds:
    """What the desk remembers of one title beside the freeze that opening a dispute brings. Zero is never."""

    admitted_opened_at: int = 0
    admitted_until: int = 0
    upheld_opened_at: int = 0
    upheld_at: int = 0
    earlier_opened_at: int = 0
    earlier_upheld_at: int = 0

    def admitted(self, opened_at: int, until: int) -> Holds:
        """A dispute was admitted."""
        return replace(self, admitted_opened_at=opened_at, admitted_until=until)

    def ended(self, at: int) -> Holds:
        """The admitted dispute was ruled on."""
        return replace(self, admitted_until=at)

    def upheld(self, opened_at: int, at: int) -> Holds:
        """A dispute was upheld. Two that were open at once cover together what either does.

        Others are kept apart, as far as two windows go: a third joins those of the first two.
        """
        if opened_at < self.upheld_at and at < self.upheld_at + REFUND_SECONDS:
            return replace(self, upheld_opened_at=min(opened_at, self.upheld_opened_at), upheld_at=at)
        # A window that still runs is not taken away by a third ruling: it is joined with the second one's.
        runs = at < self.earlier_upheld_at + REFUND_SECONDS
        joined = min(self.upheld_opened_at, self.earlier_opened_at)
        return replace(
            self,
            earlier_opened_at=joined if runs else self.upheld_opened_at,
            earlier_upheld_at=self.upheld_at,
            upheld_opened_at=opened_at,
            upheld_at=at,
        )

    def refundable_until(self, paid_at: int, terms: DeskTerms) -> int:
        """Until when a payment of that time can be taken back; zero for never."""
        due = paid_at + terms.escrow
        rulings = (
            (self.upheld_opened_at, self.upheld_at),
            (self.earlier_opened_at, self.earlier_upheld_at),
        )
        covering = (at for opened_at, at in rulings if due > opened_at and paid_at < at)
        upheld_at = next(covering, 0)
        if not upheld_at:
            return 0
        return min(upheld_at, due + terms.hold) + REFUND_SECONDS

    def releasable_at(self, paid_at: int, terms: DeskTerms) -> int:
        """From when on a payment of that time is released, as things stand now."""
        due = paid_at + terms.escrow
        held = self.admitted_until if due > self.admitted_opened_at else 0
        return max(due, held, self.refundable_until(paid_at, terms))
