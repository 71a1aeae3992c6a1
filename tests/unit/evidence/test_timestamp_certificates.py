from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from registry.errors import EvidenceError, MalformedEvidenceError, UnfitCertificateError
from registry.evidence.timestamps import normal_form, read_roots, verify_token
from registry.model import Hash32
from tests.unit.evidence.authority import CA, NOW, STAMPS, YEAR, Signer, elliptic, forged, info, signer

DIGEST = Hash32(sha256(b"what is stamped").digest())
NO_KEY_USAGE = dict.fromkeys(
    (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ),
    False,
)


@pytest.fixture(scope="module")
def root() -> Signer:
    return signer("Root", elliptic(), extensions=CA)


@pytest.fixture(scope="module")
def stamps(root: Signer) -> Signer:
    return signer("Stamps", elliptic(), root)


@pytest.mark.parametrize(
    ("extensions", "problem"),
    [
        ((), "no critical"),
        (((STAMPS[0][0], False),), "no critical"),
        (((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), True),), "not for them"),
        (
            (
                (
                    x509.ExtendedKeyUsage(
                        [ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING]
                    ),
                    True,
                ),
            ),
            "more than",
        ),
        (
            (
                *STAMPS,
                (
                    x509.KeyUsage(**{**NO_KEY_USAGE, "key_encipherment": True}),
                    True,
                ),
            ),
            "may not sign",
        ),
    ],
    ids=["no usage", "not critical", "other usage", "more usages", "key that signs nothing"],
)
def test_a_certificate_that_is_not_for_timestamps_alone_is_refused(
    root: Signer, extensions: tuple[tuple[x509.ExtensionType, bool], ...], problem: str
) -> None:
    unfit = signer("Unfit", elliptic(), root, extensions)

    with pytest.raises(UnfitCertificateError, match=problem):
        verify_token(forged(unfit, info(DIGEST)), DIGEST, [root.trusted])
    with pytest.raises(UnfitCertificateError, match=problem):
        verify_token(forged(unfit, info(DIGEST)), DIGEST)


@pytest.mark.parametrize("late", [YEAR + timedelta(seconds=1), -YEAR - timedelta(seconds=1)])
def test_a_time_outside_of_the_certificate_s_is_refused(stamps: Signer, late: timedelta) -> None:
    with pytest.raises(UnfitCertificateError, match="valid from"):
        verify_token(forged(stamps, info(DIGEST, NOW + late)), DIGEST)


def test_a_token_outlives_its_certificate(root: Signer) -> None:
    old = replace(
        root, certificate=signer("Root", root.key, None, CA, NOW - 9 * YEAR, NOW - YEAR).certificate
    )
    gone = signer("Gone", elliptic(), old, since=NOW - 8 * YEAR, until=NOW - 2 * YEAR)
    token = normal_form(forged(gone, info(DIGEST, NOW - 5 * YEAR)), [old.trusted])

    assert verify_token(token, DIGEST, [old.trusted]).time == NOW - 5 * YEAR


def test_an_issuer_that_is_none_leads_nowhere(root: Signer, stamps: Signer) -> None:
    below = signer("Below", elliptic(), stamps)

    with pytest.raises(UnfitCertificateError, match="no way"):
        verify_token(normal_form(forged(below, info(DIGEST))), DIGEST, [root.trusted])


@pytest.mark.parametrize(
    "extension",
    [
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]),
        x509.KeyUsage(**{**NO_KEY_USAGE, "digital_signature": True}),
        x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"),
    ],
    ids=["for other things", "may not issue", "critical and unknown"],
)
def test_an_issuer_that_may_not_issue_it_leads_nowhere(root: Signer, extension: x509.ExtensionType) -> None:
    between = signer("Between", elliptic(), root, (*CA, (extension, True)))
    below = signer("Below", elliptic(), between)

    with pytest.raises(UnfitCertificateError, match="no way"):
        verify_token(normal_form(forged(below, info(DIGEST))), DIGEST, [root.trusted])


@pytest.mark.parametrize("year", ["0001", "0000", "1949", "2050", "9999"])
def test_no_year_confuses_the_way_to_a_root(root: Signer, stamps: Signer, year: str) -> None:
    content = info(DIGEST).replace(f"{NOW:%Y%m%d%H%M%S}".encode(), f"{year}0101000000".encode())

    for check in (normal_form, lambda token, roots: verify_token(token, DIGEST, roots)):
        with pytest.raises(EvidenceError):
            check(forged(stamps, content), [root.trusted])


def test_a_name_is_printed_without_what_moves_a_cursor(root: Signer) -> None:
    named = signer("Evil\x1b[2J\u202e" + "x" * 30, elliptic(), root)

    assert named.trusted.subject == "CN=Evil?[2J?" + "x" * 30


def test_roots_are_read_from_pem_and_der(root: Signer, stamps: Signer) -> None:
    assert read_roots(root.der) == read_roots(root.pem) == (root.trusted,)
    assert read_roots(b"# ours\n" + root.pem + stamps.pem) == (root.trusted, stamps.trusted)


@pytest.mark.parametrize(
    "content",
    [b"", b"-----BEGIN CERTIFICATE-----\n", b"-----BEGIN nothing", bytes(1 << 21), bytes(100), b"\x30\x00"],
)
def test_a_file_without_roots_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedEvidenceError):
        read_roots(content)
