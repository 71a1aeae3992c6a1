"""The transparency log as it is kept: leaves in order, the tiles of their tree, and signed checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from registry.log import Tile
from registry.model import Hash32


class LeafKind(StrEnum):
    """What came in with a leaf: its whole statement, or no more than the 32 bytes."""

    STATEMENT = "statement"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class NewLeaf:
    """The EIP-712 digest of a statement, to be logged.

    `checked_at_block` is the final block at which a contract was asked for its signature (ERC-1271), None
    where a key signed or nothing was there to check.
    """

    leaf: Hash32
    kind: LeafKind
    received_at: datetime
    checked_at_block: int | None = None


@dataclass(frozen=True, slots=True)
class LoggedLeaf:
    """A leaf at its place, counted from 0."""

    index: int
    logged: NewLeaf


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A state of the log that was signed; `note` is the signed note, byte for byte."""

    size: int
    root: Hash32
    note: bytes
    signed_at: datetime


class LogStore(Protocol):
    """The log: it only grows. It is a `registry.log.TileReader`; proofs are made by `registry.log`."""

    def append(self, leaves: Sequence[NewLeaf]) -> list[int]:
        """Log leaves in the caller's unit of work, gaplessly; the place of each, in the order given.

        A leaf that is there keeps its place and all that was said of it.
        """

    def size(self) -> int:
        """How many leaves there are."""

    def places(self, leaves: Sequence[Hash32]) -> dict[Hash32, LoggedLeaf]:
        """Those of the leaves that are logged."""

    def leaves(self, first: int, count: int) -> list[LoggedLeaf]:
        """Leaves from a place on, in order; fewer where the log ends."""

    def read(self, tiles: Sequence[Tile]) -> list[bytes]:
        """The content of each tile, 32 bytes a hash; it may be fuller than asked for.

        Raises:
            MissingTileError: The log has not grown that far.
        """

    def add_checkpoint(self, checkpoint: StoredCheckpoint) -> None:
        """Keep a signed state; one of the same size again changes nothing."""

    def checkpoint(self, size: int | None = None) -> StoredCheckpoint | None:
        """The signed state of that size, or the newest one."""
