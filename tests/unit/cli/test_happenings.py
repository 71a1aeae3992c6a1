from __future__ import annotations

from typing import Any

import pytest

from registry.cli.happenings import in_words
from registry.client import Answer, UnexpectedAnswerError

ADDRESS = "0x" + "11" * 20
HASH = "0x" + "22" * 32


def told(name: str, facts: dict[str, Any]) -> str:
    return in_words(Answer({"name": name, "contract": "RoyaltyVault", "facts": facts}))


def test_ids_are_told_whole() -> None:
    words = told("WorkRegistered", {"work_id": HASH, "effective_date": 1_700_000_000})
    assert words == f"The declaration of work {HASH} was recorded on chain, dated 2023-11-14T22:13:20Z"


def test_what_another_event_tells_better_is_left_out() -> None:
    assert told("OfferTaken", {}) == ""


def test_an_event_of_a_newer_contract_is_told_by_its_name() -> None:
    assert told("TitleFolded", {}) == "TitleFolded"


def test_a_sum_is_told_in_its_currency() -> None:
    facts = {"currency": ADDRESS, "amount": "5", "receiver": ADDRESS, "account": ADDRESS}
    assert told("ShareClaimed", facts).startswith(f"5 units of {ADDRESS} went to {ADDRESS}")
    facts["currency"] = "0x" + "00" * 20
    assert told("ShareClaimed", facts).startswith(f"5 wei went to {ADDRESS}")


def test_facts_that_no_such_event_has_are_no_registry_s_answer() -> None:
    with pytest.raises(UnexpectedAnswerError, match="facts of ShareClaimed amount"):
        told("ShareClaimed", {"currency": ADDRESS})
