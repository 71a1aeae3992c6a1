"""The views: what the chain and the journal say, searchable, and exactly as it stands after any reorg."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from registry.errors import DeepReorgError, InvalidValueError
from registry.model import Block, ChainEvent, WorkId
from registry.ports import GrantFilter, Position, Store, Views, WorkFilter
from tests.ports.values import (
    account,
    block,
    cancellation_event,
    dispute_event,
    dispute_id,
    grant_event,
    grant_id,
    grant_transfer_event,
    hash_of,
    offer_hash,
    registered_event,
    registration_entry,
    work_id,
)


def _grow(views: Views, *blocks: Sequence[ChainEvent], start: int = 5) -> list[Block]:
    grown: list[Block] = []
    for number, events in enumerate(blocks, start=start):
        grown.append(block(number, grown[-1] if grown else views.head()))
        views.add_block(grown[-1], events)
    return grown


def _works(found: Iterable[tuple[Position, WorkId]]) -> list[WorkId]:
    return [work for _, work in found]


def test_empty_views_have_no_head_and_nothing_final(store: Store) -> None:
    with store.read() as unit:
        assert unit.views.head() is None
        assert unit.views.block(1) is None
        assert unit.views.final_number() == -1
        assert unit.views.registered(WorkFilter(), None, 10) == []


def test_blocks_are_taken_in_one_after_the_other(store: Store) -> None:
    with store.write() as unit:
        first, second = _grow(unit.views, [], [])
        assert unit.views.head() == second
        assert unit.views.block(5) == first
        assert unit.views.block(7) is None
        assert unit.views.blocks([5, 7]) == {5: first}


def test_a_block_that_does_not_follow_the_head_is_refused(store: Store) -> None:
    with store.write() as unit:
        (head,) = _grow(unit.views, [])
        for stranger in (block(7, head), block(6), block(5, head)):
            with pytest.raises(InvalidValueError, match="does not follow"):
                unit.views.add_block(stranger, [])
        with pytest.raises(InvalidValueError, match="of block 6"):
            unit.views.add_block(block(6, head), [registered_event(5, 0, 1)])
        assert unit.views.head() == head


def test_rewinding_drops_blocks_with_their_events_and_clashes(store: Store) -> None:
    with store.write() as unit:
        views = unit.views
        first, _ = _grow(views, [registered_event(5, 0, 1)], [registered_event(6, 0, 2)])
        views.add_clash(work_id(1), work_id(2), 6, {"distance": 3})
        views.rewind(5)
        assert views.head() == first
        assert list(views.work_events([work_id(1), work_id(2)])) == [work_id(1)]
        assert views.clashes([work_id(1)]) == {}
        assert _works(views.registered(WorkFilter(), None, 10)) == [work_id(1)]
        views.add_block(block(6, first, branch=1), [registered_event(6, 0, 3)])
        assert _works(views.registered(WorkFilter(), None, 10)) == [work_id(3), work_id(1)]


def test_final_blocks_cannot_be_rewound(store: Store) -> None:
    with store.write() as unit:
        _grow(unit.views, [], [], [])
        unit.views.mark_final(6)
        unit.views.mark_final(4)
        assert unit.views.final_number() == 6
        with pytest.raises(DeepReorgError):
            unit.views.rewind(5)
        unit.views.rewind(6)
        head = unit.views.head()
        assert head is not None
        assert head.number == 6


def test_only_blocks_that_are_there_become_final(store: Store) -> None:
    with store.write() as unit:
        grown = _grow(unit.views, [])
        unit.views.mark_final(100)
        assert unit.views.final_number() == 5
        unit.views.add_block(block(6, grown[-1]), [])
        assert unit.views.final_number() == 5


def test_events_come_back_equal_in_chain_order(store: Store) -> None:
    registered, granted = registered_event(5, 1, 1), grant_event(5, 2, grant=1, work=1)
    moved = grant_transfer_event(6, 0, grant=1)
    with store.write() as unit:
        _grow(unit.views, [registered, granted], [moved])
        assert unit.views.work_events([work_id(1), work_id(9)]) == {work_id(1): [registered, granted]}
        found = unit.views.events_of_grants([grant_id(1), grant_id(2)])
        assert found == {grant_id(1): [granted, moved]}
        assert unit.views.events_of_transaction(moved.transaction_hash) == [moved]


def test_cancellations_are_told_apart_by_licensor(store: Store) -> None:
    with store.write() as unit:
        _grow(unit.views, [cancellation_event(5, 0, offer=1), cancellation_event(5, 1, offer=1, licensor=8)])
        found = unit.views.offer_cancellations([offer_hash(1), offer_hash(2)])
    assert found == {(account(1), offer_hash(1)), (account(8), offer_hash(1))}


def test_a_grant_of_an_offer_is_no_cancellation_of_it(store: Store) -> None:
    with store.write() as unit:
        _grow(unit.views, [grant_event(5, 0, grant=1, work=1, offer=1)])
        assert unit.views.offer_cancellations([offer_hash(1)]) == set()


def test_works_are_listed_newest_first_in_pages(store: Store) -> None:
    with store.write() as unit:
        _grow(unit.views, [registered_event(5, 0, 1), registered_event(5, 3, 2)], [registered_event(6, 0, 3)])
        whole = unit.views.registered(WorkFilter(), None, 10)
        assert whole == [
            (Position(6, 0), work_id(3)),
            (Position(5, 3), work_id(2)),
            (Position(5, 0), work_id(1)),
        ]
        pages, after = [], None
        while page := unit.views.registered(WorkFilter(), after, 1):
            pages += page
            after = page[-1][0]
        assert pages == whole


def test_a_work_the_journal_does_not_know_is_found_by_what_its_event_says(store: Store) -> None:
    with store.write() as unit:
        _grow(unit.views, [registered_event(5, 0, 1, claimant=1), registered_event(5, 1, 2, claimant=2)])
        views = unit.views
        assert _works(views.registered(WorkFilter(claimant=account(2)), None, 10)) == [work_id(2)]
        assert _works(views.registered(WorkFilter(content_hash=hash_of("content", 1)), None, 10)) == [
            work_id(1)
        ]
        both = WorkFilter(claimant=account(2), content_hash=hash_of("content", 1))
        assert views.registered(both, None, 10) == []
        assert views.registered(WorkFilter(medium="image"), None, 10) == []


def _searchable(views: Views, *titles: str, creators: tuple[str, ...] = ("Nobody",)) -> list[WorkId]:
    entries = [
        registration_entry(number, title=title, creators=creators) for number, title in enumerate(titles)
    ]
    events = []
    for log_index, entry in enumerate(entries):
        made = registered_event(5, log_index, log_index)
        events.append(
            ChainEvent(
                5,
                log_index,
                made.transaction_hash,
                made.contract,
                made.name,
                made.facts,
                work_id=entry.work_id,
            )
        )
        views.add_registrations([entry])
        views.add_registrations([entry])
    _grow(views, events)
    return [entry.work_id for entry in entries]


def test_text_is_found_in_titles_and_creators_whatever_its_case_or_width(store: Store) -> None:
    with store.write() as unit:
        (known,) = _searchable(unit.views, "Das große \uff26\uff45\uff53\uff54", creators=("Zoë Dvořák",))
        for text in ("GROSSE", "fest", "zoë", "ZOE\u0308", "DVOŘÁK", "das gro"):
            assert _works(unit.views.registered(WorkFilter(text=text), None, 10)) == [known], text
        assert unit.views.registered(WorkFilter(text="zoe d"), None, 10) == []


@pytest.mark.parametrize("text", ["100%", "a_b", "back\\slash", "it's", '"quoted"', "/slash"])
def test_no_character_of_a_search_is_a_wildcard(store: Store, text: str) -> None:
    with store.write() as unit:
        known, _ = _searchable(unit.views, f"before {text} after", "before 1000 aXb backslash its quoted")
        assert _works(unit.views.registered(WorkFilter(text=text), None, 10)) == [known]


def test_filters_narrow_together_and_an_empty_text_narrows_nothing(store: Store) -> None:
    with store.write() as unit:
        first, second = _searchable(unit.views, "Harbour", "Harvest")
        views = unit.views
        assert _works(views.registered(WorkFilter(text="har", medium="image"), None, 10)) == [second, first]
        assert views.registered(WorkFilter(text="har", medium="audio"), None, 10) == []
        assert _works(views.registered(WorkFilter(text="harv", claimant=account(1)), None, 10)) == [second]
        assert _works(views.registered(WorkFilter(text=""), None, 10)) == [second, first]


def test_a_registration_not_on_chain_is_not_listed(store: Store) -> None:
    with store.write() as unit:
        unit.views.add_registrations([registration_entry(1, title="Waiting")])
        assert unit.views.registered(WorkFilter(text="waiting"), None, 10) == []


def test_grants_are_narrowed_by_work_licensee_and_offer(store: Store) -> None:
    mine = grant_event(5, 0, grant=1, work=1, offer=1, licensee=2)
    theirs = grant_event(5, 1, grant=2, work=1, offer=2, licensee=3)
    elsewhere = grant_event(6, 0, grant=3, work=2, offer=1, licensee=2)
    with store.write() as unit:
        _grow(unit.views, [mine, theirs], [elsewhere, grant_transfer_event(6, 1, grant=1)])
        views = unit.views
        assert views.grant_events(GrantFilter(), None, 10) == [elsewhere, theirs, mine]
        assert views.grant_events(GrantFilter(), Position(6, 0), 1) == [theirs]
        assert views.grant_events(GrantFilter(work_id=work_id(1)), None, 10) == [theirs, mine]
        assert views.grant_events(GrantFilter(licensee=account(2)), None, 10) == [elsewhere, mine]
        narrowed = GrantFilter(work_id=work_id(1), licensee=account(2), offer_hash=offer_hash(1))
        assert views.grant_events(narrowed, None, 10) == [mine]


def test_a_clash_is_seen_from_both_works_and_kept_once(store: Store) -> None:
    with store.write() as unit:
        _grow(unit.views, [])
        unit.views.add_clash(work_id(1), work_id(2), 5, {"distance": 3})
        unit.views.add_clash(work_id(2), work_id(1), 5, {"distance": 4})
        unit.views.add_clash(work_id(3), work_id(1), 5, {"distance": 5})
        expected = sorted(
            [(work_id(2), {"distance": 3}), (work_id(3), {"distance": 5})], key=lambda other: other[0]
        )
        assert unit.views.clashes([work_id(1)]) == {work_id(1): expected}
        assert unit.views.clashes([work_id(2)]) == {work_id(2): [(work_id(1), {"distance": 3})]}
        assert unit.views.clashes([work_id(4)]) == {}


def test_cleared_views_are_as_new(store: Store) -> None:
    with store.write() as unit:
        _searchable(unit.views, "Harbour")
        unit.views.mark_final(5)
        unit.views.add_clash(work_id(1), work_id(2), 5, {})
        unit.views.clear()
        assert unit.views.head() is None
        assert unit.views.final_number() == -1
        assert unit.views.clashes([work_id(1)]) == {}
        assert _works(unit.views.registered(WorkFilter(), None, 10)) == []
        _searchable(unit.views, "Harbour")
        assert len(unit.views.registered(WorkFilter(text="harbour"), None, 10)) == 1


def test_the_events_of_a_dispute_are_found_by_its_id_in_chain_order(store: Store) -> None:
    opened = [dispute_event(5, 0, 1, 1), dispute_event(5, 1, 2, 1)]
    answered = dispute_event(6, 0, 1, 1, "DisputeAnswered")
    with store.write() as unit:
        _grow(unit.views, opened, [answered])
        assert unit.views.events_of_dispute(dispute_id(1)) == [opened[0], answered]
        assert unit.views.events_of_dispute(dispute_id(3)) == []
        unit.views.rewind(5)
        assert unit.views.events_of_dispute(dispute_id(1)) == [opened[0]]
