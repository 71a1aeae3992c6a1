"""Sound: landmarks, and votes for the time offset that a query and a work agree on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import isqrt
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from registry.model import Extraction, Feature, Hash32, Hit, Judgement, Posting, Verdict

SCHEME = "landmarks/1"
ROW_BYTES = 8
FRAMES_PER_SECOND = (11_025, 256)  # exactly, as a fraction: a frame is 256 samples at 11 025 Hz

SCORE_HUNDREDTHS = 120
# Aligned landmarks over the root of all, in hundredths. Measured on 104 pieces of music, 16 of them not
# registered, under 32 alterations: at 120 none of 140,000 pairs of unrelated recordings matched; at 100 two
# did, at 80 twenty-seven.
MOST_PROBES = 60_000
# Landmarks that one query looks up: seven minutes of dense music whole, half an hour thinned to a quarter.
MOST_REPEATS = 16
# Of one key in one sound: a metronome's single landmark would otherwise meet itself a million times.

_FEWEST = 30  # landmarks that a very short query counts as, or three coincidences in it would be a match
_OFFSET_FRAMES = 4  # width of a bin of offsets; two neighbours are added, so a bin's edge splits no alignment
_PART = (6, 10)  # of the query: an alignment over less than this share of it is a part of it
_PART_MILLISECONDS = 5_000  # and at least this much of the query must lie outside
_UNIT = "permille of landmarks not aligned"


class AudioMedium:
    """Recorded sound."""

    name = "audio"
    kinds = ("WAV", "FLAC", "Ogg Vorbis", "Opus", "MP3")

    def sniff(self, head: bytes) -> str | None:
        """See `Medium.sniff`."""
        if head[:4] in {b"RIFF", b"RF64"} and head[8:12] == b"WAVE":
            return "audio/wav"
        if head.startswith(b"fLaC"):
            return "audio/flac"
        if head.startswith(b"OggS") and any(codec in head[:128] for codec in _OGG_CODECS):
            return "audio/ogg"
        return "audio/mpeg" if _is_mp3(head) else None

    def prepare(self) -> None:
        """See `Medium.prepare`."""
        from registry.fingerprint import audio_extraction  # noqa: F401, PLC0415 - a worker's alone

    def extract(self, path: Path, content_hash: Hash32, byte_size: int, media_type: str) -> Extraction:
        """See `Medium.extract`."""
        from registry.fingerprint.audio_extraction import extract  # noqa: PLC0415 - a worker's alone

        return extract(path, content_hash, byte_size, media_type)

    def postings(self, extraction: Extraction) -> Iterator[Posting]:
        """Every landmark, up to `MOST_REPEATS` of a key: its key, and its frame as the payload."""
        yield from _postings(_rows(extraction.feature(SCHEME) or b""))

    def probes(self, extraction: Extraction) -> Iterator[Posting]:
        """As `postings`, thinned evenly to `MOST_PROBES`."""
        yield from _postings(_thinned(_rows(extraction.feature(SCHEME) or b"")))

    def judge(self, extraction: Extraction, hits: Sequence[Hit]) -> Judgement | None:
        """The share of the query's landmarks that agree on one offset, against what chance may reach."""
        mine = [hit for hit in hits if hit.scheme == SCHEME]
        looked_up = _number_of_probes(extraction.feature(SCHEME) or b"")
        if not looked_up or 1000 * len(mine) // looked_up < needed_permille(looked_up):
            return None  # most works meet a query in a few landmarks by chance
        alignment = _best_alignment(
            _frames(b"".join(hit.query for hit in mine)), _frames(b"".join(hit.stored for hit in mine))
        )
        distance = 1000 - min(1000, 1000 * len(alignment) // looked_up)
        threshold = 1000 - needed_permille(looked_up)
        if distance > threshold:
            return None
        region = _region(alignment)
        part = _is_part(region, int(extraction.facts.get("milliseconds", 0)))
        verdict = Verdict.CONTAINS if part else Verdict.COPY
        return Judgement(verdict, distance, threshold, _UNIT, SCHEME, region)

    def compare(self, query: Extraction, reference: Extraction) -> Judgement | None:
        """As `judge`, on every pair of equal keys."""
        stored: defaultdict[int, list[bytes]] = defaultdict(list)
        for posting in self.postings(reference):
            stored[posting.key].append(posting.payload)
        hits = [
            Hit(SCHEME, probe.payload, payload)
            for probe in self.probes(query)
            for payload in stored.get(probe.key, ())
        ]
        return self.judge(query, hits)


_OGG_CODECS: Final = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC")
_MP3_BIT_RATES = (0, 15)  # free format and the forbidden one: not seen in files, often in other data
_MP3_SYNC, _MP3_LAYER_THREE, _MP3_RESERVED_VERSION, _MP3_RESERVED_RATE = 0x7FF, 1, 1, 3


def needed_permille(landmarks: int) -> int:
    """The share of landmarks that must agree: `SCORE_HUNDREDTHS` / 100 * sqrt(landmarks), as permille.

    Chance agreements grow with the root of the number of landmarks; over 1000 no agreement is enough.
    """
    votes = -(-isqrt(SCORE_HUNDREDTHS**2 * max(_FEWEST, landmarks)) // 100)
    return -(-1000 * votes // landmarks)


def feature(landmarks: bytes) -> Feature:
    """The feature of landmarks: distinct rows of frame and key, 32 bits each, big-endian, ascending."""
    return Feature(SCHEME, landmarks)


def _rows(data: bytes) -> NDArray[np.int64]:
    """Frames and keys of a feature, shape (landmarks, 2); an incomplete row at its end is not one."""
    whole = data[: len(data) // ROW_BYTES * ROW_BYTES]
    return np.frombuffer(whole, dtype=">u4").astype(np.int64).reshape(-1, 2)


def _thinned(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Every so manyth row, so that at most `MOST_PROBES` are left."""
    return rows[:: -(-len(rows) // MOST_PROBES) or 1]


@lru_cache(maxsize=16)
def _number_of_probes(data: bytes) -> int:
    """How many `probes` a feature gives; asked again for every work that a query meets."""
    _, repeats = np.unique(_thinned(_rows(data))[:, 1], return_counts=True)
    return int(np.minimum(repeats, MOST_REPEATS).sum())


def _frames(payloads: bytes) -> NDArray[np.int64]:
    return np.frombuffer(payloads, dtype=">u4").astype(np.int64)


def _postings(rows: NDArray[np.int64]) -> Iterator[Posting]:
    seen: defaultdict[int, int] = defaultdict(int)
    for frame, key in rows.tolist():
        seen[key] += 1
        if seen[key] <= MOST_REPEATS:
            yield Posting(SCHEME, key, frame.to_bytes(4, "big"))


def _best_alignment(query: NDArray[np.int64], stored: NDArray[np.int64]) -> NDArray[np.int64]:
    """The query's frames, ascending, whose offset is in the two neighbouring bins with the most hits."""
    bins = (stored - query) // _OFFSET_FRAMES
    offsets, votes = np.unique(bins, return_counts=True)
    following = np.searchsorted(offsets, offsets + 1)
    is_next = np.take(offsets, following, mode="clip") == offsets + 1
    both = votes + np.where(is_next, np.take(votes, following, mode="clip"), 0)
    best = offsets[np.argmax(both)]
    return np.sort(query[(bins == best) | (bins == best + 1)])


def _region(frames: NDArray[np.int64]) -> dict[str, int]:
    """Where in the query the agreeing landmarks lie; the outermost 2 % on either side may be chance."""
    outer = len(frames) // 50
    samples_a_second, samples_a_frame = FRAMES_PER_SECOND
    first, last = int(frames[outer]), int(frames[-1 - outer]) + 1
    return {
        "start_ms": first * samples_a_frame * 1000 // samples_a_second,
        "end_ms": last * samples_a_frame * 1000 // samples_a_second,
    }


def _is_part(region: dict[str, int], milliseconds: int) -> bool:
    span = region["end_ms"] - region["start_ms"]
    share, whole = _PART
    return span * whole < milliseconds * share and milliseconds - span >= _PART_MILLISECONDS


def _is_mp3(head: bytes) -> bool:
    """An ID3v2 tag, or a layer III frame header (ISO 11172-3, 2.4.1.3) with no reserved value in it."""
    if head.startswith(b"ID3"):
        return True
    header = int.from_bytes(head[:4], "big")
    synchronised, layer, version = header >> 21 == _MP3_SYNC, header >> 17 & 3, header >> 19 & 3
    bit_rate, rate = header >> 12 & 15, header >> 10 & 3
    is_layer_three = synchronised and layer == _MP3_LAYER_THREE and version != _MP3_RESERVED_VERSION
    return is_layer_three and bit_rate not in _MP3_BIT_RATES and rate != _MP3_RESERVED_RATE
