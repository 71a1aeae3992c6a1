from __future__ import annotations

from typing import Any

import pytest

from registry.chain.abi import CONTRACT_NAMES, Event, Parameter, artifact
from registry.chain.events import fact_name
from registry.cli.happenings import in_words
from registry.client import Answer

ADDRESS = "0x" + "11" * 20
HASH = "0x" + "22" * 32
SILENT = {
    "Approval",
    "ApprovalForAll",
    "Locked",
    "MetadataUpdate",
    "PaymentReleased",
    "TitleMarked",
    "Unlocked",
}
EVENTS = {event.name: event for name in CONTRACT_NAMES for event in artifact(name).events.values()}
del EVENTS["EIP712DomainChanged"]  # in the ABI because EIP-5267 demands it; no domain of ours ever changes


def fact(parameter: Parameter) -> Any:  # noqa: ANN401  # JSON of any shape
    if parameter.type.endswith("[]"):
        return []
    if parameter.type == "address":
        return ADDRESS
    if parameter.type in ("bool", "string"):
        return parameter.type == "bool"
    small = parameter.type in ("uint8", "uint16", "uint32")
    if small:
        return 2
    return HASH if parameter.type == "bytes32" or parameter.name.endswith(("Id", "parent")) else "2000000000"


def told(event: Event) -> Answer:
    facts = {fact_name(one.name): fact(one) for one in event.parameters}
    return Answer({"name": event.name, "contract": "WorkRegistry", "facts": facts})


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_every_event_of_the_contracts_has_words(name: str) -> None:
    words = in_words(told(EVENTS[name]))
    if name in SILENT:
        assert words == ""
    else:
        assert words not in ("", name)


def test_an_event_of_a_newer_contract_is_told_by_its_name() -> None:
    assert in_words(Answer({"name": "TitleFolded", "contract": "WorkRegistry", "facts": {}})) == "TitleFolded"


def test_a_sum_is_told_in_its_currency() -> None:
    facts = {"currency": ADDRESS, "amount": "5", "receiver": ADDRESS}
    event = {"name": "ShareClaimed", "contract": "RoyaltyVault", "facts": facts}
    assert in_words(Answer(event)) == f"5 units of {ADDRESS} went to {ADDRESS}"
    facts["currency"] = "0x" + "00" * 20
    assert in_words(Answer(event)) == f"5 wei went to {ADDRESS}"
