"""The registry's use cases over a chain whose time can be moved: what people ask of it, sign and send."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from eth_account.signers.local import LocalAccount

from api.schemas.acts import TransactionIn
from registry import statements
from registry.blobs.folder import FolderBlobs
from registry.chain import sending
from registry.licensing.terms import STANDARD
from registry.model import (
    Address,
    DisputeId,
    Extraction,
    Grant,
    GrantId,
    Hash32,
    Offer,
    OfferFlags,
    Purchase,
    RegisterFor,
    Registration,
    SetShares,
    ShareTable,
    Via,
    WorkId,
    from_unix,
)
from registry.ports import RegistrationEntry
from registry.search.sql import SqlIndex
from registry.store.engine import open_engine
from registry.store.migrations import migrate
from registry.store.store import SqlStore
from registry.usecases.accounts import ReadAccount
from registry.usecases.act import (
    PrepareAct,
    PreparedAct,
    ReadTransaction,
    TransactionResult,
    TransactionStatus,
    request_of,
)
from registry.usecases.clashes import ClashFinder
from registry.usecases.disputes import DisputeNow, ReadArbitration, ReadDisputes
from registry.usecases.license import ReadGrants
from registry.usecases.offer import OfferTerms, PrepareOffer, PublishOffer, ReadOffers
from registry.usecases.read import ReadHistory, ReadWork
from registry.usecases.records import Record
from registry.usecases.revenue import ReadRevenue, WorkRevenue
from registry.usecases.sync import SyncChain
from registry.usecases.viewer import NOBODY, Viewer, token_hash
from tests.chain.worlds import DAY, World, random_hash

TERMS = STANDARD["editorial"]
PRICE_WEI = 10_000_000_000_000_007  # odd, so that shares leave something over


@dataclass(frozen=True)
class ChainClock:
    """The time of the chain's newest block."""

    world: World

    def now(self) -> datetime:
        """The present."""
        return from_unix(self.world.now())


class RandomIds:
    """Randomness for salts."""

    def token(self) -> str:
        """A text nobody has seen."""
        return random_hash().hex()

    def salt(self) -> Hash32:
        """32 bytes nobody has seen."""
        return random_hash()


def address(account: LocalAccount) -> Address:
    """The account's address."""
    return Address(account.address)


@dataclass
class Office:
    """Use cases over one world, and the few steps that every test takes."""

    world: World
    folder: Path
    store: SqlStore = field(init=False)

    def __post_init__(self) -> None:
        engine = open_engine(f"sqlite:///{self.folder}/office.db")
        migrate(engine)
        self.store = SqlStore(engine, SqlIndex)
        self.close = engine.dispose
        chain, clock = self.world.gateway, ChainClock(self.world)
        arbitration = ReadArbitration(chain, clock)
        self.sync = SyncChain(self.store, chain, clock, ClashFinder(FolderBlobs(self.folder)))
        self.prepare_act = PrepareAct(self.store, chain, clock)
        self.read_transaction = ReadTransaction(self.store, chain)
        self.read_work = ReadWork(self.store, chain, clock)
        self.read_history = ReadHistory(self.read_work)
        self.read_offers = ReadOffers(self.store, chain, clock)
        self.read_grants = ReadGrants(self.store)
        self.read_revenue = ReadRevenue(self.store, arbitration, clock)
        self.read_disputes = ReadDisputes(self.store, arbitration, clock)
        self.read_arbitration = arbitration
        self.read_account = ReadAccount(chain)
        self.prepare_offer = PrepareOffer(self.store, chain, clock, RandomIds())
        self.publish_offer = PublishOffer(self.store, chain, clock)

    def take_in(self) -> None:
        """Catch up with the chain."""
        while self.sync():
            pass

    def prepare(
        self, sender: LocalAccount, kind: str, viewer: Viewer = NOBODY, /, **fields: Any
    ) -> PreparedAct:
        """The transaction for an act as a client asks for it."""
        body = TransactionIn.model_validate({"sender": sender.address, "act": {"kind": kind, **fields}})
        return self.prepare_act(body.sender, viewer, lambda known: body.act.act(body.sender, known))

    def do(
        self, sender: LocalAccount, kind: str, viewer: Viewer = NOBODY, /, **fields: Any
    ) -> TransactionResult:
        """Prepare, sign with the account's own key, send, and take in what comes of it."""
        prepared = self.prepare(sender, kind, viewer, **fields)
        signed = sending.sign_transaction(sender, prepared.transaction)
        self.world.receipt(self.world.gateway.broadcast(signed.raw))
        self.take_in()
        result = self.read_transaction(signed.hash)
        assert result.status is TransactionStatus.MINED
        return result

    def entry(self, registration: Registration, signature: bytes, via: Via, token: str) -> RegistrationEntry:
        """Journal a signed declaration as the registry would have."""
        made = RegistrationEntry(
            work_id=statements.work_id(registration.declaration),
            digest=statements.digest(registration, self.world.domain("WorkRegistry")),
            registration=registration,
            signature=signature,
            via=via,
            received_at=from_unix(self.world.now()),
            metadata={"title": "A work", "creators": [{"name": "Somebody"}]},
            fingerprint=self._extraction(registration).record(),
            report={},
            token_hash=token_hash(token),
        )
        with self.store.write() as unit:
            unit.journal.append(made)
        return made

    def _extraction(self, registration: Registration) -> Extraction:
        return Extraction("image", registration.declaration.content_hash, 1, "image/png", {}, (), ())

    def work(self, claimant: LocalAccount, **changes: Any) -> WorkId:
        """A new work on chain."""
        work_id, receipt = self.world.register_for(claimant, **changes)
        assert receipt.succeeded
        self.take_in()
        return work_id

    def carry(self, registration: Registration, claimant: LocalAccount) -> None:
        """Have the operator carry a signed registration."""
        act = RegisterFor(registration, self.world.sign(claimant, registration))
        assert self.world.act(self.world.operator, act).succeeded
        self.take_in()

    def document(self, registration: Registration) -> dict[str, Any]:
        """A registration as a client brings it along."""
        declared = registration.declaration
        return {
            "declaration": {
                "claimant": str(declared.claimant),
                "content_hash": str(declared.content_hash),
                "fingerprint_hash": str(declared.fingerprint_hash),
                "metadata_hash": str(declared.metadata_hash),
            },
            "deadline": str(registration.deadline),
        }

    def derivative(self, claimant: LocalAccount, *parents: WorkId) -> WorkId:
        """A new work made from others."""
        return self.work(claimant, parents=tuple(sorted(parents)))

    def offer(self, holder: LocalAccount, work_id: WorkId, **chosen: Any) -> Offer:
        """A published offer."""
        terms = OfferTerms(**{"terms": TERMS, "price": PRICE_WEI, **chosen})
        ready = self.prepare_offer(work_id, address(holder), terms)
        self.publish_offer(ready.offer, terms.terms, self.world.sign(holder, ready.offer))
        return ready.offer

    def buy(self, buyer: LocalAccount, licensor: LocalAccount, offer: Offer) -> GrantId:
        """A licence under an offer."""
        act = Purchase(offer, self.world.sign(licensor, offer), address(buyer), offer.price)
        request = request_of(self.world.gateway, address(buyer), act)
        signed = sending.sign_transaction(buyer, request)
        assert self.world.receipt(self.world.gateway.broadcast(signed.raw)).succeeded
        self.take_in()
        [issued] = [one for one in self.read_transaction(signed.hash).events if one.name == "GrantIssued"]
        return GrantId.parse(str(issued.facts["grant_id"]))

    def sold(self, holder: LocalAccount, work_id: WorkId, buyer: LocalAccount, **chosen: Any) -> GrantId:
        """A licence under an offer of its own."""
        return self.buy(buyer, holder, self.offer(holder, work_id, **chosen))

    def linked(
        self, holder: LocalAccount, work_id: WorkId, parent: WorkId, owner: LocalAccount, bps: int
    ) -> GrantId:
        """A free licence of a parent that backs a derivative, for a part of its revenue."""
        flags = OfferFlags.DERIVATIVES
        grant_id = self.sold(owner, parent, holder, price=0, royalty_bps=bps, flags=flags)
        self.do(holder, "link-parent", work_id=str(work_id), grant_id=str(grant_id))
        return grant_id

    def share(self, holder: LocalAccount, work_id: WorkId, shares: dict[LocalAccount, int]) -> ShareTable:
        """A share table that all have signed, carried by the operator."""
        before = self.read_revenue(work_id).shares
        rows = sorted(shares.items(), key=lambda row: row[0].address.lower())
        table = ShareTable(
            work_id,
            self.series(work_id),
            before.epoch + 1,
            tuple(address(account) for account, _ in rows),
            tuple(bps for _, bps in rows),
            self.world.now() + DAY,
        )
        keys = {address(account): account for account in shares}
        signatures = tuple(self.world.sign(keys[signer], table) for signer in table.signers(before))
        act = SetShares(table, before, self.world.sign(holder, table), signatures)
        assert self.world.act(self.world.operator, act).succeeded
        self.take_in()
        return table

    def dispute(self, opener: LocalAccount, work_id: WorkId, **fields: Any) -> DisputeId:
        """A dispute that was opened."""
        evidence = random_hash()
        tag = "0x" + b"not theirs".ljust(32, b"\0").hex()
        self.do(opener, "open-dispute", work_id=str(work_id), tag=tag, evidence_hash=str(evidence), **fields)
        return statements.dispute_id(work_id, evidence, address(opener))

    def admitted(self, opener: LocalAccount, work_id: WorkId, **fields: Any) -> DisputeId:
        """A dispute that the arbiter has admitted."""
        dispute_id = self.dispute(opener, work_id, **fields)
        self.do(self.world.arbiter, "admit-dispute", dispute_id=str(dispute_id))
        return dispute_id

    def rule(self, dispute_id: DisputeId, outcome: str, *bad_faith: GrantId) -> TransactionResult:
        """The arbiter's decision, once the time to answer is over."""
        self.world.pass_time(self.world.terms.answer)
        ended = [str(grant_id) for grant_id in bad_faith]
        return self.do(
            self.world.arbiter,
            "rule-dispute",
            dispute_id=str(dispute_id),
            outcome=outcome,
            bad_faith=ended,
        )

    def record(self, work_id: WorkId, viewer: Viewer = NOBODY) -> Record:
        """The record."""
        return self.read_work(work_id, viewer)

    def series(self, work_id: WorkId) -> int:
        """The title's series, as the record says."""
        title = self.record(work_id).title
        assert title is not None
        return title.series

    def holder(self, work_id: WorkId) -> Address:
        """Who holds the title, as the record says."""
        title = self.record(work_id).title
        assert title is not None
        return title.holder

    def grant(self, grant_id: GrantId) -> Grant:
        """The grant."""
        return self.read_grants.one(grant_id)

    def revenue(self, work_id: WorkId) -> WorkRevenue:
        """The work's money."""
        return self.read_revenue(work_id)

    def disputed(self, dispute_id: DisputeId) -> DisputeNow:
        """The dispute."""
        return self.read_disputes.one(dispute_id)

    def balance(self, account: LocalAccount) -> int:
        """Coin in wei."""
        return self.world.gateway.balance(address(account))
