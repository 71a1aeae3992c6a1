"""However often the chain was rewound, the views are those that its last form alone would have made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.model import Block, ChainEvent
from registry.ports import GrantFilter, Store, Views, WorkFilter
from registry.search.sql import SqlIndex
from registry.store import SqlStore, migrate, open_engine
from tests.ports.values import (
    account,
    block,
    cancellation_event,
    grant_event,
    grant_id,
    grant_transfer_event,
    offer_hash,
    registered_event,
    work_id,
)

FEW = range(1, 5)

_kinds = st.sampled_from(["registered", "granted", "moved", "cancelled"])
_events = st.lists(st.tuples(_kinds, st.sampled_from(FEW), st.sampled_from(FEW)), max_size=3)
_clashes = st.lists(st.tuples(st.sampled_from(FEW), st.sampled_from(FEW)), max_size=2)
_steps = st.lists(
    st.one_of(st.tuples(_events, _clashes), st.integers(min_value=0, max_value=4)), min_size=1, max_size=15
)


def _event(at: int, log_index: int, kind: str, first: int, second: int) -> ChainEvent:
    match kind:
        case "registered":
            return registered_event(at, log_index, first, claimant=second)
        case "granted":
            return grant_event(at, log_index, grant=first, work=second, offer=first, licensee=second)
        case "moved":
            return grant_transfer_event(at, log_index, grant=first)
        case _:
            return cancellation_event(at, log_index, offer=first, licensor=second)


@dataclass
class _Chain:
    """The chain in its last form: blocks with their events, and the clashes found at them."""

    blocks: list[tuple[Block, list[ChainEvent]]] = field(default_factory=list)
    clashes: list[tuple[int, int, int]] = field(default_factory=list)
    branch: int = 0

    def grow(self, events: list[tuple[str, int, int]], clashes: list[tuple[int, int]]) -> None:
        parent = self.blocks[-1][0] if self.blocks else None
        made = block(len(self.blocks), parent, self.branch)
        self.blocks.append((made, [_event(made.number, place, *event) for place, event in enumerate(events)]))
        known = {frozenset(pair[:2]) for pair in self.clashes}
        for first, second in clashes:
            if first != second and frozenset((first, second)) not in known:
                known.add(frozenset((first, second)))
                self.clashes.append((first, second, made.number))

    def rewind(self, depth: int) -> int:
        number = max(len(self.blocks) - 1 - depth, -1)
        del self.blocks[number + 1 :]
        self.clashes = [clash for clash in self.clashes if clash[2] <= number]
        self.branch += 1
        return number

    def add_last_to(self, views: Views) -> None:
        made, events = self.blocks[-1]
        views.add_block(made, events)
        for first, second, at in self.clashes:
            if at == made.number:
                views.add_clash(work_id(first), work_id(second), at, {"distance": first + second})

    def build(self, views: Views) -> None:
        for made, events in self.blocks:
            views.add_block(made, events)
        for first, second, at in self.clashes:
            views.add_clash(work_id(first), work_id(second), at, {"distance": first + second})


def _answers(views: Views) -> list[object]:
    """What the views say to every question."""
    works = [work_id(number) for number in FEW]
    accounts = [account(number) for number in FEW]
    return [
        views.head(),
        [views.block(number) for number in range(20)],
        views.work_events(works),
        views.events_of_grants([grant_id(number) for number in FEW]),
        views.offer_cancellations([offer_hash(number) for number in FEW]),
        [views.registered(WorkFilter(claimant=claimant), None, 100) for claimant in (None, *accounts)],
        [views.grant_events(GrantFilter(licensee=licensee), None, 100) for licensee in (None, *accounts)],
        views.clashes(works),
    ]


@pytest.fixture(scope="module")
def two_stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    folder = tmp_path_factory.mktemp("views")
    engines = [open_engine(f"sqlite:///{folder}/{name}.db") for name in ("rewound", "straight")]
    for engine in engines:
        migrate(engine)
    yield SqlStore(engines[0], SqlIndex), SqlStore(engines[1], SqlIndex)
    for engine in engines:
        engine.dispose()


@settings(max_examples=30, deadline=None)
@given(steps=_steps)
def test_rewound_views_answer_like_views_built_from_the_last_form_alone(
    two_stores: tuple[Store, Store],
    steps: list[tuple[list[tuple[str, int, int]], list[tuple[int, int]]] | int],
) -> None:
    chain = _Chain()
    rewound, straight = two_stores
    with rewound.write() as unit:
        unit.views.clear()
        for step in steps:
            if isinstance(step, int):
                unit.views.rewind(chain.rewind(step))
            else:
                chain.grow(*step)
                chain.add_last_to(unit.views)
    with straight.write() as unit:
        unit.views.clear()
        chain.build(unit.views)
    with rewound.read() as one, straight.read() as other:
        assert _answers(one.views) == _answers(other.views)
