"""A real sound, made here: the opening of J. S. Bach's Prelude in C, BWV 846, on plucked strings.

The strings are Karplus and Strong's ("Digital Synthesis of Plucked-String and Drum Timbres", Computer Music
Journal, 1983): a delay line of noise that a low-pass filter wears down. Plain arithmetic only, so that every
machine makes the same bytes.
"""

from __future__ import annotations

import io
from functools import cache

import numpy as np
import soundfile
from numpy.typing import NDArray

RATE = 22_050
_SECONDS_PER_NOTE = 0.17  # sixteenths, at 88 quarters a minute
_RING_SECONDS = 2.4
_DECAY = 0.996  # of a string's loudness in each of its periods
_PEAK = 0.8
_A4_HERTZ, _A4_NOTE = 440.0, 69
_SEED = 846

# Bars 1 to 7 of the autograph of 1722, as MIDI notes: the two notes of the left hand, the three of the right.
_BARS = (
    (60, 64, 67, 72, 76),
    (60, 62, 69, 74, 77),
    (59, 62, 67, 74, 77),
    (60, 64, 67, 72, 76),
    (60, 64, 69, 76, 81),
    (60, 62, 66, 69, 74),
    (59, 62, 67, 74, 79),
)
_FIGURE = (0, 1, 2, 3, 4, 2, 3, 4)  # played twice in a bar


@cache
def prelude_wav() -> bytes:
    """About 21 s of mono 16-bit WAV at `RATE`."""
    notes = [bar[step] for bar in _BARS for _ in range(2) for step in _FIGURE]
    ring = int(_RING_SECONDS * RATE)
    mix = np.zeros(int(len(notes) * _SECONDS_PER_NOTE * RATE) + ring)
    noise = np.random.default_rng(_SEED)
    for place, note in enumerate(notes):
        start = int(place * _SECONDS_PER_NOTE * RATE)
        mix[start : start + ring] += _pluck(note, ring, noise)
    levels = np.rint(mix / np.abs(mix).max() * _PEAK * 32767).astype(np.int16)
    out = io.BytesIO()
    soundfile.write(out, levels, RATE, format="WAV", subtype="PCM_16")
    return out.getvalue()


def _pluck(note: int, length: int, noise: np.random.Generator) -> NDArray[np.float64]:
    """One string of `length` samples.

    The filter averages three neighbours a period back; their weights also tune the string, because a whole
    number of samples alone would be up to 30 cents off.
    """
    period = RATE / (_A4_HERTZ * 2 ** ((note - _A4_NOTE) / 12))
    delay = int(period - 0.5)
    fraction = period - 0.5 - delay
    weights = np.array([(1 - fraction) / 2, 0.5, fraction / 2]) * _DECAY
    samples = np.zeros(length + delay)
    line = np.concatenate([np.zeros(2), noise.random(delay) * 2 - 1])
    for start in range(0, length, delay):
        samples[start : start + delay] = line[2:]
        filtered = weights[0] * line[2:] + weights[1] * line[1:-1] + weights[2] * line[:-2]
        line = np.concatenate([line[-2:], filtered])
    return samples[:length]
