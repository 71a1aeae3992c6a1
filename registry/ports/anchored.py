"""What of the log the chain shows: derived from its anchors, made again with the other views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from registry.model import Address, Anchor, Hash32, WorkId


@dataclass(frozen=True, slots=True)
class LoggedStatement:
    """Which signed declaration a leaf is; `deadline` in Unix seconds."""

    leaf_index: int
    digest: Hash32
    work_id: WorkId
    claimant: Address
    content_hash: Hash32
    deadline: int


@dataclass(frozen=True, slots=True)
class AnchoredStatement:
    """A logged declaration and the first anchor over its leaf."""

    statement: LoggedStatement
    anchor: Anchor


class Anchored(Protocol):
    """Leaves whose statements the journal has, anchors, and which of them date which.

    A leaf is dated by the first anchor over it whose root our log explains, if that came before the
    statement's deadline; a later one can only be later. Rewinding the views takes anchors with their blocks.
    """

    def add_statements(self, statements: Sequence[LoggedStatement]) -> None:
        """Tell which statements leaves are of; the same again changes nothing. Old anchors date them too."""

    def add_anchor(self, anchor: Anchor, *, explained: bool) -> None:
        """Take in an anchor of a block that was taken in; what it dates is found by that."""

    def newest(self, log: Address) -> Anchor | None:
        """The newest anchor of an account whose root our log explains."""

    def unexplained(self, log: Address) -> Anchor | None:
        """The first anchor of an account whose root is not that of our log."""

    def over(self, leaf_index: int) -> Anchor | None:
        """The first explained anchor over a leaf."""

    def dating(self, below: int | None, limit: int) -> list[Anchor]:
        """Anchors that were the first over some leaf, newest first, of a size below one where it is told."""

    def of_works(self, work_ids: Sequence[WorkId]) -> dict[WorkId, AnchoredStatement]:
        """The earliest dated leaf of each work that has one, once the index has taken it in.

        Before, a work would be shown as dated without what it clashes with.
        """

    def to_index(self, limit: int) -> list[AnchoredStatement]:
        """Dated works that the similarity index has not taken in, in order of their leaves."""

    def mark_indexed(self, leaves: Sequence[int]) -> None:
        """The index has taken them in."""
