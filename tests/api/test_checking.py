"""The file of a work that was declared without it, shown to the registry afterwards."""

from __future__ import annotations

import hashlib
import io
import secrets
from collections.abc import Iterator

import httpx
import pytest
from PIL import Image

from api.body_limit import FORM_BYTES
from registry.canonical import canonical_hash
from registry.usecases.declare import registry_domain
from tests.api.house import MAX_UPLOAD_BYTES, House, Json, bearer, good, new_key, problem, signed
from tests.api.test_declarations import dated, hand_in
from tests.declared import declaration_of, item_of

UNKNOWN = "0x" + "77" * 32


@pytest.fixture(autouse=True)
def nothing_stays(at_home: House) -> Iterator[None]:
    """Whatever happened, no upload is left."""
    yield
    assert at_home.uploads() == []


def fingerprint_of(at_home: House, data: bytes) -> Json:
    """What the registry itself takes of a file, as anybody can read it from a draft that nobody finishes."""
    draft = at_home.draft(new_key().address, data)
    fingerprint: Json = at_home.ready(draft)["fingerprint"]
    return fingerprint


def declare(at_home: House, fingerprint: Json) -> Json:
    """The receipt of a work that is declared with that fingerprint alone."""
    statement = declaration_of(new_key(), fingerprint, registry_domain(at_home.registry.chain))
    receipt: Json = hand_in(at_home, item_of(statement))[0]["recorded"]
    return receipt


def show(at_home: House, work_id: str, data: bytes, token: str = "") -> httpx.Response:
    headers = bearer(token) if token else {}
    return at_home.client.post(f"/v1/works/{work_id}/file", files={"file": ("work", data)}, headers=headers)


def smaller(data: bytes) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        picture.convert("RGB").resize((200, 200)).save(out, "JPEG", quality=70)
    return out.getvalue()


def matches(at_home: House, data: bytes) -> list[tuple[str, str]]:
    answer = good(at_home.client.post("/v1/verifications", files={"file": ("work", data)}), 200)
    return [(match["verdict"], match["record"]["work_id"]) for match in answer["matches"]]


def test_a_shown_file_makes_the_fingerprint_checked_and_copies_are_found(at_home: House) -> None:
    data = at_home.new_picture()
    own = fingerprint_of(at_home, data)
    work_id = declare(at_home, own)["work_id"]
    assert dated(at_home, work_id)["work"]["fingerprint_check"] == "unchecked"
    assert matches(at_home, smaller(data)) == []
    page = at_home.client.get(f"/works/{work_id}").text
    assert "unchecked: the registry has not seen the file" in page
    evidence = at_home.client.get(f"/v1/works/{work_id}/evidence").json()
    told = good(show(at_home, work_id, data), 200)["work"]
    assert (told["fingerprint_check"], told["computed_by"]) == ("agrees", "registry")
    assert matches(at_home, smaller(data)) == [("copy", work_id)]
    kept = at_home.get(f"/v1/works/{work_id}/fingerprint")
    assert kept["document"] == own
    assert kept["hash"] == "0x" + canonical_hash(own).hex()
    index_data = kept["index_data"]
    assert (index_data["signed"], index_data["computed_by"], index_data["check"]) == (
        False,
        "registry",
        "agrees",
    )
    assert index_data["document"] == own
    again = at_home.client.get(f"/v1/works/{work_id}/evidence").json()
    assert again["fingerprint"] == evidence["fingerprint"] == own
    page = at_home.client.get(f"/works/{work_id}").text
    assert "its own agrees" in page
    assert "unchecked" not in page


def test_a_fingerprint_that_differs_is_told_so_plainly_and_stays_as_it_was_signed(at_home: House) -> None:
    data = at_home.new_picture()
    true = fingerprint_of(at_home, data)
    lie = true | {"codes": [{"algorithm": "pdq-256/1", "value": secrets.token_hex(32)}]}
    work_id = declare(at_home, lie)["work_id"]
    dated(at_home, work_id)
    told = good(show(at_home, work_id, data), 200)["work"]
    assert (told["fingerprint_check"], told["computed_by"]) == ("differs", "claimant")
    kept = at_home.get(f"/v1/works/{work_id}/fingerprint")
    assert (kept["document"], kept["index_data"]["document"]) == (lie, true)
    assert matches(at_home, smaller(data)) == [("copy", work_id)]
    assert "its own differs" in at_home.client.get(f"/works/{work_id}").text


def test_another_file_is_refused_and_both_hashes_are_named(at_home: House) -> None:
    fingerprint = fingerprint_of(at_home, at_home.new_picture())
    work_id = declare(at_home, fingerprint)["work_id"]
    dated(at_home, work_id)
    told = problem(show(at_home, work_id, b"no picture at all"), 409, "other-file")
    assert told["declared"] == fingerprint["content_hash"]
    assert told["found"] not in (None, told["declared"])
    assert dated(at_home, work_id)["work"]["fingerprint_check"] == "unchecked"


def test_a_hidden_record_answers_like_none_to_whoever_has_no_receipt(at_home: House) -> None:
    data, key = at_home.new_picture(), new_key()
    draft = at_home.draft(key.address, data)
    recorded = good(at_home.record(draft, signed(key, at_home.ready(draft)), "register"), 201)
    work_id = recorded["record"]["work_id"]
    hidden, unknown = show(at_home, work_id, data), show(at_home, UNKNOWN, data)
    assert problem(hidden, 404, "not-found") == problem(unknown, 404, "not-found") | {
        "identifier": work_id,
        "detail": unknown.json()["detail"].replace(UNKNOWN, work_id),
    }
    good(show(at_home, work_id, data, recorded["receipt_token"]), 200)


def test_the_limits_of_uploads_hold_for_it(at_home: House) -> None:
    for size, extra in ((MAX_UPLOAD_BYTES, 1), (MAX_UPLOAD_BYTES, 2 * FORM_BYTES)):
        told = problem(show(at_home, UNKNOWN, bytes(size + extra)), 413, "file-too-large")
        assert told["limit_bytes"] == MAX_UPLOAD_BYTES
    problem(show(at_home, UNKNOWN, bytes(MAX_UPLOAD_BYTES)), 404, "not-found")
    problem(
        at_home.client.post(f"/v1/works/{UNKNOWN}/file", data={"note": "no file"}), 422, "invalid-request"
    )
    files = [("file", ("a", b"a")), ("file", ("b", b"b"))]
    problem(at_home.client.post(f"/v1/works/{UNKNOWN}/file", files=files), 400, "bad-request")
    problem(show(at_home, "0x12", b"a"), 422, "invalid-request")
    other = at_home.client.post(f"/v1/works/{UNKNOWN}/file/more", content=bytes(2 * 2**20))
    assert other.status_code in (404, 413)


def test_a_file_that_cannot_be_decoded_leaves_its_record_as_it_was(at_home: House) -> None:
    data = b"\x7fELF, a program, of which no fingerprint is taken"
    content = "0x" + hashlib.sha256(data).hexdigest()
    fingerprint = {
        **fingerprint_of(at_home, at_home.new_picture()),
        "content_hash": content,
        "bytes": len(data),
    }
    work_id = declare(at_home, fingerprint)["work_id"]
    dated(at_home, work_id)
    problem(show(at_home, work_id, data), 415, "unsupported-media")
    assert dated(at_home, work_id)["work"]["fingerprint_check"] == "unchecked"
