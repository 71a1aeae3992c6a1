"""Date the log on chain: a signed checkpoint every so often, its root anchored once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from registry.errors import LogDivergedError, LogError
from registry.log import (
    Checkpoint,
    SigningKey,
    TiledNodes,
    prove_consistency,
    verify_consistency,
)
from registry.model import Anchor, Hash32
from registry.ports import Chain, Clock, IntentState, Store, StoredCheckpoint, UnitOfWork
from registry.usecases.anchoring import anchoring, carry_missing_anchor, is_covered, root_at

# Mined in a block that is gone, or refused: `carry_missing_anchor` knows what to do with it.
_GIVEN_UP = (IntentState.MINED, IntentState.FAILED)


@dataclass(frozen=True, slots=True)
class AnchorPace:
    """How many new leaves, or how old a one, call for a checkpoint."""

    leaves: int
    age: timedelta


@dataclass(frozen=True, slots=True)
class AnchorLog:
    """One step of the anchor worker; the sender sends what it queues.

    One anchor is under way at a time, so each is proven to grow from the one that the chain shows before it.
    """

    store: Store
    chain: Chain
    clock: Clock
    key: SigningKey
    pace: AnchorPace

    def __call__(self) -> bool:
        """Sign a checkpoint and queue its anchor when it is time; True if anything was queued.

        Raises:
            LogDivergedError: The chain shows an anchor of our account that our log cannot explain.
            LogError: The log contradicts itself. Neither may be tried again.
            StoreUnavailableError: Call again later.
        """
        with self.store.read() as unit:
            self._require_explained(unit)
            newest = unit.log.checkpoint()
            under_way = newest is not None and not is_covered(unit, self.chain, newest.size)
            due = not under_way and self._is_due(unit, newest.size if newest else 0)
            lost = under_way and self._is_lost(unit)
        if not (due or lost):
            return False
        with self.store.write() as unit:
            if lost:
                return carry_missing_anchor(unit, self.chain) > 0
            self._anchor(unit)
        return True

    def _require_explained(self, unit: UnitOfWork) -> None:
        strange = unit.anchored.unexplained(self.chain.operator)
        if strange is not None:
            raise LogDivergedError(strange.size, str(strange.root), _contradiction(unit, strange))

    def _is_due(self, unit: UnitOfWork, signed: int) -> bool:
        size = unit.log.size()
        if size <= signed:
            return False
        [oldest] = unit.log.leaves(signed, 1)
        waited = self.clock.now() - oldest.logged.received_at
        return size - signed >= self.pace.leaves or waited >= self.pace.age

    def _is_lost(self, unit: UnitOfWork) -> bool:
        """Whether the outbox does not hold the newest checkpoint's anchor, or gave it up."""
        checkpoint = unit.log.checkpoint()
        if checkpoint is None:
            return False
        item = unit.outbox.item(anchoring(self.chain, checkpoint).key)
        return item is None or item.state in _GIVEN_UP

    def _anchor(self, unit: UnitOfWork) -> None:
        size = unit.log.size()
        root = root_at(unit, size)
        shown = unit.anchored.newest(self.chain.operator)
        if shown is not None:
            _require_growth(unit, shown, root, size)
        note = Checkpoint(self.key.name, size, root).sign([self.key])
        checkpoint = StoredCheckpoint(size, root, note.encode(), self.clock.now())
        unit.log.add_checkpoint(checkpoint)
        unit.outbox.put(anchoring(self.chain, checkpoint))


def _require_growth(unit: UnitOfWork, shown: Anchor, root: Hash32, size: int) -> None:
    """What others will check: the anchored tree is the beginning of the one to be anchored."""
    try:
        proof = prove_consistency(TiledNodes(unit.log, size), shown.size, size)
        verify_consistency(shown.size, shown.root, size, root, proof)
    except LogError as problem:
        raise LogDivergedError(shown.size, str(shown.root), problem.message) from problem


def _contradiction(unit: UnitOfWork, strange: Anchor) -> str:
    size = unit.log.size()
    if strange.size > size:
        return f"it has {size}; acknowledged statements may be lost"
    return f"it has root {root_at(unit, strange.size)} there"
