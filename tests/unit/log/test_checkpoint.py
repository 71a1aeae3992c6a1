"""Checkpoints: the text that the format says, in one spelling, believed of one log only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proofbundle import checkpoint as peer

from registry.errors import MalformedLogDataError, UnverifiedNoteError
from registry.log import EMPTY_ROOT, Checkpoint, SignedNote, SigningKey, open_checkpoint
from registry.log.text import to_base64

# The example in c2sp.org/tlog-checkpoint; its key is not published there.
PUBLISHED = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
PUBLISHED_NOTE = (
    PUBLISHED + "\n— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
KEY = SigningKey("log.example", bytes(range(32)))
WITNESS = SigningKey("witness.example", bytes(range(1, 33)))
ROOT = bytes(range(32))
CHECKPOINT = Checkpoint("log.example", 7, ROOT)
ROOT_LINE = to_base64(ROOT)


def test_the_published_checkpoint_is_read_and_written_the_same() -> None:
    note = SignedNote.parse(PUBLISHED_NOTE)
    checkpoint = Checkpoint.parse(note.text)

    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert checkpoint.root.hex() == "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62"
    assert checkpoint.body == PUBLISHED
    assert note.encode() == PUBLISHED_NOTE.encode()


def test_a_signed_checkpoint_opens_with_the_key_of_its_log_alone() -> None:
    note = CHECKPOINT.sign([KEY, WITNESS])

    assert open_checkpoint(note, KEY.verifier_key) == CHECKPOINT
    with pytest.raises(UnverifiedNoteError):
        open_checkpoint(note, SigningKey("log.example", WITNESS.seed).verifier_key)


def test_the_key_of_one_log_does_not_speak_for_another() -> None:
    # A witness signs the checkpoints of many logs with one key.
    note = CHECKPOINT.sign([KEY, WITNESS])
    with pytest.raises(UnverifiedNoteError, match=r"log\.example"):
        open_checkpoint(note, WITNESS.verifier_key)

    assert open_checkpoint(note, WITNESS.verifier_key, "log.example") == CHECKPOINT
    with pytest.raises(UnverifiedNoteError):
        open_checkpoint(note, KEY.verifier_key, "other.example")


def test_a_checkpoint_is_not_signed_without_the_key_of_its_log() -> None:
    for keys in ([], [WITNESS]):
        with pytest.raises(MalformedLogDataError):
            CHECKPOINT.sign(keys)


def test_another_implementation_reads_what_is_signed_here() -> None:
    verdict = peer.verify_checkpoint(CHECKPOINT.sign([KEY]).encode().decode(), str(KEY.verifier_key))

    assert verdict["ok"]
    assert (verdict["origin"], verdict["tree_size"], verdict["root"]) == ("log.example", 7, ROOT)


@given(
    st.integers(1, 2**64 - 1), st.binary(min_size=32, max_size=32), st.lists(st.text(max_size=9), max_size=3)
)
def test_whatever_a_checkpoint_says_is_read_back(size: int, root: bytes, extensions: list[str]) -> None:
    try:
        checkpoint = Checkpoint("log.example", size, root, tuple(extensions))
    except MalformedLogDataError:
        return
    note = SignedNote.parse(checkpoint.sign([KEY]).encode())
    assert open_checkpoint(note, KEY.verifier_key) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "log.example\n",
        "log.example\n7\n",
        f"log.example\n7\n{ROOT_LINE}",
        f"\n7\n{ROOT_LINE}\n",
        f"log.example\n\n{ROOT_LINE}\n",
        f"log.example\n07\n{ROOT_LINE}\n",
        f"log.example\n+7\n{ROOT_LINE}\n",
        f"log.example\n-7\n{ROOT_LINE}\n",
        f"log.example\n7 \n{ROOT_LINE}\n",
        f"log.example\n7_0\n{ROOT_LINE}\n",
        f"log.example\n0x7\n{ROOT_LINE}\n",
        f"log.example\n\u0667\n{ROOT_LINE}\n",
        f"log.example\n{2**64}\n{ROOT_LINE}\n",
        f"log.example\n{'9' * 5000}\n{ROOT_LINE}\n",
        f"log.example\n0\n{ROOT_LINE}\n",  # the empty tree has one root
        f"log.example\n00\n{to_base64(EMPTY_ROOT)}\n",
        f"log.example\n7\n{ROOT_LINE[:-1]}\n",
        f"log.example\n7\n{ROOT_LINE.replace('8=', '9=')}\n",
        f"log.example\n7\n{to_base64(ROOT + b'0')}\n",
        f"log.example\n7\n{to_base64(ROOT[:31])}\n",
        "log.example\n7\n\n",
        f"log.example\n7\n{ROOT_LINE}\n\n",
        f"log.example\n7\n{ROOT_LINE}\nextension\n\n",
        f"log.example\r\n7\r\n{ROOT_LINE}\r\n",
        f"log.example\n7\n{ROOT_LINE}\next\x00ension\n",
    ],
)
def test_what_is_no_checkpoint_is_refused_however_it_is_signed(text: str) -> None:
    with pytest.raises(MalformedLogDataError):
        Checkpoint.parse(text)
    try:
        note = SignedNote.sign(text, [KEY])
    except MalformedLogDataError:
        return
    with pytest.raises(MalformedLogDataError):
        open_checkpoint(note, KEY.verifier_key)


def test_the_empty_log_has_a_checkpoint() -> None:
    empty = Checkpoint("log.example", 0, EMPTY_ROOT)

    assert Checkpoint.parse(empty.body) == empty


@pytest.mark.parametrize(
    ("origin", "size", "root", "extensions"),
    [
        ("", 7, ROOT, ()),
        ("two\nlines", 7, ROOT, ()),
        ("nul\x00", 7, ROOT, ()),
        ("log.example", -1, ROOT, ()),
        ("log.example", 2**64, ROOT, ()),
        ("log.example", 7, ROOT[:31], ()),
        ("log.example", 0, ROOT, ()),
        ("log.example", 7, ROOT, ("",)),
        ("log.example", 7, ROOT, ("two\nlines",)),
        ("log.example", 7, ROOT, ("\ud800",)),
    ],
)
def test_a_checkpoint_that_could_not_be_read_again_is_not_made(
    origin: str, size: int, root: bytes, extensions: tuple[str, ...]
) -> None:
    with pytest.raises(MalformedLogDataError):
        Checkpoint(origin, size, root, extensions)
