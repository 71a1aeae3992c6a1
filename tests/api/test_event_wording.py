"""Every event about a work has words of its own, or a reason why it is not shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from api.web.event_wording import EVENTS, NOT_SHOWN, event_words
from registry.chain.abi import CONTRACT_NAMES, Event, artifact
from registry.chain.events import fact_name
from registry.usecases.read import HistoryItem

ACCOUNT, HASH, NUMBER = "0x" + "11" * 20, "0x" + "22" * 32, 3


def about_works() -> dict[str, Event]:
    """The events that the views keep with a work."""
    found = {}
    for contract in CONTRACT_NAMES:
        for event in artifact(contract).events.values():
            names = {fact_name(one.name) for one in event.parameters}
            of_title = contract == "WorkRegistry" and "token_id" in names
            if "work_id" in names or of_title:
                found[event.name] = event
    return found


def fact(kind: str) -> Any:  # noqa: ANN401  # JSON of any shape
    """Something of an ABI type, as the views keep it."""
    if kind.endswith("[]"):
        return [fact(kind[:-2])]
    if kind == "address":
        return ACCOUNT
    if kind == "bool":
        return True
    return HASH if kind in ("bytes32", "uint256") else NUMBER


@pytest.mark.parametrize(("name", "event"), about_works().items())
def test_an_event_about_a_work_is_told_in_words(name: str, event: Event) -> None:
    if name in NOT_SHOWN:
        assert name not in EVENTS
        return
    amounts = {"amount", "gross", "rest", "carried", "royalties", "bond", "price"}
    facts = {
        one_name: str(NUMBER) if one_name in amounts else fact(one.type)
        for one in event.parameters
        if (one_name := fact_name(one.name))
    }
    words = event_words(HistoryItem(datetime.now(UTC), name, facts, None, 1))
    assert name in EVENTS
    assert words.split()[0] != name


def test_words_are_about_events_there_are() -> None:
    known = {event.name for contract in CONTRACT_NAMES for event in artifact(contract).events.values()}
    assert set(EVENTS) - {"DeclarationReceived"} <= known
    assert known >= NOT_SHOWN
