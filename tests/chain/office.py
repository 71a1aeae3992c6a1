"""A registry's store and use cases over a world, without files or decoders: what carries statements."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from eth_account.signers.local import LocalAccount

from registry.blobs import FolderBlobs
from registry.canonical import canonical_hash
from registry.jobs.machine import SystemIds
from registry.keys.log_key import log_key
from registry.model import (
    Address,
    Declaration,
    DisputeId,
    Hash32,
    OpenDispute,
    RegisterFor,
    Registration,
    WorkId,
    from_unix,
)
from registry.ports import Draft, Intent, IntentState, OutboxItem
from registry.search.sql import SqlIndex
from registry.statements import Statement, dispute_id, work_id
from registry.store import SqlStore, migrate, open_engine
from registry.usecases.anchor import AnchorLog, AnchorPace
from registry.usecases.answer import GiveAnswer, PrepareAnswer
from registry.usecases.batch import RegisterWorks
from registry.usecases.clashes import ClashFinder
from registry.usecases.disputes import ReadArbitration, ReadDisputes
from registry.usecases.evidence import ReadEvidence
from registry.usecases.quota import Quota
from registry.usecases.read import ReadWork
from registry.usecases.records import Record, RecordReader
from registry.usecases.register import Recorded, RegisterWork
from registry.usecases.send import SendIntents
from registry.usecases.shares import ConsentToShares, PrepareShares, ReadShareConsents
from registry.usecases.supplement import AddSupplement, PrepareSupplement, ReadSupplements
from registry.usecases.sync import SyncChain
from registry.usecases.viewer import NOBODY, Viewer, token_hash
from tests.chain.wallets import Wallet
from tests.chain.worlds import PATIENCE_SECONDS, World, random_hash
from tests.ports.values import extraction, metadata_document

HOUR = 3_600


@dataclass
class WorldClock:
    """The chain's time as the present, and what a test adds to it."""

    world: World
    ahead: int = 0

    def now(self) -> datetime:
        """The present."""
        return from_unix(self.world.now() + self.ahead)


@dataclass
class Office:
    """Everything over one store file; opened again over its folder, it is the same registry restarted."""

    world: World
    folder: Path
    clock: WorldClock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = WorldClock(self.world)
        self.engine = open_engine(f"sqlite:///{self.folder}/store.db")
        migrate(self.engine)
        chain, clock, ids = self.world.gateway, self.clock, SystemIds()
        blobs = FolderBlobs(self.folder / "blobs")
        store = self.store = SqlStore(self.engine, SqlIndex)
        quota = Quota(clock, 1_000)
        disputes = ReadDisputes(store, ReadArbitration(chain, clock), clock)
        self.sync = SyncChain(store, chain, clock, ClashFinder(blobs))
        self.sender = SendIntents(store, chain, clock)
        self.key = log_key(self.folder / "log.key", "colophon/test")
        self.evidence = ReadEvidence(ReadWork(store, chain, clock), chain, self.key, self.world.deployment)
        self.anchor = AnchorLog(store, chain, clock, self.key, AnchorPace(1, timedelta(hours=1)))
        self.register = RegisterWork(store, chain, blobs, clock, ids)
        self.register_works = RegisterWorks(store, chain, self.register)
        self.prepare_supplement = PrepareSupplement(store, chain, clock, ids)
        self.add_supplement = AddSupplement(store, chain, clock, quota)
        self.supplements = ReadSupplements(store, chain, clock)
        self.prepare_shares = PrepareShares(store, chain, clock)
        self.consent = ConsentToShares(store, chain, clock, quota)
        self.consents = ReadShareConsents(store, chain, clock)
        self.prepare_answer = PrepareAnswer(chain, clock, disputes)
        self.give_answer = GiveAnswer(store, chain, clock, disputes, quota)
        self.catch_up()

    def catch_up(self) -> None:
        """Take in every block there is."""
        while self.sync():
            pass

    def step(self) -> None:
        """One round of anchor worker, sender and sync."""
        self.anchor()
        self.sender()
        self.catch_up()

    def settle(self, done: Callable[[], bool]) -> None:
        """Step until it is done."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not done():
            assert time.monotonic() < until, "it did not come to be"
            self.step()
            time.sleep(0.01)

    def settle_outbox(self) -> None:
        """Step until nothing is queued or under way."""
        self.settle(lambda: not self.items(IntentState.QUEUED) and not self.items(IntentState.SIGNED))

    def items(self, state: IntentState) -> list[OutboxItem]:
        """What the outbox holds in a state."""
        with self.store.read() as unit:
            return unit.outbox.in_state(state)

    def intents(self, work: WorkId) -> list[Intent]:
        """What the outbox was ever given about a work."""
        with self.store.read() as unit:
            return [item.intent for item in unit.outbox.items_of(work)]

    def journalled(self) -> int:
        """How many statements were ever acknowledged."""
        with self.store.read() as unit:
            return len(unit.journal.entries())

    def events(self, work: WorkId, name: str) -> int:
        """How often something happened to a work on chain."""
        with self.store.read() as unit:
            return sum(event.name == name for event in unit.views.work_events([work]).get(work, []))

    def lose_outbox(self) -> None:
        """What a restored backup of the journal may lack."""
        with self.engine.execution_options(colophon_writes=True).begin() as connection:
            for table in ("outbox_attempts", "outbox_nonces", "outbox_batches", "outbox"):
                connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608  # names from the line above

    def titled(self, holder: LocalAccount) -> WorkId:
        """A title on chain that the views know."""
        work, receipt = self.world.register_for(holder)
        assert receipt.succeeded
        self.catch_up()
        return work

    def disputed(self, holder: LocalAccount) -> tuple[WorkId, DisputeId]:
        """A title and a dispute about it."""
        work, evidence = self.titled(holder), random_hash()
        opener = self.world.person()
        bond = self.world.terms.bond
        act = OpenDispute(work, random_hash(), evidence, Address("0x" + "00" * 20), bond)
        assert self.world.act(opener, act).succeeded
        self.catch_up()
        return work, dispute_id(work, evidence, Address(opener.address))

    def draft(self, claimant: LocalAccount | Wallet, *, lifetime: int = 6 * HOUR) -> tuple[str, Registration]:
        """A draft that is ready to be signed: its id, and the statement."""
        number = secrets.randbelow(2**40)
        seen = replace(extraction(number, features=0), content_hash=random_hash())
        metadata = metadata_document(number)
        declaration = Declaration(
            Address(claimant.address),
            seen.content_hash,
            seen.record_hash(),
            Hash32(canonical_hash(metadata)),
        )
        registration = Registration(declaration, self.world.now() + lifetime)
        draft_id, now = secrets.token_urlsafe(32), self.clock.now()
        draft = Draft(
            key=token_hash(draft_id),
            created_at=now,
            expires_at=from_unix(self.world.now() + 24 * HOUR),
            claimant=declaration.claimant,
            facts={"title": metadata["title"]},
            extraction=seen,
            report={"format": "colophon.report/1", "matches": []},
            answers={},
            registration=registration,
            metadata=metadata,
        )
        with self.store.write() as unit:
            unit.drafts.put(draft)
        return draft_id, registration

    def sign(self, account: LocalAccount, statement: Statement) -> bytes:
        """A statement's signature."""
        return self.world.sign(account, statement)

    def log(self, claimant: LocalAccount, *, lifetime: int = 6 * HOUR) -> Recorded:
        """A new declaration in the log."""
        draft_id, registration = self.draft(claimant, lifetime=lifetime)
        return self.register(draft_id, self.sign(claimant, registration), "log")

    def record(self, work: WorkId, viewer: Viewer = NOBODY) -> Record | None:
        """The record as somebody sees it, if they do."""
        reader = RecordReader(self.world.gateway, self.clock)
        with self.store.read() as unit:
            return reader.read(unit, [work], viewer).get(work)

    def carry_elsewhere(self, claimant: LocalAccount, registration: Registration) -> WorkId:
        """Somebody else brings a signed registration on chain."""
        act = RegisterFor(registration, self.sign(claimant, registration))
        assert self.world.act(self.world.person(), act).succeeded
        self.catch_up()
        return work_id(registration.declaration)

    def close(self) -> None:
        """Let go of the store."""
        self.engine.dispose()


@contextmanager
def open_office(world: World, folder: Path) -> Iterator[Office]:
    """An office over a folder of its own."""
    office = Office(world, folder)
    try:
        yield office
    finally:
        office.close()


def metadata(title: str = "A better title") -> dict[str, object]:
    """A whole `colophon.metadata/1`."""
    return {
        "format": "colophon.metadata/1",
        "title": title,
        "creators": [{"name": "Somebody"}],
        "media_type": "image/png",
        "bytes": 1,
        "how_made": "human",
        "usage_preferences": {},
        "similarity_report": str(Hash32(bytes(32))),
        "answers": {},
        "salt": str(random_hash()),
    }
