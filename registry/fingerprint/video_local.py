"""Films by the parts of their key frames: for crops, logos, frames within frames, and mirrors of those."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from registry.fingerprint.alignment import Alignment, align, pose_bins, posed
from registry.fingerprint.base import Lookup
from registry.fingerprint.film import LOCAL_SCHEME, KeyFrame, parsed_key_frames
from registry.fingerprint.local import Integers, LocalFeatures
from registry.fingerprint.symmetry import VARIANT_NAMES
from registry.fingerprint.video_frames import is_part
from registry.model import ACCEPTED_SCORE, Extraction, Feature, Judgement, Verdict, WorkId
from registry.model.postings import Hits, Postings, Rows

KEYS_SCHEME = "video-key/1"
INDEXED_POINTS = 120
# Of a key frame, the most telling: a film has hundreds of key frames.
MOST_SOUGHT = 24
# Key frames of a query that are looked up, evenly chosen.
LEAST_DISTINCT = 18
# Points that must agree, summed over key frames; in one of them `_LEAST_IN_ONE`.
MOST_VERIFIED = 12
# Works that are looked at closely: with votes on pose and time the right one is among the first.
MOST_VOTES = 300_000
# Hits that take part in votes, those of the rarest points first: more would take seconds to count.

_LEAST_IN_ONE = 8
_PAIRS = 6  # of key frames, that are looked at for each work
_WHOLE = 128
_UNIT = f"agreeing points short of {_WHOLE}"
_OFFSET_SECONDS = 4  # width of a bin of offsets
_SHARED_VOTES = 5_040  # what a point that met one other gives it; with many divisors, for it is shared
_COPY_SHARE = (6, 10)
_TIME_BYTES = 2
_SECONDS: Final = (1 << 16) - 1


@dataclass(frozen=True, slots=True, eq=False)
class _Votes:
    """Hits as columns: the work's place, the query's key frame, the work's second, bins and weights."""

    works: Integers
    frames: Integers
    seconds: Integers
    bins: Integers  # of poses and offsets together, shape (8, hits)
    weights: Integers


@dataclass(frozen=True, slots=True, eq=False)
class _Met:
    """A key frame of a query, one of a work, and the points of both that agree."""

    mine: KeyFrame
    theirs: KeyFrame
    found: Alignment


def postings(extraction: Extraction) -> tuple[Postings, ...]:
    """A key for each of the most telling points; each payload is its pose and the second of its frame."""
    frames = parsed_key_frames(extraction.feature(LOCAL_SCHEME) or b"")
    return (_postings(frames, INDEXED_POINTS),) if frames else ()


def features(extraction: Extraction) -> tuple[Feature, ...]:
    """What a work is verified by."""
    data = extraction.feature(LOCAL_SCHEME)
    return () if data is None or not parsed_key_frames(data) else (Feature(LOCAL_SCHEME, data),)


def search(extraction: Extraction, lookup: Lookup) -> dict[WorkId, Judgement]:
    """The works that points of key frames speak for, as far as these agree."""
    every = parsed_key_frames(extraction.feature(LOCAL_SCHEME) or b"")
    chosen = np.unique(np.linspace(0, len(every) - 1, min(len(every), MOST_SOUGHT)).astype(np.int64))
    query = [every[place] for place in chosen.tolist()]
    if not query:
        return {}
    hits = lookup.hits(_postings(query, len(max(query, key=lambda each: len(each.features)).features)))
    if not hits.work_ids:
        return {}
    votes = _votes(query, hits)
    nominated = _nominated(votes)
    stored = lookup.features(LOCAL_SCHEME, [hits.work_ids[place] for place, _ in nominated])
    length = int(extraction.facts.get("milliseconds", 0))
    found = {}
    for place, bin_ in nominated:
        work_id = hits.work_ids[place]
        work = parsed_key_frames(stored.get(work_id, b""))
        judgement = _judged(query, work, _likely_pairs(votes, place, bin_), length)
        if judgement is not None:
            found[work_id] = judgement
    return found


def _postings(frames: list[KeyFrame], most: int) -> Postings:
    keys = np.concatenate([frame.features.keys()[:most] for frame in frames]).astype(np.uint32)
    return Postings(KEYS_SCHEME, keys, np.concatenate([_payloads(frame)[:most] for frame in frames]))


def _payloads(frame: KeyFrame) -> Rows:
    """Scale, angle and variant of each point, and the second its frame is shown at: shape (points, 5)."""
    found = frame.features
    second = min(_SECONDS, frame.milliseconds // 1000).to_bytes(_TIME_BYTES, "big")
    pose = np.stack([found.scale, found.angle, found.variants()], axis=1).astype(np.uint8)
    time = np.broadcast_to(np.frombuffer(second, np.uint8), (len(found), _TIME_BYTES))
    return np.concatenate([pose, time], axis=1)


def _votes(query: list[KeyFrame], hits: Hits) -> _Votes:
    lengths = [len(frame.features) for frame in query]
    owners = np.repeat(np.arange(len(query)), lengths)
    asked = np.concatenate([_payloads(frame) for frame in query])[hits.probes].astype(np.int64)
    stored = hits.payloads.astype(np.int64)
    met = np.bincount(hits.probes, minlength=len(owners))[hits.probes]
    kept = np.sort(np.argsort(met, kind="stable")[:MOST_VOTES])
    asked, stored, met = asked[kept], stored[kept], met[kept]
    variants = (asked[:, 2] ^ stored[:, 2]) & 3
    _, angle = posed(asked[:, 0], asked[:, 1], variants, 0)
    poses = pose_bins(variants, asked[:, 0] - stored[:, 0], angle - stored[:, 1])
    seconds = stored[:, 3] << 8 | stored[:, 4]
    offset = seconds - (asked[:, 3] << 8 | asked[:, 4]) + _SECONDS
    halves = [(offset + shift) // _OFFSET_SECONDS << 1 | half for half, shift in enumerate((0, 2))]
    return _Votes(
        works=hits.works[kept],
        frames=owners[hits.probes[kept]],
        seconds=seconds,
        bins=np.concatenate([poses << 17 | half[None, :] for half in halves]),
        weights=_SHARED_VOTES // np.minimum(met, _SHARED_VOTES),
    )


def _nominated(votes: _Votes) -> list[tuple[int, int]]:
    """The works with the most votes in one bin, and the bin."""
    keys = (votes.works[None, :] << 34 | votes.bins).ravel()
    unique, places = np.unique(keys, return_inverse=True)
    totals = np.bincount(places, np.tile(votes.weights, len(votes.bins)))
    nominated: dict[int, int] = {}
    for place in np.argsort(-totals, kind="stable").tolist():
        work = int(unique[place] >> 34)
        nominated.setdefault(work, int(unique[place]) & ((1 << 34) - 1))
        if len(nominated) == MOST_VERIFIED:
            break
    return list(nominated.items())


def _likely_pairs(votes: _Votes, work: int, bin_: int) -> list[tuple[int, int]]:
    """Key frames of the query with the seconds of the work's that most votes in a bin join."""
    inside = np.flatnonzero((votes.works == work) & (votes.bins == bin_).any(axis=0))
    joined = votes.frames[inside] << 16 | votes.seconds[inside]
    unique, places = np.unique(joined, return_inverse=True)
    totals = np.bincount(places, votes.weights[inside])
    best: dict[int, int] = {}
    for place in np.argsort(-totals, kind="stable").tolist():
        best.setdefault(int(unique[place] >> 16), int(unique[place]) & _SECONDS)
        if len(best) == _PAIRS:
            break
    return list(best.items())


def _judged(
    query: list[KeyFrame], work: list[KeyFrame], pairs: list[tuple[int, int]], length: int
) -> Judgement | None:
    """What the likely pairs of key frames have in common; None if no points of any agree."""
    by_second = {frame.milliseconds // 1000: frame for frame in work}
    met = [
        _Met(query[mine], by_second[second], found)
        for mine, second in pairs
        if second in by_second
        and (found := align(query[mine].features, by_second[second].features)) is not None
    ]
    if not met:
        return None
    best = max((each.found for each in met), key=lambda found: found.distinct)
    return _judgement([each for each in met if each.found.variant == best.variant], best, length)


def _judgement(met: list[_Met], best: Alignment, length: int) -> Judgement:
    distinct = sum(each.found.distinct for each in met)
    score = distinct * ACCEPTED_SCORE // LEAST_DISTINCT
    if best.distinct < _LEAST_IN_ONE:
        score = min(score, ACCEPTED_SCORE - 1)
    asked, stored = [each.mine.milliseconds for each in met], [each.theirs.milliseconds for each in met]
    region = {
        "start_ms": min(asked),
        "end_ms": max(asked),
        "work_start_ms": min(stored),
        "work_end_ms": max(stored),
        "frames": len(met),
    }
    whole = _is_whole(met) and not is_part(min(asked), max(asked), length)
    near = Verdict.COPY if whole else Verdict.CONTAINS
    return Judgement(
        near if score >= ACCEPTED_SCORE else Verdict.NONE,
        max(0, _WHOLE - distinct),
        _WHOLE - LEAST_DISTINCT,
        _UNIT,
        f"{LOCAL_SCHEME}:{VARIANT_NAMES[best.variant]}",
        score,
        region,
    )


def _is_whole(met: list[_Met]) -> bool:
    """Whether what agrees is spread over most of both frames, in half of the pairs or more."""
    spread = sum(
        _is_spread(each.mine.features, each.found.query_points)
        and _is_spread(each.theirs.features, each.found.work_points)
        for each in met
    )
    return 2 * spread >= len(met)


def _is_spread(features: LocalFeatures, agreeing: Integers) -> bool:
    least, of = _COPY_SHARE
    inside = int(np.ptp(features.x[agreeing]) * np.ptp(features.y[agreeing]))
    return inside * of >= int(np.ptp(features.x) * np.ptp(features.y)) * least
