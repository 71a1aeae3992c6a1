from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus

import anyio
import httpx
import pytest
from fastapi import APIRouter, FastAPI
from hypothesis import given
from hypothesis import strategies as st

import api
import registry
from api.answers import add_handlers
from api.body_limit import MAX_DEPTH, nests_too_deep
from api.problems import KINDS, problem_document, problem_response
from registry.errors import (
    AlreadyRegisteredError,
    BusyError,
    RegistryError,
    SettingsError,
    TransactionRejectedError,
)
from tests.api.house import House, problem


def every_error() -> Iterator[type[RegistryError]]:
    """All classes of errors in both packages."""
    for package in (registry, api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__") and ".migrations" not in module.name:
                importlib.import_module(module.name)
    waiting = [RegistryError]
    while waiting:
        error = waiting.pop()
        waiting.extend(error.__subclasses__())
        yield error


def test_every_error_of_the_domain_and_of_the_service_is_in_the_table() -> None:
    codes = {error.code for error in every_error() if error.__module__.startswith(("registry.", "api."))}

    assert codes - set(KINDS) == set()


def test_the_table_has_no_code_that_nothing_raises() -> None:
    of_the_protocol = {"bad-request", "method-not-allowed"}

    assert set(KINDS) - {error.code for error in every_error()} == of_the_protocol


def test_facts_become_members_beside_the_standard_ones() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)

    document = problem_document(AlreadyRegisteredError("0xab", at))

    assert document == {
        "type": "urn:colophon:problem:already-registered",
        "title": "Already registered",
        "status": 409,
        "detail": "work 0xab was registered at 2026-01-02 03:04 UTC",
        "code": "already-registered",
        "work_id": "0xab",
        "registered_at": "2026-01-02T03:04:05Z",
    }


def test_a_fact_never_hides_a_standard_member() -> None:
    document = problem_document(TransactionRejectedError("nonce-used", status=200, code="ok", title="fine"))

    assert (document["status"], document["code"]) == (409, "transaction-rejected")


def test_integers_over_2_to_the_53_are_text_and_lone_surrogates_are_sent_all_the_same() -> None:
    document = problem_document(
        TransactionRejectedError("a \ud800", amount=2**53, small=2**53 - 1, raw=[{"a": None}])
    )
    told = json.loads(bytes(problem_response(document).body))

    assert (told["amount"], told["small"], told["raw"]) == (str(2**53), 2**53 - 1, [{"a": None}])
    assert told["reason"] == "a \ud800"


def test_who_meets_a_busy_registry_is_told_when_to_come_back() -> None:
    response = problem_response(problem_document(BusyError("decoding")))

    assert (response.status_code, response.headers["retry-after"]) == (503, "5")


def test_a_failure_of_the_registry_itself_tells_nothing_of_its_inside() -> None:
    document = problem_document(SettingsError("COLOPHON_STORE", "secret"))

    assert document["status"] == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "secret" not in json.dumps(document)
    assert "COLOPHON_STORE" not in json.dumps(document)


def test_an_error_that_nobody_foresaw_tells_nothing_of_its_inside() -> None:
    routes = APIRouter()

    @routes.get("/v1/breaks")
    def breaks() -> None:
        raise RuntimeError("the password is swordfish")

    app = FastAPI()
    app.include_router(routes)
    add_handlers(app)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get("/v1/breaks")

    answer = anyio.run(ask)

    problem(answer, 500, "internal")
    assert "swordfish" not in answer.text
    assert "nosniff" in answer.headers["x-content-type-options"]


def test_a_failure_of_the_registry_itself_is_logged_without_the_path(
    caplog: pytest.LogCaptureFixture,
) -> None:
    routes = APIRouter()

    @routes.get("/v1/drafts/{draft_id}")
    def breaks(draft_id: str) -> None:  # noqa: ARG001  # the path has it
        raise SettingsError("COLOPHON_STORE", "cannot be used")

    app = FastAPI()
    app.include_router(routes)
    add_handlers(app)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://localhost"
        ) as client:
            return await client.get("/v1/drafts/secret")

    problem(anyio.run(ask), 500, "invalid-settings")
    [logged] = [record for record in caplog.records if record.name == "api.answers"]
    assert logged.getMessage() == "GET /v1/drafts/{draft_id} failed"
    assert logged.exc_info is not None


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1", "/nothing", "/v1/works/0x12/preview/more"])
def test_a_path_that_does_not_exist_is_a_problem(at_home: House, path: str) -> None:
    problem(at_home.client.get(path), 404, "not-found")


def test_a_method_that_a_path_lacks_is_a_problem_that_names_the_others(at_home: House) -> None:
    answer = at_home.client.delete("/v1/terms")

    problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET"


def test_a_malformed_id_is_told_where_it_stands(at_home: House) -> None:
    document = problem(at_home.client.get("/v1/works/0x12"), 422, "invalid-request")

    assert document["errors"][0]["loc"] == ["path", "work_id"]
    assert "0x12" not in json.dumps(document["errors"])


@pytest.mark.parametrize(
    "body", [b"{", b"[", b"\xff\xfe", b"[" * 100_000, b'{"account": ' + b"9" * 5_000 + b"}"]
)
def test_a_body_that_cannot_be_read_is_a_problem(at_home: House, body: bytes) -> None:
    answer = at_home.client.post("/v1/faucet", content=body, headers={"content-type": "application/json"})

    assert answer.status_code in (400, 422)
    problem(answer, answer.status_code, answer.json()["code"])


DEEP = b"[" * 50_000 + b"]" * 50_000


@pytest.mark.parametrize(
    "body",
    [
        DEEP,
        b'{"a":' * 20_000,
        b'["\\"", ' * 20_000,
        DEEP.decode().encode("utf-16"),
        DEEP.decode().encode("utf-32-le"),
        '["\u2200"'.encode("utf-16-le") + DEEP.decode().encode("utf-16-le"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/faucet", "/v1/offers", "/rpc"])
def test_a_body_nested_too_deep_is_refused_and_does_not_end_the_process(
    at_home: House, path: str, body: bytes
) -> None:
    answer = at_home.client.post(path, content=body, headers={"content-type": "application/json"})

    problem(answer, 422, "invalid-request")
    assert at_home.get("/v1/health") == {"status": "ok"}


@given(st.recursive(st.text(max_size=5) | st.none(), lambda inner: st.lists(inner, max_size=3)))
def test_depth_is_counted_as_a_parser_would(document: object) -> None:
    def depth(value: object) -> int:
        return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0

    padding = MAX_DEPTH - depth(document)
    text = json.dumps(document).encode()

    assert not nests_too_deep(b"[" * padding + text + b"]" * padding)
    assert nests_too_deep(b"[" * (padding + 1) + text + b"]" * (padding + 1))
