"""The journal, drafts, outbox and views on SQL (`registry.ports.Store`)."""

from registry.store.engine import open_engine
from registry.store.migrations import migrate
from registry.store.store import SqlStore

__all__ = ["SqlStore", "migrate", "open_engine"]
