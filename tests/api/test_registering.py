from __future__ import annotations

import hashlib

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount

from registry.canonical import canonical_hash
from registry.samples import samples
from registry.samples.alter import altered_picture, altered_sound
from tests.api.house import House, Json, bearer, good, new_key, problem, signed, wait_until
from tests.media.media_files import encoded, photograph
from tests.media.text_files import html, prose


def test_a_picture_becomes_a_record_that_everybody_can_read(at_home: House) -> None:
    key, data = new_key(), at_home.new_picture()

    record = at_home.register(
        key, data, title="Soft shapes", year=2026, usage_preferences={"train-ai": "refuse"}
    )

    assert record["status"] == {"state": "final", "confirmations": 1, "confirmations_needed": 1}
    assert record["titled"] == "confirmed"
    assert record["anchored"] == "none"
    assert record["via"] == "registerFor"
    assert record["proof_level"] == "local"
    assert record["date_note"] == "local chain: date not independently proven"
    assert record["note"] == "A registration is a claim with a date, not a finding of ownership."
    assert record["effective_date"].endswith("Z")
    assert record["registration_number"].startswith("31337-T")
    assert record["declaration"]["claimant"] == record["title"]["holder"] == key.address
    assert record["declaration"]["content_hash"] == f"0x{hashlib.sha256(data).hexdigest()}"
    assert record["work"]["title"] == "Soft shapes"
    assert record["work"]["usage_preferences"] == {"train-ai": "refuse"}


def test_the_statement_to_sign_names_file_claimant_and_chain(at_home: House) -> None:
    key, data = new_key(), at_home.new_picture()

    ready = at_home.ready(at_home.draft(key.address, data))

    declaration = ready["typed_data"]["message"]["declaration"]
    assert declaration["claimant"] == key.address
    assert declaration["contentHash"] == f"0x{hashlib.sha256(data).hexdigest()}"
    assert ready["typed_data"]["domain"]["chainId"] == 31337
    assert ready["typed_data"]["message"]["deadline"] == ready["deadline_unix"]
    assert key.address in ready["plain"]
    assert declaration["contentHash"] in ready["plain"]


def test_a_draft_registered_twice_is_one_record_with_one_receipt(at_home: House) -> None:
    key = new_key()
    draft = at_home.draft(key.address, at_home.new_picture())
    signature = signed(key, at_home.ready(draft))

    first = good(at_home.record(draft, signature), 201)
    again = good(at_home.record(draft, signature), 201)

    assert again["receipt_token"] == first["receipt_token"]
    assert again["record"]["work_id"] == first["record"]["work_id"]


def test_before_confirmation_a_record_looks_like_an_unknown_one(at_home: House) -> None:
    key = new_key()
    draft = at_home.draft(key.address, at_home.new_picture(), keep_preview=True)
    ready = at_home.ready(draft)
    paths = [
        f"/v1/works/{ready['work_id']}{part}"
        for part in ("", "/history", "/preview", "/metadata", "/fingerprint", "/offers")
    ]
    unknown = [at_home.client.get(path) for path in paths]

    # The claimant's own transaction never comes, so the record stays pending for as long as the test looks.
    token = good(at_home.record(draft, signed(key, ready), via="register"), 201)["receipt_token"]
    pending = [at_home.client.get(path) for path in paths]
    with_another_token = [at_home.client.get(path, headers=bearer("guess")) for path in paths]
    with_its_token = [at_home.client.get(path, headers=bearer("guess", token)) for path in paths[:-1]]

    assert [answer.status_code for answer in unknown] == [404] * 6
    assert [answer.content for answer in pending] == [answer.content for answer in unknown]
    assert [answer.content for answer in with_another_token] == [answer.content for answer in unknown]
    assert [_without_date(answer.headers.items()) for answer in pending] == [
        _without_date(answer.headers.items()) for answer in unknown
    ]
    assert [answer.status_code for answer in with_its_token] == [200] * 5
    assert with_its_token[0].json()["status"]["state"] == "pending"
    assert all(answer.headers["cache-control"] == "no-store" for answer in with_its_token)


def test_a_pending_work_is_found_by_its_claimant_alone(at_home: House) -> None:
    key, data = new_key(), at_home.new_picture()
    draft = at_home.draft(key.address, data)
    token = good(at_home.record(draft, signed(key, at_home.ready(draft)), via="register"), 201)[
        "receipt_token"
    ]
    files = {"file": ("copy", data)}

    strangers = good(at_home.client.post("/v1/verifications", files=files), 200)
    claimants = good(at_home.client.post("/v1/verifications", files=files, headers=bearer(token)), 200)

    assert strangers["matches"] == []
    assert [match["verdict"] for match in claimants["matches"]] == ["identical"]


def test_a_claimant_may_carry_its_own_declaration(at_home: House) -> None:
    key = new_key()
    draft = at_home.draft(key.address, at_home.new_picture())
    ready = at_home.ready(draft)

    recorded = good(at_home.record(draft, signed(key, ready), via="register"), 201)
    at_home.give_coin(key.address)
    at_home.call(key, recorded["transaction"]["to"], recorded["transaction"]["data"])
    wait_until(lambda: at_home.client.get(f"/v1/works/{ready['work_id']}").status_code == 200)

    assert recorded["transaction"]["value"] == "0"
    assert at_home.get(f"/v1/works/{ready['work_id']}")["via"] == "register"


def test_the_documents_are_those_whose_hashes_were_signed(at_home: House) -> None:
    record = at_home.register(new_key(), at_home.new_picture())

    for name in ("metadata", "fingerprint"):
        answer = at_home.get(f"/v1/works/{record['work_id']}/{name}")
        assert answer["hash"] == record["declaration"][f"{name}_hash"]
        assert answer["hash"] == f"0x{canonical_hash(answer['document']).hex()}"


def test_a_preview_is_shown_only_if_the_claimant_asked(at_home: House) -> None:
    shown = at_home.register(new_key(), at_home.new_picture(), keep_preview=True)
    hidden = at_home.register(new_key(), at_home.new_picture())

    preview = at_home.client.get(f"/v1/works/{shown['work_id']}/preview")

    assert preview.headers["content-type"] == "image/jpeg"
    assert preview.content.startswith(b"\xff\xd8\xff")
    assert preview.headers["cache-control"] == "public, max-age=300"
    assert shown["work"]["has_preview"]
    problem(at_home.client.get(f"/v1/works/{hidden['work_id']}/preview"), 404, "not-found")


def test_the_history_tells_arrival_and_recording(at_home: House) -> None:
    record = at_home.register(new_key(), at_home.new_picture())

    items = at_home.get(f"/v1/works/{record['work_id']}/history")["items"]

    assert items[0]["what"] == "DeclarationReceived"
    assert "WorkRegistered" in [item["what"] for item in items[1:]]
    assert {item["transaction_hash"] for item in items[1:]} == {record["title"]["transaction_hash"]}


def test_an_altered_copy_is_found_with_distance_and_threshold(at_home: House) -> None:
    data = samples()[0].read()
    record = at_home.register(new_key(), data)

    answer = good(at_home.client.post("/v1/verifications", files={"file": ("x", altered_picture(data))}), 200)
    match = next(match for match in answer["matches"] if match["record"]["work_id"] == record["work_id"])

    assert match["verdict"] == "copy"
    assert 0 < match["distance"] <= match["threshold"]
    assert match["unit"] == "bits of 256"
    assert match["compared"].startswith("pdq-256/1")
    assert answer["compared"] == ["pdq-256/1", "sha-256/1"], "at a glance"
    rate = match["false_positive_rate"]
    assert 0 <= rate["false"] < rate["pairs"]
    assert 0 < rate["at_most_per_million"] < 1_000_000
    assert at_home.uploads() == []


def test_an_excerpt_of_a_sound_is_found(at_home: House) -> None:
    data = samples()[-1].read()
    record = at_home.register(new_key(), data)

    answer = good(at_home.client.post("/v1/verifications", files={"file": ("x", altered_sound(data))}), 200)

    assert [match["record"]["work_id"] for match in answer["matches"]] == [record["work_id"]]
    assert answer["medium"] == "audio"
    region = answer["matches"][0]["region"]
    assert region["work_start_ms"] - region["start_ms"] == pytest.approx(5000, abs=50)
    assert region["work_end_ms"] - region["end_ms"] == pytest.approx(5000, abs=50)
    assert region["tempo_permille"] == 1000


def test_a_quotation_is_found_with_the_passage_in_both_texts(at_home: House) -> None:
    work, host = prose(71), prose(72)
    record = at_home.register(new_key(), work.encode())
    page = html(host + "\n\n" + work[600:1200].upper())

    answer = good(at_home.client.post("/v1/verifications", files={"file": ("x", page)}), 200)

    (match,) = answer["matches"]
    assert match["record"]["work_id"] == record["work_id"]
    assert (answer["medium"], answer["media_type"], match["verdict"]) == ("text", "text/html", "contains")
    assert match["distance"] <= match["threshold"]
    assert 590 <= match["region"]["work_start_character"] < match["region"]["work_end_character"] <= 1210
    assert match["region"]["start_character"] >= len(host)


def test_a_file_like_nothing_registered_has_an_empty_list_of_matches(at_home: House) -> None:
    answer = good(at_home.client.post("/v1/verifications", files={"file": ("x", at_home.new_picture())}), 200)

    assert answer["matches"] == []


def test_the_bytes_of_another_claimant_can_only_be_an_adverse_claim(at_home: House) -> None:
    data = at_home.new_picture()
    first = at_home.register(new_key(), data)
    rival = new_key()
    draft = at_home.draft(rival.address, data)
    path = f"/v1/drafts/{draft['draft_id']}/answers"
    match = draft["report"]["matches"][0]

    unanswered = at_home.client.put(path, json={"answers": {}})
    meek = at_home.client.put(path, json={"answers": {first["work_id"]: "acknowledged"}})
    second = at_home.register(rival, data, {first["work_id"]: "adverse-claim"})

    assert (match["work_id"], match["verdict"]) == (first["work_id"], "identical")
    assert match["false_positive_rate"]["false"] == 0
    assert problem(unanswered, 422, "unanswered-matches")["work_ids"] == [first["work_id"]]
    problem(meek, 422, "invalid-answer")
    assert [claim["work_id"] for claim in second["adverse_claims"]] == [first["work_id"]]
    claims = at_home.get(f"/v1/works/{first['work_id']}")["adverse_claims"]
    assert [(claim["work_id"], claim["claimant"], claim["verdict"]) for claim in claims] == [
        (second["work_id"], rival.address, "identical")
    ]


def _answered(at_home: House, key: LocalAccount, data: bytes) -> Json:
    """A work registered as an adverse claim against all that it resembles."""
    report = at_home.draft(key.address, data)["report"]
    return at_home.register(key, data, {each["work_id"]: "adverse-claim" for each in report["matches"]})


def test_a_part_of_a_picture_clashes_with_it_once_both_are_on_chain(at_home: House) -> None:
    whole = _answered(at_home, new_key(), encoded(photograph(), "JPEG", quality=91))
    cut = encoded(photograph().crop((180, 60, 520, 400)), "JPEG", quality=90)
    part = _answered(at_home, new_key(), cut)
    [claim] = [each for each in part["adverse_claims"] if each["work_id"] == whole["work_id"]]
    assert claim["verdict"] in {"contains", "copy"}
    claims = at_home.get(f"/v1/works/{whole['work_id']}")["adverse_claims"]
    assert part["work_id"] in {each["work_id"] for each in claims}


def test_works_are_listed_newest_first_in_pages_without_gaps(at_home: House) -> None:
    key = new_key()
    ids = [
        at_home.register(key, at_home.new_picture(), title=f"Number {number}")["work_id"]
        for number in range(3)
    ]

    first = at_home.get("/v1/works", claimant=key.address, limit=2)
    second = at_home.get("/v1/works", claimant=key.address, limit=2, cursor=first["next_cursor"])

    listed = [record["work_id"] for page in (first, second) for record in page["records"]]
    assert listed == ids[::-1]
    assert second["next_cursor"] is None


@pytest.mark.parametrize("asked", ["Lighthouse at DAWN", "lighthouse", "amina"])
def test_titles_and_creators_are_searched_whatever_their_case(at_home: House, asked: str) -> None:
    key = new_key()
    work_id = at_home.register(
        key, at_home.new_picture(), title="A Lighthouse at Dawn", creators=[{"name": "Amina"}]
    )["work_id"]

    found = at_home.get("/v1/works", text=asked, claimant=key.address)["records"]

    assert [record["work_id"] for record in found] == [work_id]


def test_a_list_is_narrowed_by_content_hash_and_medium(at_home: House) -> None:
    record = at_home.register(new_key(), at_home.new_picture())
    content_hash = record["declaration"]["content_hash"]

    found = at_home.get("/v1/works", content_hash=content_hash, medium="image")["records"]
    of_sound = at_home.get("/v1/works", content_hash=content_hash, medium="audio")["records"]

    assert [found["work_id"] for found in found] == [record["work_id"]]
    assert of_sound == []


def test_a_cursor_of_another_make_is_refused(at_home: House) -> None:
    problem(at_home.client.get("/v1/works", params={"cursor": "bm9uc2Vuc2U"}), 422, "invalid-cursor")


def test_answers_given_anew_make_a_new_statement(at_home: House) -> None:
    data = at_home.new_picture()
    first = at_home.register(new_key(), data)
    draft = at_home.draft(new_key().address, data)

    claim = at_home.ready(draft, {first["work_id"]: "adverse-claim"})
    again = at_home.ready(draft, {first["work_id"]: "adverse-claim"})

    assert again == claim


def test_a_wallet_of_another_library_signs_the_same_statement(at_home: House) -> None:
    key = new_key()
    draft = at_home.draft(key.address, at_home.new_picture())
    ready = at_home.ready(draft)

    signature = Account.sign_typed_data(key.key, full_message=ready["typed_data"]).signature

    recorded = good(at_home.record(draft, "0x" + signature.hex().upper()), 201)
    assert recorded["record"]["work_id"] == ready["work_id"]


def _without_date(headers: object) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in headers if name != "date")  # type: ignore[attr-defined]
