"""Alterations of sounds, by name; each takes mono samples at `RATE` and a seeded generator. Needs ffmpeg.

Three groups: what music meets every day, ten hard ones, and changes of pitch, tempo and speed by ratios that
no step of the search is made for.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.signal import resample_poly

Samples = NDArray[np.float32]
Alteration = Callable[[Samples, Generator], Samples]
Table = Mapping[str, Alteration]

RATE = 22_050
_RAW = ("-f", "s16le", "-ac", "1")
_EDGE_SECONDS = 2  # an excerpt does not begin in the silence before the music
_LEVELS = 32_767


@dataclass(frozen=True, slots=True)
class Others:
    """Sounds that are not registered: mixed under others, and put around them."""

    sounds: Sequence[Samples]

    def one(self, seconds: float, chance: Generator) -> Samples:
        """A stretch of one of them, repeated if it is too short."""
        sound = self.sounds[int(chance.integers(len(self.sounds)))]
        return np.resize(sound, int(seconds * RATE))


def usual(others: Others) -> dict[str, Alteration]:
    """What music meets: codecs, telephones, rooms, noise, small changes of pitch and tempo, excerpts."""
    found: dict[str, Alteration] = {
        f"MP3 at {rate} kbit/s": partial(coded, codec="libmp3lame", rate=rate) for rate in (128, 64, 32)
    }
    found |= {
        "Opus at 24 kbit/s": partial(coded, codec="libopus", rate=24),
        "8 kHz": partial(filtered, chain="aresample=8000"),
        "a fifth as loud": lambda sound, _: sound * np.float32(0.2),
        "three times too loud": lambda sound, _: np.clip(sound * 3, -1, 1),
        "under 1.5 kHz": partial(filtered, chain="lowpass=f=1500"),
        "telephone": partial(filtered, chain="highpass=f=300,lowpass=f=3400"),
        "echo": partial(filtered, chain="aecho=0.8:0.8:60|180|330:0.5|0.4|0.25"),
        "mixed at 6 dB": partial(mixed, others=others, decibels=6),
        "inside something else": partial(surrounded, others=others, seconds=10),
        "recorded in a room": partial(recorded, seconds=20, decibels=12, rate=64, band=(200, 6000)),
        "excerpt of 15 s, 2 % higher and 3 % faster": partial(combined, seconds=15, pitch=1.02, tempo=1.03),
    }
    found |= {f"noise at {level} dB": partial(noisy, decibels=level) for level in (20, 10, 0)}
    found |= {f"pitch {step:+d} %": partial(pitched, ratio=1 + step / 100) for step in (-3, -1, 1, 3)}
    found |= {f"tempo {step:+d} %": partial(paced, ratio=1 + step / 100) for step in (-10, -5, -2, 2, 5, 10)}
    found |= {f"speed {step:+d} %": partial(sped, ratio=1 + step / 100) for step in (-3, 3)}
    return found | {f"excerpt of {seconds} s": partial(excerpt, seconds=seconds) for seconds in (5, 10, 20)}


def hard(others: Others) -> dict[str, Alteration]:
    """Large changes of pitch and tempo, very short excerpts, noise and music louder than the work."""
    return {
        "pitch +5.95 %": partial(pitched, ratio=1.0595),
        "pitch -10 %": partial(pitched, ratio=0.9),
        "tempo +20 %": partial(paced, ratio=1.2),
        "tempo -20 %": partial(paced, ratio=0.8),
        "speed +8 %": partial(sped, ratio=1.08),
        "excerpt of 3 s": partial(excerpt, seconds=3),
        "noise at -6 dB": partial(noisy, decibels=-6),
        "mixed at -3 dB": partial(mixed, others=others, decibels=-3),
        "8 s recorded in a room": partial(recorded, seconds=8, decibels=6, rate=32, band=(300, 3400)),
        "8 s mixed, 4 % higher and 6 % faster": partial(
            combined, seconds=8, pitch=1.04, tempo=1.06, rate=48, under=others
        ),
    }


def other_ratios(others: Others) -> dict[str, Alteration]:
    """Ratios between and beyond those of the other groups."""
    found: dict[str, Alteration] = {
        f"pitch {step:+.1f} %": partial(pitched, ratio=1 + step / 100)
        for step in (-11.3, -7.3, 4.3, 7.3, 11.9)
    }
    found |= {
        f"tempo {step:+.1f} %": partial(paced, ratio=1 + step / 100)
        for step in (-24.7, -17.3, -13.7, 7.3, 13.7, 24.3)
    }
    found |= {f"speed {step:+.1f} %": partial(sped, ratio=1 + step / 100) for step in (-9.1, -6.1, 5.3, 11.3)}
    return found | {
        "15 s, 7.3 % lower and 11.9 % faster": partial(combined, seconds=15, pitch=0.927, tempo=1.119),
        "10 s mixed, 3.1 % lower and 8.7 % slower": partial(
            combined, seconds=10, pitch=0.969, tempo=0.913, rate=48, under=others
        ),
    }


def loaded(path: Path) -> Samples:
    """A sound file decoded by ffmpeg, mono at `RATE`."""
    return _numbers(_run(["-i", str(path), *_RAW, "-ar", str(RATE), "-"], b""))


def coded(sound: Samples, _: Generator, *, codec: str, rate: int) -> Samples:
    """Through a lossy codec and back."""
    container = {"libmp3lame": "mp3", "libopus": "ogg"}[codec]
    encoded = _run([*_input(), "-c:a", codec, "-b:a", f"{rate}k", "-f", container, "-"], _bytes(sound))
    return _numbers(_run(["-i", "-", *_RAW, "-ar", str(RATE), "-"], encoded))


def filtered(sound: Samples, _: Generator, *, chain: str) -> Samples:
    """Through a chain of ffmpeg's filters."""
    return _numbers(_run([*_input(), "-af", chain, *_RAW, "-ar", str(RATE), "-"], _bytes(sound)))


def pitched(sound: Samples, chance: Generator, *, ratio: float) -> Samples:
    """Higher or lower, as long as before."""
    return filtered(sound, chance, chain=f"rubberband=pitch={ratio}")


def paced(sound: Samples, chance: Generator, *, ratio: float) -> Samples:
    """Faster or slower, as high as before."""
    return filtered(sound, chance, chain=f"atempo={ratio}")


def sped(sound: Samples, _: Generator, *, ratio: float) -> Samples:
    """Played at another speed: pitch and tempo change together."""
    return np.asarray(resample_poly(sound, 1000, round(1000 * ratio)), dtype=np.float32)


def noisy(sound: Samples, chance: Generator, *, decibels: float) -> Samples:
    """Under white noise, by the ratio of the powers."""
    return sound + chance.normal(0, _power(sound, decibels), len(sound)).astype(np.float32)


def mixed(sound: Samples, chance: Generator, *, others: Others, decibels: float) -> Samples:
    """With another sound, by the ratio of the powers."""
    other = others.one(len(sound) / RATE, chance)
    return sound + other * np.float32(_power(sound, decibels) / max(1e-9, _power(other, 0)))


def excerpt(sound: Samples, chance: Generator, *, seconds: float) -> Samples:
    """A stretch from anywhere in it."""
    length, first = int(seconds * RATE), _EDGE_SECONDS * RATE
    start = int(chance.integers(first, max(first + 1, len(sound) - length)))
    return sound[start : start + length]


def surrounded(sound: Samples, chance: Generator, *, others: Others, seconds: float) -> Samples:
    """An excerpt in the middle of thirty seconds of something else."""
    before, after = (excerpt(others.one(30, chance), chance, seconds=15) for _ in range(2))
    return np.concatenate([before, excerpt(sound, chance, seconds=seconds), after])


def recorded(
    sound: Samples, chance: Generator, *, seconds: float, decibels: float, rate: int, band: tuple[int, int]
) -> Samples:
    """An excerpt played in a room that echoes, recorded by a small microphone with noise, and compressed."""
    echo = f"aecho=0.8:0.7:40|90:0.4|0.25,highpass=f={band[0]},lowpass=f={band[1]}"
    played = filtered(excerpt(sound, chance, seconds=seconds), chance, chain=echo)
    return coded(noisy(played, chance, decibels=decibels), chance, codec="libmp3lame", rate=rate)


def combined(
    sound: Samples,
    chance: Generator,
    *,
    seconds: float,
    pitch: float,
    tempo: float,
    rate: int = 64,
    under: Others | None = None,
) -> Samples:
    """An excerpt, perhaps with another sound, at another pitch and tempo, compressed."""
    part = excerpt(sound, chance, seconds=seconds)
    if under is not None:
        part = mixed(part, chance, others=under, decibels=6)
    changed = filtered(part, chance, chain=f"rubberband=pitch={pitch},atempo={tempo}")
    return coded(changed, chance, codec="libmp3lame", rate=rate)


def _power(sound: Samples, decibels: float) -> float:
    """The root mean square that lies so far under the sound's own."""
    return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)) / 10 ** (decibels / 10)))


def _input() -> list[str]:
    return [*_RAW[:2], "-ar", str(RATE), "-ac", "1", "-i", "-"]


def _run(arguments: Sequence[str], data: bytes) -> bytes:
    return subprocess.run(
        ["ffmpeg", "-v", "error", *arguments], input=data, capture_output=True, check=True
    ).stdout


def _bytes(sound: Samples) -> bytes:
    return np.clip(sound * _LEVELS, -_LEVELS - 1, _LEVELS).astype("<i2").tobytes()


def _numbers(data: bytes) -> Samples:
    return np.frombuffer(data, dtype="<i2").astype(np.float32) / np.float32(_LEVELS + 1)
