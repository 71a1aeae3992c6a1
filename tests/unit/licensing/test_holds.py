"""What disputes hold up; `tests/chain/test_revenue_holds.py` holds it equal to the desk."""

from __future__ import annotations

from registry.licensing.holds import REFUND_SECONDS, Holds
from registry.model import Address, DeskTerms

TERMS = DeskTerms(Address("0x" + "11" * 20), 1, escrow=100, hold=50, answer=10, ruling=40)
OPENED = 1_800_000_000


def test_without_disputes_a_payment_is_due_when_its_time_is_over() -> None:
    assert Holds().releasable_at(500, TERMS) == 600
    assert Holds().refundable_until(500, TERMS) == 0


def test_an_admitted_dispute_holds_what_is_not_due_when_it_was_opened() -> None:
    holds = Holds().admitted(OPENED, OPENED + TERMS.ruling)
    assert holds.releasable_at(OPENED - 100, TERMS) == OPENED
    assert holds.releasable_at(OPENED - 99, TERMS) == OPENED + TERMS.ruling
    assert holds.releasable_at(OPENED, TERMS) == OPENED + 100


def test_a_ruling_ends_the_hold_and_an_upheld_one_opens_the_time_to_refund() -> None:
    ruled = Holds().admitted(OPENED, OPENED + TERMS.ruling).ended(OPENED + 20)
    assert ruled.releasable_at(OPENED - 90, TERMS) == OPENED + 20
    upheld = ruled.upheld(OPENED, OPENED + 20)
    until = OPENED + 20 + REFUND_SECONDS
    assert upheld.refundable_until(OPENED - 99, TERMS) == upheld.releasable_at(OPENED - 99, TERMS) == until
    assert upheld.refundable_until(OPENED - 100, TERMS) == 0
    assert upheld.refundable_until(OPENED + 20, TERMS) == 0


def test_of_two_upheld_disputes_the_first_keeps_its_window() -> None:
    first = Holds().upheld(OPENED, OPENED + 20)
    second = first.upheld(OPENED + 500, OPENED + 520)
    assert second.refundable_until(OPENED - 99, TERMS) == OPENED + 20 + REFUND_SECONDS
    assert second.refundable_until(OPENED + 401, TERMS) == OPENED + 520 + REFUND_SECONDS
    # Sold after the first ruling and due before the second dispute: neither covers it.
    assert second.refundable_until(OPENED + 300, TERMS) == 0


def test_a_third_upheld_dispute_joins_the_first_two_windows_while_the_first_runs() -> None:
    two = Holds().upheld(OPENED, OPENED + 20).upheld(OPENED + 500, OPENED + 520)
    three = two.upheld(OPENED + 1_000, OPENED + 1_020)
    assert three.refundable_until(OPENED - 99, TERMS) == OPENED + 150 + REFUND_SECONDS - 99
    assert three.refundable_until(OPENED + 450, TERMS) == OPENED + 520 + REFUND_SECONDS
    assert three.refundable_until(OPENED + 950, TERMS) == OPENED + 1_020 + REFUND_SECONDS


def test_a_window_that_is_over_when_a_third_dispute_is_upheld_is_forgotten() -> None:
    two = Holds().upheld(OPENED, OPENED + 20).upheld(OPENED + 500, OPENED + 520)
    late = OPENED + 20 + REFUND_SECONDS
    three = two.upheld(late - 10, late)
    assert three.refundable_until(OPENED - 99, TERMS) == 0
    assert three.refundable_until(OPENED + 450, TERMS) == OPENED + 520 + REFUND_SECONDS
    running = two.upheld(late - 10, late - 1)
    assert running.refundable_until(OPENED - 99, TERMS) != 0


def test_of_two_upheld_disputes_that_were_open_together_each_covers_what_either_does() -> None:
    both = Holds().upheld(OPENED, OPENED + 20).upheld(OPENED + 10, OPENED + 40)
    assert both.refundable_until(OPENED - 99, TERMS) == OPENED + 40 + REFUND_SECONDS


def test_disputes_upheld_one_after_another_hold_a_payment_for_a_bounded_time() -> None:
    holds = Holds()
    for place in range(10):
        holds = holds.upheld(OPENED + 15 * place, OPENED + 15 * place + 20)
    latest = OPENED + TERMS.escrow + TERMS.hold + REFUND_SECONDS
    assert holds.refundable_until(OPENED, TERMS) == holds.releasable_at(OPENED, TERMS) == latest
