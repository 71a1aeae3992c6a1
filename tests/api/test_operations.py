from __future__ import annotations

from dataclasses import replace
from typing import Any

import anyio
import httpx
import pytest

from api.app import create_app
from registry.compose import Health, Registry
from registry.fingerprint.pool import DecoderPool
from registry.usecases.faucet import DRIP_WEI
from tests.api.house import House, Json, new_key, problem, wait_until


def ask(
    registry: Registry,
    path: str,
    *,
    host: str = "localhost",
    client: str = "127.0.0.1",
    body: Any = None,  # noqa: ANN401  # JSON of any shape
    **headers: str,
) -> httpx.Response:
    """A request in process, as if it came from an address and with headers that a socket here cannot have."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(registry), client=(client, 50_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as asking:
            method = "GET" if body is None else "POST"
            return await asking.request(method, path, headers={"host": host, **headers}, json=body)

    return anyio.run(send)


QUESTION = {"jsonrpc": "2.0", "id": 7, "method": "eth_chainId", "params": []}


def test_the_process_and_its_parts_tell_that_they_are_well(at_home: House) -> None:
    assert at_home.get("/v1/health") == {"status": "ok"}
    assert at_home.get("/v1/ready") == {"status": "ready"}


def test_what_is_missing_is_named(at_home: House) -> None:
    class Ailing(Registry):
        def health(self) -> Health:
            return Health(ready=False, problems={"chain": "the chain does not answer"})

    ailing = Ailing(**{name: getattr(at_home.registry, name) for name in Registry.__dataclass_fields__})

    answer = ask(ailing, "/v1/ready")

    assert problem(answer, 503, "not-ready")["missing"] == {"chain": "the chain does not answer"}
    assert answer.headers["retry-after"] == "5"
    assert ask(ailing, "/v1/health").status_code == 200


def test_a_decoder_that_is_away_is_named(at_home: House) -> None:
    with DecoderPool(workers=0, wait_seconds=1) as nobody:
        without = replace(
            at_home.registry, verify_file=replace(at_home.registry.verify_file, extractor=nobody)
        )

        answer = ask(without, "/v1/ready")

    assert set(problem(answer, 503, "not-ready")["missing"]) == {"decoder"}
    assert at_home.uploads() == []


def test_the_deployment_is_told_with_what_its_dates_prove(at_home: House) -> None:
    told = at_home.get("/v1/contracts")

    assert told["chain_id"] == 31337
    assert told["proof_level"] == "local"
    assert told["date_note"] == "local chain: date not independently proven"
    assert told["manifest_id"] == str(at_home.registry.contracts.manifest_id)
    assert told["work_registry"] != told["license_ledger"]


def test_the_faucet_gives_play_coin(at_home: House) -> None:
    account = new_key().address

    answer = at_home.client.post("/v1/faucet", json={"account": account})
    wait_until(lambda: int(at_home.rpc("eth_getBalance", account, "latest"), 16) == DRIP_WEI)

    assert answer.status_code == 202
    assert answer.json() == {"account": account, "amount_wei": str(DRIP_WEI)}


def test_without_an_embedded_chain_there_is_neither_faucet_nor_node_nor_samples(at_home: House) -> None:
    elsewhere = replace(at_home.registry, give_coin=None, rpc=None, add_samples=None)

    problem(ask(elsewhere, "/v1/faucet", body={"account": new_key().address}), 404, "not-found")
    problem(ask(elsewhere, "/rpc", body=QUESTION), 404, "not-found")
    problem(ask(elsewhere, "/samples", body={}), 404, "not-found")
    assert "sample" not in ask(elsewhere, "/").text


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:1", "[::1]:65535", "[::1]"])
@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_the_node_answers_this_machine(at_home: House, host: str, client: str) -> None:
    answer = ask(at_home.registry, "/rpc", host=host, client=client, body=QUESTION)

    assert answer.json() == {"jsonrpc": "2.0", "id": 7, "result": "0x7a69"}


@pytest.mark.parametrize("client", ["192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1", "testclient"])
def test_the_node_answers_no_other_machine(at_home: House, client: str) -> None:
    problem(ask(at_home.registry, "/rpc", client=client, body=QUESTION), 403, "loopback-only")


@pytest.mark.parametrize(
    "host",
    [
        "registry.example",
        "localhost.registry.example",
        "127.0.0.1.registry.example:8000",
        "localhost:",
        "localhost:x",
        "[::1",
        "127.0.0.2",
        "",
    ],
)
def test_the_node_answers_under_no_other_name(at_home: House, host: str) -> None:
    problem(ask(at_home.registry, "/rpc", host=host, body=QUESTION), 403, "loopback-only")


@pytest.mark.parametrize(
    "origin", ["http://registry.example", "null", "https://localhost", "http://localhost:1"]
)
def test_the_node_answers_no_page_of_another_site(at_home: House, origin: str) -> None:
    answer = ask(at_home.registry, "/rpc", body=QUESTION, origin=origin)

    problem(answer, 403, "loopback-only")
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_a_browser_that_asks_first_is_given_no_leave(at_home: House) -> None:
    headers = {"origin": "http://registry.example", "access-control-request-method": "POST"}

    answer = at_home.client.options("/rpc", headers=headers)

    problem(answer, 405, "method-not-allowed")
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_the_node_reads_no_text_that_is_not_called_json(at_home: House) -> None:
    question = '{"jsonrpc": "2.0", "id": 7, "method": "eth_chainId", "params": []}'

    answer = at_home.client.post("/rpc", content=question, headers={"content-type": "text/plain"})

    assert "result" not in answer.json()


def test_the_node_has_no_keys(at_home: House) -> None:
    for method in (
        "eth_sendTransaction",
        "personal_unlockAccount",
        "evm_mine",
        "eth_sign",
        "debug_traceCall",
    ):
        answer: Json = at_home.client.post("/rpc", json={**QUESTION, "method": method}).json()

        assert answer["error"]["code"] == -32601


def test_a_notification_has_no_answer(at_home: House) -> None:
    answer = at_home.client.post("/rpc", json={"jsonrpc": "2.0", "method": "eth_chainId", "params": []})

    assert (answer.status_code, answer.content) == (204, b"")
