"""What the holder of a title does with it: retract, transfer, withdraw offers."""

from __future__ import annotations

from registry.cli.acting import Ending, perform
from registry.cli.caller import Caller
from registry.cli.naming import offer_named, work_named
from registry.model import (
    Act,
    Address,
    CancelAllOffers,
    CancelOffer,
    RetractWork,
    TransferTitle,
    WorkId,
)


def retract_work(caller: Caller, work: str) -> None:
    """Stop sales of licences to a work for good."""
    work_id = work_named(work)
    _perform(caller, work_id, RetractWork(work_id), "Retracted: no licence is sold any more")


def transfer_title(caller: Caller, work: str, receiver: str) -> None:
    """Give a title away, with the revenue that belongs to it."""
    work_id = work_named(work)
    act = TransferTitle(caller.address(), Address(receiver), work_id)
    _perform(caller, work_id, act, "The title has a new holder")


def withdraw_offers(caller: Caller, work: str) -> None:
    """End every offer that was ever signed for a work."""
    work_id = work_named(work)
    _perform(caller, work_id, CancelAllOffers(work_id), "Every offer of the work is withdrawn")


def cancel_offer(caller: Caller, offer_hash: str) -> None:
    """End one offer of one's own."""
    offer = offer_named(caller.client, offer_hash)
    _perform(caller, offer.work_id, CancelOffer(offer), "The offer is withdrawn")


def _perform(caller: Caller, work_id: WorkId, act: Act, heading: str) -> None:
    page = caller.session.page(str(work_id))
    perform(caller, [act], Ending(heading, page, f"colophon show {work_id}"))
