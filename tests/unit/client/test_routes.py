"""What the client asks for is what the service's description offers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.client import ColophonClient
from tests.unit.client.small_server import SmallServer

OPENAPI = Path(__file__).parents[3] / "api" / "openapi.json"
ID, ACCOUNT = "0x" + "11" * 32, "0x" + "22" * 20
CALLS: dict[str, Callable[[ColophonClient], object]] = {
    "answer_draft": lambda client: client.answer_draft("draft", {}),
    "register": lambda client: client.register("draft", b"\x01", "registerFor"),
    "register_batch": lambda client: client.register_batch([("draft", b"\x01")]),
    "prepare_supplement": lambda client: client.prepare_supplement(ID, {"facts": {}}),
    "add_supplement": lambda client: client.add_supplement(ID, {}, {}, b"\x01"),
    "supplements": lambda client: client.supplements(ID),
    "prepare_redaction": lambda client: client.prepare_redaction(ID),
    "redact": lambda client: client.redact(ID, {}, b"\x01"),
    "work": lambda client: client.work(ID),
    "inclusion": lambda client: client.inclusion(ID),
    "evidence": lambda client: client.evidence(ID),
    "certificate": lambda client: client.certificate(ID),
    "credential": lambda client: client.credential(ID),
    "make_title": lambda client: client.make_title(ID),
    "history": lambda client: client.history(ID),
    "works": lambda client: client.works(limit="1"),
    "prepare_offer": lambda client: client.prepare_offer({}),
    "publish_offer": lambda client: client.publish_offer({}, {}, b"\x01"),
    "offer": lambda client: client.offer(ID),
    "offers_of": lambda client: client.offers_of(ID),
    "prepare_purchase": lambda client: client.prepare_purchase(ID, ACCOUNT, ACCOUNT, 1),
    "purchase": lambda client: client.purchase(ID),
    "grant": lambda client: client.grant(ID),
    "sale": lambda client: client.sale(ID),
    "grants": lambda client: client.grants(work_id=ID),
    "revenue": lambda client: client.revenue(ID),
    "prepare_shares": lambda client: client.prepare_shares(ID, {ACCOUNT: 1}),
    "consent_to_shares": lambda client: client.consent_to_shares(ID, {}, ACCOUNT, b"\x01"),
    "share_consents": lambda client: client.share_consents(ID),
    "arbitration": lambda client: client.arbitration(),
    "dispute": lambda client: client.dispute(ID),
    "disputes_of": lambda client: client.disputes_of(ID),
    "prepare_answer": lambda client: client.prepare_answer(ID, ID),
    "answer_dispute": lambda client: client.answer_dispute(ID, {}, b"\x01"),
    "answers": lambda client: client.answers(ID),
    "account": lambda client: client.account(ACCOUNT),
    "prepare_transaction": lambda client: client.prepare_transaction(ACCOUNT, {"kind": "cancel-recovery"}),
    "transaction": lambda client: client.transaction(ID),
    "contracts": lambda client: client.contracts(),
    "ready": lambda client: client.ready(),
    "faucet": lambda client: client.faucet(ACCOUNT),
}
OF_FILES = {"prepare_draft", "verify", "check"}  # their form is watched in test_client
NO_ROUTES = {"close", "present"}


def test_every_method_is_looked_at() -> None:
    public = {name for name, value in vars(ColophonClient).items() if callable(value) and name[0] != "_"}
    assert public == {*CALLS, *OF_FILES, *NO_ROUTES}


@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_method_asks_for_a_route_that_there_is(server: SmallServer, name: str) -> None:
    with ColophonClient(server.url) as client:
        CALLS[name](client)
    [(method, path, _, _)] = server.asked
    offered = [
        route
        for route, methods in json.loads(OPENAPI.read_text("utf-8"))["paths"].items()
        if method.lower() in methods and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route), path.split("?")[0])
    ]
    assert offered, f"{method} {path}"
