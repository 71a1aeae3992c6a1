"""What the use cases need of the world: protocols that name the errors their callers must expect."""

from registry.ports.chain import Chain
from registry.ports.journal import (
    AnswerEntry,
    ConsentEntry,
    Draft,
    Drafts,
    Journal,
    JournalEntry,
    OfferEntry,
    RegistrationEntry,
    SupplementEntry,
)
from registry.ports.outbox import Attempt, Intent, IntentState, Outbox, OutboxItem
from registry.ports.store import Blobs, Store, UnitOfWork
from registry.ports.views import GrantFilter, Position, SimilarityIndex, Views, WorkFilter
from registry.ports.world import Clock, Extractor, Ids

__all__ = [
    "AnswerEntry",
    "Attempt",
    "Blobs",
    "Chain",
    "Clock",
    "ConsentEntry",
    "Draft",
    "Drafts",
    "Extractor",
    "GrantFilter",
    "Ids",
    "Intent",
    "IntentState",
    "Journal",
    "JournalEntry",
    "OfferEntry",
    "Outbox",
    "OutboxItem",
    "Position",
    "RegistrationEntry",
    "SimilarityIndex",
    "Store",
    "SupplementEntry",
    "UnitOfWork",
    "Views",
    "WorkFilter",
]
