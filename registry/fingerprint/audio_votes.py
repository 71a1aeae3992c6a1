"""Votes of landmarks for the works that a sound may be taken from, and for where, at which tempo and pitch.

Each landmark that a query and a work have in common tells the ratio of their tempos, the difference of their
pitches and the offset in time; chance scatters these, a copy repeats them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from registry.fingerprint.audio_features import EIGHTHS, Numbers
from registry.fingerprint.landmarks import Probes, read_payloads
from registry.model.postings import Hits

MOST_NOMINEES = 40  # alignments that are looked at closely
_MOST_OF_ONE_WORK = 6  # music that repeats itself lies on itself in more than one way
_FEWEST_VOTES = 2.0
_MOST_VOTES = 2_000_000  # hits that are counted, thinned evenly: more take seconds and tell no more

# A cell of votes: 5 % of tempo, a bin of pitch, two of 48 frames of offset (2.2 s).
_TEMPO_STEP = 0.05
_TEMPO_CELLS = 7  # to either side: tempos from 0.70 to 1.42 of the work's
_PITCH_CELLS = 8  # to either side: pitches from 0.86 to 1.17 of the work's
_OFFSET_FRAMES = 48
_JOINED = 2  # neighbouring cells of offset that are counted together, so that no edge splits an alignment
_CELLS_PER_AXIS = 32
_APART = 1 << 14  # between two pitches' cells of offset: more than any offset

_FIT_STEPS = 20  # to either side of a cell's tempo, of `_FIT_STEP` each
_FIT_STEP = 0.002
_FIT_FRAMES = 3  # width of a bin of offsets while the tempo is fitted
_FIT_ROWS = 400
_INLIER_FRAMES = (6, 4, 3)  # from the line, as it gets better

Real = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Alignment:
    """What maps a query onto a work: frame t to `tempo * t + offset`, eighths of a bin by `shift` more."""

    tempo: float
    offset: float
    shift: float


@dataclass(frozen=True, slots=True, eq=False)
class _Votes:
    """What each hit tells, columns of one length.

    A landmark has one vote in each work, divided among the places where the work has it: what is repeated
    tells little of where.
    """

    works: Numbers
    query: Numbers
    stored: Numbers
    tempos: Numbers
    shifts: Numbers
    weights: Real

    def chosen(self, rows: NDArray[np.bool_] | slice) -> _Votes:
        return _Votes(*(getattr(self, name)[rows] for name in _Votes.__slots__))


def nominees(probes: Probes, hits: Hits) -> Mapping[int, Sequence[Alignment]]:
    """The alignments with most votes, by work (its place in `hits.work_ids`), those with most first."""
    votes = _votes(probes, hits)
    cells, number = _cells(votes)
    enough = number >= _FEWEST_VOTES
    cells, number = cells[enough], number[enough]
    works = cells // (_CELLS_PER_AXIS * _CELLS_PER_AXIS * _APART)
    order = np.lexsort((cells, -number, works))
    rank = np.arange(len(order)) - np.searchsorted(works[order], works[order])
    best = order[rank < _MOST_OF_ONE_WORK]
    found: defaultdict[int, list[Alignment]] = defaultdict(list)
    for place in best[np.lexsort((cells[best], -number[best]))][:MOST_NOMINEES].tolist():
        work = int(works[place])
        first, last = np.searchsorted(votes.works, (work, work + 1))
        fitted = _fitted(votes.chosen(slice(first, last)), int(cells[place]))
        if not any(_is_same(fitted, other) for other in found[work]):
            found[work].append(fitted)
    return found


def _is_same(one: Alignment, other: Alignment) -> bool:
    """Whether both came from neighbouring cells: finding the same twice costs twice."""
    return abs(one.offset - other.offset) < _FIT_FRAMES and abs(one.tempo - other.tempo) < 2 * _FIT_STEP


def _votes(probes: Probes, hits: Hits) -> _Votes:
    landmarks = probes.landmarks
    thinned = slice(None, None, -(-len(hits.works) // _MOST_VOTES) or 1)
    works = hits.works[thinned]
    frames, spans, bins = read_payloads(hits.payloads[thinned])
    rows = probes.sources[hits.probes[thinned]]
    tempos = np.rint(np.log(np.maximum(1, spans) / landmarks.spans[rows]) / _TEMPO_STEP).astype(np.int64)
    shifts = bins * EIGHTHS - landmarks.eighths[rows]
    votes = _Votes(
        works,
        landmarks.frames[rows],
        frames,
        tempos,
        shifts,
        _shares(works * len(landmarks) + rows),
    )
    return votes.chosen((abs(tempos) <= _TEMPO_CELLS) & (abs(_pitches(shifts)) <= _PITCH_CELLS))


def _shares(of: Numbers) -> Real:
    """One over how often each value occurs."""
    _, inverse, number = np.unique(of, return_inverse=True, return_counts=True)
    return np.asarray(1 / number[inverse], dtype=np.float64)


def _pitches(shifts: Numbers) -> Numbers:
    return np.rint(shifts / EIGHTHS).astype(np.int64)


def _cells(votes: _Votes) -> tuple[Numbers, Real]:
    """Cells that have more votes than those beside them, and how many, the next offset's included."""
    middle = _CELLS_PER_AXIS // 2
    axes = (votes.works * _CELLS_PER_AXIS + votes.tempos + middle) * _CELLS_PER_AXIS
    offsets = np.floor((votes.stored - _tempo(votes.tempos) * votes.query) / _OFFSET_FRAMES).astype(np.int64)
    joined = (axes + _pitches(votes.shifts) + middle) * _APART + offsets + _APART // 2
    cells, inverse = np.unique(joined, return_inverse=True)
    number = np.bincount(inverse, votes.weights, len(cells)).astype(np.float64)
    has_next = np.append(cells[1:] == cells[:-1] + 1, np.zeros(min(1, len(cells)), dtype=np.bool_))
    number += np.where(has_next, np.roll(number, -1), 0)
    after = np.where(has_next, np.roll(number, -1), 0)
    before = np.where(np.roll(has_next, 1), np.roll(number, 1), 0)
    highest = (number > before) & (number >= after)
    return cells[highest], number[highest]


def _tempo(cells: Numbers | int) -> Real:
    return np.exp(np.asarray(cells) * _TEMPO_STEP)


def _fitted(votes: _Votes, cell: int) -> Alignment:
    """The line through the votes around one cell that most of them lie on."""
    middle = _CELLS_PER_AXIS // 2
    offset, axes = cell % _APART - _APART // 2, cell // _APART
    pitch, tempo = axes % _CELLS_PER_AXIS - middle, axes // _CELLS_PER_AXIS % _CELLS_PER_AXIS - middle
    votes = votes.chosen((abs(votes.tempos - tempo) <= 1) & (abs(_pitches(votes.shifts) - pitch) <= 1))
    behind = (votes.stored - _tempo(tempo) * votes.query) / _OFFSET_FRAMES - offset
    inside = votes.chosen((behind >= 0) & (behind < _JOINED))
    slope, level = _densest_line(inside, float(_tempo(tempo)))
    line, shift = (slope, level), float(np.median(inside.shifts))
    for frames in _INLIER_FRAMES:
        near = votes.chosen(abs(votes.stored - line[0] * votes.query - line[1]) <= frames)
        if len(near.works):
            line, shift = _regression(near, line[0]), float(np.median(near.shifts))
    return Alignment(line[0], line[1], shift)


def _densest_line(votes: _Votes, tempo: float) -> tuple[float, float]:
    """Slope and level of the line, of a grid around that tempo, that most votes lie near."""
    step = -(-len(votes.works) // _FIT_ROWS)
    query, stored, weights = votes.query[::step], votes.stored[::step], votes.weights[::step]
    slopes = tempo * (1 + _FIT_STEP * np.arange(-_FIT_STEPS, _FIT_STEPS + 1))
    levels = np.floor((stored - slopes[:, None] * query) / _FIT_FRAMES).astype(np.int64) + _APART // 2 * 8
    joined = np.arange(len(slopes))[:, None] * _APART * 8 + levels
    lines, inverse = np.unique(joined, return_inverse=True)
    best = int(lines[np.argmax(np.bincount(inverse.ravel(), np.broadcast_to(weights, joined.shape).ravel()))])
    level = best % (_APART * 8) - _APART // 2 * 8
    return float(slopes[best // (_APART * 8)]), (level + 0.5) * _FIT_FRAMES


def _regression(votes: _Votes, tempo: float) -> tuple[float, float]:
    """The least squares line; votes that lie within a moment keep the tempo that they had."""
    query, stored = votes.query - votes.query.mean(), votes.stored - votes.stored.mean()
    spread = float(query @ query)
    if spread > len(query) * _OFFSET_FRAMES:
        fitted = float(query @ stored) / spread
        tempo = fitted if abs(np.log(max(0.1, fitted) / tempo)) < _TEMPO_STEP else tempo
    return tempo, float(votes.stored.mean() - tempo * votes.query.mean())
