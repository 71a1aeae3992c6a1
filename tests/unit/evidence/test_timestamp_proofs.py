from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import (
    EvidenceError,
    EvidenceMismatchError,
    EvidenceTooLargeError,
    MalformedEvidenceError,
    UnsupportedTimestampError,
    WeakHashError,
)
from registry.evidence.timestamps import (
    BitcoinAttestation,
    BitcoinHeader,
    PendingAttestation,
    Proof,
    ProofPath,
    UnknownAttestation,
    begin,
    continued,
    decode_paths,
    decode_proof,
    pruned,
    verify_proof,
)
from registry.evidence.timestamps.operations import (
    APPEND,
    KECCAK256,
    MAX_MESSAGE,
    PREPEND,
    RIPEMD160,
    SHA1,
    SHA256,
    Operation,
)
from registry.evidence.timestamps.proofs import MAGIC, MAX_BYTES, MAX_OPERATIONS, MAX_PATHS
from registry.model import Hash32
from tests.unit.evidence.calendar_server import BITCOIN, PENDING, attested, mined, varuint
from tests.unit.evidence.published_proofs import (
    HELLO_WORLD,
    HELLO_WORLD_BLOCK,
    HELLO_WORLD_FILE,
    HELLO_WORLD_HEADER,
    HELLO_WORLD_HEIGHT,
    INCOMPLETE,
    TWO_CALENDARS,
)

HELLO = Hash32(sha256(HELLO_WORLD_FILE).digest())
VOUCHED = {HELLO_WORLD_HEIGHT: BitcoinHeader(HELLO_WORLD_HEADER)}
ALICE = "https://alice.btc.calendar.opentimestamps.org"
BOB = "https://bob.btc.calendar.opentimestamps.org"
DIGEST = Hash32(bytes(range(32)))
HEAD = MAGIC + b"\x01\x08" + DIGEST
BLOCK_5 = attested(BITCOIN, b"\x05")

operations = st.one_of(
    st.sampled_from([Operation(tag) for tag in (SHA1, RIPEMD160, SHA256, KECCAK256)]),
    st.builds(Operation, st.sampled_from([APPEND, PREPEND]), st.binary(min_size=1, max_size=4)),
)
unknown_tags = st.binary(min_size=8, max_size=8).filter(lambda tag: tag not in (PENDING, BITCOIN))
attestations = st.one_of(
    st.builds(BitcoinAttestation, st.integers(0, 2**63 - 1)),
    st.builds(PendingAttestation, st.text("abc:/.-", min_size=1, max_size=9)),
    st.builds(UnknownAttestation, unknown_tags, st.binary(max_size=9)),
)
proofs = st.builds(
    Proof,
    st.binary(min_size=32, max_size=32).map(Hash32),
    st.lists(
        st.builds(ProofPath, st.lists(operations, max_size=6).map(tuple), attestations),
        min_size=1,
        max_size=6,
        unique=True,
    ).map(tuple),
)


def test_a_published_proof_leads_to_a_block_of_2015() -> None:
    found = verify_proof(HELLO_WORLD, HELLO, VOUCHED)

    assert found.complete
    assert found.earliest == (HELLO_WORLD_HEIGHT, datetime(2015, 5, 28, 15, 41, 18, tzinfo=UTC))
    assert VOUCHED[HELLO_WORLD_HEIGHT].hash == HELLO_WORLD_BLOCK


def test_a_published_proof_dates_nothing_unless_somebody_vouches_for_the_block() -> None:
    found = verify_proof(HELLO_WORLD, HELLO)

    assert (found.complete, found.earliest, found.heights) == (False, None, (HELLO_WORLD_HEIGHT,))


@pytest.mark.parametrize(("encoded", "calendars"), [(INCOMPLETE, (ALICE,)), (TWO_CALENDARS, (ALICE, BOB))])
def test_published_proofs_that_wait_name_their_calendars(encoded: bytes, calendars: tuple[str, ...]) -> None:
    proof = decode_proof(encoded)

    assert verify_proof(encoded, proof.digest).calendars == calendars
    assert verify_proof(encoded, proof.digest).earliest is None


@pytest.mark.parametrize("encoded", [HELLO_WORLD, INCOMPLETE, TWO_CALENDARS])
def test_published_proofs_are_written_as_they_were(encoded: bytes) -> None:
    assert decode_proof(encoded).encoded() == encoded


@given(proofs)
def test_every_proof_is_read_as_it_was_written(proof: Proof) -> None:
    read = decode_proof(proof.encoded())

    assert set(read.paths) == {path.spelled(proof.digest) for path in proof.paths}
    assert {path.end(proof.digest) for path in read.paths} == {path.end(proof.digest) for path in proof.paths}
    assert read.digest == proof.digest
    assert read.encoded() == proof.encoded()


def test_operations_are_those_of_their_names() -> None:
    message = b"message"
    found = {tag: Operation(tag).apply(message).hex() for tag in (SHA1, RIPEMD160, SHA256, KECCAK256)}

    assert found == {
        SHA1: "6f9b9af3cd6e8b8a73c2cdced37fe9f59226e27d",
        RIPEMD160: "1dddbe1bea18cfda41f3fa4e6e66dbbbab93774e",
        SHA256: "ab530a13e45914982b79f9b7e3fba994cfd1f3fb22f71cea1afbf02b460c6d1d",
        KECCAK256: "c2baf6c66618acd49fb133cebc22f55bd907fe9f0d69a726d45b7539ba6bbe08",
    }
    assert Operation(APPEND, b"!").apply(message) == b"message!"
    assert Operation(PREPEND, b"!").apply(message) == b"!message"


def test_a_proof_of_another_digest_is_refused() -> None:
    with pytest.raises(EvidenceMismatchError, match="stamped digest"):
        verify_proof(HELLO_WORLD, DIGEST, VOUCHED)


def test_a_block_with_another_root_is_refused() -> None:
    other = {HELLO_WORLD_HEIGHT: BitcoinHeader(mined(bytes(32)))}

    with pytest.raises(EvidenceMismatchError, match="Merkle root of Bitcoin block 358391"):
        verify_proof(HELLO_WORLD, HELLO, other)


def verifies(encoded: bytes) -> bool:
    try:
        return verify_proof(encoded, HELLO, VOUCHED).complete
    except EvidenceError:
        return False


def test_no_bit_can_be_turned_over() -> None:
    assert verifies(HELLO_WORLD)
    for place in range(8 * len(HELLO_WORLD)):
        altered = bytearray(HELLO_WORLD)
        altered[place // 8] ^= 1 << place % 8
        assert not verifies(bytes(altered))


@given(st.data())
def test_no_altered_proof_is_complete(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(HELLO_WORLD)))
    gone = data.draw(st.integers(0, 40))
    put = data.draw(st.binary(max_size=40))
    altered = HELLO_WORLD[:place] + put + HELLO_WORLD[place + gone :]

    assert verifies(altered) == (altered == HELLO_WORLD)


@given(st.binary(max_size=100))
def test_noise_is_refused_with_a_named_verdict_or_proves_nothing(noise: bytes) -> None:
    for encoded in (noise, HEAD + noise):
        with suppress(EvidenceError):
            assert not verify_proof(encoded, DIGEST, VOUCHED).complete


@pytest.mark.parametrize(
    ("encoded", "problem"),
    [
        (b"", "cut off"),
        (b"?" + HEAD[1:] + BLOCK_5, "begin as one"),
        (MAGIC + b"\x02\x08" + DIGEST + BLOCK_5, "version"),
        (MAGIC + b"\x81\x00\x08" + DIGEST + BLOCK_5, "as shortly"),
        (MAGIC + b"\x01\x67" + DIGEST + BLOCK_5, "not with a SHA-256"),
        (HEAD, "cut off"),
        (HEAD + b"\x08", "cut off"),
        (HEAD + BLOCK_5 + b"\x00", "follow its end"),
        (HEAD + b"\xff" + BLOCK_5 + BLOCK_5, "twice"),
        (HEAD + b"\xff\xff" + BLOCK_5 * 3, "operation 0xff"),
        (HEAD + b"\xf0\x00" + BLOCK_5, "must be one"),
        (HEAD + attested(BITCOIN, b"\x05\x00"), "follow its end"),
        (HEAD + attested(BITCOIN, b"\x85\x80\x00"), "as shortly"),
        (HEAD + attested(BITCOIN, b"\x80" * 9 + b"\x01"), "as shortly"),
        (HEAD + attested(PENDING, b"\x00"), "address"),
        (HEAD + attested(PENDING, b"\x08http://?"), "address"),
        (HEAD + attested(PENDING, b"\x02\xc3\xa9"), "address"),
    ],
)
def test_what_no_honest_writer_writes_is_refused(encoded: bytes, problem: str) -> None:
    with pytest.raises((MalformedEvidenceError, UnsupportedTimestampError), match=problem):
        decode_proof(encoded)


@pytest.mark.parametrize("tag", [SHA1, RIPEMD160])
def test_a_proof_that_begins_with_a_weak_hash_is_refused(tag: int) -> None:
    with pytest.raises(WeakHashError):
        decode_proof(MAGIC + bytes([1, tag]) + bytes(20) + BLOCK_5)


@pytest.mark.parametrize("tag", [0xF2, 0xF3, 0x99])
def test_operations_that_are_not_known_here_are_not_supported(tag: int) -> None:
    with pytest.raises(UnsupportedTimestampError):
        decode_proof(HEAD + bytes([tag]) + BLOCK_5)


@pytest.mark.parametrize(
    "bomb",
    [
        bytes(MAX_BYTES + 1),
        HEAD + b"\x08" * (MAX_OPERATIONS + 1) + BLOCK_5,
        HEAD + b"\xff\x08" * 200 + BLOCK_5,
        HEAD + b"".join(b"\xff" + attested(BITCOIN, bytes([n])) for n in range(1, MAX_PATHS + 2)) + BLOCK_5,
        HEAD + b"\xf0" + varuint(MAX_MESSAGE + 1) + bytes(MAX_MESSAGE + 1) + BLOCK_5,
        HEAD + b"\xf0" + b"\xff" * 8 + b"\x01",
        HEAD + attested(bytes(8), bytes(9000)),
    ],
    ids=["large", "long", "forks", "attestations", "argument", "length", "payload"],
)
def test_bombs_are_refused(bomb: bytes) -> None:
    with pytest.raises(EvidenceTooLargeError):
        decode_proof(bomb)
    with pytest.raises(EvidenceError):
        decode_paths(bomb.removeprefix(HEAD))


def test_a_message_that_grows_too_long_is_refused() -> None:
    grown = HEAD + (b"\xf0" + varuint(3000) + bytes(3000)) * 2 + BLOCK_5

    with pytest.raises(EvidenceTooLargeError, match="bytes of a message"):
        verify_proof(grown, DIGEST)


def test_a_root_has_32_bytes() -> None:
    with pytest.raises(MalformedEvidenceError, match="no root"):
        verify_proof(HEAD + b"\x02" + BLOCK_5, DIGEST)


def test_the_longest_proof_is_read() -> None:
    assert len(decode_proof(HEAD + b"\x08" * MAX_OPERATIONS + BLOCK_5).paths[0].operations) == MAX_OPERATIONS


def test_paths_in_another_order_are_read_and_not_verified() -> None:
    block_6 = attested(BITCOIN, b"\x06")

    assert decode_proof(HEAD + b"\xff" + block_6 + BLOCK_5).encoded() == HEAD + b"\xff" + BLOCK_5 + block_6
    with pytest.raises(MalformedEvidenceError, match="order"):
        verify_proof(HEAD + b"\xff" + block_6 + BLOCK_5, DIGEST)


def test_a_proof_is_complete_only_without_what_nobody_vouches_for() -> None:
    root = mined(DIGEST)
    headers = {5: BitcoinHeader(root), 7: BitcoinHeader(mined(DIGEST, time=5))}
    paths = {
        "5": ProofPath((), BitcoinAttestation(5)),
        "6": ProofPath((), BitcoinAttestation(6)),
        "7": ProofPath((), BitcoinAttestation(7)),
        "waits": ProofPath((), PendingAttestation(ALICE)),
        "else": ProofPath((), UnknownAttestation(bytes(8), b"")),
    }

    def complete(*names: str) -> bool:
        proof = Proof(DIGEST, tuple(paths[name] for name in names))
        return verify_proof(proof.encoded(), DIGEST, headers).complete

    assert complete("5")
    assert complete("5", "7")
    assert not any(complete("5", other) for other in ("6", "waits", "else"))
    both = Proof(DIGEST, (paths["5"], paths["7"]))
    assert verify_proof(both.encoded(), DIGEST, headers).earliest == (
        7,
        datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC),
    )


def test_pruning_keeps_what_a_header_shows_to_be_right() -> None:
    right, wrong = (
        ProofPath((), BitcoinAttestation(5)),
        ProofPath((Operation(SHA256),), BitcoinAttestation(4)),
    )
    waits = ProofPath((), PendingAttestation(ALICE))
    proof = Proof(DIGEST, (waits, wrong, right))
    headers = {5: BitcoinHeader(mined(DIGEST)), 4: BitcoinHeader(mined(bytes(32)))}

    assert pruned(proof, headers).paths == (right,)
    assert pruned(proof).paths == (wrong, right)
    assert pruned(Proof(DIGEST, (waits,)), headers).paths == (waits,)
    assert verify_proof(pruned(proof, headers).encoded(), DIGEST, headers).complete


def test_the_rest_of_a_way_takes_the_place_of_the_promise() -> None:
    operations, message = begin(DIGEST, bytes(16))
    waits = ProofPath(operations, PendingAttestation(ALICE))
    rest = ProofPath((Operation(SHA256),), BitcoinAttestation(5))

    longer = continued(Proof(DIGEST, (waits,)), waits, [rest])

    assert message == sha256(DIGEST + bytes(16)).digest()
    assert longer.paths == (ProofPath((*operations, Operation(SHA256)), BitcoinAttestation(5)),)
    assert longer.paths[0].end(DIGEST) == sha256(message).digest()


def test_a_nonce_of_another_size_hides_nothing() -> None:
    with pytest.raises(MalformedEvidenceError):
        begin(DIGEST, b"")


@pytest.mark.parametrize("place", [0, 40, 70, 76])
def test_a_header_with_less_work_than_it_names_is_none(place: int) -> None:
    altered = bytearray(HELLO_WORLD_HEADER)
    altered[place] ^= 1

    with pytest.raises(EvidenceMismatchError):
        BitcoinHeader(bytes(altered))


@pytest.mark.parametrize("bits", ["00000000", "ffffff20", "ffff7fff", "01000001"])
def test_a_header_that_names_no_difficulty_is_none(bits: str) -> None:
    with pytest.raises(MalformedEvidenceError, match="difficulty"):
        BitcoinHeader(HELLO_WORLD_HEADER[:72] + bytes.fromhex(bits) + bytes(4))


@pytest.mark.parametrize("size", [0, 79, 81])
def test_a_header_has_80_bytes(size: int) -> None:
    with pytest.raises(MalformedEvidenceError):
        BitcoinHeader(bytes(size))
