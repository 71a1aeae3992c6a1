"""Sounds at another pitch, tempo and speed, made with numpy alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

_WINDOW, _HOP = 2048, 512


def sped(sound: Samples, ratio: float) -> Samples:
    """Played so many times as fast: tempo and pitch change together."""
    places = np.arange(int(len(sound) / ratio)) * ratio
    return np.asarray(np.interp(places, np.arange(len(sound)), sound), dtype=np.float64)


def paced(sound: Samples, ratio: float) -> Samples:
    """So many times as fast at the same pitch, by a phase vocoder (Flanagan and Golden 1966)."""
    hann = np.hanning(_WINDOW)
    frames = np.lib.stride_tricks.sliding_window_view(sound, _WINDOW)[::_HOP]
    spectra = np.fft.rfft(frames * hann, axis=1)
    places = np.arange(0, len(spectra) - 1, ratio)
    first = places.astype(int)
    share = (places - first)[:, None]
    sizes = (1 - share) * abs(spectra[first]) + share * abs(spectra[first + 1])
    expected = 2 * np.pi * _HOP * np.arange(_WINDOW // 2 + 1) / _WINDOW
    turned = np.angle(spectra[first + 1]) - np.angle(spectra[first]) - expected
    steps = expected + turned - 2 * np.pi * np.rint(turned / (2 * np.pi))
    phases = np.angle(spectra[0]) + np.concatenate([np.zeros_like(steps[:1]), np.cumsum(steps[:-1], axis=0)])
    made = np.fft.irfft(sizes * np.exp(1j * phases), axis=1) * hann
    out = np.zeros(_HOP * len(made) + _WINDOW)
    for place, frame in enumerate(made):
        out[place * _HOP : place * _HOP + _WINDOW] += frame
    return out / 1.5


def pitched(sound: Samples, ratio: float) -> Samples:
    """So many times as high at the same tempo."""
    return sped(paced(sound, 1 / ratio), ratio)
