"""The hard binding."""

import hashlib
from pathlib import Path

import pytest

from registry.errors import EmptyFileError
from registry.fingerprint import exact
from registry.model import Extraction, Hash32, Hit, Verdict


def _extraction(content_hash: bytes) -> Extraction:
    return Extraction("image", Hash32(content_hash), 1, "image/png", {}, (), ())


def test_the_content_hash_is_the_sha_256_of_all_bytes(tmp_path: Path) -> None:
    data = bytes(range(256)) * 10_000  # more than two chunks
    (tmp_path / "file").write_bytes(data)
    assert exact.content_hash(tmp_path / "file") == (hashlib.sha256(data).digest(), len(data))


def test_an_empty_file_has_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmptyFileError):
        exact.content_hash(tmp_path / "file")


def test_the_same_bytes_are_identical() -> None:
    extraction = _extraction(b"\x01" * 32)
    (posting,) = exact.postings(extraction)
    judgement = exact.judge(extraction, [Hit(posting.scheme, posting.payload, posting.payload)])
    assert judgement is not None
    assert (judgement.verdict, judgement.distance, judgement.threshold) == (Verdict.IDENTICAL, 0, 0)
    assert exact.compare(extraction, extraction) == judgement


def test_hashes_that_begin_alike_share_a_key_and_are_not_identical() -> None:
    first, second = _extraction(b"\x01" * 32), _extraction(b"\x01" * 31 + b"\x02")
    mine, stored = (next(iter(exact.postings(each))) for each in (first, second))
    assert mine.key == stored.key == 0x01010101
    assert exact.judge(first, [Hit(exact.SCHEME, mine.payload, stored.payload)]) is None
    assert exact.compare(first, second) is None
