"""A digest is stamped by a real authority and real calendars, over HTTP, and verified without them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from registry.client import timestamps
from registry.client.calendars import MAX_ANSWER_BYTES, ask_calendars, upgrade
from registry.client.timestamps import BadTimestamperAnswerError, NoTimestamperError, ask_authority
from registry.errors import MalformedEvidenceError
from registry.evidence import Token
from registry.evidence.timestamps import (
    BitcoinHeader,
    PendingAttestation,
    Trust,
    check_timestamp,
    decode_proof,
    pruned,
    read_roots,
    verify_proof,
)
from registry.evidence.verdicts import Result
from registry.model import Hash32
from tests.unit.client.small_server import CUT, small_server
from tests.unit.evidence.authority import authority, elliptic, rsa_key
from tests.unit.evidence.authority_server import serving
from tests.unit.evidence.calendar_server import Calendar, calendar_server

DIGEST = Hash32(sha256(b"what is stamped").digest())
STAMPS = {"the checkpoint": DIGEST}


@pytest.fixture
def calendar() -> Iterator[Calendar]:
    with calendar_server() as served:
        yield served


@pytest.fixture
def other_calendar() -> Iterator[Calendar]:
    with calendar_server() as served:
        yield served


@pytest.mark.parametrize("key", [elliptic, rsa_key], ids=["elliptic", "rsa"])
def test_an_authority_s_token_dates_a_digest_long_after_it_is_gone(tmp_path: Path, key: object) -> None:
    assert callable(key)
    house = authority(tmp_path, key())
    roots = read_roots((tmp_path / "root.pem").read_bytes())
    with serving(house) as url:
        token = ask_authority(url, DIGEST, roots)

    report = check_timestamp(Token.RFC3161, token, STAMPS, Trust(roots=roots))

    assert (report.result, report.subject) == (Result.PASSED, "the checkpoint")
    assert house.accepts(token, DIGEST)


def test_two_requests_for_one_digest_differ(tmp_path: Path) -> None:
    house = authority(tmp_path, elliptic())
    with serving(house) as url:
        first = ask_authority(url, DIGEST)
        asked = (tmp_path / "request").read_bytes()
        second = ask_authority(url, DIGEST)

    assert asked != (tmp_path / "request").read_bytes()
    assert first != second


def test_an_authority_that_is_not_trusted_is_refused(tmp_path: Path) -> None:
    stranger = authority(tmp_path / "stranger", elliptic())
    with (
        serving(authority(tmp_path / "house", elliptic())) as url,
        pytest.raises(BadTimestamperAnswerError) as refused,
    ):
        ask_authority(url, DIGEST, stranger.roots)

    assert refused.value.evidence_code == "unfit-certificate"


def test_an_old_answer_is_no_answer(tmp_path: Path) -> None:
    house = authority(tmp_path, elliptic())
    with serving(house) as url:
        ask_authority(url, DIGEST)
    old = (tmp_path / "response").read_bytes()

    with (
        replaying(old) as url,
        pytest.raises(BadTimestamperAnswerError) as refused,
    ):
        ask_authority(url, DIGEST)
    assert refused.value.evidence_code == "evidence-mismatch"


@contextmanager
def replaying(answer: bytes) -> Iterator[str]:
    class Parrot:
        def answer(self, request: bytes) -> bytes:  # noqa: ARG002  # whatever was asked
            return answer

    with serving(Parrot()) as url:
        yield url


def test_an_answer_of_another_type_or_status_is_refused(tmp_path: Path) -> None:
    with (
        serving(authority(tmp_path, elliptic()), "text/html") as url,
        pytest.raises(BadTimestamperAnswerError, match="text/html"),
    ):
        ask_authority(url, DIGEST)
    with small_server() as server:
        server.status = 503
        with pytest.raises(BadTimestamperAnswerError, match="HTTP 503"):
            ask_authority(server.url, DIGEST)


def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    with (
        replaying(bytes(1 << 20)) as url,
        pytest.raises(BadTimestamperAnswerError, match="more than 69632 bytes"),
    ):
        ask_authority(url, DIGEST)


def test_an_answer_that_drips_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timestamps, "MAX_SECONDS", -1.0)
    with (
        serving(authority(tmp_path, elliptic())) as url,
        pytest.raises(BadTimestamperAnswerError, match="takes more than"),
    ):
        ask_authority(url, DIGEST)


def test_nobody_at_the_address_is_told_apart_from_a_bad_answer() -> None:
    with small_server() as server:
        url = server.url
        server.status = CUT
        with pytest.raises(NoTimestamperError):
            ask_authority(url, DIGEST)
    for nowhere in (url, "ftp://example.org", "http://[", "nowhere"):
        with pytest.raises(NoTimestamperError):
            ask_authority(nowhere, DIGEST)


def test_a_redirect_is_not_followed() -> None:
    with small_server() as server:
        server.status = 302
        with pytest.raises(BadTimestamperAnswerError, match="HTTP 302"):
            ask_authority(server.url, DIGEST)
        assert len(server.asked) == 1


def test_a_calendar_s_promise_becomes_a_proof(calendar: Calendar) -> None:
    waits = ask_calendars([calendar.url], DIGEST)
    for stranger in range(4):
        ask_calendars([calendar.url], Hash32(sha256(bytes([stranger])).digest()))
    assert upgrade(waits, [calendar.url]) == waits

    height = calendar.mine()
    proof = upgrade(waits, [calendar.url]).encoded()

    headers = {height: BitcoinHeader(calendar.headers[height])}
    assert verify_proof(waits.encoded(), DIGEST).calendars == (calendar.url,)
    assert verify_proof(proof, DIGEST, headers).complete
    assert check_timestamp(Token.OPENTIMESTAMPS, proof, STAMPS, Trust(headers=headers)).time == (
        headers[height].time
    )


def test_a_calendar_never_sees_the_digest_nor_the_same_message_twice(calendar: Calendar) -> None:
    for _ in range(2):
        ask_calendars([calendar.url], DIGEST)

    assert DIGEST not in calendar.seen
    assert len(set(calendar.seen)) == 2


def test_several_calendars_make_one_proof_and_one_that_is_silent_does_not_hurt(
    calendar: Calendar, other_calendar: Calendar
) -> None:
    with small_server() as silent:
        silent.status = CUT
        waits = ask_calendars([calendar.url, silent.url, other_calendar.url + "/"], DIGEST)
    assert len(waits.paths) == 2

    height = other_calendar.mine()
    longer = upgrade(waits, [calendar.url, other_calendar.url])
    headers = {height: BitcoinHeader(other_calendar.headers[height])}

    assert not verify_proof(longer.encoded(), DIGEST, headers).complete
    assert verify_proof(pruned(longer, headers).encoded(), DIGEST, headers).complete
    assert decode_proof(longer.encoded()).encoded() == longer.encoded()


def test_only_calendars_that_were_named_are_asked(calendar: Calendar, other_calendar: Calendar) -> None:
    waits = ask_calendars([calendar.url], DIGEST)
    calendar.mine()

    assert upgrade(waits, [other_calendar.url]) == waits


def test_no_calendar_at_all_is_a_failure(calendar: Calendar) -> None:
    with small_server() as silent:
        silent.status = CUT
        with pytest.raises(NoTimestamperError):
            ask_calendars([silent.url], DIGEST)
    with pytest.raises(MalformedEvidenceError):
        ask_calendars([], DIGEST)
    waits = ask_calendars([calendar.url], DIGEST)
    lost = type(waits)(
        DIGEST,
        tuple(type(path)(path.operations, PendingAttestation(silent.url)) for path in waits.paths),
    )
    with pytest.raises(NoTimestamperError):
        upgrade(lost, [silent.url])


@pytest.mark.parametrize("body", [b"", b"\x00", b"not a tree", bytes(MAX_ANSWER_BYTES + 1)])
def test_a_calendar_s_nonsense_is_refused(body: bytes) -> None:
    with small_server() as server:
        server.body = body
        with pytest.raises(BadTimestamperAnswerError):
            ask_calendars([server.url], DIGEST)
