from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

import api
import generate
from api.app import openapi
from tests.api.house import House

COMMITTED = Path(api.__file__).with_name("openapi.json")

DOCUMENT = openapi()
OPERATIONS = [
    (path, method, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]

EXAMPLES = 10
# `positive_data_acceptance` is left out: the schema describes the form of a checksummed account, of an offer
# that somebody signed or of a JSON text within a form, not that they hold: what fits it may still be refused.


def test_the_committed_document_is_what_the_code_gives() -> None:
    assert COMMITTED.read_text("utf-8") == generate.generated()


def test_the_check_notices_a_stale_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stale = tmp_path / "openapi.json"
    stale.write_text(COMMITTED.read_text("utf-8").replace("Colophon", "Something else", 1), "utf-8")
    monkeypatch.setattr(generate, "TARGET", stale)

    assert generate.main(["--check"]) == 1
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0


def test_the_service_gives_the_same_document(at_home: House) -> None:
    assert at_home.get("/v1/openapi.json") == json.loads(COMMITTED.read_text("utf-8"))


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_every_route_documents_its_problems(path: str, method: str, operation: dict[str, Any]) -> None:
    failures = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}

    assert {"422", "500"} <= set(failures), f"{method} {path}"
    assert {tuple(answer["content"]) for answer in failures.values()} == {("application/problem+json",)}
    assert operation["description"]


def test_every_object_that_is_sent_or_answered_refuses_unknown_members() -> None:
    open_ended = {
        name
        for name, found in DOCUMENT["components"]["schemas"].items()
        if found.get("type") == "object" and found.get("additionalProperties") is not False
    }

    # A problem's facts are its own; a form is read field by field.
    assert {name for name in open_ended if not name.startswith("Body_")} == {"Problem"}


ASKED = [
    (path, method, mode)
    for path, method, operation in OPERATIONS
    for mode in GenerationMode
    # What takes nothing cannot be asked wrongly; the node takes any JSON, and tells faults by JSON-RPC.
    if mode is GenerationMode.POSITIVE or (path != "/rpc" and {"parameters", "requestBody"} & set(operation))
]


@pytest.mark.parametrize(("path", "method", "mode"), ASKED)
def test_the_service_is_as_described_whatever_is_sent(
    at_home: House, path: str, method: str, mode: GenerationMode
) -> None:
    described = schemathesis.openapi.from_dict(DOCUMENT)[path][method]

    @seed(20)
    @settings(max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(described.as_strategy(mode))
    def ask(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(
            base_url=str(at_home.client.base_url), excluded_checks=[positive_data_acceptance]
        )

    ask()
