"""A whole registry in a folder: embedded chain, SQLite, decoder pool; its loops are stepped by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_typing import Hash32 as EthHash32

from registry import statements
from registry.compose import Registry, open_registry
from registry.errors import NotFoundError
from registry.model import (
    Address,
    ChainEvent,
    Hash32,
    Offer,
    Status,
    TransactionHash,
    TransactionRequest,
    WorkId,
)
from registry.settings import Settings
from registry.usecases.declare import Keep
from registry.usecases.offer import OfferTerms, PublishedOffer
from registry.usecases.records import Record
from registry.usecases.register import Recorded
from registry.usecases.viewer import NOBODY, Viewer
from tests.e2e.journey import picture, wait_for


@dataclass
class House:
    """The registry under test, with the few steps that every test takes."""

    registry: Registry
    folder: Path
    pictures: int = 0
    accounts: dict[str, LocalAccount] = field(default_factory=dict)

    def person(self, name: str) -> LocalAccount:
        """A throw-away key by name."""
        if name not in self.accounts:
            self.accounts[name] = Account.create()
        return self.accounts[name]

    def address(self, name: str) -> Address:
        """The person's account."""
        return Address(self.person(name).address)

    def file(self, seed: int | None = None) -> Path:
        """A picture; a new one unless a seed is named."""
        self.pictures += 1
        path = self.folder / f"picture-{self.pictures}.png"
        path.write_bytes(picture(seed if seed is not None else 1_000_000 + self.pictures))
        return path

    def sign(self, name: str, statement: statements.Statement, domain: statements.Domain) -> bytes:
        """The person's signature."""
        return self.sign_digest(name, statements.digest(statement, domain))

    def sign_digest(self, name: str, digest: Hash32) -> bytes:
        """The person's signature over a digest."""
        return bytes(self.person(name).unsafe_sign_hash(EthHash32(digest)).signature)

    def prepare(
        self, name: str, file: Path, viewer: Viewer = NOBODY, **facts: Any
    ) -> tuple[str, dict[str, str]]:
        """A draft and the answers that acknowledge or contest its matches."""
        said = {"title": file.stem, "creators": [{"name": name}]} | facts
        prepared = self.registry.prepare_draft(file, self.address(name), said, Keep(), viewer)
        answers = {
            match["work_id"]: "adverse-claim" if match["verdict"] == "identical" else "acknowledged"
            for match in prepared.draft.report["matches"]
        }
        return prepared.draft_id, answers

    def submit(self, name: str, file: Path, via: str = "registerFor", **facts: Any) -> Recorded:
        """Register a file; acknowledged, not yet on chain."""
        draft_id, answers = self.prepare(name, file, **facts)
        ready = self.registry.answer_draft(draft_id, answers)
        signature = self.sign(name, ready.registration, ready.domain)
        return self.registry.register_work(draft_id, signature, via)

    def register(self, name: str, file: Path, **facts: Any) -> WorkId:
        """Register a file and wait until it is final."""
        work_id = self.submit(name, file, **facts).record.work_id
        self.settle(lambda: self.is_final(work_id))
        return work_id

    def is_final(self, work_id: WorkId) -> bool:
        """Whether everybody sees the record as final."""
        return self.find(work_id) is not None and self.read(work_id).status is Status.FINAL

    def find(self, work_id: WorkId) -> Record | None:
        """The record as everybody sees it, if they do."""
        try:
            return self.read(work_id)
        except NotFoundError:
            return None

    def read(self, work_id: WorkId, viewer: Viewer = NOBODY) -> Record:
        """The record."""
        return self.registry.read_work(work_id, viewer)

    def step(self) -> None:
        """One round of anchor worker, sender and sync."""
        self.registry.anchor_log()
        self.registry.send_intents()
        self.registry.catch_up()

    def settle(self, done: Callable[[], bool]) -> None:
        """Step until it is done: blocks come once a second."""

        def question() -> bool:
            self.step()
            return done()

        wait_for(question)

    def publish(self, name: str, work_id: WorkId, terms: OfferTerms) -> PublishedOffer:
        """Sign and publish an offer."""
        ready = self.registry.prepare_offer(work_id, self.address(name), terms)
        signature = self.sign(name, ready.offer, ready.domain)
        return self.registry.publish_offer(ready.offer, terms.terms, signature)

    def fund(self, name: str) -> None:
        """Let the faucet give the person coin."""
        assert self.registry.give_coin is not None
        self.registry.give_coin(self.address(name))
        self.settle(lambda: self.registry.chain.balance(self.address(name)) > 0)

    def send(self, name: str, request: TransactionRequest) -> Hash32:
        """Sign a transaction with the person's key and send it."""
        signed = self.person(name).sign_transaction(
            {
                "type": 2,
                "chainId": request.chain_id,
                "nonce": request.nonce,
                "to": bytes.fromhex(request.call.to[2:]),
                "value": request.call.value,
                "data": request.call.data,
                "gas": request.gas,
                "maxFeePerGas": request.fees.max_fee,
                "maxPriorityFeePerGas": request.fees.max_priority_fee,
            }
        )
        return self.registry.chain.broadcast(bytes(signed.raw_transaction))

    def buy(self, name: str, offer: Offer) -> Hash32:
        """Buy under an offer and wait until it is mined."""
        prepared = self.registry.prepare_purchase(
            statements.offer_hash(offer), self.address(name), self.address(name), offer.price
        )
        sent = self.send(name, prepared.transaction)
        self.settle(lambda: bool(self.grants_of(sent)))
        return sent

    def grants_of(self, transaction_hash: Hash32) -> list[str]:
        """The grants that a transaction issued, once taken in."""
        events = self.events_of(transaction_hash)
        return [str(event.facts["grant_id"]) for event in events if event.name == "GrantIssued"]

    def events_of(self, transaction_hash: Hash32) -> list[ChainEvent]:
        """What a transaction brought about, once taken in."""
        with self.registry.read_work.store.read() as unit:
            return unit.views.events_of_transaction(TransactionHash(transaction_hash))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One registry for the tests of a module; each works with people and pictures of its own."""
    folder = tmp_path_factory.mktemp("house")
    registry = open_registry(Settings.for_folder(folder / "var"))
    registry.catch_up()
    yield House(registry, folder)
    registry.close()
