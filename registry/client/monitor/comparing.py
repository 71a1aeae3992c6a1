"""The chain against the copy: every anchor of the log's account must be a state that the log had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.client.monitor.anchors import AnchorReader, Heads, SeenAnchor
from registry.client.monitor.growing import root_at
from registry.client.monitor.kept import MonitorFolder
from registry.client.monitor.troubles import Kind, TroubleError
from registry.errors import LogError
from registry.log import Checkpoint


@dataclass(frozen=True, slots=True)
class Compared:
    """How far the comparison came: the newest explained anchor, and blocks that wait for the next round."""

    newest: SeenAnchor | None
    blocks_left: int


class ChainComparison:
    """One comparison of a copy with the chain up to a head that was read before the copy's checkpoint was.

    Args:
        folder: The copy, and how far the chain was read before.
        reader: The node.
        heads: The chain before the checkpoint was asked for.
        own: The copy's state; None while it is empty.
        is_current: Whether the copy is what the log shows now: else a larger anchor proves nothing yet.
    """

    def __init__(
        self,
        folder: MonitorFolder,
        reader: AnchorReader,
        heads: Heads,
        own: Checkpoint | None,
        *,
        is_current: bool,
    ) -> None:
        self._folder = folder
        self._reader = reader
        self._heads = heads
        self._own = own
        self._is_current = is_current

    def __call__(self) -> Compared:
        """Explain every anchor; what is final is not read again.

        Raises:
            TroubleError: UNEXPLAINED_ANCHOR, ANCHORS_MISSING: in every round from now on;
                CHAIN_UNREADABLE, DAMAGED_COPY, COPY_FAILED.
        """
        memory = self._folder.memory
        newest = final = memory.newest if memory else None
        first = self._reader.anchoring.deployed_at_block
        if memory is not None and memory.read_to is not None:
            first = memory.read_to + 1
        read_to = first - 1
        if memory is not None and self._heads.head < (memory.read_to or 0):
            raise TroubleError(
                Kind.CHAIN_UNREADABLE,
                f"{self._reader.url} is at block {self._heads.head}, and {memory.read_to} was final before",
                url=self._reader.url,
                head=self._heads.head,
                known_final=memory.read_to,
            )
        for page in self._reader.pages(first, self._heads.head):
            for anchor in page.anchors:
                _require_next(newest, anchor)
                if not self._explains(anchor):
                    return Compared(newest, self._heads.head - anchor.block_number + 1)
                newest = anchor
                final = anchor if anchor.block_number <= self._heads.final else final
            read_to = page.read_to
            known_to = min(read_to, self._heads.final)
            if known_to >= first:
                self._folder.change(read_to=known_to, newest=final)
        return Compared(newest, max(0, self._heads.head - read_to))

    def _explains(self, anchor: SeenAnchor) -> bool:
        """True if the log had that state; False if the copy is not there yet.

        Raises:
            TroubleError: UNEXPLAINED_ANCHOR: it never had.
        """
        stored = self._own.size if self._own else 0
        if anchor.size > stored:
            if not self._is_current:
                return False
            raise _unexplained(anchor, f"the log shows no more than {stored} leaves")
        try:
            root = root_at(self._folder.copy, stored, anchor.size)
        except LogError as problem:
            raise TroubleError(
                Kind.DAMAGED_COPY, f"the monitor's own copy is damaged: {problem.message}"
            ) from problem
        if root != anchor.root:
            raise _unexplained(anchor, f"the log has root 0x{root.hex()} there")
        return True


def require_anchored(
    folder: MonitorFolder, own: Checkpoint | None, newest: SeenAnchor | None, now: datetime, limit: timedelta
) -> None:
    """Remember since when the log is ahead of its anchors.

    Raises:
        TroubleError: UNANCHORED: for longer than the limit.
    """
    memory, covered = folder.memory, newest.size if newest else 0
    if memory is None or own is None:
        return
    if covered >= own.size:
        folder.change(ahead_since=None, ahead_size=0)
    elif memory.ahead_since is None or covered >= memory.ahead_size:
        folder.change(ahead_since=now, ahead_size=own.size)
    elif now - memory.ahead_since > limit:
        raise TroubleError(
            Kind.UNANCHORED,
            f"the log has {own.size} leaves, {covered} of them anchored; {memory.ahead_size} were there at "
            f"{memory.ahead_since:%Y-%m-%d %H:%M:%S} UTC already",
            size=own.size,
            anchored_size=covered,
            since=memory.ahead_since.isoformat(),
        )


def _require_next(before: SeenAnchor | None, anchor: SeenAnchor) -> None:
    due, size = (before.count + 1, before.size) if before else (1, 0)
    if anchor.count != due or anchor.size <= size:
        raise TroubleError(
            Kind.ANCHORS_MISSING,
            f"anchor {due} of the log is due, and the chain shows anchor {anchor.count} "
            f"in block {anchor.block_number}",
            due=due,
            **anchor.document(),
        )


def _unexplained(anchor: SeenAnchor, problem: str) -> TroubleError:
    return TroubleError(
        Kind.UNEXPLAINED_ANCHOR,
        f"block {anchor.block_number} anchors root {anchor.root} of {anchor.size} leaves: {problem}",
        problem=problem,
        **anchor.document(),
    )
