"""How surely two sounds are the same under one map: peaks that are found again, against those met by chance.

Each of the query's peaks, in order of time, is found again or not. The logarithm of how much likelier that is
of a copy than of another sound is summed over the stretch where the sum is greatest: local alignment without
gaps, after Karlin and Altschul, "Methods for assessing the statistical significance of molecular sequence
features by using general scoring schemes" (PNAS 87, 1990). What chance amounts to is not assumed but measured
on the same two sounds a little beside the alignment, so that music that repeats itself, or keeps to the notes
of one key, is no evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from registry.fingerprint.audio_features import BINS, EIGHTHS, Numbers, Peaks
from registry.fingerprint.audio_votes import Alignment

_NEAR_FRAMES, _NEAR_BINS = 2, 1  # a peak is found again within these
_BESIDE_FRAMES = np.array([9, 14, 20, 27, 35, 44, 54, 65, 77, 90, 104, 119])
# To both sides of the alignment, 0.2 to 2.8 s: no regular rhythm has all of them in it.
_MOST_BESIDE = 4_000  # peaks that chance is measured with
_LEAST_CHANCE = 0.02
_REFINEMENTS, _FEWEST_PAIRS = 3, 6
_TEMPO_DRIFT = 0.02
# As far as one refinement may change the tempo: unbounded, it comes to rest where a whole query lies on one
# chord of the work.
_HOPELESS = 4.0  # nats: what most works that share a few landmarks by chance come to
_SURVIVAL = (0.15, 0.3, 0.6, 0.9)  # shares of a copy's peaks that are found again; the likeliest counts
_MOST_SURVIVAL = _SURVIVAL[-1]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Nats of evidence, how many there could be, and the query's peaks that the stretch begins and ends with.

    `possible` is what the whole query would amount to, if all of its peaks were found again; `alignment` is
    the one that the peaks of the stretch that were found lie on.
    """

    nats: float
    possible: float
    first: int
    last: int
    alignment: Alignment


class Stencil:
    """A work's peaks as cells of time and frequency, each with the neighbours that count as the same."""

    def __init__(self, work: Peaks) -> None:
        self._length = int(work.frames[-1]) + 1 if len(work) else 0
        self._cells = np.full((self._length + 2 * _NEAR_FRAMES, BINS + 2 * _NEAR_BINS), -1, dtype=np.int32)
        bins, rows = work.bins, np.arange(len(work))
        for later in range(2 * _NEAR_FRAMES + 1):
            for higher in range(2 * _NEAR_BINS + 1):
                self._cells[work.frames + later, bins + higher] = rows
        self._cells[work.frames + _NEAR_FRAMES, bins + _NEAR_BINS] = rows

    def inside(self, frames: Numbers, bins: Numbers) -> NDArray[np.bool_]:
        """Which of these cells lie in the work's time and range."""
        return (frames >= 0) & (frames < self._length) & (bins >= 0) & (bins < BINS)

    def found(self, frames: Numbers, bins: Numbers) -> NDArray[np.int32]:
        """The work's peak in each of these cells, -1 where there is none."""
        inside = self.inside(frames, bins)
        rows, columns = np.where(inside, frames, 0), np.where(inside, bins, 0)
        peaks = self._cells[rows + _NEAR_FRAMES, columns + _NEAR_BINS]
        return np.where(inside, peaks, np.int32(-1)).astype(np.int32)


def evidence(query: Peaks, work: Peaks, alignments: Iterable[Alignment]) -> Evidence:
    """What the peaks of a query say for the best of some alignments with a work, each made better."""
    stencil = Stencil(work)
    return max((_refined(query, work, stencil, each) for each in alignments), key=_nats)


def _refined(query: Peaks, work: Peaks, stencil: Stencil, alignment: Alignment) -> Evidence:
    """Along the peaks that are found, as long as that finds more: the votes' line is a little beside."""
    best = _evidence(query, work, stencil, alignment)
    for _ in range(_REFINEMENTS if best.nats >= _HOPELESS else 0):
        better = _evidence(query, work, stencil, best.alignment)
        if better.nats <= best.nats:
            break
        best = better
    return best


def _nats(judged: Evidence) -> float:
    return judged.nats


def _evidence(query: Peaks, work: Peaks, stencil: Stencil, alignment: Alignment) -> Evidence:
    frames = np.rint(alignment.tempo * query.frames + alignment.offset).astype(np.int64)
    bins = np.rint((query.eighths + alignment.shift) / EIGHTHS).astype(np.int64)
    again = stencil.found(frames, bins)
    found = again >= 0
    chance = _chance(stencil, frames, bins)
    possible = len(query) * float(np.log(_MOST_SURVIVAL / chance))
    best = (0.0, 0, 0)
    for survival in _SURVIVAL:
        if survival > chance:
            gain, loss = np.log(survival / chance), np.log((1 - survival) / (1 - chance))
            best = max(best, _greatest_stretch(np.asarray(np.where(found, gain, loss), dtype=np.float64)))
    nats, first, last = best
    of_stretch = found & (np.arange(len(found)) >= first) & (np.arange(len(found)) <= last)
    met = _through(query.chosen(of_stretch), work.chosen(again[of_stretch].astype(np.int64)), alignment)
    return Evidence(nats, possible, first, last, met)


def _through(query: Peaks, work: Peaks, alignment: Alignment) -> Alignment:
    """The alignment that pairs of peaks lie on: least squares in time, the median in pitch."""
    if len(query) < _FEWEST_PAIRS:
        return alignment
    frames, stored = query.frames - query.frames.mean(), work.frames - work.frames.mean()
    spread = float(frames @ frames)
    fitted = float(frames @ stored) / spread if spread > len(query) else alignment.tempo
    is_near = abs(fitted - alignment.tempo) < _TEMPO_DRIFT * alignment.tempo
    tempo = fitted if is_near else alignment.tempo
    offset = float(work.frames.mean() - tempo * query.frames.mean())
    return Alignment(tempo, offset, float(np.median(work.eighths - query.eighths)))


def _chance(stencil: Stencil, frames: Numbers, bins: Numbers) -> float:
    """The share of peaks that are found beside the alignment: the mean there, and a deviation more."""
    step = -(-len(frames) // _MOST_BESIDE) or 1
    frames, bins = frames[::step], bins[::step]
    beside = frames + np.concatenate([-_BESIDE_FRAMES, _BESIDE_FRAMES])[:, None]
    inside = stencil.inside(beside, bins).sum(axis=1)
    found = stencil.found(beside, np.broadcast_to(bins, beside.shape)) >= 0
    shares = found.sum(axis=1) / np.maximum(1, inside)
    return float(np.clip(shares.mean() + shares.std(), _LEAST_CHANCE, _MOST_SURVIVAL))


def _greatest_stretch(weights: NDArray[np.float64]) -> tuple[float, int, int]:
    """The greatest sum of neighbours, and the first and last of them; zero if all are negative."""
    sums = np.concatenate([[0.0], np.cumsum(weights)])
    lowest = np.minimum.accumulate(sums)
    end = int(np.argmax(sums - lowest))
    start = int(np.argmin(sums[: end + 1]))
    return float(sums[end] - lowest[end]), start, max(start, end - 1)
