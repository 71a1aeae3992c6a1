"""Whether two pictures share a part: points that agree on one affine map from a work into a query.

Integers throughout, so that every machine and every rebuild gives the same answer. There is no chance in it
either: where RANSAC (Fischler and Bolles, 1981) draws samples, each pair of points here proposes the
similarity that its own scales and angles tell, and the best proposals are refined to affine maps.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from registry.fingerprint.local import ANGLES, QUARTERS, SCALES_PER_OCTAVE, Integers, LocalFeatures
from registry.fingerprint.symmetry import MIRRORED, NEGATIVE, turned

Flags = NDArray[np.bool_]

MOST_BITS = 13
# Of 64 between signatures of a pair: half of the true pairs of badly altered pictures differ in 8 or less.
MOST_PAIRS = 200
_PROPOSALS = 64  # pairs, nearest first, that propose a map
_REFINED = 4  # proposals that are refined
_LEAST_SUPPORT = 4  # pairs that a proposal needs: the pair itself and a triangle
_LOOSE, _TIGHT = 16 * QUARTERS, 6 * QUARTERS
# How far from its place a point may be, in quarter pixels of the query's working picture: at first, since one
# pair's scale and angle are rough, and at last.
_TOLERANCES: Final = (_LOOSE, _TIGHT * 3 // 2, _TIGHT, _TIGHT)
_SCALE_SPREAD, _ANGLE_SPREAD = SCALES_PER_OCTAVE, 28  # an octave, and 40 degrees
_THIN = (4 * QUARTERS) ** 2
# Points that stray less than 4 pixels from a line: one line of text says nothing of what is beside it.
_VOTE = 720  # of a point that met one other; with many divisors, for it is shared among all that it met
_LEAST_VOTES = 3 * _VOTE
# For a pose to be looked at closely: no true part of 306 had less, and most strangers have.
_CLEAR = 16  # distinct points over which no other variant is tried
_POSES = 32 * 8 * 4  # bins of a variant in `pose_bins`
_UNIQUE = 3 * QUARTERS  # points nearer than this count once
_ONE = 1 << 16  # of a map's fixed point
_TRIG_BITS = 12
_MOST_GROWTH = 64  # a work's part is found in a query at 1/64 to 64 times its area
_STRETCH = (29, 10)  # 2.5 + 1 / 2.5: over it one axis is stretched more than 2.5 times as much as the other
_MOST_STEPS = 8 * SCALES_PER_OCTAVE

_COSINES: Final = np.array(
    [round(math.cos(2 * math.pi * step / ANGLES) * (1 << _TRIG_BITS)) for step in range(ANGLES)]
)
_FACTORS: Final = np.array(
    [
        round(2 ** (step / SCALES_PER_OCTAVE) * (1 << _TRIG_BITS))
        for step in range(-_MOST_STEPS, _MOST_STEPS + 1)
    ]
)


@dataclass(frozen=True, slots=True)
class Map:
    """x' = (a x + b y + c) / 65536, y' = (d x + e y + f) / 65536: from a work into a query."""

    a: int
    b: int
    c: int
    d: int
    e: int
    f: int

    def apply(self, x: Integers, y: Integers) -> tuple[Integers, Integers]:
        """Where points of the work lie in the query."""
        return (self.a * x + self.b * y + self.c) >> 16, (self.d * x + self.e * y + self.f) >> 16

    def is_plausible(self) -> bool:
        """Whether it keeps a picture recognisable: no mirror (that is a variant), little stretch."""
        area = self.a * self.e - self.b * self.d
        if not _ONE**2 <= area * _MOST_GROWTH <= (_ONE * _MOST_GROWTH) ** 2:
            return False
        lengths = self.a**2 + self.b**2 + self.d**2 + self.e**2
        most, of = _STRETCH
        return lengths * of <= area * most


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """Pairs of points that agree: how many distinct ones, in which variant, and which they are."""

    distinct: int
    variant: int
    query_points: Integers
    work_points: Integers


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Matched points, nearest signatures first; the query's as they are once its variant is undone."""

    query: Integers
    work: Integers
    x: Integers
    y: Integers
    work_x: Integers
    work_y: Integers
    steps: Integers
    turns: Integers


def align(query: LocalFeatures, work: LocalFeatures) -> Alignment | None:
    """The best alignment of the variant that the words speak for; None if no few points agree."""
    best: Alignment | None = None
    for variant in _likely_variants(query, work):
        found = _aligned(query, work, variant)
        if found is not None and (best is None or found.distinct > best.distinct):
            best = found
        if best is not None and best.distinct >= _CLEAR:
            break
    return best


def posed(x: Integers, angle: Integers, variants: Integers | int, width: int) -> tuple[Integers, Integers]:
    """Where a query's points would be, and at what angle, were its variant undone; `width` in quarters."""
    mirrored, negative = np.bitwise_and(variants, MIRRORED) > 0, np.bitwise_and(variants, NEGATIVE) > 0
    half = ANGLES // 2
    upright = np.where(mirrored, half - angle, angle) + np.where(negative, half, 0)
    return np.where(mirrored, width - x, x), upright % ANGLES


def pose_bins(variants: Integers, steps: Integers, turns: Integers) -> Integers:
    """Bins of pairs that agree on variant, scale and angle, four of each pair: shape (4, pairs).

    An octave and an eighth of a turn wide, each doubled by half its width, so that a bin's edge splits none.
    """
    within = np.clip(steps, -_MOST_STEPS, _MOST_STEPS) + _MOST_STEPS
    scales = [(within + shift) // SCALES_PER_OCTAVE for shift in (0, 8)]
    angles = [(turns + shift) % ANGLES // 32 for shift in (0, 16)]
    return np.stack(
        [
            ((variants * 32 + scale) * 8 + angle) * 4 + place
            for place, (scale, angle) in enumerate((s, a) for s in scales for a in angles)
        ]
    )


def _likely_variants(query: LocalFeatures, work: LocalFeatures) -> list[int]:
    """The variants that points of one word agree on in one pose: that of the most, and the next if near."""
    mine, theirs, counts = _equal(query.coarse_keys(), work.coarse_keys())
    if not len(mine):
        return []
    variants = query.variants()[mine] ^ work.variants()[theirs]
    _, angle = posed(query.x[mine], query.angle[mine], variants, 0)
    steps, turns = query.scale[mine] - work.scale[theirs], angle - work.angle[theirs]
    bins = pose_bins(variants, steps, turns)
    votes = np.bincount(bins.ravel(), np.tile(_VOTE // np.minimum(counts, _VOTE), 4))
    votes = np.pad(votes, (0, 4 * _POSES - len(votes))).reshape(4, _POSES).max(axis=1)
    order = np.argsort(-votes, kind="stable")
    least = max(_LEAST_VOTES, int(votes[order[0]]) // 2)
    return [int(variant) for variant in order[:2] if votes[variant] >= least]


def _equal(first: Integers, second: Integers) -> tuple[Integers, Integers, Integers]:
    """The pairs of places at which both hold the same key, and how many of the second each first met."""
    order = np.argsort(second, kind="stable")
    ordered = second[order]
    start, end = np.searchsorted(ordered, first), np.searchsorted(ordered, first, side="right")
    counts = end - start
    mine = np.repeat(np.arange(len(first)), counts)
    within = np.arange(len(mine)) - np.repeat(np.cumsum(counts) - counts, counts)
    return mine, order[np.repeat(start, counts) + within], counts[mine]


def _aligned(query: LocalFeatures, work: LocalFeatures, variant: int) -> Alignment | None:
    pairs = _pairs(query, work, variant)
    best: Alignment | None = None
    for agreeing in _refined(pairs):
        distinct = min(
            _distinct(pairs.x[agreeing], pairs.y[agreeing]),
            _distinct(pairs.work_x[agreeing], pairs.work_y[agreeing]),
        )
        if best is None or distinct > best.distinct:
            best = Alignment(distinct, variant, pairs.query[agreeing], pairs.work[agreeing])
    return best


def _pairs(query: LocalFeatures, work: LocalFeatures, variant: int) -> _Pairs:
    """Each point of the query with the two of the work whose signatures are nearest, if they are near."""
    signatures = turned(query.signatures, np.full(len(query), variant, dtype=np.uint64))
    bits = np.bitwise_count(signatures[:, None] ^ work.signatures[None, :])
    rows = np.arange(len(query))
    nearest = bits.argmin(axis=1)
    distances = [bits[rows, nearest].copy()]
    bits[rows, nearest] = 255
    second = bits.argmin(axis=1)
    distances.append(bits[rows, second])
    distance = np.stack(distances, axis=1).ravel()
    near = np.flatnonzero(distance <= MOST_BITS)
    near = near[np.argsort(distance[near], kind="stable")[:MOST_PAIRS]]
    mine, theirs = near // 2, np.stack([nearest, second], axis=1).ravel()[near]
    x, angle = posed(query.x[mine], query.angle[mine], variant, QUARTERS * query.frame.working_width)
    return _Pairs(
        query=mine,
        work=theirs,
        x=x,
        y=query.y[mine],
        work_x=work.x[theirs],
        work_y=work.y[theirs],
        steps=np.clip(query.scale[mine] - work.scale[theirs], -_MOST_STEPS, _MOST_STEPS),
        turns=(angle - work.angle[theirs]) % ANGLES,
    )


def _refined(pairs: _Pairs) -> Iterator[Flags]:
    """The pairs that agree with each of the best proposals, once it is refined to an affine map."""
    proposals = min(_PROPOSALS, len(pairs.x))
    if len(pairs.x) < _LEAST_SUPPORT:
        return
    alike = _alike(pairs, proposals)
    support = alike & _near_proposals(pairs, proposals)
    for place in np.argsort(-support.sum(axis=1), kind="stable")[:_REFINED]:
        agreeing = _refine(pairs, support[place], alike[place])
        if agreeing is not None:
            yield agreeing


def _alike(pairs: _Pairs, proposals: int) -> Flags:
    """Which pairs have nearly the scale and the angle of each proposal, shape (proposals, pairs)."""
    steps = np.abs(pairs.steps[:proposals, None] - pairs.steps[None, :])
    turns = (pairs.turns[:proposals, None] - pairs.turns[None, :] + ANGLES // 2) % ANGLES - ANGLES // 2
    return np.asarray((steps < _SCALE_SPREAD) & (np.abs(turns) < _ANGLE_SPREAD))


def _near_proposals(pairs: _Pairs, proposals: int) -> Flags:
    """Which pairs lie nearly where each proposal's similarity puts them, shape (proposals, pairs)."""
    factor = _FACTORS[pairs.steps[:proposals] + _MOST_STEPS]
    turn = pairs.turns[:proposals]
    cosine = factor * _COSINES[turn] >> _TRIG_BITS
    sine = factor * _COSINES[(turn - ANGLES // 4) % ANGLES] >> _TRIG_BITS
    x = pairs.work_x[None, :] - pairs.work_x[:proposals, None]
    y = pairs.work_y[None, :] - pairs.work_y[:proposals, None]
    off_x = (cosine[:, None] * x - sine[:, None] * y >> _TRIG_BITS) + pairs.x[:proposals, None] - pairs.x
    off_y = (sine[:, None] * x + cosine[:, None] * y >> _TRIG_BITS) + pairs.y[:proposals, None] - pairs.y
    return np.asarray(off_x * off_x + off_y * off_y < _LOOSE * _LOOSE)


def _refine(pairs: _Pairs, agreeing: Flags, alike: Flags) -> Flags | None:
    """Fit an affine map to what agrees, see what agrees with it, and again; None if too little does."""
    for tolerance in _TOLERANCES:
        if np.count_nonzero(agreeing) < _LEAST_SUPPORT:
            return None
        fitted = _fit(pairs, agreeing)
        if fitted is None or not fitted.is_plausible():
            return None
        x, y = fitted.apply(pairs.work_x, pairs.work_y)
        agreeing = alike & ((x - pairs.x) ** 2 + (y - pairs.y) ** 2 < tolerance * tolerance)
    return agreeing


def _fit(pairs: _Pairs, agreeing: Flags) -> Map | None:
    """The affine map of least squares, by Cramer's rule on exact sums; None if they are nearly in a line."""
    x, y, to_x, to_y = (column[agreeing] for column in (pairs.work_x, pairs.work_y, pairs.x, pairs.y))
    count, sum_x, sum_y = len(x), int(x.sum()), int(y.sum())
    xx, xy, yy = (
        count * int((one * two).sum()) - int(one.sum()) * int(two.sum())
        for one, two in ((x, x), (x, y), (y, y))
    )
    determinant = xx * yy - xy * xy
    if determinant < _THIN * count * count * (xx + yy) or not determinant:
        return None
    rows: list[int] = []
    for target in (to_x, to_y):
        total = int(target.sum())
        tx = count * int((target * x).sum()) - total * sum_x
        ty = count * int((target * y).sum()) - total * sum_y
        first = _ONE * (tx * yy - ty * xy) // determinant
        second = _ONE * (ty * xx - tx * xy) // determinant
        rows += [first, second, (_ONE * total - first * sum_x - second * sum_y) // count]
    return Map(*rows)


def _distinct(x: Integers, y: Integers) -> int:
    return len(np.unique((x // _UNIQUE) << 16 | (y // _UNIQUE)))
