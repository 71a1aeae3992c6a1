"""The hard binding."""

import hashlib
from pathlib import Path

import pytest

from registry.errors import EmptyFileError
from registry.fingerprint import exact, matching
from registry.model import Extraction, Hash32, Verdict
from registry.model.postings import Indexed
from registry.search.linear import LinearIndex
from tests.media.searching import work_id_of


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
    judgement = matching.compare(_extraction(b"\x01" * 32), _extraction(b"\x01" * 32))
    assert judgement is not None
    assert (judgement.verdict, judgement.distance, judgement.threshold) == (Verdict.IDENTICAL, 0, 0)


def test_hashes_that_begin_alike_share_a_key_and_are_not_identical() -> None:
    first, second = Hash32(b"\x01" * 32), Hash32(b"\x01" * 31 + b"\x02")
    assert exact.postings_of([first, second]).keys.tolist() == [0x01010101] * 2
    assert matching.compare(_extraction(first), _extraction(second)) is None


def test_works_of_several_files_are_found_in_one_question() -> None:
    index, hashes = LinearIndex(), [Hash32(bytes([number]) * 32) for number in range(3)]
    for number, content_hash in ((7, hashes[0]), (8, hashes[2]), (9, hashes[0])):
        index.add(work_id_of(number), Indexed((exact.postings_of([content_hash]),)))
    assert exact.found([hashes[0], hashes[1], hashes[0]], index) == {
        hashes[0]: [work_id_of(7), work_id_of(9)],
        hashes[1]: [],
    }


def test_no_files_are_found_nowhere() -> None:
    assert exact.found([], LinearIndex()) == {}
