"""The registry's arithmetic against the vault's: random payments, tables and links, to the last unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from eth_account.signers.local import LocalAccount
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry import statements
from registry.chain.calls import abi_value
from registry.licensing import royalties
from registry.model import (
    MAX_BPS,
    ZERO_ADDRESS,
    Address,
    ChainEvent,
    ClaimRemainder,
    ClaimShare,
    Distribute,
    LinkParent,
    Offer,
    OfferFlags,
    Purchase,
    RegisterFor,
    Release,
    Sale,
    SetShares,
    ShareTable,
    WorkId,
    no_table,
)
from registry.usecases.revenue import Account, accounts_of, shared
from registry.usecases.sales import links_of
from registry.usecases.tables import tables_of
from tests.chain.worlds import COIN, DAY, World, new_account

PAYMENTS = st.tuples(st.integers(1, 10**15), st.integers(0, 2_000))  # price in wei, carrier's bps
RATES = st.lists(st.integers(0, 2_600), min_size=1, max_size=3)


@st.composite
def tables(draw: st.DrawFn) -> list[int]:
    """Shares of up to five contributors, 10 000 at most together."""
    cuts = sorted(draw(st.sets(st.integers(1, MAX_BPS), min_size=1, max_size=5)))
    return [high - low for low, high in zip([0, *cuts], cuts, strict=False)]


@dataclass
class Stage:
    """Works of one holder, who sells and buys all licences to them; and who has a share in them."""

    world: World
    holder: LocalAccount
    contributors: dict[Address, LocalAccount] = field(default_factory=dict)
    since: int = field(init=False)

    def __post_init__(self) -> None:
        self.since = self.world.gateway.head().number + 1

    def events(self, work_id: WorkId) -> list[ChainEvent]:
        """A work's events, in order."""
        gateway = self.world.gateway
        numbers = range(self.since, gateway.head().number + 1)
        blocks = [gateway.block(number) for number in numbers]
        found = (event for block in blocks if block is not None for event in gateway.events(block))
        return [event for event in found if event.work_id == work_id]

    def act(self, account: LocalAccount, act: Any) -> None:  # noqa: ANN401  # any act
        """Do something that must succeed."""
        assert self.world.act(account, act).succeeded

    def bought(self, offer: Offer) -> Sale:
        """The holder's own first licence under an offer of its own, which needs no signature."""
        self.act(self.holder, Purchase(offer, b"", Address(self.holder.address), offer.price))
        return Sale(offer, 1)

    def work(self, *parents: WorkId) -> tuple[Any, WorkId]:
        """A new work and its declaration."""
        registration = self.world.registration(self.holder, parents=tuple(sorted(parents)))
        self.act(self.world.operator, RegisterFor(registration, self.world.sign(self.holder, registration)))
        return registration.declaration, statements.work_id(registration.declaration)

    def link(self, declaration: Any, parent: WorkId, bps: int) -> None:  # noqa: ANN401
        """Back a parent with a free licence."""
        terms = {"price": 0, "royalty_bps": bps, "flags": OfferFlags.DERIVATIVES}
        sale = self.bought(self.world.offer(self.holder, parent, **terms))
        self.act(self.holder, LinkParent(declaration, declaration.parents.index(parent), sale))

    def share(self, work_id: WorkId, before: ShareTable, shares: list[int]) -> ShareTable:
        """A table of new contributors, whom all in it and before it have agreed to."""
        people = sorted((new_account() for _ in shares), key=lambda person: person.address.lower())
        accounts = tuple(Address(person.address) for person in people)
        table = ShareTable(work_id, 0, before.epoch + 1, accounts, tuple(shares), self.world.now() + DAY)
        self.contributors.update(zip(accounts, people, strict=True))
        signers = (self.contributors[signer] for signer in table.signers(before))
        signatures = tuple(self.world.sign(signer, table) for signer in signers)
        self.act(self.holder, SetShares(table, before, b"", signatures))
        return table

    def view(self, function: str, *arguments: object) -> int:
        """What the vault answers."""
        (answer,) = self.world.gateway._view("RoyaltyVault", function, *map(abi_value, arguments))
        return int(answer)

    def agrees(self, work_id: WorkId) -> Account:
        """Hold the fold of a work's events equal to the vault, table by table and row by row."""
        events = self.events(work_id)
        account = accounts_of(events).get(ZERO_ADDRESS, Account())
        assert account.received == self.view("receivedOf", work_id, ZERO_ADDRESS)
        for table in tables_of(work_id, events):
            told = shared(table, account)
            assert told.revenue == self.view("revenueOf", work_id, table.epoch, ZERO_ADDRESS)
            assert told.remainder_owed == self.view("remainderOf", table, ZERO_ADDRESS)
            for row, one in enumerate(told.rows):
                assert one.owed == self.view("owedTo", table, row, ZERO_ADDRESS)
        return account


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rates=RATES,
    above=st.integers(0, MAX_BPS),
    first=tables(),
    second=tables(),
    payments=st.lists(PAYMENTS, min_size=1, max_size=3),
    later=PAYMENTS,
)
def test_the_registry_divides_as_the_vault_does(
    world: World,
    rates: list[int],
    above: int,
    first: list[int],
    second: list[int],
    payments: list[tuple[int, int]],
    later: tuple[int, int],
) -> None:
    stage = Stage(world, world.person(COIN))
    declarations = {}
    _, grandparent = stage.work()
    parents = []
    for _ in rates:
        declaration, parent = stage.work(grandparent)
        declarations[parent] = declaration
        parents.append(parent)
    declaration, work_id = stage.work(*parents)
    stage.link(declarations[parents[0]], grandparent, above)
    for parent, bps in zip(parents, rates, strict=True):
        stage.link(declaration, parent, bps)
    assert [link.royalty_bps for link in links_of(stage.events(work_id), {})] == rates

    table = stage.share(work_id, no_table(work_id), first)
    sold(stage, work_id, rates, payments)
    stage.agrees(work_id)
    pay_out(stage, table)
    newer = stage.share(work_id, table, second)
    sold(stage, work_id, rates, [later])
    stage.agrees(work_id)
    pay_out(stage, table)
    pay_out(stage, newer)
    account = stage.agrees(work_id)
    everything = shared(table, account).revenue + shared(newer, account).revenue
    dust = everything - sum(account.taken.values())
    assert 0 <= dust < len(first) + len(second) + 2

    received = stage.agrees(parents[0]).received
    stage.act(world.operator, Distribute(parents[0], ZERO_ADDRESS))
    division = royalties.divide(received, 0, [above])
    assert stage.agrees(parents[0]).revenue[0] == division.rest
    assert stage.agrees(grandparent).received == division.royalties[0]


def sold(stage: Stage, work_id: WorkId, rates: Sequence[int], payments: Sequence[tuple[int, int]]) -> None:
    """Sell, release all at once, and hold each division equal to what the vault says of it."""
    carriers = [Address(new_account().address) for _ in payments]
    sales = [
        stage.bought(
            stage.world.offer(
                stage.holder,
                work_id,
                price=price,
                carrier=carrier if bps else ZERO_ADDRESS,
                carrier_bps=bps,
            )
        )
        for (price, bps), carrier in zip(payments, carriers, strict=True)
    ]
    stage.world.pass_time(stage.world.terms.escrow)
    stage.act(stage.world.operator, Release(tuple(sales)))
    told = [event.facts for event in stage.events(work_id) if event.name == "RevenueReleased"]
    for facts, (price, bps), carrier in zip(told[-len(payments) :], payments, carriers, strict=True):
        division = royalties.divide(price, bps, rates)
        parts = (division.carried, sum(division.royalties), division.rest)
        assert tuple(int(str(facts[name])) for name in ("carried", "royalties", "rest")) == parts
        assert stage.world.gateway.owed_to_carrier(carrier, ZERO_ADDRESS) == division.carried


def pay_out(stage: Stage, table: ShareTable) -> None:
    """Claim all that is owed under a table, by anybody."""
    for row, account in enumerate(table.contributors):
        stage.act(stage.world.operator, ClaimShare(table, row, ZERO_ADDRESS, account))
    remainder = ClaimRemainder(table, ZERO_ADDRESS, Address(stage.holder.address))
    stage.act(stage.world.operator, remainder)
