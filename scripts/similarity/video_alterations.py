"""What is done to films before they are posted again: a table of names, groups and functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from similarity.video_clips import SOUND_RATE, Clip, Frames, Sound


@dataclass(frozen=True, slots=True)
class Encoding:
    """How an altered clip is written."""

    suffix: str = ".mp4"
    codec: str = "libx264"
    sound_codec: str = "aac"
    quality: int = 26


Alter = Callable[[Clip, Clip], Clip]  # of a clip and an unrelated one

_STRONG: Final = Encoding(quality=38)
_OLD: Final = Encoding(".avi", "mpeg4", "mp3")
_OTHER: Final = Encoding(".webm", "libvpx", "libopus", 30)


def each(change: Callable[[Image.Image], Image.Image]) -> Callable[[Frames], Frames]:
    """The same change to every frame."""
    return lambda frames: np.stack([np.asarray(change(Image.fromarray(frame))) for frame in frames])


def _pictures(change: Callable[[Frames], Frames]) -> Alter:
    """A change to what is seen; the sound is left out, so that only pictures are left to find it by."""
    return lambda clip, _: Clip(change(clip.frames), None, clip.rate)


def _cropped(share: float, left: float, top: float) -> Callable[[Image.Image], Image.Image]:
    def crop(frame: Image.Image) -> Image.Image:
        width, height = frame.width * share, frame.height * share
        x, y = (frame.width - width) * left, (frame.height - height) * top
        return frame.resize(frame.size, Image.Resampling.BILINEAR, box=(x, y, x + width, y + height))

    return crop


def _mirrored(frames: Frames) -> Frames:
    return np.ascontiguousarray(frames[:, :, ::-1], dtype=np.uint8)


def _with_logo(frame: Image.Image) -> Image.Image:
    """A logo in a corner and a line under the picture, as channels add them."""
    draw = ImageDraw.Draw(frame)
    width, height = frame.size
    draw.rectangle((width * 0.76, height * 0.05, width * 0.96, height * 0.22), fill=(200, 30, 40))
    draw.text((width * 0.78, height * 0.08), "LIVE 24", fill="white", font_size=height // 10)
    draw.rectangle((width * 0.1, height * 0.85, width * 0.9, height * 0.95), fill=(15, 15, 15))
    draw.text((width * 0.15, height * 0.86), "and what they said then", fill="white", font_size=height // 14)
    return frame


def _letterboxed(frame: Image.Image) -> Image.Image:
    box = Image.new("RGB", (frame.width, round(frame.height * 1.34) & ~1))
    box.paste(frame, (0, (box.height - frame.height) // 2))
    return box


def _upright_phone(frame: Image.Image) -> Image.Image:
    """On a telephone held upright: the film in the middle, its own blur above and below."""
    width, height = frame.height, frame.height * 16 // 9 & ~1
    blurred = frame.resize((16, 9)).resize((width, height), Image.Resampling.BICUBIC)
    small = frame.resize((width, frame.height * width // frame.width))
    blurred.paste(small, (0, (height - small.height) // 2))
    return blurred


def _smaller(frame: Image.Image) -> Image.Image:
    return frame.resize((frame.width * 6 // 10 & ~1, frame.height * 6 // 10 & ~1), Image.Resampling.BILINEAR)


def _recoloured(frames: Frames) -> Frames:
    levels = frames.astype(np.float32)
    changed = (levels - 110) * 1.35 + np.array([150, 128, 96])
    return np.asarray(np.clip(changed, 0, 255), dtype=np.uint8)


def _faster(clip: Clip, _: Clip) -> Clip:
    """Shown a twenty-fifth faster, as films on European television are."""
    places = np.arange(0, len(clip.frames), 1.04).astype(int)
    return Clip(clip.frames[places], None, clip.rate)


def _slower_rate(clip: Clip, _: Clip) -> Clip:
    places = np.arange(0, len(clip.frames), clip.rate / 5).astype(int)
    return Clip(clip.frames[places], None, 5)


def _excerpt(clip: Clip, start: float = 7.3, seconds: float = 10) -> Clip:
    first, last = round(start * clip.rate), round((start + seconds) * clip.rate)
    sound = _cut(clip.sound, start, seconds)
    return Clip(clip.frames[first:last], sound, clip.rate)


def _cut(sound: Sound | None, start: float, seconds: float) -> Sound | None:
    return None if sound is None else sound[round(start * SOUND_RATE) : round((start + seconds) * SOUND_RATE)]


def _muted_excerpt(clip: Clip, _: Clip) -> Clip:
    return replace(_excerpt(clip), sound=None)


def _inside(clip: Clip, other: Clip) -> Clip:
    """Ten seconds of it between others."""
    part = _excerpt(clip)
    half = len(other.frames) // 2
    return Clip(np.concatenate([other.frames[:half], part.frames, other.frames[half:]]), None, clip.rate)


def _in_picture(clip: Clip, other: Clip) -> Clip:
    """As somebody who comments on it shows it: at six tenths, over another film."""
    frames = other.frames[np.arange(len(clip.frames)) % len(other.frames)].copy()
    small = each(_smaller)(clip.frames)
    height, width = small.shape[1:3]
    frames[:, 12 : 12 + height, 8 : 8 + width] = small
    return Clip(frames, None, clip.rate)


def _worst(clip: Clip, _: Clip) -> Clip:
    part = _excerpt(clip)
    return Clip(_mirrored(each(_cropped(0.75, 0.3, 0.6))(part.frames)), None, part.rate)


def _sound_alone(clip: Clip, other: Clip) -> Clip:
    return Clip(other.frames[np.arange(len(clip.frames)) % len(other.frames)], clip.sound, clip.rate)


def _other_sound(clip: Clip, other: Clip) -> Clip:
    return replace(clip, sound=other.sound)


TABLE: Final[dict[str, tuple[Encoding, Alter]]] = {
    "encoded again": (Encoding(), lambda clip, _: clip),
    "encoded again, muted": (Encoding(), _pictures(lambda frames: frames)),
    "half as large, strongly compressed": (_STRONG, _pictures(each(_smaller))),
    "MPEG-4 in AVI": (_OLD, lambda clip, _: clip),
    "VP8 in WebM, other sound": (_OTHER, _other_sound),
    "five frames a second": (Encoding(), _slower_rate),
    "a twenty-fifth faster": (Encoding(), _faster),
    "other colours": (Encoding(), _pictures(_recoloured)),
    "cropped to 80 %": (Encoding(), _pictures(each(_cropped(0.8, 0.5, 0.5)))),
    "cropped to 60 %": (Encoding(), _pictures(each(_cropped(0.6, 0.2, 0.7)))),
    "mirrored": (Encoding(), _pictures(_mirrored)),
    "logo and subtitles": (Encoding(), _pictures(each(_with_logo))),
    "letterboxed": (Encoding(), _pictures(each(_letterboxed))),
    "on an upright telephone": (Encoding(), _pictures(each(_upright_phone))),
    "10 s of it": (Encoding(), lambda clip, _: _excerpt(clip)),
    "10 s of it, muted": (Encoding(), _muted_excerpt),
    "10 s inside others, muted": (Encoding(), _inside),
    "picture in picture": (Encoding(), _in_picture),
    "10 s, cropped, mirrored": (_STRONG, _worst),
    "its sound alone": (Encoding(), _sound_alone),
}
