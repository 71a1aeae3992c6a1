"""Signed notes: the published examples byte for byte, one spelling each, and nothing believed unsigned."""

from __future__ import annotations

import base64

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from registry.errors import LogError, MalformedLogDataError, UnverifiedNoteError
from registry.log import MAX_NOTE_BYTES, Signature, SignedNote, SigningKey, VerifierKey
from registry.log.note import MAX_SIGNATURES

# The example in the documentation of golang.org/x/mod/sumdb/note.
GO_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
GO_NOTE = (
    GO_TEXT + "\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# The example in c2sp.org/signed-note, "Verifier keys".
C2SP_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# A verifier key from the tests of golang.org/x/mod/sumdb/note, and one whose base64 holds a plus.
ENOCH_KEY = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
PLUS_KEY = "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6"

LOG = SigningKey("log.example", bytes(range(32)))
WITNESS = SigningKey("witness.example", bytes(range(1, 33)))
STRANGER = SigningKey("stranger.example", bytes(range(2, 34)))
NOTE = SignedNote.sign("a text\n\nof two parts\n", [LOG, WITNESS])


def line(name: str, content: bytes) -> str:
    return f"— {name} {base64.b64encode(content).decode()}\n"


def test_the_example_of_the_go_library_is_signed_byte_for_byte() -> None:
    key = SigningKey.parse(GO_SECRET)

    assert str(key.verifier_key) == GO_KEY
    assert key.export() == GO_SECRET
    assert SignedNote.sign(GO_TEXT, [key]).encode() == GO_NOTE.encode()


@pytest.mark.parametrize(("key", "note"), [(GO_KEY, GO_NOTE), (C2SP_KEY, C2SP_NOTE)])
def test_the_published_notes_are_read_and_verify(key: str, note: str) -> None:
    verifier = VerifierKey.parse(key)
    read = SignedNote.parse(note)

    assert read.verify([verifier]) == (verifier,)
    assert read.encode() == note.encode()
    assert read == SignedNote.parse(note.encode())


@pytest.mark.parametrize("text", [GO_KEY, C2SP_KEY, ENOCH_KEY, PLUS_KEY])
def test_a_published_key_is_written_as_it_was_read(text: str) -> None:
    assert str(VerifierKey.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "++",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a3+",
        GO_KEY.replace("c74f20a3", "c74f20a4"),
        GO_KEY.replace("c74f20a3", "C74F20A3"),
        GO_KEY.replace("c74f20a3", "c74f20a"),
        GO_KEY.replace("PeterNeumann", "PeterNewmann"),
        GO_KEY.replace("PeterNeumann", "Peter Neumann"),
        GO_KEY.replace("PeterNeumann", "Peter\u00a0Neumann"),
        GO_KEY.replace("PeterNeumann", ""),
        GO_KEY + "\n",
        GO_KEY[:-4],
        GO_KEY[:-1],
        GO_KEY[:-1] + "X",
        GO_KEY + "AAAA",
        GO_KEY.replace("+ARpc", "+BRpc"),  # a witness's key, another type
        GO_SECRET,
        "x" * 300 + "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(MalformedLogDataError):
        VerifierKey.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        GO_KEY,
        GO_SECRET[:-4],
        GO_SECRET + "\n",
        GO_SECRET.replace("c74f20a3", "c74f20a4"),
        GO_SECRET.lower(),
        GO_SECRET.removeprefix("PRIVATE+"),
    ],
)
def test_what_is_no_signing_key_is_refused(text: str) -> None:
    with pytest.raises(MalformedLogDataError):
        SigningKey.parse(text)


@pytest.mark.parametrize(
    "name", ["", "a b", "a\tb", "a\u2003b", "a+b", "a\nb", "a\x00b", "\ud800", "é" * 128]
)
def test_a_name_that_a_note_cannot_carry_names_no_key(name: str) -> None:
    for kind in (SigningKey, VerifierKey):
        with pytest.raises(MalformedLogDataError):
            kind(name, bytes(32))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    for kind in (SigningKey, VerifierKey):
        with pytest.raises(MalformedLogDataError):
            kind("name", bytes(length))


def test_a_secret_is_not_printed_by_accident() -> None:
    key = SigningKey.generate("log.example")

    assert repr(key) == str(key) == "SigningKey(name='log.example')"
    assert SigningKey.parse(key.export()) == key
    assert SigningKey.generate("log.example") != key


def test_every_known_signer_is_named_and_unknown_ones_are_passed_over() -> None:
    log, witness, stranger = (key.verifier_key for key in (LOG, WITNESS, STRANGER))

    assert NOTE.verify([log]) == (log,)
    assert NOTE.verify([witness, log, stranger]) == (log, witness)
    with pytest.raises(UnverifiedNoteError):
        NOTE.verify([stranger])
    with pytest.raises(UnverifiedNoteError):
        NOTE.verify([])


def test_a_key_of_the_same_name_or_the_same_id_is_another_key() -> None:
    same_name = SigningKey(LOG.name, WITNESS.seed).verifier_key
    with pytest.raises(UnverifiedNoteError):
        NOTE.verify([same_name])

    log_id = LOG.verifier_key.key_id
    same_id = SignedNote.parse(f"{NOTE.text}\n" + line("other.example", log_id + bytes(64)))
    with pytest.raises(UnverifiedNoteError, match="no known key"):
        same_id.verify([LOG.verifier_key])


def test_a_wrong_signature_of_a_known_key_refuses_the_whole_note() -> None:
    witness, forged = NOTE.signatures[1], LOG.verifier_key.key_id + bytes(64)
    note = SignedNote(NOTE.text, (Signature(LOG.name, forged[:4], forged[4:]), witness))

    assert note.verify([WITNESS.verifier_key]) == (WITNESS.verifier_key,)
    with pytest.raises(UnverifiedNoteError, match=r"log\.example"):
        note.verify([WITNESS.verifier_key, LOG.verifier_key])


def test_a_signature_of_an_unknown_type_may_have_any_length() -> None:
    note = SignedNote.parse(
        f"{NOTE.text}\n" + line("pq.example", bytes(4 + 4_900)) + str(NOTE.signatures[0]) + "\n"
    )

    assert note.verify([LOG.verifier_key]) == (LOG.verifier_key,)


@given(st.data())
def test_an_altered_byte_never_verifies(data: st.DataObject) -> None:
    content = bytearray(SignedNote.sign("a text\n\nof two parts\n", [LOG]).encode())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(LogError):
        SignedNote.parse(bytes(content)).verify([LOG.verifier_key])


@given(st.integers(0, len(NOTE.encode()) - 1))
def test_a_cut_note_is_refused_or_loses_the_signers_that_were_cut_off(end: int) -> None:
    try:
        cut = SignedNote.parse(NOTE.encode()[:end])
    except MalformedLogDataError:
        return
    assert (cut.text, cut.signatures) == (NOTE.text, NOTE.signatures[:1])


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: f"{text}\n\n— a AAAAAAA=\n".encode()))
def test_whatever_is_read_as_a_note_is_written_the_same(document: bytes) -> None:
    try:
        note = SignedNote.parse(document)
    except MalformedLogDataError:
        return
    assert note.encode() == document


@given(st.text(max_size=100), st.text(max_size=20))
def test_every_text_that_can_be_signed_is_read_back(text: str, name: str) -> None:
    try:
        note = SignedNote.sign(text, [SigningKey(name, bytes(32))])
    except MalformedLogDataError:
        return
    assert SignedNote.parse(note.encode()) == note


SIGNED = line("a", bytes(5))


@pytest.mark.parametrize(
    "document",
    [
        "",
        "\n",
        "\n\n",
        "text\n",
        "text\n\n",
        f"text\n{SIGNED}",
        f"\n{SIGNED}",
        f"text\n\n{SIGNED}"[:-1],
        f"text\n\n{SIGNED}\n",
        f"text\n\n{SIGNED}more\n",
        f"text\n\n{SIGNED}{SIGNED}",
        f"text\n\n{SIGNED}{line('a', bytes(4) + b'other')}",
        f"text\n\n{line('a', bytes(4))}",
        f"text\n\n{line('', bytes(5))}",
        f"text\n\n{line('a+b', bytes(5))}",
        f"text\n\n{line('a b', bytes(5))}",
        "text\n\n" + line("a\u00a0b", bytes(5)),
        f"text\n\n{SIGNED.replace('—', '-')}",
        f"text\n\n{SIGNED.replace('— ', '—')}",
        f"text\n\n {SIGNED}",
        f"text\n\n{SIGNED.replace('=', '')}",
        f"text\n\n{SIGNED.replace('A=', 'B=')}",  # bits that encode nothing
        f"text\n\n{SIGNED.replace('AA', '-_', 1)}",
        f"text\n\n{SIGNED.replace('AA', 'A A', 1)}",
        "text\n\n" + SIGNED.replace("AA", "A\u0661", 1),
        f"text\r\n\n{SIGNED}",
        f"te\x00xt\n\n{SIGNED}",
        f"te\txt\n\n{SIGNED}",
        f"te\ud800xt\n\n{SIGNED}",
        f"text\n\n{SIGNED}".encode().replace(b"te", b"t\xff"),
        f"text\n\n{SIGNED}".encode("utf-16"),
        "text\n\n" + "".join(line(f"a{number}", bytes(5)) for number in range(MAX_SIGNATURES + 1)),
        "x" * MAX_NOTE_BYTES + f"\n\n{SIGNED}",
        "\n" * 2 * MAX_NOTE_BYTES,
        f"text\n\n{line('a', bytes(MAX_NOTE_BYTES))}",
    ],
)
def test_what_is_no_note_is_refused(document: bytes | str) -> None:
    with pytest.raises(MalformedLogDataError):
        SignedNote.parse(document)


def test_a_note_may_have_as_many_signatures_as_the_limit() -> None:
    keys = [SigningKey(f"key{number}.example", bytes([number]) * 32) for number in range(MAX_SIGNATURES)]
    note = SignedNote.parse(SignedNote.sign("text\n", keys).encode())

    assert len(note.verify([key.verifier_key for key in keys])) == MAX_SIGNATURES


@pytest.mark.parametrize("text", ["", "text", "te\rxt\n", "te\ud800xt\n", "x" * MAX_NOTE_BYTES + "\n"])
def test_a_text_that_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(MalformedLogDataError):
        SignedNote.sign(text, [LOG])


def test_a_note_over_a_limit_is_not_made() -> None:
    signatures = [Signature(f"key{number}", bytes(4), b"s") for number in range(MAX_SIGNATURES + 1)]
    assert SignedNote("text\n", tuple(signatures[1:])).signatures
    for text, lines in [("text\n", signatures), ("x" * (MAX_NOTE_BYTES - 2) + "\n", signatures[:1])]:
        with pytest.raises(MalformedLogDataError):
            SignedNote(text, tuple(lines))


def test_a_note_needs_a_signer_and_none_twice() -> None:
    for keys in ([], [LOG, LOG]):
        with pytest.raises(MalformedLogDataError):
            SignedNote.sign("text\n", keys)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80))
def test_bytes_that_are_no_signature_verify_nothing(public_key: bytes, signature: bytes) -> None:
    assume(public_key not in SMALL_ORDER)
    assert not VerifierKey("name", public_key).verifies(b"text", signature)


# Points of order 1, 2 and 4: whoever were known by one, anybody could sign for.
SMALL_ORDER = {bytes(32), bytes([1]) + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f"}
