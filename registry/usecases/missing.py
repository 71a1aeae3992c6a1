"""What the journal promises and the chain does not show: to be carried, however the outbox lost it."""

from __future__ import annotations

from collections.abc import Sequence

from registry.errors import NotFoundError
from registry.model import ChainEvent, Via, WorkId, to_unix
from registry.ports import (
    AnswerEntry,
    Chain,
    Clock,
    ConsentEntry,
    Intent,
    JournalEntry,
    OutboxItem,
    RegistrationEntry,
    SupplementEntry,
    UnitOfWork,
)
from registry.usecases import answer, facts, register, shares, supplement
from registry.usecases.carried import Titles
from registry.usecases.records import registration_event
from registry.usecases.skipped import skipped_because


def carry_missing(unit: UnitOfWork, entry: JournalEntry, chain: Chain, clock: Clock) -> int:
    """Queue or reopen what a statement needs and the chain does not show; how many intents that are.

    Run it when the views have reached the chain's head.
    """
    if isinstance(entry, RegistrationEntry) and entry.via is Via.BATCH:
        batches = [item for item in unit.outbox.items_of(entry.work_id) if item.intent.batch]
        if batches:
            return _reopen_batches(unit, entry, batches) if _is_open(unit, entry, clock) else 0
    # What went together in a batch that is lost as well is not known: each work is then carried alone.
    return sum(_carry(unit, intent) for intent in _needed(unit, entry, chain, clock))


def _needed(unit: UnitOfWork, entry: JournalEntry, chain: Chain, clock: Clock) -> tuple[Intent, ...]:
    match entry:
        case RegistrationEntry() if _is_open(unit, entry, clock):
            return register.intents_of(chain, entry)
        case SupplementEntry() if not _is_late(entry.supplement.deadline, clock):
            return () if _is_appended(unit, entry) else (supplement.carrying(chain, entry),)
        case ConsentEntry() if not _is_late(entry.table.deadline, clock):
            return _table(unit, entry, chain, clock)
        case AnswerEntry() if not _is_late(entry.answer.deadline, clock) and _is_asked(unit, entry):
            return (answer.carrying(chain, entry),)
        case _:
            return ()


def _carry(unit: UnitOfWork, intent: Intent) -> int:
    item = unit.outbox.item(intent.key)
    if item is not None:
        return _reopen(unit, item)
    unit.outbox.put(intent)
    return 1


def _reopen(unit: UnitOfWork, item: OutboxItem) -> int:
    """An effect that was seen in a block which is gone."""
    return 0 if item.receipt_block is None else unit.outbox.reopen_mined_above(item.receipt_block - 1)


def _reopen_batches(unit: UnitOfWork, entry: RegistrationEntry, batches: Sequence[OutboxItem]) -> int:
    events = _events(unit, entry.work_id)
    return sum(_reopen(unit, item) for item in batches if skipped_because(item, events) is None)


def _is_late(deadline: int, clock: Clock) -> bool:
    return deadline < to_unix(clock.now())


def _is_open(unit: UnitOfWork, entry: RegistrationEntry, clock: Clock) -> bool:
    """Whether a declaration can still be recorded and is not yet."""
    is_recorded = registration_event(_events(unit, entry.work_id)) is not None
    return not is_recorded and not _is_late(entry.registration.deadline, clock)


def _is_appended(unit: UnitOfWork, entry: SupplementEntry) -> bool:
    return any(
        event.name == "SupplementRecorded" and facts.number(event, "sequence") == entry.supplement.sequence
        for event in _events(unit, entry.work_id)
    )


def _events(unit: UnitOfWork, work_id: WorkId) -> Sequence[ChainEvent]:
    return unit.views.work_events([work_id]).get(work_id, [])


def _is_asked(unit: UnitOfWork, entry: AnswerEntry) -> bool:
    """Whether the dispute is on chain and still without an answer or an end."""
    names = {event.name for event in unit.views.events_of_dispute(entry.answer.dispute_id)}
    return "DisputeOpened" in names and not names & {"DisputeAnswered", "DisputeRuled", "DisputeLapsed"}


def _table(unit: UnitOfWork, entry: ConsentEntry, chain: Chain, clock: Clock) -> tuple[Intent, ...]:
    try:
        intent = shares.sending(chain, unit, entry.table, Titles(chain, clock))
    except NotFoundError:  # the title has fallen out with its block, and comes back before the table can
        return ()
    return () if intent is None else (intent,)
