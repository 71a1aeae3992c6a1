"""The stored feature of a sound: its spectral peaks, four bytes each, about a hundred bytes a second."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from registry.model import Extraction, Feature

SCHEME = "landmarks/2"
FRAME_SAMPLES = 256  # a time unit of peaks: 23.2 ms at 11,025 Hz
FRAMES_PER_SECOND = 43  # whole ones; exactly 11,025 / 256
BINS = 192  # five and a third octaves from 130 Hz, up to 5.2 kHz
BINS_PER_OCTAVE = 36
EIGHTHS = 8  # of a bin: 4 cents, finer than a peak in noise is known
STRENGTHS = 16
PEAKS_PER_SECOND = 26

_RATE = 11_025
_PEAK_BYTES = 4
_FRAME_BITS, _EIGHTHS_BITS, _STRENGTH_BITS = 17, 11, 4  # 50 minutes, 2048 eighths, 16 strengths

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Peaks:
    """Spectral peaks in order of time, columns of one length.

    `eighths` are the frequency in eighths of a bin over the lowest; `strengths`, below `STRENGTHS`, are how
    far a peak rises over its surroundings, in steps of 3 dB.
    """

    frames: Numbers
    eighths: Numbers
    strengths: Numbers

    def __len__(self) -> int:
        """How many there are."""
        return len(self.frames)

    @property
    def bins(self) -> Numbers:
        """The nearest whole bin of each."""
        return nearest_bins(self.eighths)

    def chosen(self, rows: NDArray[np.bool_] | Numbers) -> Peaks:
        """Only these."""
        return Peaks(self.frames[rows], self.eighths[rows], self.strengths[rows])


def nearest_bins(eighths: Numbers) -> Numbers:
    """Whole bins, not below the lowest nor above the highest."""
    return np.clip((eighths + EIGHTHS // 2) // EIGHTHS, 0, BINS - 1)


def no_peaks() -> Peaks:
    """Those of silence."""
    return Peaks(*(np.zeros(0, dtype=np.int64) for _ in range(3)))


def strongest(peaks: Peaks, a_second: int) -> Peaks:
    """So many of each second: a loud second must not crowd out others."""
    seconds = peaks.frames // FRAMES_PER_SECOND
    order = np.lexsort((-peaks.strengths, seconds))
    ordered = seconds[order]
    place = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    return peaks.chosen(np.sort(order[place < a_second]))


def feature(peaks: Peaks) -> Feature:
    """Peaks as 32-bit numbers, big-endian, ascending: 17 bits of frame, 11 of eighths, 4 of strength."""
    rows = (peaks.frames << _EIGHTHS_BITS | peaks.eighths) << _STRENGTH_BITS | peaks.strengths
    return Feature(SCHEME, np.unique(rows).astype(">u4").tobytes())


def peaks_of(data: bytes) -> Peaks:
    """The peaks of a feature's bytes, up to `PEAKS_PER_SECOND`; an incomplete one at the end is not one.

    Anybody may hand in a fingerprint: whatever its bytes are, they take no longer than those of real music.
    """
    whole = data[: len(data) // _PEAK_BYTES * _PEAK_BYTES]
    rows = np.unique(np.frombuffer(whole, dtype=">u4").astype(np.int64))
    eighths = (rows >> _STRENGTH_BITS) & ((1 << _EIGHTHS_BITS) - 1)
    found = Peaks(
        rows >> (_EIGHTHS_BITS + _STRENGTH_BITS),
        np.minimum(eighths, EIGHTHS * BINS - 1),
        rows & (STRENGTHS - 1),
    )
    return strongest(found, PEAKS_PER_SECOND)


def peaks_in(extraction: Extraction) -> Peaks:
    """The peaks of a sound; none if it was fingerprinted in another way."""
    return peaks_of(extraction.feature(SCHEME) or b"")


def milliseconds(frames: float) -> int:
    """Time of a frame's beginning."""
    return round(frames * FRAME_SAMPLES * 1000 / _RATE)
