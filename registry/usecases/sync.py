"""Follow the chain into the views, back out of reorgs, and make the views again from journal and chain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from registry.errors import DeepReorgError, NotFoundError
from registry.model import Anchor, Block, ChainEvent
from registry.ports import Chain, Clock, RegistrationEntry, Store, UnitOfWork
from registry.usecases import facts
from registry.usecases.anchoring import anchor_of, carry_missing_anchor, explains
from registry.usecases.clashes import ClashFinder
from registry.usecases.missing import carry_missing

BLOCKS_A_STEP = 100  # written in one unit of work, so that other writers are never kept waiting long
ENTRIES_A_STEP = 500
DATED_A_STEP = 200  # each is compared with what is registered: some milliseconds where features are read

Progress = Callable[[str, int, int], None]
# What is counted, how many are done, and how many there are.


@dataclass(frozen=True, slots=True)
class SyncChain:
    """One step takes in the next blocks; a step that meets a reorg rewinds to the fork point first."""

    store: Store
    chain: Chain
    clock: Clock
    clashes: ClashFinder

    def __call__(self) -> bool:
        """True if anything changed. Call until it returns False.

        Raises:
            DeepReorgError: A final block is gone; nothing is touched, a person must look.
            ChainUnavailableError, StoreUnavailableError: Nothing changed; call again later.
        """
        tip = self.chain.head()
        with self.store.read() as unit:
            head, final = unit.views.head(), unit.views.final_number()
            waits = bool(unit.anchored.to_index(1))
        if waits:
            with self.store.write() as unit:
                self.clashes.add_dated(unit, DATED_A_STEP)
            return True
        if head is not None and not self._stands(head):
            self._rewind(head, final)
            return True
        first = head.number + 1 if head else self.chain.contracts.deployed_at_block
        if tip.number < first:
            return self._mark_final(final)
        return self._take_in(head, range(first, min(tip.number, first + BLOCKS_A_STEP - 1) + 1))

    def rebuild(self, progress: Progress | None = None) -> None:
        """Drop the views and make them again: the journal first, then the chain to its head.

        A rebuild that was interrupted is gone on with, not begun again.

        Raises:
            ChainUnavailableError, StoreUnavailableError: Call again; the views are incomplete until then.
        """
        tell = progress or _nobody
        with self.store.write() as unit:
            replayed = unit.views.rebuild_mark()
            if replayed is None:
                unit.views.clear()
                unit.index.clear()
                unit.views.mark_rebuild(0)
        self._replay_journal(replayed or 0, tell)
        tip = self.chain.head().number
        while self():
            tell("blocks", self._head_number(), tip)
        with self.store.write() as unit:
            unit.views.mark_rebuild(None)

    def _replay_journal(self, after: int, tell: Progress) -> None:
        """Put every journalled declaration after an entry back into the views."""
        with self.store.read() as unit:
            last = unit.journal.last()
        while True:
            with self.store.write() as unit:
                entries = unit.journal.entries(after, ENTRIES_A_STEP)
                declared = [entry for _, entry in entries if isinstance(entry, RegistrationEntry)]
                self.clashes.add_declared(unit, declared)
                if entries:
                    after = entries[-1][0]
                    unit.views.mark_rebuild(after)
            tell("journal entries", after, last)
            if not entries:
                return

    def requeue_missing(self) -> int:
        """Queue or reopen every statement to be carried that the chain does not show, however it was lost.

        This heals a restored journal with an older outbox, and an outbox that saw a block which is gone. Run
        it when the views have reached the chain's head.
        """
        after, queued = 0, 0
        while True:
            with self.store.write() as unit:
                entries = unit.journal.entries(after, ENTRIES_A_STEP)
                for sequence, entry in entries:
                    after = sequence
                    queued += carry_missing(unit, entry, self.chain, self.clock)
            if not entries:
                break
        with self.store.write() as unit:
            return queued + carry_missing_anchor(unit, self.chain)

    def _take_in(self, head: Block | None, numbers: range) -> bool:
        fetched = self._fetch(head, numbers)
        final = self.chain.final_number()
        if not fetched:
            return False
        with self.store.write() as unit:
            for block, events in fetched:
                unit.views.add_block(block, events)
                self._follow(unit, events)
            unit.views.mark_final(min(final, fetched[-1][0].number))
        return True

    def _follow(self, unit: UnitOfWork, events: Sequence[ChainEvent]) -> None:
        titled = [facts.work(event) for event in events if event.name == "WorkRegistered"]
        if titled:
            self.clashes.add_confirmed(unit, titled)
        for event in events:
            if event.name == "CheckpointAnchored":
                self._take_in_anchor(unit, anchor_of(event))

    def _take_in_anchor(self, unit: UnitOfWork, anchor: Anchor) -> None:
        """Other logs are nobody's business here, unless they are ours under another account's name."""
        explained = explains(unit, anchor)
        if explained or anchor.log == self.chain.operator:
            unit.anchored.add_anchor(anchor, explained=explained)

    def _fetch(self, head: Block | None, numbers: range) -> list[tuple[Block, list[ChainEvent]]]:
        """Blocks that follow each other, with their events.

        Fewer when the chain moves meanwhile: the next step sees that and rewinds.
        """
        fetched: list[tuple[Block, list[ChainEvent]]] = []
        for number in numbers:
            block = self.chain.block(number)
            if block is None or (head is not None and block.parent_hash != head.hash):
                break
            try:
                fetched.append((block, self.chain.events(block)))
            except NotFoundError:
                break
            head = block
        return fetched

    def _mark_final(self, known: int) -> bool:
        final = self.chain.final_number()
        with self.store.read() as unit:
            head = unit.views.head()
        reached = min(final, head.number) if head else -1
        if reached <= max(known, self.chain.contracts.deployed_at_block - 1):
            return False
        with self.store.write() as unit:
            unit.views.mark_final(reached)
        return True

    def _rewind(self, head: Block, final: int) -> None:
        number = head.number
        with self.store.read() as unit:
            first = self.chain.contracts.deployed_at_block
            while number >= first:
                known = unit.views.block(number)
                if known is None or self._stands(known):
                    break
                if number <= final:
                    raise DeepReorgError(number)
                number -= 1
        with self.store.write() as unit:
            for fallen in unit.views.rewind(number):
                unit.index.remove(fallen)
            unit.outbox.reopen_mined_above(number)

    def _stands(self, known: Block) -> bool:
        now = self.chain.block(known.number)
        return now is not None and now.hash == known.hash

    def _head_number(self) -> int:
        with self.store.read() as unit:
            head = unit.views.head()
        return head.number if head else 0


def _nobody(_what: str, _done: int, _of: int) -> None:
    """Tells nobody."""
