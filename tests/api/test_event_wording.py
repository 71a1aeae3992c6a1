"""What happened to a work, as its page tells it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from api.web.event_wording import event_words
from registry.model import UINT64_MAX
from registry.usecases.read import HistoryItem

ACCOUNT, HASH = "0x" + "11" * 20, "0x" + "22" * 32


def words(name: str, facts: Mapping[str, Any]) -> str:
    return event_words(HistoryItem(datetime.now(UTC), name, facts, None, 1))


def test_ids_are_shortened_and_the_work_is_not_named_on_its_own_page() -> None:
    facts = {"work_id": HASH, "effective_date": 1_700_000_000}
    assert words("WorkRegistered", facts) == (
        "The declaration was recorded on chain, dated 14 November 2023, 22:13 UTC"
    )
    issued = words("GrantIssued", {"licensee": ACCOUNT, "grant_id": HASH})
    assert issued == "A licence was granted to 0x111111…111111: 0x222222…222222"


def test_a_time_that_no_calendar_has_is_told_in_words() -> None:
    facts = {"dispute_id": HASH, "held_until": str(UINT64_MAX)}
    assert words("DisputeAdmitted", facts).endswith("until the end of time at the latest")


def test_a_sum_is_told_in_its_currency() -> None:
    facts = {"amount": str(10**16), "currency": ACCOUNT, "receiver": ACCOUNT, "account": ACCOUNT}
    assert words("ShareClaimed", facts).startswith(f"{10**16} units of token {ACCOUNT} went to ")
    facts["currency"] = "0x" + "00" * 20
    assert words("ShareClaimed", facts).startswith("0.01 ETH went to ")


def test_an_event_of_a_newer_contract_is_told_by_its_name() -> None:
    assert words("TitleFolded", {}) == "TitleFolded"
