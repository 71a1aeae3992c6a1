"""Films of a few seconds, made on the spot of the sample works for the tests of fingerprints."""

from __future__ import annotations

import io
import random
import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import soundfile

from similarity.video_alterations import TABLE, Encoding
from similarity.video_clips import SOUND_RATE, Clip, Sound, slides, write
from tests.media.media_files import sample

_PICTURES = files("registry.samples") / "pictures"


@cache
def launch() -> Clip:
    """A rocket, then a cat, with music: eleven seconds."""
    pictures = _paths("falcon-9-launch.jpg", "chelsea-the-cat.jpg")
    return Clip(slides(pictures, None, random.Random(1)).frames, music())  # noqa: S311 - no secrets


@cache
def coffee() -> Clip:
    """A cup of coffee and nothing else, without sound: five seconds."""
    return slides(_paths("coffee-cup.jpg"), None, random.Random(2))  # noqa: S311 - no secrets


def music(seconds: int = 11) -> Sound:
    """The beginning of the sample work, at the rate of clips."""
    samples, rate = soundfile.read(io.BytesIO(sample("prelude-in-c.wav")), dtype="float32")
    places = np.arange(seconds * SOUND_RATE) * rate / SOUND_RATE
    return np.asarray(np.interp(places, np.arange(len(samples)), samples), dtype=np.float32)


def altered(name: str) -> bytes:
    """`launch` as that alteration of the bench leaves it; where another film is needed, `coffee`."""
    encoding, alter = TABLE[name]
    return encoded(alter(launch(), coffee()), encoding)


def encoded(clip: Clip, encoding: Encoding | None = None) -> bytes:
    """A file of that clip."""
    how = encoding or Encoding(quality=23)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"clip{how.suffix}"
        write(clip, path, how.codec, how.sound_codec, how.quality)
        return path.read_bytes()


def _paths(*names: str) -> list[Path]:
    return [Path(str(_PICTURES / name)) for name in names]
