"""Films to measure with: clips made of the pictures and sounds of a folder, and clips read from files."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np

from similarity.video_clips import RATE, SOUND_RATE, Clip, Sound, slides, write

PICTURES = 5
# In each clip, no picture in two of them.
BETWEEN = "_"
# The name of a clip tells its pictures, then its sound: what these share, clips share.
SUFFIX = ".mp4"
_SEED = 11


def make(bench: Path, out: Path, count: int) -> None:
    """Write so many clips of the pictures in `bench/image` and the sounds in `bench/audio`, or fewer."""
    chance = random.Random(_SEED)  # noqa: S311 - a sample, no secret
    pictures = sorted((bench / "image").iterdir())
    sounds = sorted((bench / "audio").iterdir())
    chance.shuffle(pictures)
    out.mkdir(parents=True)
    for place in range(min(count, len(pictures) // PICTURES, len(sounds))):
        shown, heard = pictures[place * PICTURES : (place + 1) * PICTURES], sounds[place]
        name = BETWEEN.join([*(path.stem for path in shown), f"sound-{heard.stem}"])
        write(slides(shown, heard, random.Random(place)), out / f"{name}{SUFFIX}")  # noqa: S311 - as above


def parts(name: str) -> Sequence[str]:
    """What a clip is made of, as its name tells."""
    return name.removesuffix(SUFFIX).split(BETWEEN)


def read(path: Path) -> Clip:
    """A clip that `write` wrote."""
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    return Clip(np.stack(frames), _sound(path), RATE)


def _sound(path: Path) -> Sound | None:
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=SOUND_RATE)
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None
        pieces = [
            piece.to_ndarray()[0]
            for frame in container.decode(audio=0)
            for piece in resampler.resample(frame)
        ]
    return np.concatenate(pieces).astype(np.float32)
