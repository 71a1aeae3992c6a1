"""What proves a record without the registry, over HTTP: bundle, certificate, credential."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from registry.documents.credential import read_credential
from registry.errors import BrokenEvidenceError
from registry.evidence import Given, Level, verify_bundle
from registry.log import VerifierKey
from registry.model import Hash32, Register, WorkId
from registry.statements import work_id
from registry.usecases.made import Made
from registry.usecases.viewer import NOBODY
from tests.api.house import House, Json, bearer, good, house, new_key, problem, signed, wait_until
from tests.chain.worlds import declaration

NO_TRANSACTIONS = [False]


def logged(house: House, data: bytes, **facts: Any) -> Json:
    """A work registered by the log and dated: its record."""
    key = new_key()
    draft = house.draft(key.address, data, keep_preview=True, **facts)
    body = {"draft_id": draft["draft_id"], "signature": signed(key, house.ready(draft))}
    recorded = good(house.client.post("/v1/works", json=body), 201)
    path = f"/v1/works/{recorded['record']['work_id']}"
    wait_until(lambda: house.client.get(path).status_code == 200)
    return house.get(path)


def fetched(house: House, record: Json, what: str) -> bytes:
    """A document of a record."""
    answer = house.client.get(f"/v1/works/{record['work_id']}/{what}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith('attachment; filename="colophon-')
    assert answer.headers["cache-control"] == "public, max-age=60"
    return answer.content


def test_a_logged_works_bundle_holds_up_to_the_local_chain(at_home: House) -> None:
    data = at_home.new_picture()
    record = logged(at_home, data)
    bundle = fetched(at_home, record, "evidence")
    document = json.loads(bundle)
    head = at_home.rpc("eth_getBlockByHash", document["event"]["block_hash"], *NO_TRANSACTIONS)
    given = Given(
        file=io.BytesIO(data),
        block_hash=Hash32.parse(head["hash"]),
        deployment=Hash32.parse(at_home.get("/v1/contracts")["manifest_id"]),
        log_key=VerifierKey.parse(at_home.get("/v1/log")["verifier_key"]),
    )
    report = verify_bundle(bundle, given)
    assert report.first_failure is None
    assert report.limits == (Level.LOCAL_CHAIN,)
    assert document["kind"] == "log"
    assert document["work_id"] == record["work_id"]
    assert document["event"]["transaction"] == record["log"]["transaction_hash"]


def test_a_bundle_with_one_byte_changed_holds_no_more(at_home: House) -> None:
    bundle = fetched(at_home, logged(at_home, at_home.new_picture()), "evidence")
    for place in range(0, len(bundle), len(bundle) // 40):
        changed = bundle[:place] + bytes([bundle[place] ^ 1]) + bundle[place + 1 :]
        assert not verify_bundle(changed).holds, place


def test_a_directly_recorded_works_bundle_is_of_its_title(at_home: House) -> None:
    record = at_home.register(new_key(), at_home.new_picture())
    bundle = fetched(at_home, record, "evidence")
    document = json.loads(bundle)
    assert verify_bundle(bundle).limits == (Level.LOCAL_CHAIN, Level.UP_TO_THE_BLOCK_HASH)
    assert (document["kind"], document["log"]) == ("title", None)
    assert document["statement"]["signer"]["check"] == "key"
    assert document["event"]["transaction"] == record["title"]["transaction_hash"]


def test_later_events_are_proven_and_none_is_left_out(at_home: House) -> None:
    key, heir = new_key(), new_key()
    record = at_home.register(key, at_home.new_picture())
    before = json.loads(fetched(at_home, record, "evidence"))["later"]
    at_home.give_coin(key.address)
    at_home.transfer_title(key, record["work_id"], heir.address)
    bundle = fetched(at_home, record, "evidence")
    later = json.loads(bundle)["later"]
    assert verify_bundle(bundle).holds
    told = [event["signature"] for event in later["proven"]]
    made = "Transfer(address,address,uint256)"
    assert (len(before["proven"]), before["told"]) == (1, [])  # the title's making
    assert (sorted(told), later["told"]) == (sorted([made, made, "SeriesAdvanced(uint256,uint32)"]), [])
    assert heir.address.lower()[2:] in later["proven"][-1]["event"]["receipt"]


def test_the_certificate_holds_the_bundle_and_the_credential(at_home: House) -> None:
    record = logged(at_home, at_home.new_picture(), title="Über den 河 und نهر")
    certificate = fetched(at_home, record, "certificate")
    assert certificate == fetched(at_home, record, "certificate")
    with pikepdf.open(io.BytesIO(certificate)) as pdf:
        attached = {name: one.get_file().read_bytes() for name, one in pdf.attachments.items()}
    assert attached["evidence.json"] == fetched(at_home, record, "evidence")
    [credential] = [content for name, content in attached.items() if name != "evidence.json"]
    assert read_credential(credential)["credentialSubject"]["workId"] == record["work_id"]


def test_the_credential_verifies_and_names_the_bundle(at_home: House) -> None:
    record = logged(at_home, at_home.new_picture(), title="A title")
    bundle, credential = fetched(at_home, record, "evidence"), fetched(at_home, record, "credential")
    told = read_credential(credential)
    assert told["evidence"][0]["sha256"] == f"0x{hashlib.sha256(bundle).hexdigest()}"
    assert told["issuer"] == at_home.registry.issue_certificate.certificates.issuer
    subject = told["credentialSubject"]
    assert subject["title"] == "A title"
    assert subject["registrationNumber"] == record["registration_number"]
    assert subject["proofOfDate"] == "local chain: date not independently proven"
    assert subject["chain"]["name"] == "Local chain"


def test_a_work_declared_on_chain_alone_is_not_called_redacted(at_home: House) -> None:
    key = new_key()
    at_home.give_coin(key.address)
    declared = declaration(key)
    call = at_home.registry.chain.call(Register(declared))
    at_home.call(key, str(call.to), f"0x{call.data.hex()}")
    path = f"/v1/works/{work_id(declared)}"
    wait_until(lambda: at_home.client.get(path).status_code == 200)
    told = read_credential(fetched(at_home, at_home.get(path), "credential"))["credentialSubject"]
    assert (told["title"], told["redacted"]) == ("Not told to this registry", False)
    assert fetched(at_home, at_home.get(path), "certificate").startswith(b"%PDF-")


def test_what_a_request_calls_the_registry_is_not_signed(at_home: House) -> None:
    record = logged(at_home, at_home.new_picture())
    path = f"/v1/works/{record['work_id']}/credential"
    answer = at_home.client.get(path, headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
    page = read_credential(answer.content)["credentialSubject"]["id"]
    assert page == f"{str(at_home.client.base_url).rstrip('/')}/works/{record['work_id']}"


@pytest.mark.parametrize("what", ["evidence", "certificate", "credential"])
def test_a_pending_record_has_no_evidence_and_is_not_betrayed(tmp_path: Path, what: str) -> None:
    with house(tmp_path, anchor_seconds=10**6) as slow:
        key = new_key()
        draft = slow.draft(key.address, slow.new_picture())
        body = {"draft_id": draft["draft_id"], "signature": signed(key, slow.ready(draft))}
        recorded = good(slow.client.post("/v1/works", json=body), 201)
        path = f"/v1/works/{recorded['record']['work_id']}/{what}"
        told = problem(
            slow.client.get(path, headers=bearer(recorded["receipt_token"])), 409, "evidence-not-ready"
        )
        assert told["state"] == "pending"
        strange = problem(slow.client.get(path), 404, "not-found")
        unknown = problem(slow.client.get(f"/v1/works/0x{'77' * 32}/{what}"), 404, "not-found")
        assert strange.keys() == unknown.keys()


def test_a_bundle_that_does_not_verify_is_not_handed_out(at_home: House) -> None:
    record = logged(at_home, at_home.new_picture())
    sound = at_home.registry.read_evidence
    other = {**sound.deployment, "deployed_at_block": 0}
    broken = replace(sound, deployment=other, made=Made("evidence", 1, 1))
    with pytest.raises(BrokenEvidenceError, match="Deployment"):
        broken(WorkId.parse(record["work_id"]), NOBODY)
