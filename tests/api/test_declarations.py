"""Ready-signed declarations and bare digests: into the log without a file."""

from __future__ import annotations

import secrets
import time
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from eth_account.signers.local import LocalAccount
from eth_typing import Hash32 as EthHash32

from registry import statements
from registry.canonical import canonical_hash
from registry.errors import QuotaSpentError
from registry.fingerprint.exact import content_hash
from registry.jobs.machine import SystemClock
from registry.model import Address, Declaration, Hash32, Registration
from registry.search.sql import SqlIndex
from registry.store import SqlStore, migrate, open_engine
from registry.usecases.digests import LogDigest
from registry.usecases.quota import ClientQuota
from tests.api.house import House, Json, bearer, good, house, new_key, problem, signed, wait_until


def document(registration: Registration) -> Json:
    declaration = registration.declaration
    return {
        "declaration": {
            "claimant": str(declaration.claimant),
            "content_hash": str(declaration.content_hash),
            "fingerprint_hash": str(declaration.fingerprint_hash),
            "metadata_hash": str(declaration.metadata_hash),
        },
        "deadline": str(registration.deadline),
    }


def digest_of(at_home: House, registration: Registration) -> Hash32:
    return statements.digest(registration, statements.domain_of(registration, at_home.registry.contracts))


def declaration(
    at_home: House, key: LocalAccount, data: Hash32 | None = None, lifetime: int = 3600, **said: Any
) -> tuple[Registration, Json]:
    """A statement, and the item that hands it in."""
    content = data or Hash32(secrets.token_bytes(32))
    fingerprint = {
        "format": "colophon.fingerprint/1",
        "medium": "image",
        "content_hash": str(content),
        "bytes": 1234,
        "media_type": "image/png",
        "facts": {"height": 480, "width": 640},
        "codes": [{"algorithm": "pdq-256/1", "value": "ab" * 32}],
        "features": [{"algorithm": "sift-bins/1", "bytes": 10, "sha256": "0x" + "12" * 32}],
    }
    metadata = {
        "format": "colophon.metadata/1",
        "title": "Declared elsewhere",
        "creators": [{"name": "Somebody"}],
        "media_type": "image/png",
        "bytes": 1234,
        "how_made": "human",
        "usage_preferences": {},
        "similarity_report": "0x" + "00" * 32,
        "answers": {},
        "salt": "0x" + secrets.token_hex(32),
        **said,
    }
    registration = Registration(
        Declaration(
            Address(key.address),
            content,
            Hash32(canonical_hash(fingerprint)),
            Hash32(canonical_hash(metadata)),
        ),
        int(time.time()) + lifetime,
    )
    signature = key.unsafe_sign_hash(EthHash32(digest_of(at_home, registration))).signature.to_0x_hex()
    return registration, {
        "registration": document(registration),
        "signature": signature,
        "metadata": metadata,
        "fingerprint": fingerprint,
    }


def hand_in(at_home: House, *items: Json) -> list[Json]:
    answer = at_home.client.post("/v1/declarations", json={"items": list(items)})
    found: list[Json] = good(answer, 200)["items"]
    return found


def dated(at_home: House, work_id: str) -> Json:
    wait_until(lambda: at_home.client.get(f"/v1/works/{work_id}").status_code == 200)
    return at_home.get(f"/v1/works/{work_id}")


def test_many_are_logged_at_once_each_with_a_leaf_and_a_receipt(at_home: House) -> None:
    items = [declaration(at_home, new_key())[1] for _ in range(5)]
    told = [one["recorded"] for one in hand_in(at_home, *items)]
    first = told[0]["leaf_index"]
    assert [one["leaf_index"] for one in told] == list(range(first, first + 5))
    work_id, token = told[0]["work_id"], told[0]["receipt_token"]
    shown = good(at_home.client.get(f"/v1/works/{work_id}", headers=bearer(token)), 200)
    assert shown["log"]["leaf_index"] == first
    record = dated(at_home, told[4]["work_id"])
    assert record["work"]["computed_by"] == "claimant"
    assert record["registration_number"] == f"31337-L{first + 5}"


def test_handing_in_the_same_again_gives_the_same_receipt(at_home: House) -> None:
    _, item = declaration(at_home, new_key())
    once, twice = hand_in(at_home, item, item)
    assert once == twice
    assert hand_in(at_home, item) == [once]


def test_a_faulty_item_is_refused_with_its_problem_and_stops_no_other(at_home: House) -> None:
    key = new_key()
    content = Hash32(secrets.token_bytes(32))
    good_one, other = declaration(at_home, key, content)[1], declaration(at_home, key, content)[1]
    forged = {**declaration(at_home, key)[1], "signature": good_one["signature"]}
    redone = {**declaration(at_home, key)[1], "metadata": good_one["metadata"]}
    malformed = declaration(at_home, key, title="")[1]
    reported = declaration(at_home, key, similarity_report="0x" + "01" * 32)[1]
    resized = declaration(at_home, key, bytes=99)[1]
    cut = declaration(at_home, key, title="a\x00b")[1]
    late = declaration(at_home, key, lifetime=-3600)[1]
    unordered = declaration(at_home, key)[1]
    unordered["registration"]["declaration"]["parents"] = ["0x" + "22" * 32, "0x" + "11" * 32]
    told = hand_in(
        at_home, forged, good_one, redone, other, malformed, reported, resized, cut, late, unordered
    )
    codes = [one["problem"]["code"] if one["problem"] else None for one in told]
    assert codes == [
        "invalid-signature",
        None,
        "invalid-document",
        "already-registered",
        "invalid-document",
        "invalid-document",
        "invalid-document",
        "invalid-document",
        "deadline-expired",
        "invalid-value",
    ]
    [again] = hand_in(at_home, other)
    assert again["problem"]["code"] == "already-registered"


def test_an_unchecked_fingerprint_matches_the_very_bytes_and_is_never_a_copy(
    at_home: House, tmp_path: Path
) -> None:
    data = at_home.new_picture()
    file = tmp_path / "work.png"
    file.write_bytes(data)
    content, _ = content_hash(file)
    [told] = hand_in(at_home, declaration(at_home, new_key(), content)[1])
    work_id = told["recorded"]["work_id"]
    dated(at_home, work_id)

    def matches() -> list[Json]:
        answer = at_home.client.post("/v1/verifications", files={"file": ("work", data)})
        found: list[Json] = good(answer, 200)["matches"]
        return found

    wait_until(lambda: bool(matches()))
    [match] = matches()
    assert (match["verdict"], match["record"]["work_id"]) == ("identical", work_id)
    assert match["record"]["work"]["computed_by"] == "claimant"
    assert match["record"]["work"]["fingerprint_check"] == "unchecked"


def test_a_bare_digest_is_logged_and_its_statement_comes_later_with_that_date(at_home: House) -> None:
    registration, item = declaration(at_home, new_key(), lifetime=8)
    digest = str(digest_of(at_home, registration))
    leaf = good(at_home.client.post("/v1/log/digests", json={"digest": digest}), 201)
    assert good(at_home.client.post("/v1/log/digests", json={"digest": digest}), 201) == leaf
    wait_until(lambda: (at_home.get("/v1/log")["anchored"] or {"size": 0})["size"] > leaf["leaf_index"])
    time.sleep(max(0.0, registration.deadline + 1 - time.time()))  # dated in time, handed in after it
    [told] = hand_in(at_home, item)
    assert told["problem"] is None
    assert told["recorded"]["leaf_index"] == leaf["leaf_index"]
    record = at_home.get(f"/v1/works/{told['recorded']['work_id']}")
    assert record["anchored"] == "confirmed"
    assert record["log"]["leaf_index"] == leaf["leaf_index"]


def test_one_address_logs_so_many_bare_digests_a_day_and_no_more(tmp_path: Path) -> None:
    with house(tmp_path, digests_per_day=2) as strict:
        digests = [f"0x{number:064x}" for number in (1, 2, 3)]
        for digest in (digests[0], digests[1], digests[0]):
            good(strict.client.post("/v1/log/digests", json={"digest": digest}), 201)
        refused = strict.client.post("/v1/log/digests", json={"digest": digests[2]})
        problem(refused, 429, "quota-spent")
        assert strict.registry.read_log.state().size <= 2


def test_one_address_logs_so_many_declarations_an_hour_and_is_told_when_to_come_again(
    tmp_path: Path,
) -> None:
    with house(tmp_path, declarations_per_hour=3) as strict:
        items = [declaration(strict, new_key())[1] for _ in range(4)]
        once = hand_in(strict, *items[:2])
        assert hand_in(strict, *items[:2]) == once  # what was taken in before costs nothing
        forged = {**items[2], "signature": items[0]["signature"]}
        assert hand_in(strict, forged)[0]["problem"]["code"] == "invalid-signature"
        refused = strict.client.post("/v1/declarations", json={"items": items})
        told = problem(refused, 429, "quota-spent")
        assert told["limit"] == 3
        again = parsedate_to_datetime(refused.headers["retry-after"])
        assert timedelta() <= again - datetime.now(UTC) <= timedelta(hours=1)
        assert hand_in(strict, items[2])[0]["recorded"]["leaf_index"] == 2, "nothing of it was taken in"


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("unknown", "testclient", False),
    ],
)
def test_a_subscriber_is_counted_once_whatever_its_addresses(
    tmp_path: Path,
    first: str,
    second: str,
    is_one: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/registry.db")
    migrate(engine)
    clock = SystemClock()
    log = LogDigest(SqlStore(engine, SqlIndex), clock, ClientQuota(clock, "digests", 1))
    log(Hash32(bytes([1]) * 32), first)
    with nullcontext() if not is_one else pytest.raises(QuotaSpentError):
        log(Hash32(bytes([2]) * 32), second)
    engine.dispose()


def test_a_statement_that_came_as_a_draft_is_told_so_and_gets_no_second_receipt(at_home: House) -> None:
    key = new_key()
    draft = at_home.draft(key.address, at_home.new_picture())
    ready = at_home.ready(draft)
    signature = signed(key, ready)
    recorded = good(at_home.record(draft, signature, "log"), 201)["record"]
    message = ready["typed_data"]["message"]["declaration"]
    item = {
        "registration": {
            "declaration": {
                "claimant": message["claimant"],
                "content_hash": message["contentHash"],
                "fingerprint_hash": message["fingerprintHash"],
                "metadata_hash": message["metadataHash"],
            },
            "deadline": str(ready["deadline_unix"]),
        },
        "signature": signature,
        "metadata": {**ready["metadata"]},
        "fingerprint": ready["fingerprint"],
    }
    [told] = hand_in(at_home, item)
    assert told["problem"]["code"] == "invalid-document"  # it names a report that was ours to make
    assert recorded["log"]["leaf_index"] is not None
