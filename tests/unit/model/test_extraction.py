"""An extraction is made again from its record and the bytes that the record names, or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import InvalidDocumentError
from registry.model import Code, Extraction, Feature, Hash32

_names = st.from_regex(r"[a-z0-9-]{1,10}/[0-9]{1,3}", fullmatch=True)
_extractions = st.builds(
    Extraction,
    medium=st.sampled_from(["image", "audio"]),
    content_hash=st.binary(min_size=32, max_size=32).map(Hash32),
    byte_size=st.integers(0, 2**53 - 1),
    media_type=st.sampled_from(["image/png", "audio/flac"]),
    facts=st.dictionaries(
        st.from_regex(r"[a-z0-9_]{1,10}", fullmatch=True), st.integers() | st.text(max_size=20)
    ),
    codes=st.lists(st.builds(Code, _names, st.text(min_size=1, max_size=30)), max_size=4).map(tuple),
    features=st.lists(st.builds(Feature, _names, st.binary(max_size=100)), max_size=4).map(tuple),
)
EXAMPLE = Extraction(
    medium="image",
    content_hash=Hash32(bytes(32)),
    byte_size=10,
    media_type="image/png",
    facts={"width": 1},
    codes=(Code("pdq-256/1", "00"),),
    features=(Feature("local/1", b"abc"),),
    preview=b"a picture",
)


def _bytes_of(extraction: Extraction) -> dict[Hash32, bytes]:
    return {feature.sha256: feature.data for feature in extraction.features}


@given(_extractions)
def test_an_extraction_comes_back_equal(extraction: Extraction) -> None:
    assert Extraction.parse(extraction.record(), _bytes_of(extraction).__getitem__) == extraction


def test_a_preview_is_no_part_of_the_record() -> None:
    assert Extraction.parse(EXAMPLE.record(), _bytes_of(EXAMPLE).__getitem__) == replace(
        EXAMPLE, preview=None
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"format": "colophon.fingerprint/2"},
        {"medium": 5},
        {"content_hash": "0x00"},
        {"bytes": -1},
        {"facts": {"width": 1.5}},
        {"codes": [{"algorithm": "pdq-256/1"}]},
        {"codes": "none"},
        {"features": [{"algorithm": "local/1", "bytes": 3, "sha256": "0x00"}]},
        {"features": [EXAMPLE.features[0].reference() | {"bytes": 4}]},
        {"unknown": 1},
    ],
)
def test_a_record_that_is_not_what_was_written_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidDocumentError):
        Extraction.parse(EXAMPLE.record() | changed, _bytes_of(EXAMPLE).__getitem__)


def test_bytes_that_are_not_those_named_are_refused() -> None:
    with pytest.raises(InvalidDocumentError, match="features/0"):
        Extraction.parse(EXAMPLE.record(), lambda _sha256: b"abd")
