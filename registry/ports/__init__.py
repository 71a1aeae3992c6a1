"""What the use cases need of the world: protocols that name the errors their callers must expect."""

from registry.ports.anchored import Anchored, AnchoredStatement, LoggedStatement
from registry.ports.chain import Chain, ProvenTransaction
from registry.ports.documents import Certificates
from registry.ports.journal import (
    AnswerEntry,
    ComputedBy,
    ConsentEntry,
    Draft,
    Drafts,
    Journal,
    JournalEntry,
    OfferEntry,
    RedactionEntry,
    RegistrationEntry,
    SupplementEntry,
)
from registry.ports.log_store import LeafKind, LoggedLeaf, LogStore, NewLeaf, StoredCheckpoint
from registry.ports.outbox import Attempt, Intent, IntentState, Outbox, OutboxItem
from registry.ports.store import Blobs, Store, UnitOfWork
from registry.ports.views import GrantFilter, Position, SimilarityIndex, Views, WorkFilter
from registry.ports.world import Clock, Extractor, Ids

__all__ = [
    "Anchored",
    "AnchoredStatement",
    "AnswerEntry",
    "Attempt",
    "Blobs",
    "Certificates",
    "Chain",
    "Clock",
    "ComputedBy",
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
    "LeafKind",
    "LogStore",
    "LoggedLeaf",
    "LoggedStatement",
    "NewLeaf",
    "OfferEntry",
    "Outbox",
    "OutboxItem",
    "Position",
    "ProvenTransaction",
    "RedactionEntry",
    "RegistrationEntry",
    "SimilarityIndex",
    "Store",
    "StoredCheckpoint",
    "SupplementEntry",
    "UnitOfWork",
    "Views",
    "WorkFilter",
]
