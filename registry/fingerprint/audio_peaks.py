"""Spectral peaks of a sound. Loaded in decoder workers only: nothing else needs scipy's filters.

After Wang, "An Industrial-Strength Audio Search Algorithm" (ISMIR 2003), on a logarithmic frequency axis as
in Six and Leman, "Panako" (ISMIR 2014), of 36 bins to the octave.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft
from scipy.ndimage import maximum_filter, uniform_filter

from registry.fingerprint.audio_features import (
    BINS,
    BINS_PER_OCTAVE,
    EIGHTHS,
    FRAME_SAMPLES,
    PEAKS_PER_SECOND,
    STRENGTHS,
    Peaks,
    no_peaks,
    strongest,
)
from registry.fingerprint.sound import RATE, Samples

_WINDOW_SAMPLES = 2048
_LOWEST_HERTZ = 130.0
_BLOCK_FRAMES = 512  # of spectra at a time: they stay in the processor's cache

# A peak is the greatest of its neighbourhood (frames, bins) and rises over the mean of a wider one.
_FLOOR = 1e-4
_MEAN_AREA = (61, 41)
_PEAK_AREA = (13, 9)
_LEAST_RISE = 0.35  # natural logarithm: 3 dB
_LEAST_CHANGE = 0.05  # in its neighbourhood of time

Spectrogram = NDArray[np.float32]


def peaks(samples: Samples) -> Peaks:
    """The peaks of mono samples at `RATE`, the strongest of each second."""
    if len(samples) < _WINDOW_SAMPLES + FRAME_SAMPLES:
        return no_peaks()
    loudness = _log_spectrogram(samples)
    loudness -= uniform_filter(loudness, _MEAN_AREA)
    is_peak = (loudness == maximum_filter(loudness, _PEAK_AREA)) & (loudness > _LEAST_RISE)
    frames, bins = _unsteady(loudness, *np.nonzero(is_peak))
    strengths = np.minimum(loudness[frames, bins] / _LEAST_RISE, STRENGTHS - 1).astype(np.int64)
    eighths = EIGHTHS * bins + np.rint(EIGHTHS * _beside(loudness, frames, bins)).astype(np.int64)
    return strongest(Peaks(frames, np.clip(eighths, 0, EIGHTHS * BINS - 1), strengths), PEAKS_PER_SECOND)


def _unsteady(
    loudness: Spectrogram, frames: NDArray[np.int64], bins: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Those that rise in time: where a steady tone is greatest is an accident of rounding."""
    beside = frames + np.arange(-(_PEAK_AREA[0] // 2), _PEAK_AREA[0] // 2 + 1)[:, None]
    least = loudness[np.clip(beside, 0, len(loudness) - 1), bins].min(axis=0)
    rises = loudness[frames, bins] - least > _LEAST_CHANGE
    return frames[rises], bins[rises]


def _beside(loudness: Spectrogram, frames: NDArray[np.int64], bins: NDArray[np.int64]) -> Spectrogram:
    """How far beside its bin a peak lies, -0.5 to 0.5: the vertex of the parabola through three bins."""
    below = loudness[frames, np.maximum(bins - 1, 0)]
    above = loudness[frames, np.minimum(bins + 1, BINS - 1)]
    bend = below + above - 2 * loudness[frames, bins]
    inner = (bend < 0) & (bins > 0) & (bins < BINS - 1)
    vertex = (below - above) / (2 * np.where(inner, bend, 1))
    return np.asarray(np.where(inner, np.clip(vertex, -0.5, 0.5), 0), dtype=np.float32)


def _log_spectrogram(samples: Samples) -> Spectrogram:
    """Natural logarithms of magnitudes, shape (frames, `BINS`)."""
    windows = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW_SAMPLES)[::FRAME_SAMPLES]
    hann = np.hanning(_WINDOW_SAMPLES).astype(np.float32)
    loudness = np.empty((len(windows), BINS), dtype=np.float32)
    for start in range(0, len(windows), _BLOCK_FRAMES):
        spectra = rfft(windows[start : start + _BLOCK_FRAMES] * hann, axis=1, overwrite_x=True)
        loudness[start : start + _BLOCK_FRAMES] = np.abs(spectra) @ _filter_bank()
    return np.asarray(np.log(loudness + np.float32(_FLOOR)), dtype=np.float32)


@cache
def _filter_bank() -> Spectrogram:
    """Triangles of one bin's width around each centre, summing to 1; shape (frequencies, `BINS`)."""
    frequencies = np.fft.rfftfreq(_WINDOW_SAMPLES, 1 / RATE)
    centres = _LOWEST_HERTZ * 2 ** (np.arange(BINS) / BINS_PER_OCTAVE)
    widths = np.maximum(centres * (2 ** (1 / BINS_PER_OCTAVE) - 1), frequencies[1])
    triangles = np.maximum(0, 1 - np.abs(frequencies[:, None] - centres) / widths)
    return np.asarray(triangles / np.maximum(1e-6, triangles.sum(axis=0)), dtype=np.float32)
