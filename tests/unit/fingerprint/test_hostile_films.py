"""Films that are broken, or lie, or are far too much: each ends in a typed error or a small fingerprint."""

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.errors import MediaTooLargeError, RegistryError, UndecodableMediaError
from registry.fingerprint.pool import DecoderPool
from registry.model import Extraction
from tests.media.film_boxes import Boxes, box, film, jpeg
from tests.media.film_files import coffee, encoded
from tests.media.media_files import photograph

_JPEG = jpeg()
_EBML = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm"


@pytest.fixture(scope="module")
def pool() -> Iterator[DecoderPool]:
    with DecoderPool(workers=1, wait_seconds=60) as pool:
        yield pool


def _extract(pool: DecoderPool, folder: Path, data: bytes) -> Extraction:
    path = folder / "film"
    path.write_bytes(data)
    return pool.extract(path)


def _nested(depth: int) -> bytes:
    inside = b""
    for _ in range(depth):
        inside = box(b"moov", box(b"trak", box(b"mdia", inside)))
    return inside


_PLAIN = film(Boxes(_JPEG))


@pytest.mark.parametrize(
    ("data", "failure", "problem"),
    [
        pytest.param(_PLAIN[:300], UndecodableMediaError, "damaged", id="cut within its header"),
        pytest.param(_PLAIN[: len(_JPEG)], UndecodableMediaError, "damaged", id="without its header"),
        pytest.param(
            film(Boxes(_JPEG, frames=100)).replace(_JPEG[300:], bytes(len(_JPEG) - 300)),
            UndecodableMediaError,
            "pictures",
            id="its pictures wiped",
        ),
        pytest.param(film(Boxes(_JPEG, codec=b"encv")), UndecodableMediaError, "encrypted", id="encrypted"),
        pytest.param(
            film(Boxes(_JPEG, codec=b"avc1")), UndecodableMediaError, "pictures", id="another codec"
        ),
        pytest.param(
            film(Boxes(_JPEG, handler=b"sbtl", codec=b"tx3g")),
            UndecodableMediaError,
            "neither pictures nor sound",
            id="only subtitles",
        ),
        pytest.param(
            box(b"ftyp", b"isom\0\0\0\0isom") + box(b"moov"),
            UndecodableMediaError,
            "the video",
            id="no streams",
        ),
        pytest.param(
            film(Boxes(jpeg((8, 8)))), UndecodableMediaError, "pictures are 8 x", id="pictures of 8 x 8"
        ),
        pytest.param(
            film(Boxes(jpeg((9000, 9000)), frames=2)), UndecodableMediaError, "larger", id="81 megapixels"
        ),
        pytest.param(
            film(Boxes(_JPEG, frame_ms=100_000)),
            MediaTooLargeError,
            "2000 seconds",
            id="half an hour and more",
        ),
        pytest.param(
            box(b"ftyp", b"isom\0\0\0\0isom") + _nested(3_000),
            UndecodableMediaError,
            "the video",
            id="boxes in boxes",
        ),
        pytest.param(_EBML + bytes(500), UndecodableMediaError, "the video", id="Matroska without a body"),
        pytest.param(
            _EBML + b"\x18S\x80g" + b"\xff" * 500,
            UndecodableMediaError,
            "the video",
            id="Matroska without an end",
        ),
        pytest.param(
            b"RIFF" + struct.pack("<I", 2**32 - 1) + b"AVI LIST" + b"\xff" * 400,
            UndecodableMediaError,
            "the video",
            id="AVI that promises 4 GB",
        ),
        pytest.param(
            (b"\x47" + b"\xff" * 187) * 40, UndecodableMediaError, "the video", id="a stream of stuffing"
        ),
    ],
)
def test_a_bad_film_ends_in_a_typed_error(
    pool: DecoderPool, tmp_path: Path, data: bytes, failure: type[RegistryError], problem: str
) -> None:
    with pytest.raises(failure, match=problem) as refused:
        _extract(pool, tmp_path, data)
    assert str(tmp_path) not in str(refused.value), "where the server keeps a file is nobody's business"


def test_a_film_that_ends_long_before_its_header_says_is_refused(pool: DecoderPool, tmp_path: Path) -> None:
    data = encoded(coffee())
    start = data.index(b"mdat")
    front = data[data.index(b"moov") - 4 :]
    with pytest.raises(UndecodableMediaError):
        _extract(pool, tmp_path, front[: len(front) // 2])
    with pytest.raises(UndecodableMediaError):
        _extract(pool, tmp_path, data[: start + (len(data) - start) // 2])


def test_the_size_in_a_header_is_not_believed(pool: DecoderPool, tmp_path: Path) -> None:
    for lie in (0, 60_000):
        data = film(Boxes(jpeg((64, 48), photograph()), width=lie, height=lie))
        found = _extract(pool, tmp_path, data)
        assert (found.facts["width"], found.facts["height"], found.facts["frames"]) == (64, 48, 20)


def test_a_film_cannot_have_other_files_read(pool: DecoderPool, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(jpeg((640, 480), photograph()))
    boxes = Boxes(_JPEG, reference=f"file://{secret}".encode() + b"\0")
    assert _extract(pool, tmp_path, film(boxes)).facts["width"] == 64


def test_many_identical_frames_are_looked_at_twice_a_second_and_kept_once(
    pool: DecoderPool, tmp_path: Path
) -> None:
    data = film(Boxes(jpeg((64, 48), photograph()), frames=250_000, frame_ms=4))
    found = _extract(pool, tmp_path, data)
    assert found.facts["looked_at"] == "key frames"
    assert found.facts["frames"] == 2_000
    assert found.facts["key_frames"] == 1
    assert sum(len(feature.data) for feature in found.features) < 5_000


def test_many_frames_at_one_time_are_one(pool: DecoderPool, tmp_path: Path) -> None:
    found = _extract(pool, tmp_path, film(Boxes(_JPEG, frames=250_000, frame_ms=0)))
    assert found.facts["frames"] == 1


def test_a_film_of_one_long_line_is_shrunk_in_length(pool: DecoderPool, tmp_path: Path) -> None:
    found = _extract(pool, tmp_path, film(Boxes(jpeg((60_000, 16), photograph()), frames=3)))
    assert found.facts["width"] == 60_000
