from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.evidence import Token
from registry.evidence.timestamps import (
    BitcoinHeader,
    TimestampRequest,
    TimestampVerdict,
    Trust,
    check_timestamp,
    checkpoint_stamp,
    stamps_of,
    statement_stamp,
)
from registry.evidence.verdicts import Result
from registry.log import Checkpoint
from registry.model import Hash32, WorkId
from tests.unit.evidence.authority import Authority, authority, elliptic, forged, info, signer
from tests.unit.evidence.calendar_server import BITCOIN, attested, mined
from tests.unit.evidence.published_proofs import (
    HELLO_WORLD,
    HELLO_WORLD_FILE,
    HELLO_WORLD_HEADER,
    HELLO_WORLD_HEIGHT,
    INCOMPLETE,
)

RFC3161, OPENTIMESTAMPS = Token.RFC3161, Token.OPENTIMESTAMPS
DIGEST = Hash32(sha256(HELLO_WORLD_FILE).digest())
STAMPS = {"the checkpoint": Hash32(bytes(32)), "the signed statement": DIGEST}
HEAD = HELLO_WORLD[:33] + DIGEST


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"), elliptic())


@pytest.fixture(scope="module")
def token(house: Authority) -> bytes:
    request = TimestampRequest(DIGEST, nonce=5)
    return request.token_of(house.answer(request.encoded()))


def test_a_token_for_whom_a_root_vouches_dates_what_it_stamped(house: Authority, token: bytes) -> None:
    report = check_timestamp(RFC3161, token, STAMPS, Trust(roots=house.roots))

    assert (report.result, report.verdict) == (Result.PASSED, TimestampVerdict.DATED)
    assert report.time is not None
    assert report.said.startswith(f"the signed statement existed at {report.time:%Y-%m-%d %H:%M:%S} UTC")
    assert "CN=Root vouches" in report.said
    assert "who made the work" in report.not_proven


def test_a_token_for_whom_nobody_vouches_dates_nothing_and_says_so(token: bytes) -> None:
    report = check_timestamp(RFC3161, token, STAMPS)

    assert (report.result, report.verdict) == (Result.NOT_CHECKABLE, TimestampVerdict.NOBODY_VOUCHES)
    assert (report.time, report.not_proven) == (None, "any date at all")
    assert "by a certificate nobody vouches for" in report.said


def test_a_token_of_a_digest_that_is_none_of_them_fails(token: bytes) -> None:
    report = check_timestamp(RFC3161, token, {"the checkpoint": Hash32(bytes(32))})

    assert (report.result, report.verdict, report.subject) == (Result.FAILED, "evidence-mismatch", None)


def test_a_token_under_a_root_of_somebody_else_fails(token: bytes) -> None:
    report = check_timestamp(RFC3161, token, STAMPS, Trust(roots=(signer("Else", elliptic()).trusted,)))

    assert (report.result, report.verdict) == (Result.FAILED, "unfit-certificate")


def test_a_proof_dates_what_it_stamped_once_its_block_is_vouched_for() -> None:
    proof = HEAD + attested(BITCOIN, b"\x05")

    open_end = check_timestamp(OPENTIMESTAMPS, proof, STAMPS)
    dated = check_timestamp(OPENTIMESTAMPS, proof, STAMPS, Trust(headers={5: BitcoinHeader(mined(DIGEST))}))
    wrong = check_timestamp(
        OPENTIMESTAMPS, proof, STAMPS, Trust(headers={5: BitcoinHeader(mined(bytes(32)))})
    )

    assert (open_end.result, open_end.verdict) == (Result.NOT_CHECKABLE, TimestampVerdict.NOBODY_VOUCHES)
    assert open_end.said.endswith("names Bitcoin block 5, for which nobody vouches")
    assert (dated.result, dated.verdict, dated.subject) == (Result.PASSED, "dated", "the signed statement")
    assert dated.said == "the signed statement existed when Bitcoin block 5 was made, 2026-01-01 00:00 UTC"
    assert (wrong.result, wrong.verdict) == (Result.FAILED, "evidence-mismatch")


def test_a_proof_that_waits_is_not_checked_and_names_where_to_ask() -> None:
    report = check_timestamp(OPENTIMESTAMPS, INCOMPLETE, {"it": Hash32(INCOMPLETE[33:65])})

    assert (report.result, report.verdict) == (Result.NOT_CHECKED, TimestampVerdict.PENDING)
    assert "https://alice.btc.calendar.opentimestamps.org promised" in report.said


def test_a_proof_of_a_kind_not_known_here_dates_nothing() -> None:
    report = check_timestamp(OPENTIMESTAMPS, HEAD + attested(bytes(8), b""), STAMPS)

    assert (report.result, report.verdict) == (Result.NOT_CHECKABLE, TimestampVerdict.NOBODY_VOUCHES)


def test_a_proof_that_says_more_than_its_block_has_to_be_pruned() -> None:
    both = HEAD + b"\xff" + attested(bytes(8), b"") + attested(BITCOIN, b"\x05")

    report = check_timestamp(OPENTIMESTAMPS, both, STAMPS, Trust(headers={5: BitcoinHeader(mined(DIGEST))}))

    assert (report.result, report.time) == (Result.NOT_CHECKABLE, None)
    assert "prune it" in report.said


@given(st.sampled_from(Token), st.binary(max_size=200))
def test_whatever_comes_along_is_reported_and_never_passes(kind: Token, noise: bytes) -> None:
    for content in (noise, HEAD + noise):
        assert check_timestamp(kind, content, STAMPS).result is not Result.PASSED


def test_a_forged_token_does_not_pass(tmp_path: Path) -> None:
    house = authority(tmp_path, elliptic())
    thief = signer("Stamps", elliptic())

    report = check_timestamp(RFC3161, forged(thief, info(DIGEST)), STAMPS, Trust(roots=house.roots))

    assert (report.result, report.verdict) == (Result.FAILED, "unfit-certificate")


def test_what_is_stamped_of_a_checkpoint_is_its_signed_text() -> None:
    text = Checkpoint("example.org/log", 1, bytes(32)).body

    assert checkpoint_stamp(text) == sha256(text.encode()).digest()


def test_what_is_stamped_of_a_statement_is_its_digest_with_the_signature() -> None:
    assert statement_stamp(DIGEST, b"signature") == sha256(DIGEST + b"signature").digest()


def test_a_timestamp_may_be_one_of_whatever_the_record_has() -> None:
    work_id = WorkId(bytes(32))
    text = Checkpoint("example.org/log", 1, bytes(32)).body

    assert stamps_of(DIGEST, work_id) == {
        "the file": DIGEST,
        "the declaration": sha256(bytes(32)).digest(),
    }
    assert list(stamps_of(DIGEST, work_id, (DIGEST, bytes(65)), text)) == [
        "the file",
        "the declaration",
        "the signed statement",
        "the checkpoint",
    ]


def test_a_file_stamped_before_it_was_registered_is_dated_by_that() -> None:
    trust = Trust(headers={HELLO_WORLD_HEIGHT: BitcoinHeader(HELLO_WORLD_HEADER)})

    report = check_timestamp(OPENTIMESTAMPS, HELLO_WORLD, stamps_of(DIGEST, WorkId(bytes(32))), trust)

    assert report.said == "the file existed when Bitcoin block 358391 was made, 2015-05-28 15:41 UTC"
