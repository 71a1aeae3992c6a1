from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.errors import (
    EvidenceError,
    EvidenceMismatchError,
    EvidenceTooLargeError,
    InvalidTimestampError,
    MalformedEvidenceError,
    TimestampRefusedError,
    UnfitCertificateError,
    UnsupportedTimestampError,
    WeakHashError,
)
from registry.evidence.timestamps import TimestampRequest, der, normal_form, verify_token
from registry.evidence.timestamps.tokens import MAX_BYTES, decode_token
from registry.model import Hash32
from tests.unit.evidence.authority import (
    CA,
    NOW,
    POLICY,
    Authority,
    Signer,
    attribute,
    authority,
    elliptic,
    forged,
    info,
    response,
    rsa_key,
    signer,
)

DIGEST = Hash32(sha256(b"what is stamped").digest())
OTHER = Hash32(sha256(b"something else").digest())
REQUEST = TimestampRequest(DIGEST, nonce=0xC0FFEE)


@pytest.fixture(scope="module", params=[elliptic, rsa_key], ids=["elliptic", "rsa"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"), request.param())


@pytest.fixture(scope="module")
def token(house: Authority) -> bytes:
    return REQUEST.token_of(house.answer(REQUEST.encoded()), house.roots)


@pytest.fixture(scope="module")
def root() -> Signer:
    return signer("Root", elliptic(), extensions=CA)


@pytest.fixture(scope="module")
def stamps(root: Signer) -> Signer:
    return signer("Stamps", elliptic(), root)


def raw_token(answer: bytes) -> bytes:
    fields = der.decode(answer, der.SEQUENCE, "answer", 1 << 20).children()
    fields.take(der.SEQUENCE)
    return fields.take(der.SEQUENCE).encoded


def test_a_request_is_read_as_meant_by_another_program(tmp_path: Path) -> None:
    (tmp_path / "request").write_bytes(REQUEST.encoded())

    told = subprocess.run(
        ["openssl", "ts", "-query", "-in", "request", "-text"], cwd=tmp_path, capture_output=True, check=True
    ).stdout.decode()

    assert "Hash Algorithm: sha256" in told
    assert "Nonce: 0xC0FFEE" in told
    assert "Certificate required: yes" in told


def test_a_real_authority_s_token_is_dated_by_its_root(house: Authority, token: bytes) -> None:
    found = verify_token(token, DIGEST, house.roots)

    assert (found.authority, found.root) == ("CN=Stamps", "CN=Root")
    assert abs(found.time - NOW) < timedelta(days=1)
    assert (found.info.policy, found.info.nonce) == (POLICY, 0xC0FFEE)
    assert found.info.accuracy_microseconds == 1_500_000


def test_the_form_that_is_kept_is_accepted_by_another_program(house: Authority, token: bytes) -> None:
    assert house.accepts(token, DIGEST)
    assert not house.accepts(token, OTHER)


def test_a_token_as_it_came_is_not_taken_for_it_holds_what_nobody_signed(house: Authority) -> None:
    came = raw_token(house.answer(REQUEST.encoded()))

    assert house.accepts(came, DIGEST)
    assert len(decode_token(came).others) == 2
    with pytest.raises(MalformedEvidenceError, match="normal form"):
        verify_token(came, DIGEST, house.roots)
    assert normal_form(came, house.roots) == normal_form(came)
    assert verify_token(normal_form(came), DIGEST, house.roots).root == "CN=Root"


def test_the_normal_form_of_a_normal_form_is_itself(house: Authority, token: bytes) -> None:
    assert normal_form(token) == normal_form(token, house.roots) == token


def test_nobody_vouches_without_a_root(token: bytes) -> None:
    assert verify_token(token, DIGEST).root is None


def test_another_root_vouches_for_nothing(token: bytes, root: Signer) -> None:
    with pytest.raises(UnfitCertificateError, match="no way to a given root"):
        verify_token(token, DIGEST, [root.trusted])


def test_whoever_trusts_the_signer_or_one_between_needs_no_root(house: Authority) -> None:
    came = raw_token(house.answer(REQUEST.encoded()))
    between = decode_token(came)
    for trusted in (between.signer, *between.path):
        token = normal_form(came, [trusted])
        assert verify_token(token, DIGEST, [trusted]).root == trusted.subject


def test_a_token_of_another_digest_is_refused(house: Authority, token: bytes) -> None:
    with pytest.raises(EvidenceMismatchError):
        verify_token(token, OTHER, house.roots)


def test_an_answer_to_another_request_is_refused(house: Authority) -> None:
    answer = house.answer(REQUEST.encoded())

    with pytest.raises(EvidenceMismatchError, match="nonce"):
        replace(REQUEST, nonce=1).token_of(answer, house.roots)
    with pytest.raises(EvidenceMismatchError, match="stamped digest"):
        replace(REQUEST, digest=OTHER).token_of(answer, house.roots)


def test_a_refusal_says_why_in_the_authority_s_words(house: Authority) -> None:
    answer = house.answer(b"this is no request")

    with pytest.raises(TimestampRefusedError) as refused:
        REQUEST.token_of(answer, house.roots)

    assert refused.value.facts["status"] == 2
    assert "request" in str(refused.value.facts["reason"])


def test_what_was_granted_otherwise_than_asked_is_refused(token: bytes) -> None:
    with pytest.raises(TimestampRefusedError, match=r"status 1 \(with a change\?\)"):
        REQUEST.token_of(response(token, 1, "with a", "change\x07"))


def test_no_bit_can_be_turned_over(house: Authority, token: bytes) -> None:
    for place in range(len(token)):
        altered = bytearray(token)
        altered[place] ^= 1 << place % 8
        with pytest.raises(EvidenceError):
            verify_token(bytes(altered), DIGEST, house.roots)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(data=st.data())
def test_no_altered_token_verifies(house: Authority, token: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(token) - 1))
    gone = data.draw(st.integers(0, 3))
    put = data.draw(st.binary(max_size=3))
    altered = token[:place] + put + token[place + gone :]

    if altered != token:
        with pytest.raises(EvidenceError):
            verify_token(altered, DIGEST, house.roots)


@given(st.binary(max_size=200))
def test_noise_is_refused_with_a_named_verdict(noise: bytes) -> None:
    for encoded in (noise, der.encode(der.SEQUENCE, noise)):
        with pytest.raises(EvidenceError):
            verify_token(encoded, DIGEST)
        with pytest.raises(EvidenceError):
            REQUEST.token_of(encoded)


def test_a_forged_token_in_good_order_verifies_so_the_ones_below_fail_for_their_fault(
    root: Signer, stamps: Signer
) -> None:
    token = normal_form(forged(stamps, info(DIGEST)), [root.trusted])

    assert verify_token(token, DIGEST, [root.trusted]).time == NOW


def test_a_signature_by_another_key_than_the_certificate_s_is_refused(root: Signer, stamps: Signer) -> None:
    thief = replace(stamps, key=elliptic())

    with pytest.raises(InvalidTimestampError):
        verify_token(forged(thief, info(DIGEST)), DIGEST, [root.trusted])


def test_attributes_of_other_content_are_refused(root: Signer, stamps: Signer) -> None:
    token = forged(stamps, info(DIGEST), message_digest=sha256(info(OTHER)).digest())

    with pytest.raises(EvidenceMismatchError, match="content of the token"):
        verify_token(token, DIGEST, [root.trusted])


@pytest.mark.parametrize("oid", ["1.2.840.113549.2.5", "1.3.14.3.2.26"], ids=["MD5", "SHA-1"])
def test_weak_hashes_are_refused_wherever_they_stand(root: Signer, stamps: Signer, oid: str) -> None:
    size = 16 if oid.startswith("1.2") else 20

    with pytest.raises(WeakHashError):
        verify_token(forged(stamps, info(DIGEST[:size], hash_oid=oid)), DIGEST, [root.trusted])
    with pytest.raises(WeakHashError):
        verify_token(forged(stamps, info(DIGEST), hash_oid=oid), DIGEST, [root.trusted])


def test_an_authority_that_signs_with_sha_1_is_refused(tmp_path: Path) -> None:
    house = replace(authority(tmp_path, rsa_key()), digest="sha1")

    with pytest.raises(WeakHashError):
        REQUEST.token_of(house.answer(REQUEST.encoded()), house.roots)


def test_a_certificate_named_by_sha_1_alone_is_not_supported(tmp_path: Path) -> None:
    house = replace(authority(tmp_path, elliptic()), certificate_digest="sha1")

    with pytest.raises(UnsupportedTimestampError, match="SHA-1 alone"):
        REQUEST.token_of(house.answer(REQUEST.encoded()), house.roots)


@pytest.mark.parametrize("digest", ["sha384", "sha512"])
def test_longer_hashes_are_fine(tmp_path: Path, digest: str) -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    house = replace(authority(tmp_path, key, intermediate=False), digest=digest, certificate_digest=digest)

    token = REQUEST.token_of(house.answer(REQUEST.encoded()), house.roots)

    assert verify_token(token, DIGEST, house.roots).root == "CN=Root"
    assert house.accepts(token, DIGEST)


def test_a_certificate_that_the_way_does_not_need_is_dropped_and_refused(house: Authority) -> None:
    stranger = signer("Stranger", elliptic(), house.root, CA)
    crowded = replace(house, folder=house.folder / "crowded", extra=(stranger.certificate,))
    came = raw_token(crowded.answer(REQUEST.encoded()))

    assert decode_token(normal_form(came, house.roots)).others == decode_token(normal_form(came)).others
    with pytest.raises(MalformedEvidenceError, match="no way to the root needs"):
        verify_token(came, DIGEST, house.roots)


def test_what_is_not_known_here_is_neither_proven_nor_refuted(stamps: Signer) -> None:
    extension = der.encode(0xA1, der.encode(der.SEQUENCE, der.encode_oid("1.2.3.4")))

    with pytest.raises(UnsupportedTimestampError, match="extension"):
        verify_token(forged(stamps, info(DIGEST, more=extension)), DIGEST)


def test_an_attribute_that_stands_twice_is_refused(stamps: Signer) -> None:
    twice = attribute("1.2.840.113549.1.9.4", der.encode(der.OCTET_STRING, bytes(32)))

    with pytest.raises(MalformedEvidenceError, match="twice"):
        verify_token(forged(stamps, info(DIGEST), more=twice), DIGEST)


def test_a_large_token_is_refused_before_it_is_read() -> None:
    bomb = der.encode(der.SEQUENCE, bytes(MAX_BYTES))

    with pytest.raises(EvidenceTooLargeError):
        verify_token(bomb, DIGEST)


def test_a_row_of_many_elements_is_refused() -> None:
    bomb = der.encode(der.SEQUENCE, b"\x30\x00" * 30_000)

    with pytest.raises(EvidenceTooLargeError, match="elements"):
        verify_token(bomb, DIGEST)


def test_of_two_elliptic_signatures_that_say_the_same_one_is_taken() -> None:
    alone = signer("Alone", elliptic())
    tokens = [forged(alone, info(DIGEST, nonce=nonce)) for nonce in range(64)]
    halves = {token: normal_form(token) == token for token in tokens}

    assert set(halves.values()) == {True, False}
    for token, kept in halves.items():
        assert verify_token(normal_form(token), DIGEST, [alone.trusted]).root == "CN=Alone"
        if not kept:
            with pytest.raises(MalformedEvidenceError, match="normal form"):
                verify_token(token, DIGEST, [alone.trusted])
