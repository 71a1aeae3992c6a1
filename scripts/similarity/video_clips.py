"""Clips of half a minute, made of pictures and a sound: slides that pan and zoom, with cross-fades."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Final, cast

import av
import numpy as np
import soundfile
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

Frames = NDArray[np.uint8]
Sound = NDArray[np.float32]

WIDTH, HEIGHT, RATE = 400, 224, 12
SOUND_RATE = 24_000
_OPTIONS: Final = {
    "libx264": {"preset": "veryfast"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8"},
}
SLIDE_SECONDS, FADE_SECONDS = 5, 1


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Frames of shape (frames, height, width, 3) at `rate` a second, and mono samples at `SOUND_RATE`."""

    frames: Frames
    sound: Sound | None
    rate: int = RATE


def slides(pictures: Iterable[Path], sound: Path | None, chance: random.Random) -> Clip:
    """A clip that shows each picture for `SLIDE_SECONDS`, fading from one to the next."""
    shown = [list(_slide(path, chance)) for path in pictures]
    frames = _faded(shown)
    if sound is None:
        return Clip(frames, None)
    samples, rate = soundfile.read(sound, dtype="float32", always_2d=True)
    mono = samples.mean(axis=1)
    places = np.arange(len(frames) * SOUND_RATE // RATE) * rate / SOUND_RATE
    return Clip(frames, np.interp(places, np.arange(len(mono)), mono).astype(np.float32))


def write(
    clip: Clip, path: Path, codec: str = "libx264", sound_codec: str = "aac", quality: int = 23
) -> None:
    """Encode a clip into the container that the name of `path` tells."""
    with av.open(str(path), "w") as container:
        video = cast("VideoStream", container.add_stream(codec, rate=clip.rate))
        video.height, video.width = (side & ~1 for side in clip.frames.shape[1:3])
        video.pix_fmt = "yuv420p"
        video.options = {**_OPTIONS.get(codec, {}), "crf": str(quality)}
        video.codec_context.bit_rate = 300_000
        audio = None
        if clip.sound is not None:
            audio = cast("AudioStream", container.add_stream(sound_codec, rate=SOUND_RATE, layout="mono"))
        for frame in clip.frames:
            even = np.ascontiguousarray(frame[: video.height, : video.width])
            container.mux(video.encode(av.VideoFrame.from_ndarray(even, format="rgb24")))
        container.mux(video.encode(None))
        if audio is not None and clip.sound is not None:
            for piece in sound_frames(clip.sound):
                container.mux(audio.encode(piece))
            container.mux(audio.encode(None))


def sound_frames(samples: Sound) -> Iterator[av.AudioFrame]:
    """Mono samples at `SOUND_RATE`, in pieces that every codec takes."""
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=SOUND_RATE, frame_size=1024)
    whole = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[None]), format="fltp", layout="mono")
    whole.sample_rate, whole.pts, whole.time_base = SOUND_RATE, 0, Fraction(1, SOUND_RATE)
    yield from resampler.resample(whole)


def _slide(path: Path, chance: random.Random) -> Iterator[Frames]:
    """The frames of one picture: a window that wanders and grows or shrinks."""
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    boxes = [_window(picture.size, chance) for _ in range(2)]
    count = (SLIDE_SECONDS + FADE_SECONDS) * RATE
    for number in range(count):
        along = number / count
        box = tuple((1 - along) * start + along * end for start, end in zip(*boxes, strict=True))
        yield np.asarray(picture.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, box=box))


def _window(size: tuple[int, int], chance: random.Random) -> tuple[float, float, float, float]:
    share = chance.uniform(0.75, 1.0)
    width = share * min(size[0], size[1] * WIDTH / HEIGHT)
    height = width * HEIGHT / WIDTH
    left, top = chance.uniform(0, size[0] - width), chance.uniform(0, size[1] - height)
    return left, top, left + width, top + height


def _faded(shown: list[list[Frames]]) -> Frames:
    fade = FADE_SECONDS * RATE
    frames = list(shown[0][: SLIDE_SECONDS * RATE])
    for before, after in pairwise(shown):
        for number in range(fade):
            share = (number + 1) / (fade + 1)
            mixed = (1 - share) * before[SLIDE_SECONDS * RATE + number] + share * after[number]
            frames.append(mixed.astype(np.uint8))
        frames.extend(after[fade : SLIDE_SECONDS * RATE])
    return np.stack(frames)
