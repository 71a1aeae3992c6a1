"""Redaction over HTTP: what is said of a work goes for good; the record, its date and its proofs stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from eth_account.signers.local import LocalAccount

from registry.compose import open_registry
from registry.evidence import Given, verify_bundle
from registry.model import Hash32, WorkId
from registry.settings import Settings
from registry.usecases.viewer import NOBODY
from tests.api.house import House, Json, bearer, good, house, new_key, picture, problem, signed, wait_until

TITLE = "Tideline at Dusk"
CREATOR = "Marguerite Ebb"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def registry(folder: Path) -> Iterator[House]:
    with house(folder) as opened:
        yield opened


def recorded(registry: House, key: LocalAccount, data: bytes, title: str = TITLE) -> Json:
    """A work with a preview, in the log, whether dated yet or not: the answer to its registration."""
    draft = registry.draft(
        key.address, data, keep_preview=True, title=title, creators=[{"name": CREATOR}], year=2025
    )
    return good(registry.record(draft, signed(key, registry.ready(draft)), "log"), 201)


def dated(registry: House, key: LocalAccount, data: bytes, title: str = TITLE) -> str:
    """The same once everybody can see it: its id."""
    work_id = str(recorded(registry, key, data, title)["record"]["work_id"])
    wait_until(lambda: registry.client.get(f"/v1/works/{work_id}").status_code == 200)
    return work_id


def prepared(registry: House, work_id: str, **headers: str) -> Json:
    return good(registry.client.post(f"/v1/works/{work_id}/redaction-drafts", headers=headers), 200)


def hand_in(registry: House, work_id: str, made: Json, signature: str, **headers: str) -> httpx.Response:
    body = {"redaction": made["redaction"], "signature": signature}
    return registry.client.post(f"/v1/works/{work_id}/redaction", json=body, headers=headers)


def redacted(registry: House, key: LocalAccount, work_id: str) -> Json:
    made = prepared(registry, work_id)
    return good(hand_in(registry, work_id, made, signed(key, made)), 200)


def files_that_hold(folder: Path, *texts: str) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    wanted = [form.encode() for text in texts for form in (text, text.lower(), text.casefold())]
    return [str(path) for path in files if any(each in path.read_bytes() for each in wanted)]


def previews(folder: Path) -> list[Path]:
    return [path for path in (folder / "blobs").rglob("*") if path.is_file() and is_jpeg(path)]


def is_jpeg(path: Path) -> bool:
    return path.read_bytes().startswith(b"\xff\xd8\xff")


def test_everything_says_redacted_and_the_record_stands(registry: House, folder: Path) -> None:
    key, data = new_key(), picture(1)
    work_id = dated(registry, key, data)
    path = f"/v1/works/{work_id}"
    before = registry.get(path)
    assert len(previews(folder)) == 1
    assert registry.get("/v1/works", text="tideline")["records"] == [before]
    offer = registry.offer(key, work_id)
    fingerprint = registry.get(f"{path}/fingerprint")

    tombstone = redacted(registry, key, work_id)

    after = registry.get(path)
    said: Json = {"title": None, "creators": [], "year": None, "language": None, "how_made": None}
    gone = {"redacted": True, "usage_preferences": {}, "has_preview": False}
    assert after["work"] == before["work"] | said | gone
    for name in ("declaration", "effective_date", "log", "registration_number", "proof_level", "work_id"):
        assert after[name] == before[name], name
    for document in ("metadata", "preview"):
        told = problem(registry.client.get(f"{path}/{document}"), 410, "redacted")
        assert told["redacted_at"] == tombstone["redacted_at"]
    assert registry.get(f"{path}/fingerprint") == fingerprint
    assert registry.get("/v1/works", text="tideline")["records"] == []
    assert registry.get("/v1/works")["records"] == [after]
    assert registry.get(f"/v1/offers/{offer['offer_hash']}")["availability"] == "available"
    happened = registry.get(f"{path}/history")["items"]
    assert [one["facts"]["signer"] for one in happened if one["what"] == "MetadataRedacted"] == [key.address]
    answer = registry.client.post("/v1/verifications", files={"file": ("copy", data)})
    [match] = good(answer, 200)["matches"]
    assert (match["record"]["work_id"], match["record"]["work"]["redacted"]) == (work_id, True)
    for page in ("/", f"/works/{work_id}"):
        html = registry.client.get(page).text
        assert "redacted" in html
        assert TITLE not in html
        assert CREATOR not in html
    assert previews(folder) == []
    assert files_that_hold(folder, TITLE, CREATOR) == []


def test_the_tombstone_is_a_leaf_of_the_log_and_the_work_keeps_its_own(registry: House) -> None:
    key = new_key()
    work_id = dated(registry, key, picture(1))
    tombstone = redacted(registry, key, work_id)
    with registry.registry.read_work.store.read() as unit:
        leaves = [str(one.logged.leaf) for one in unit.log.leaves(0, 9)]
    assert tombstone["leaf_index"] == 1
    assert leaves[1:] == [tombstone["digest"]]
    assert registry.get(f"/v1/works/{work_id}/inclusion")["inclusion"]["leaf_index"] == 0
    another = registry.get(f"/v1/works/{dated(registry, key, picture(2))}")
    assert another["log"]["leaf_index"] == 2


def test_its_evidence_still_holds_without_the_metadata(registry: House) -> None:
    key = new_key()
    work_id = dated(registry, key, picture(1))
    path = f"/v1/works/{work_id}/evidence"
    wait_until(lambda: registry.client.get(path).status_code == 200)
    assert TITLE in registry.client.get(path).text
    redacted(registry, key, work_id)
    bundle = registry.client.get(path)
    document = good(bundle, 200)
    assert document["metadata"] is None
    assert TITLE not in bundle.text
    report = verify_bundle(bundle.content, Given(block_hash=Hash32.parse(document["event"]["block_hash"])))
    assert report.first_failure is None


def test_it_stays_erased_through_a_restart_and_a_rebuild(folder: Path) -> None:
    key = new_key()
    with house(folder) as registry:
        work_id = dated(registry, key, picture(1))
        redacted(registry, key, work_id)
        # What is final tells the same tomorrow.
        wait_until(lambda: registry.get(f"/v1/works/{work_id}")["registration_number"] is not None)
        before = registry.get(f"/v1/works/{work_id}")
    assert files_that_hold(folder, TITLE, CREATOR) == []
    stopped = open_registry(Settings.for_folder(folder))  # nothing follows the chain beside a rebuild
    try:
        stopped.sync_chain.rebuild()
    finally:
        stopped.close()
    with house(folder) as registry:
        assert registry.get(f"/v1/works/{work_id}") == before
        assert registry.get("/v1/works", text="tideline")["records"] == []
        problem(registry.client.get(f"/v1/works/{work_id}/metadata"), 410, "redacted")
    assert files_that_hold(folder, TITLE, CREATOR) == []


def test_a_preview_that_came_back_with_a_restored_folder_is_deleted_at_the_next_start(folder: Path) -> None:
    key = new_key()
    with house(folder) as registry:
        work_id = dated(registry, key, picture(1))
        [preview] = previews(folder)
        backup = preview.read_bytes()
        redacted(registry, key, work_id)
        assert not preview.exists()
    preview.write_bytes(backup)
    with house(folder):
        assert not preview.exists()


def test_only_whoever_it_is_made_out_to_may_sign_it(registry: House) -> None:
    key, other = new_key(), new_key()
    work_id = dated(registry, key, picture(1))
    made = prepared(registry, work_id)
    assert made["signer"] == key.address
    assert made["reading"].startswith(f"I ask the registry to erase for good what is said of work {work_id}")
    problem(hand_in(registry, work_id, made, signed(other, made)), 422, "invalid-signature")
    assert registry.get(f"/v1/works/{work_id}")["work"]["title"] == TITLE


def test_once_is_enough_and_a_second_one_changes_nothing(registry: House) -> None:
    key = new_key()
    work_id = dated(registry, key, picture(1))
    made, again = prepared(registry, work_id), prepared(registry, work_id)
    again["redaction"]["deadline"] = str(int(again["redaction"]["deadline"]) - 5)
    again["typed_data"]["message"]["deadline"] = int(again["redaction"]["deadline"])
    tombstone = good(hand_in(registry, work_id, made, signed(key, made)), 200)
    size = registry.get("/v1/log")["size"]
    assert good(hand_in(registry, work_id, made, signed(key, made)), 200) == tombstone
    assert good(hand_in(registry, work_id, again, signed(key, again)), 200) == tombstone
    assert registry.get("/v1/log")["size"] == size
    problem(registry.client.post(f"/v1/works/{work_id}/redaction-drafts"), 410, "redacted")


def test_a_signature_for_one_work_erases_no_other(registry: House) -> None:
    key = new_key()
    one, other = dated(registry, key, picture(1)), dated(registry, key, picture(2), "Another")
    made = prepared(registry, one)
    signature = signed(key, made)
    problem(hand_in(registry, other, made, signature), 422, "invalid-value")
    made["redaction"]["work_id"] = other
    problem(hand_in(registry, other, made, signature), 422, "invalid-value")
    made["redaction"]["metadata_hash"] = registry.get(f"/v1/works/{other}")["declaration"]["metadata_hash"]
    problem(hand_in(registry, other, made, signature), 422, "invalid-signature")
    assert registry.get(f"/v1/works/{other}")["work"]["title"] == "Another"


def test_a_statement_whose_deadline_has_passed_erases_nothing(registry: House) -> None:
    key = new_key()
    work_id = dated(registry, key, picture(1))
    made = prepared(registry, work_id)
    made["redaction"]["deadline"], made["typed_data"]["message"]["deadline"] = "1", 1
    problem(hand_in(registry, work_id, made, signed(key, made)), 409, "deadline-expired")


def test_the_holder_of_the_title_may_and_who_sold_it_may_not(registry: House) -> None:
    key, holder = new_key(), new_key()
    registry.give_coin(key.address)
    work_id = registry.register(key, picture(1), title=TITLE)["work_id"]
    registry.transfer_title(key, work_id, holder.address)
    made = prepared(registry, work_id)
    assert made["signer"] == holder.address
    problem(hand_in(registry, work_id, made, signed(key, made)), 422, "invalid-signature")
    assert good(hand_in(registry, work_id, made, signed(holder, made)), 200)["signer"] == holder.address
    told = registry.client.post(
        f"/v1/works/{work_id}/supplement-drafts",
        json={"facts": {"title": "Anew", "creators": [{"name": "N."}]}},
    )
    problem(told, 410, "redacted")


def test_what_is_not_confirmed_yet_is_redacted_with_its_receipt_alone(registry: House) -> None:
    key = new_key()
    draft = registry.draft(key.address, picture(1), title=TITLE)
    answer = good(registry.record(draft, signed(key, registry.ready(draft)), "register"), 201)
    work_id, receipt = answer["record"]["work_id"], bearer(answer["receipt_token"])
    path = f"/v1/works/{work_id}/redaction-drafts"
    hidden = problem(registry.client.post(path), 404, "not-found")
    nothing = "0x" + "5e" * 32
    unknown = problem(registry.client.post(f"/v1/works/{nothing}/redaction-drafts"), 404, "not-found")
    assert str(hidden).replace(work_id, nothing) == str(unknown)
    made = prepared(registry, work_id, **receipt)
    problem(hand_in(registry, work_id, made, signed(key, made)), 404, "not-found")
    good(hand_in(registry, work_id, made, signed(key, made), **receipt), 200)
    record = good(registry.client.get(f"/v1/works/{work_id}", headers=receipt), 200)
    assert record["work"]["redacted"] is True


def test_the_statement_handed_in_again_does_not_bring_the_words_back(registry: House, folder: Path) -> None:
    key = new_key()
    draft = registry.draft(key.address, picture(1), title=TITLE, creators=[{"name": CREATOR}])
    signature = signed(key, registry.ready(draft))
    work_id = good(registry.record(draft, signature, "log"), 201)["record"]["work_id"]
    wait_until(lambda: registry.client.get(f"/v1/works/{work_id}").status_code == 200)
    redacted(registry, key, work_id)
    again = good(registry.record(draft, signature, "log"), 201)
    assert again["record"]["work"]["redacted"] is True
    assert files_that_hold(folder, TITLE, CREATOR) == []


def test_a_record_reads_with_its_fingerprint_and_without_its_metadata(registry: House) -> None:
    key = new_key()
    work_id = dated(registry, key, picture(1))
    redacted(registry, key, work_id)
    entry = registry.registry.read_work(WorkId.parse(work_id), NOBODY).entry
    assert entry is not None
    assert (entry.metadata, entry.report, entry.preview, entry.salt) == (None, None, None, None)
    assert entry.redacted_at is not None
    assert entry.fingerprint["medium"] == "image"
