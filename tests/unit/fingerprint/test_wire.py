"""What a worker may say, and what it may not."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import InvalidValueError, MediaTooLargeError, UndecodableMediaError
from registry.fingerprint import wire
from registry.model import Code, Extraction, Feature, Hash32

KNOWN = Extraction("image", Hash32(bytes(32)), 5, "image/png", {}, (), ())
FOUND = Extraction(
    "image",
    Hash32(bytes(32)),
    5,
    "image/png",
    {"width": 3, "codec": "vorbis"},
    (Code("pdq-256/1", "ab" * 32), Code("iscc-data/0", "ISCC:GAD54BNG")),
    (Feature("landmarks/1", b"\x00\xff"),),
    b"\xff\xd8\xff preview",
)


def test_an_extraction_survives_the_wire() -> None:
    frame = wire.frame(wire.extraction_to_wire(FOUND))
    read = wire.read_frame(io.BytesIO(frame))
    assert read is not None
    assert wire.extraction_from_wire(read, KNOWN) == FOUND


@given(st.binary(max_size=2000))
def test_any_feature_survives_the_wire(data: bytes) -> None:
    found = Extraction("image", Hash32(bytes(32)), 5, "image/png", {}, (), (Feature("any/1", data),))
    assert wire.extraction_from_wire(wire.extraction_to_wire(found), KNOWN) == found


def test_the_parent_keeps_what_it_knows_better() -> None:
    lie = wire.extraction_to_wire(FOUND) | {"content_hash": "0x" + "11" * 32, "medium": "audio"}
    read = wire.extraction_from_wire(lie, KNOWN)
    assert (read.content_hash, read.medium) == (KNOWN.content_hash, "image")


@pytest.mark.parametrize(
    "lie",
    [
        {"facts": {"width": 1.5}},
        {"facts": {"width": True}},
        {"facts": {"width": 2**53}},
        {"facts": {"Width": 1}},
        {"facts": {"width": "<script>\n"}},
        {"facts": {"width": "x" * 201}},
        {"facts": {f"fact_{number}": 1 for number in range(33)}},
        {"facts": [1]},
        {"codes": [["pdq-256/1", "not hex"]]},
        {"codes": [["PDQ", "ab"]]},
        {"codes": [["pdq-256/1"]]},
        {"codes": [["pdq-256/1", 5]]},
        {"features": [["landmarks/1", "not base64!"]]},
        {"features": None},
        {"preview": "PGh0bWw+"},
        {"preview": 7},
    ],
)
def test_a_malformed_answer_is_refused(lie: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError):
        wire.extraction_from_wire(wire.extraction_to_wire(FOUND) | lie, KNOWN)


def test_an_answer_with_a_part_missing_is_refused() -> None:
    with pytest.raises(InvalidValueError):
        wire.extraction_from_wire({}, KNOWN)


@pytest.mark.parametrize(
    "failure", [MediaTooLargeError("frames", 300, 200), UndecodableMediaError("audio", "it ends early")]
)
def test_a_failure_survives_the_wire(failure: MediaTooLargeError | UndecodableMediaError) -> None:
    read = wire.failure_from_wire(wire.failure_to_wire(failure))
    assert (type(read), read.facts, str(read)) == (type(failure), failure.facts, str(failure))


@pytest.mark.parametrize(
    "lie",
    [
        {},
        {"code": "faucet-dry", "facts": {}},
        {"code": "media-too-large", "facts": {"os": 1}},
        {"code": "media-too-large", "facts": [1]},
        {"code": "undecodable-media", "facts": {"medium": "image", "problem": "<b>\n"}},
        {"code": "undecodable-media", "facts": {"medium": "image", "problem": "x" * 201}},
        {"code": "undecodable-media", "facts": {"medium": "image", "problem": ["a", "list"]}},
    ],
)
def test_a_failure_that_decoding_does_not_have_is_refused(lie: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError):
        wire.failure_from_wire(lie)


@given(st.text())
def test_whatever_a_decoder_says_can_be_made_to_pass(message: str) -> None:
    failure = UndecodableMediaError("image", wire.plain(message))
    assert str(wire.failure_from_wire(wire.failure_to_wire(failure))) == str(failure)


def test_the_end_of_the_requests_is_no_request() -> None:
    assert wire.read_frame(io.BytesIO(b"")) is None
