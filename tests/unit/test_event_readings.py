"""Every event of the contracts is told in words that hold its facts, or has a reason to be left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from registry.chain.abi import CONTRACT_NAMES, Event, Parameter, artifact
from registry.chain.events import fact_name
from registry.errors import InvalidValueError
from registry.model import PERPETUAL, ZERO_ADDRESS
from registry.statements import SILENT, Voice, event_reading
from registry.statements.event_readings import READINGS

ACCOUNT, HASH, NUMBER = "0x" + "11" * 20, "0x" + "22" * 32, 2_000_000_000
ALOUD = Voice(str, "at {}".format, "{} of {}".format, "{} s".format, names_works=True)
ON_A_PAGE = Voice(str, "at {}".format, "{} of {}".format, "{} s".format, names_works=False)
EVENTS = {
    (contract, event.name): event
    for contract in CONTRACT_NAMES
    for event in artifact(contract).events.values()
    if event.name != "EIP712DomainChanged"  # EIP-5267 demands it; no domain of ours ever changes
}


def fact(parameter: Parameter) -> Any:  # noqa: ANN401  # JSON of any shape
    """Something of an ABI type, as it travels."""
    if parameter.type.endswith("[]"):
        return []
    if parameter.type == "address":
        return ACCOUNT
    if parameter.type == "bool":
        return True
    if parameter.type in ("uint8", "uint16", "uint32"):
        return 2
    named = parameter.type == "bytes32" or parameter.name.endswith(("Id", "id", "parent", "derivative"))
    return HASH if named else str(NUMBER)


def facts(event: Event) -> dict[str, Any]:
    return {fact_name(one.name): fact(one) for one in event.parameters}


def told(name: str, said: Mapping[str, object], voice: Voice = ALOUD, contract: str = "") -> str:
    """An event of that name, with these facts and others that do not matter."""
    [(contract, event)] = [(at, one) for (at, its), one in EVENTS.items() if its == name and contract in at]
    return event_reading(contract, name, {**facts(event), **said}, voice)


@pytest.mark.parametrize("voice", [ALOUD, ON_A_PAGE])
@pytest.mark.parametrize(("contract", "name"), sorted(EVENTS))
def test_every_event_is_told_or_silent(contract: str, name: str, voice: Voice) -> None:
    words = event_reading(contract, name, facts(EVENTS[contract, name]), voice)
    if name in SILENT:
        assert words == ""
        assert name not in READINGS
    else:
        assert words[0].isupper() or words[0].isdigit()
        assert not words.endswith(".")
        assert "  " not in words


def test_what_is_told_is_about_events_there_are() -> None:
    known = {name for _, name in EVENTS}
    assert set(READINGS) - {"DeclarationReceived", "MetadataRedacted"} <= known
    assert known >= SILENT


def test_an_event_of_a_newer_contract_is_told_by_its_name() -> None:
    assert event_reading("WorkRegistry", "TitleFolded", {}, ALOUD) == "TitleFolded"


@pytest.mark.parametrize(("contract", "name"), [one for one in sorted(EVENTS) if one[1] not in SILENT])
def test_a_fact_that_is_missing_or_of_another_type_is_named(contract: str, name: str) -> None:
    whole = facts(EVENTS[contract, name])
    for nonsense in (None, -1, True, 1.5, {"a": 1}):
        with pytest.raises(InvalidValueError):
            event_reading(contract, name, dict.fromkeys(whole, nonsense), ALOUD)
    with pytest.raises(InvalidValueError):
        event_reading(contract, name, {}, ALOUD)


def test_a_work_is_named_where_a_sentence_could_be_about_another() -> None:
    second = {"sequence": 2}
    assert told("SupplementRecorded", second) == f"Supplement 2 was added to work {HASH}"
    assert told("SupplementRecorded", second, ON_A_PAGE) == "Supplement 2 was added"


def test_a_title_and_a_licence_are_told_apart_when_they_move() -> None:
    moved = {"from": ACCOUNT, "to": "0x" + "33" * 20}
    title, licence = (told("Transfer", moved, contract=one) for one in ("WorkRegistry", "LicenseLedger"))
    assert title == f"The title of work {HASH} went to {moved['to']}"
    assert licence == f"Licence {HASH} went to {moved['to']}"
    made = told("Transfer", {"from": ZERO_ADDRESS}, ON_A_PAGE, "WorkRegistry")
    assert made == f"The title was made, held by {ACCOUNT}"


def test_a_payment_is_told_with_the_parts_that_it_has() -> None:
    coin = f"of {ZERO_ADDRESS}"
    whole = {
        "currency": ZERO_ADDRESS,
        "gross": "10",
        "carried": "0",
        "royalties": "0",
        "rest": "10",
        "epoch": 0,
    }
    divided = whole | {"carried": "1", "royalties": "2", "rest": "7", "epoch": 3}
    assert told("RevenueReleased", whole) == (
        f"A payment of 10 {coin} was divided: 10 {coin} to the title's holder"
    )
    assert told("RevenueReleased", divided) == (
        f"A payment of 10 {coin} was divided: 1 {coin} to the carrier of the sale, 2 {coin} to parents, "
        f"7 {coin} to those of share table 3, if any, and to the title's holder"
    )


def test_a_share_table_names_everybody_with_their_part() -> None:
    rows = {"contributors": [ACCOUNT, HASH], "bps": [2500, 1], "epoch": 4}
    words = told("SharesSet", rows, ON_A_PAGE)
    assert f"Share table 4 was set: 25 % to {ACCOUNT}, 0.01 % to {HASH}, the rest" in words
    for wrong in ({"bps": [1]}, {"bps": ["x", 1]}, {"contributors": 2}):
        with pytest.raises(InvalidValueError):
            told("SharesSet", {**rows, **wrong})


def test_a_dispute_is_told_with_what_it_is_about_where_that_can_be_read() -> None:
    text, digest = ({"tag": "0x" + tag.hex()} for tag in (b"plagiarism".ljust(32, b"\0"), b"\xff" * 32))
    assert f"title (plagiarism) with a bond of {NUMBER}" in told("DisputeOpened", text, ON_A_PAGE)
    assert "contested the title with a bond of" in told("DisputeOpened", digest, ON_A_PAGE)


def test_an_end_that_never_comes_and_nobody_are_told_in_words() -> None:
    assert "without end" in told("DerivativeLinked", {"end": str(PERPETUAL)})
    assert "Nobody may take over" in told("RecoverySet", {"successor": ZERO_ADDRESS})
    assert "Nobody is named" in told("ArbiterOffered", {"candidate": ZERO_ADDRESS})
    assert "which it backed" not in told("GrantEnded", {"derivative": None})
    assert "it cannot be recorded" in told("RegistrationSkipped", {"reason": 99})
