"""Works that a batch of ours left out: the contract skips what it cannot record, and says why."""

from __future__ import annotations

from collections.abc import Sequence

from registry.model import ChainEvent
from registry.ports import OutboxItem
from registry.usecases import facts

# IWorkRegistry.SkipReason, in its order.
_REASONS = (
    "it was recorded before",
    "its deadline had passed",
    "the claimant had withdrawn it",
    "the signature is not the claimant's",
    "its parents are not in order",
)


def skipped_because(item: OutboxItem, events: Sequence[ChainEvent]) -> str | None:
    """Why a batch left out the work that the events are of; None if it did not.

    Anybody can send a batch with somebody else's declaration and a bad signature, so only what our own
    transactions did counts.
    """
    ours = {attempt.signed.hash for attempt in item.attempts}
    for event in events:
        if event.name == "RegistrationSkipped" and event.transaction_hash in ours:
            return f"the batch left the declaration out: {_REASONS[facts.number(event, 'reason')]}"
    return None
