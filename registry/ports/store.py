"""Units of work over all of it, and the blobs beside it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from registry.model import Hash32
from registry.ports.anchored import Anchored
from registry.ports.journal import Drafts, Journal
from registry.ports.log_store import LogStore
from registry.ports.outbox import Outbox
from registry.ports.views import SimilarityIndex, Views


class UnitOfWork(Protocol):
    """One transaction: all of it is kept, or none."""

    @property
    def journal(self) -> Journal:
        """What was signed."""

    @property
    def log(self) -> LogStore:
        """What was logged."""

    @property
    def drafts(self) -> Drafts:
        """What is being prepared."""

    @property
    def outbox(self) -> Outbox:
        """What must be sent."""

    @property
    def views(self) -> Views:
        """What is derived."""

    @property
    def anchored(self) -> Anchored:
        """What of the log the chain shows."""

    @property
    def index(self) -> SimilarityIndex:
        """What is near what."""


class Store(Protocol):
    """Opens units of work."""

    def write(self) -> AbstractContextManager[UnitOfWork]:
        """A transaction that commits durably on leaving, or keeps nothing if the block raises.

        Raises:
            StoreUnavailableError, StorageFullError: Nothing was stored; safe to retry.
        """

    def read(self) -> AbstractContextManager[UnitOfWork]:
        """A consistent snapshot; writing in it is an error.

        Raises:
            StoreUnavailableError: The store cannot be read.
        """

    def scrub(self) -> None:
        """Overwrite what was deleted, wherever the store's own files may still hold it.

        Raises:
            StoreUnavailableError: Somebody keeps it from that; try again later.
        """


class Blobs(Protocol):
    """Bytes by their SHA-256; never served by hash."""

    def put(self, data: bytes) -> Hash32:
        """Keep bytes durably; the same bytes again change nothing.

        Raises:
            StorageFullError, StoreUnavailableError: Nothing was stored.
        """

    def get(self, key: Hash32) -> bytes:
        """The bytes.

        Raises:
            NotFoundError: There are none.
        """

    def delete(self, key: Hash32) -> None:
        """Forget the bytes; unknown ones are no error."""
