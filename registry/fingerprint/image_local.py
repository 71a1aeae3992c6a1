"""Pictures by their local features: what a work is indexed under, whom to look at, and what is shared."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from registry.fingerprint.alignment import Alignment, align, pose_bins, posed
from registry.fingerprint.base import Lookup
from registry.fingerprint.local import QUARTERS, SCHEME, Frame, Integers, LocalFeatures
from registry.fingerprint.symmetry import VARIANT_NAMES
from registry.model import ACCEPTED_SCORE, Extraction, Feature, Judgement, Verdict, WorkId
from registry.model.postings import Postings, Rows

KEYS_SCHEME = "sift-key/1"
INDEXED_POINTS = 300
# The most telling ones of a work; the other half costs as many rows and finds no more.
LEAST_DISTINCT = 10
# Points that must agree on one map. Measured with 460 works, 47 of them in 52 alterations: at 8, about ten of
# 1.1 million pairs matched by chance; what is left at 10 shares letters, a logo or a window.
VERIFIED_AT_ONCE = 16
# Works that the points of a query speak for, looked at together: the right one is nearly always the first,
# and of badly altered pictures now and then the fifteenth.
MOST_VERIFIED = 96
# Copies of one work crowd out no other: as long as some of a batch's second half share a part, the next is
# looked at.

_WHOLE = 64  # distinct points in agreement over which a distance is 0
_UNIT = f"agreeing points short of {_WHOLE}"
_GRID = 8
_SHARED_VOTES = 5_040  # what a point that met one other gives it; with many divisors, for it is shared
_COPY_DISTINCT = 20
# Agreeing points of a copy: with fewer, a triangle is a copy of every triangle.
_COPY_POINTS = (22, 100)
# Of the points of the picture that has fewer: icons on the same paper agree in at most one in five, three of
# four altered copies in more than one in four. What falls between is said to contain.
_COPY_SHARE = (6, 10)
# Of a copy and of its work, this share lies in the box around the points that agree, measured within the box
# around all points; and of the cells that hold points, this share is at or beside those that agree: two
# screens that share their edges alone have a large box.


def postings(extraction: Extraction) -> tuple[Postings, ...]:
    """A key and a pose for each of the most telling points."""
    found = _parsed(extraction.feature(SCHEME) or b"")
    if found is None:
        return ()
    keys = found.keys()[:INDEXED_POINTS].astype(np.uint32)
    return (Postings(KEYS_SCHEME, keys, _poses(found)[:INDEXED_POINTS].astype(np.uint8)),)


def features(extraction: Extraction) -> tuple[Feature, ...]:
    """What a work is verified by."""
    data = extraction.feature(SCHEME)
    return () if data is None or _parsed(data) is None else (Feature(SCHEME, data),)


def search(extraction: Extraction, lookup: Lookup) -> dict[WorkId, Judgement]:
    """Works that share a part with the picture: the likeliest are looked at, and more while some do."""
    query = _parsed(extraction.feature(SCHEME) or b"")
    found: dict[WorkId, Judgement] = {}
    if query is None:
        return found
    nominated = nominate(query, lookup)
    for start in range(0, min(len(nominated), MOST_VERIFIED), VERIFIED_AT_ONCE):
        stored = lookup.features(SCHEME, nominated[start : start + VERIFIED_AT_ONCE])
        parsed = {work_id: _parsed(data) for work_id, data in stored.items()}
        judged = {work_id: _judged(query, work) for work_id, work in parsed.items() if work is not None}
        near = {work_id: judgement for work_id, judgement in judged.items() if judgement is not None}
        found |= near
        last = nominated[start + VERIFIED_AT_ONCE // 2 : start + VERIFIED_AT_ONCE]
        if not any(near[work_id].is_match for work_id in last if work_id in near):
            break
    return found


def nominate(query: LocalFeatures, lookup: Lookup) -> list[WorkId]:
    """Works whose points agree with the query's on a pose, those with the most agreement first.

    A point's vote is shared among all that it met, and a work counts by the best of its poses.
    """
    hits = lookup.hits(Postings(KEYS_SCHEME, query.keys().astype(np.uint32), _poses(query)))
    if not hits.work_ids:
        return []
    met = np.bincount(hits.probes, minlength=len(query))
    weights = _SHARED_VOTES // np.minimum(met[hits.probes], _SHARED_VOTES)
    asked, stored = _poses(query)[hits.probes].astype(np.int64), hits.payloads.astype(np.int64)
    variants = (asked[:, 2] ^ stored[:, 2]) & 3
    _, angle = posed(asked[:, 0], asked[:, 1], variants, 0)
    bins = pose_bins(variants, asked[:, 0] - stored[:, 0], angle - stored[:, 1])
    order = np.argsort(-_best_votes(hits.works, bins, weights), kind="stable")
    return [hits.work_ids[place] for place in order]


def _judged(query: LocalFeatures, work: LocalFeatures) -> Judgement | None:
    """What a picture shares with a work; None if no points agree."""
    found = align(query, work)
    if found is None:
        return None
    return Judgement(
        _verdict(query, work, found),
        max(0, _WHOLE - found.distinct),
        _WHOLE - LEAST_DISTINCT,
        _UNIT,
        f"{SCHEME}:{VARIANT_NAMES[found.variant]}",
        found.distinct * ACCEPTED_SCORE // LEAST_DISTINCT,
        _box(query, found.query_points, "") | _box(work, found.work_points, "work_"),
    )


@lru_cache(maxsize=8)
def _parsed(data: bytes) -> LocalFeatures | None:
    """A query's features are asked for more than once."""
    return LocalFeatures.parse(data)


def _poses(features: LocalFeatures) -> Rows:
    """Scale, angle and variant of each point, shape (points, 3)."""
    return np.stack([features.scale, features.angle, features.variants()], axis=1).astype(np.uint8)


def _best_votes(owners: Integers, bins: Integers, weights: Integers) -> Integers:
    """For each owner the votes in the best of its bins."""
    keys = (owners[None, :] << 16 | bins).ravel()
    unique, places = np.unique(keys, return_inverse=True)
    totals = np.bincount(places, np.tile(weights, len(bins))).astype(np.int64)
    best = np.zeros(int(owners.max()) + 1, dtype=np.int64)
    np.maximum.at(best, unique >> 16, totals)
    return best


def _verdict(query: LocalFeatures, work: LocalFeatures, found: Alignment) -> Verdict:
    """A copy if what agrees is spread over most of both pictures; nothing if too little agrees."""
    if found.distinct < LEAST_DISTINCT:
        return Verdict.NONE
    sides = ((query, found.query_points), (work, found.work_points))
    least, of = _COPY_SHARE
    shares = [share(*side) for side in sides for share in (_boxed, _occupied)]
    spread = all(covered * of >= whole * least for covered, whole in shares)
    least, of = _COPY_POINTS
    many = found.distinct >= _COPY_DISTINCT and found.distinct * of >= least * min(len(query), len(work))
    return Verdict.COPY if spread and many else Verdict.CONTAINS


def _boxed(features: LocalFeatures, agreeing: Integers) -> tuple[int, int]:
    """The areas of the boxes around the agreeing points and around all, in square quarter pixels."""
    x, y = features.x, features.y
    return int(np.ptp(x[agreeing]) * np.ptp(y[agreeing])), int(np.ptp(x) * np.ptp(y))


def _occupied(features: LocalFeatures, agreeing: Integers) -> tuple[int, int]:
    """How many cells that hold points are at or beside agreeing ones, and how many hold any."""
    frame = features.frame
    column = np.minimum(features.x * _GRID // (QUARTERS * frame.working_width), _GRID - 1)
    row = np.minimum(features.y * _GRID // (QUARTERS * frame.working_height), _GRID - 1)
    occupied = np.zeros((_GRID, _GRID), dtype=bool)
    occupied[row, column] = True
    near = np.zeros((_GRID + 2, _GRID + 2), dtype=bool)
    for down in range(3):
        for right in range(3):
            near[row[agreeing] + down, column[agreeing] + right] = True
    return int((occupied & near[1:-1, 1:-1]).sum()), int(occupied.sum())


def _box(features: LocalFeatures, agreeing: Integers, prefix: str) -> dict[str, int]:
    """The box around the agreeing points, in pixels of the picture."""
    frame: Frame = features.frame
    across = (frame.width, QUARTERS * frame.working_width)
    down = (frame.height, QUARTERS * frame.working_height)
    left, right = _extent(features.x[agreeing], *across)
    top, bottom = _extent(features.y[agreeing], *down)
    return {
        f"{prefix}x": left,
        f"{prefix}y": top,
        f"{prefix}width": right - left,
        f"{prefix}height": bottom - top,
    }


def _extent(places: Integers, pixels: int, quarters: int) -> tuple[int, int]:
    """From the first pixel to the one after the last, within the picture."""
    first = min(int(places.min()) * pixels // quarters, pixels - 1)
    return first, min(int(places.max()) * pixels // quarters + 1, pixels)
