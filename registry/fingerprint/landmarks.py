"""Audio landmarks: pairs of spectral peaks, and the time offset that two recordings' pairs agree on.

After Wang, "An Industrial-Strength Audio Search Algorithm" (ISMIR 2003), on a logarithmic frequency axis as
in Six and Leman, "Panako" (ISMIR 2014), of 36 bins to the octave.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter, uniform_filter

from registry.fingerprint.sound import RATE, Samples

FRAME_SAMPLES = 256  # a time unit of landmarks: 23.2 ms at 11 025 Hz
_WINDOW_SAMPLES = 2048
_BINS = 192  # five and a third octaves of 36 bins from 130 Hz, up to 5.2 kHz
_BINS_PER_OCTAVE = 36
_LOWEST_HERTZ = 130.0
_BLOCK_FRAMES = 2048  # of spectra at a time: 17 MB instead of 600 for half an hour

# A peak is the greatest of its neighbourhood (frames, bins) and rises over the mean of a wider one.
_FLOOR = 1e-4
_MEAN_AREA = (61, 41)
_PEAK_AREA = (13, 9)
_LEAST_RISE = 0.35  # natural logarithm: 3 dB
_FRAMES_PER_SECOND = 43
_PEAKS_PER_SECOND = 26

# A landmark joins a peak with up to six of the next peaks in this window of frames and bins.
_FAN = 6
_REACH_PEAKS = 60
_NEAREST_FRAMES, _FARTHEST_FRAMES = 3, 80
_FARTHEST_BINS = 44


@dataclass(frozen=True, slots=True)
class Peaks:
    """Spectral peaks in order of time: frames and bins, of the same length."""

    frames: NDArray[np.int64]
    bins: NDArray[np.int64]


def landmarks(samples: Samples) -> bytes:
    """The landmarks of mono samples at `RATE`, as `audio.feature` keeps them."""
    keys, frames = _pairs(_peaks(samples))
    rows = np.unique(np.stack([frames, keys], axis=1), axis=0)
    return rows.astype(">u4").tobytes()


def _peaks(samples: Samples) -> Peaks:
    if len(samples) < _WINDOW_SAMPLES + FRAME_SAMPLES:
        return Peaks(np.zeros(0, np.int64), np.zeros(0, np.int64))
    loudness = _log_spectrogram(samples)
    loudness -= uniform_filter(loudness, _MEAN_AREA)
    is_peak = (loudness == maximum_filter(loudness, _PEAK_AREA)) & (loudness > _LEAST_RISE)
    frames, bins = np.nonzero(is_peak)
    kept = _strongest(frames // _FRAMES_PER_SECOND, loudness[frames, bins])
    return Peaks(frames[kept], bins[kept])


def _log_spectrogram(samples: Samples) -> NDArray[np.float32]:
    """Natural logarithms of magnitudes, shape (frames, `_BINS`)."""
    windows = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW_SAMPLES)[::FRAME_SAMPLES]
    hann = np.hanning(_WINDOW_SAMPLES).astype(np.float32)
    blocks = [
        np.abs(np.fft.rfft(windows[start : start + _BLOCK_FRAMES] * hann, axis=1)).astype(np.float32)
        @ _filter_bank()
        for start in range(0, len(windows), _BLOCK_FRAMES)
    ]
    return np.asarray(np.log(np.concatenate(blocks) + np.float32(_FLOOR)), dtype=np.float32)


@cache
def _filter_bank() -> NDArray[np.float32]:
    """Triangles of one bin's width around each centre, summing to 1; shape (frequencies, `_BINS`)."""
    frequencies = np.fft.rfftfreq(_WINDOW_SAMPLES, 1 / RATE)
    centres = _LOWEST_HERTZ * 2 ** (np.arange(_BINS) / _BINS_PER_OCTAVE)
    widths = np.maximum(centres * (2 ** (1 / _BINS_PER_OCTAVE) - 1), frequencies[1])
    triangles = np.maximum(0, 1 - np.abs(frequencies[:, None] - centres) / widths)
    return np.asarray(triangles / np.maximum(1e-6, triangles.sum(axis=0)), dtype=np.float32)


def _strongest(seconds: NDArray[np.int64], strengths: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which peaks are among the strongest of their second: a loud second must not crowd out others."""
    order = np.lexsort((-strengths, seconds))
    ordered = seconds[order]
    place = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    kept = np.zeros(len(order), dtype=np.bool_)
    kept[order[place < _PEAKS_PER_SECOND]] = True
    return kept


def _pairs(peaks: Peaks) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The keys of all landmarks and the frames they begin at.

    A key is the first bin halved (bits 16 to 22), the step in bins plus 64 (bits 8 to 14) and the step in
    frames halved (bits 0 to 7): halving forgives the shift of a bin or a frame that other sampling brings.
    """
    frames, bins = peaks.frames, peaks.bins
    fan = np.zeros(len(frames), dtype=np.int64)
    keys, starts = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for reach in range(1, min(_REACH_PEAKS, len(frames))):
        later, higher = frames[reach:] - frames[:-reach], bins[reach:] - bins[:-reach]
        near = (later >= _NEAREST_FRAMES) & (later <= _FARTHEST_FRAMES) & (np.abs(higher) <= _FARTHEST_BINS)
        first = np.flatnonzero(near & (fan[:-reach] < _FAN))
        fan[first] += 1
        keys.append(_halved(bins[first]) << 16 | higher[first] + 64 << 8 | _halved(later[first]))
        starts.append(frames[first])
    return np.concatenate(keys), np.concatenate(starts)


def _halved(values: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.rint(values / 2).astype(np.int64)
