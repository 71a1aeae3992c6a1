"""Landmarks: three peaks whose key is the same at any pitch and tempo.

The key holds the steps in frequency between the peaks, which a change of pitch leaves alone on a logarithmic
axis, and the ratio of the steps in time, which a change of tempo leaves alone. After the triplets of Six and
Leman, "Panako" (ISMIR 2014); the payload tells by how much pitch and tempo changed. Works take few landmarks
of their strongest peaks, queries more of more peaks: what is stored has to be found among what is looked up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from registry.fingerprint.audio_features import EIGHTHS, SCHEME, Numbers, Peaks, nearest_bins, strongest
from registry.model.postings import Postings, Rows

MOST_PROBES = 120_000
# Keys that one query looks up: three minutes of dense music whole, half an hour thinned to a tenth.
MOST_REPEATS = 16
# Of one key in one work: a metronome's single landmark would otherwise meet itself a million times.
_MOST_ASKED = 4
# Of one key in one query: each is answered with all rows of that key, up to `MOST_HITS` of them.

_WORK_PEAKS_PER_SECOND, _WORK_FAN = 10, 6  # about 120 landmarks a second
_QUERY_PEAKS_PER_SECOND, _QUERY_FAN = 14, 8
_REACH_PEAKS = 60
_NEAREST_FRAMES, _FARTHEST_FRAMES = 3, 100  # of the second and third peak from the first
_LEAST_SPAN = 14  # frames from the first to the third: over fewer their ratio is too coarse
_FARTHEST_EIGHTHS = 44 * EIGHTHS

_RATIOS = 10  # steps of the ratio of the two steps in time
_RATIO_EDGE = 0.3  # of a step: nearer to its edge, the neighbouring step is looked up as well
_ZONE_EIGHTHS = 32 * EIGHTHS  # of the first peak's frequency: most of an octave
_ZONE_EDGE = 8 * EIGHTHS  # as far as pitch is followed: nearer to its edge, the neighbour as well
_STEP_BITS, _RATIO_BITS = 7, 4
_SPAN_BITS, _BIN_BITS = 7, 8


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """Columns of one length: where the first peak lies, frames to the third, and what the key is made of.

    `steps` are the second and third peak's frequency over the first's, in bins; `ratios` the share of the
    span that lies before the second peak, in steps of one `_RATIOS`-th, fractional.
    """

    frames: Numbers
    eighths: Numbers
    spans: Numbers
    steps: tuple[Numbers, Numbers]
    ratios: NDArray[np.float64]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.frames)

    def chosen(self, rows: slice | Numbers) -> Landmarks:
        """Only these."""
        near, far = self.steps
        return Landmarks(
            self.frames[rows],
            self.eighths[rows],
            self.spans[rows],
            (near[rows], far[rows]),
            self.ratios[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Probes:
    """What a query looks up, and the landmark that each row comes from."""

    postings: Postings
    landmarks: Landmarks
    sources: Numbers


def of_work(peaks: Peaks) -> Postings:
    """A row for each landmark, up to `MOST_REPEATS` of a key."""
    landmarks = _landmarks(strongest(peaks, _WORK_PEAKS_PER_SECOND), _WORK_FAN)
    keys = _keys(landmarks, _zones(landmarks), _ratios(landmarks))
    kept = _first_of_each(keys, MOST_REPEATS)
    bins = nearest_bins(landmarks.eighths)
    payloads = (landmarks.frames << _SPAN_BITS | landmarks.spans) << _BIN_BITS | bins
    return Postings(SCHEME, keys[kept].astype(np.uint32), _bytes(payloads[kept]))


def of_query(peaks: Peaks) -> Probes:
    """Rows for each landmark, more than one for those near the edge of a quantised part of their key."""
    landmarks = _landmarks(strongest(peaks, _QUERY_PEAKS_PER_SECOND), _QUERY_FAN)
    keys, sources = _all_keys(landmarks)
    if len(keys) > MOST_PROBES:
        landmarks = landmarks.chosen(slice(None, None, -(-len(keys) // MOST_PROBES)))
        keys, sources = _all_keys(landmarks)
    kept = _first_of_each(keys, _MOST_ASKED)
    postings = Postings(SCHEME, keys[kept].astype(np.uint32), np.zeros((len(kept), 0), np.uint8))
    return Probes(postings, landmarks, sources[kept])


def read_payloads(payloads: Rows) -> tuple[Numbers, Numbers, Numbers]:
    """Frames, spans and bins of a work's rows."""
    rows = np.frombuffer(payloads.tobytes(), dtype=">u4").astype(np.int64)
    span = rows >> _BIN_BITS & (1 << _SPAN_BITS) - 1
    return rows >> (_BIN_BITS + _SPAN_BITS), span, rows & (1 << _BIN_BITS) - 1


def _landmarks(peaks: Peaks, fan: int) -> Landmarks:
    """Each peak with every two of the next `fan` in its window."""
    following = _following(peaks, fan)
    first, second, third = (
        np.concatenate(rows) if rows else np.zeros(0, np.int64)
        for rows in zip(
            *(
                (has, following[has, near], following[has, far])
                for near in range(fan)
                for far in range(near + 1, fan)
                for has in (np.flatnonzero(following[:, far] >= 0),)
            ),
            strict=True,
        )
    )
    before, span = peaks.frames[second] - peaks.frames[first], peaks.frames[third] - peaks.frames[first]
    is_wide = (span >= _LEAST_SPAN) & (span > before)
    near, far = (
        np.rint((peaks.eighths[other] - peaks.eighths[first]) / EIGHTHS).astype(np.int64)
        for other in (second, third)
    )
    order = np.flatnonzero(is_wide)
    order = order[np.argsort(peaks.frames[first[order]], kind="stable")]
    return Landmarks(
        peaks.frames[first[order]],
        peaks.eighths[first[order]],
        span[order],
        (near[order], far[order]),
        _RATIOS * before[order] / np.maximum(1, span[order]),
    )


def _following(peaks: Peaks, fan: int) -> Numbers:
    """The next peaks in each peak's window, shape (peaks, fan), -1 where there are no more."""
    frames, eighths = peaks.frames, peaks.eighths
    following = np.full((len(frames), fan), -1, dtype=np.int64)
    count = np.zeros(len(frames), dtype=np.int64)
    for reach in range(1, min(_REACH_PEAKS, len(frames))):
        later, higher = frames[reach:] - frames[:-reach], eighths[reach:] - eighths[:-reach]
        near = (later >= _NEAREST_FRAMES) & (later <= _FARTHEST_FRAMES) & (abs(higher) <= _FARTHEST_EIGHTHS)
        first = np.flatnonzero(near & (count[:-reach] < fan))
        following[first, count[first]] = first + reach
        count[first] += 1
    return following


def _zones(landmarks: Landmarks) -> Numbers:
    return landmarks.eighths // _ZONE_EIGHTHS


def _ratios(landmarks: Landmarks, shift: float = 0) -> Numbers:
    return np.clip(np.floor(landmarks.ratios + shift), 0, _RATIOS - 1).astype(np.int64)


def _keys(landmarks: Landmarks, zones: Numbers, ratios: Numbers) -> Numbers:
    near, far = (step + (1 << _STEP_BITS - 1) for step in landmarks.steps)
    return ((zones << _STEP_BITS | near) << _STEP_BITS | far) << _RATIO_BITS | ratios


def _all_keys(landmarks: Landmarks) -> tuple[Numbers, Numbers]:
    """Keys, and the landmark each is of: its own, and those of its neighbours that it lies near."""
    zones, ratios, within = _zones(landmarks), _ratios(landmarks), landmarks.eighths % _ZONE_EIGHTHS
    keys, sources = [], []
    for zone, in_zone in (
        (0, np.ones(len(landmarks), dtype=np.bool_)),
        (-1, (within < _ZONE_EDGE) & (zones > 0)),
        (1, within >= _ZONE_EIGHTHS - _ZONE_EDGE),
    ):
        for shift in (0, -_RATIO_EDGE, _RATIO_EDGE):
            shifted = _ratios(landmarks, shift)
            rows = np.flatnonzero(in_zone if not shift else in_zone & (shifted != ratios))
            keys.append(_keys(landmarks, zones + zone, shifted)[rows])
            sources.append(rows)
    return np.concatenate(keys), np.concatenate(sources)


def _first_of_each(keys: Numbers, most: int) -> Numbers:
    """The places of the first so many of each key."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    repeats = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    return np.sort(order[repeats < most])


def _bytes(numbers: Numbers) -> Rows:
    return numbers.astype(">u4").view(np.uint8).reshape(-1, 4)
