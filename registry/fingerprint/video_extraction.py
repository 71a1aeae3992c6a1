"""Taking a film's fingerprint. Loaded in decoder workers only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from registry.errors import UndecodableMediaError
from registry.fingerprint import container_sound, film, frame_codes, iscc, pdq, picture, waveform
from registry.fingerprint.audio_features import feature
from registry.fingerprint.audio_peaks import peaks
from registry.fingerprint.film import KeyFrame, Stretch
from registry.fingerprint.local import Integers, LocalFeatures
from registry.fingerprint.local_extraction import local_features
from registry.fingerprint.sound import Sound
from registry.fingerprint.video_decoding import FilmReader, Look
from registry.model import Extraction, Feature, Hash32

POINTS = 200
# Of a key frame: a third of a picture's, for a film has many.
_STRONGEST = 120  # of them; the others are spread over the frame
_SAME_BITS = 3
# A stretch goes on while its code differs from its first in no more than what compression changes.
_UNCHANGED = 1.0  # grey levels, on average, under which a look is not even hashed
_NEW_SCENE_BITS, _SETTLED_BITS = 60, 36
# A new scene differs in nearly half of the bits, and while it fades in it differs from one look to the next.
_SHORTEST_SCENE_MS, _LONGEST_SCENE_MS = 1_500, 6_000
_LEAST_QUALITY = 10
_TELLING_QUALITY = 50


@dataclass(slots=True)
class _Taken:
    """What was taken of the looks so far."""

    stretches: dict[int, list[Stretch]] = field(default_factory=lambda: {film.WHOLE: [], film.TRIMMED: []})
    key_frames: list[KeyFrame] = field(default_factory=list)
    preview: NDArray[np.uint8] | None = None
    preview_quality: int = -1
    key_code: bytes | None = None
    key_ms: int = -_LONGEST_SCENE_MS


def extract(path: Path, content_hash: Hash32, byte_size: int, media_type: str) -> Extraction:
    """The codes, features and preview of a film; of one without pictures those of its sound.

    Raises:
        MediaTooLargeError: Over the limits of `video_decoding` or `sound`.
        UndecodableMediaError: Damaged, truncated, encrypted, or with neither pictures nor sound.
    """
    reader = FilmReader(path, media_type)
    taken = _taken(reader)
    recording = container_sound.read(path, media_type, "video")
    seen = reader.film
    if seen is None and recording is None:
        raise UndecodableMediaError("video", "it has neither pictures nor sound that are read")
    facts: dict[str, int | str] = {
        "width": seen.width if seen else 0,
        "height": seen.height if seen else 0,
        "frames": seen.frames_decoded if seen else 0,
        "milliseconds": max(seen.milliseconds if seen else 0, recording.milliseconds if recording else 0),
        "key_frames": len(taken.key_frames),
        "looked_at": "key frames" if seen and seen.key_frames_only else "all frames",
    }
    if recording is not None:
        facts |= {"sample_rate": recording.sample_rate, "channels": recording.channels}
    return Extraction(
        medium="video",
        content_hash=content_hash,
        byte_size=byte_size,
        media_type=media_type,
        facts=facts,
        codes=iscc.file_codes(path),
        features=tuple(_features(taken, recording)),
        preview=_preview(taken, recording),
    )


def _features(taken: _Taken, recording: Sound | None) -> Iterator[Feature]:
    """Of those that there are."""
    stretches = sorted((each for of_cut in taken.stretches.values() for each in of_cut), key=_order)
    if stretches:
        yield Feature(film.FRAMES_SCHEME, film.stretches_to_bytes(stretches[: film.MOST_STRETCHES]))
    if taken.key_frames:
        yield Feature(film.LOCAL_SCHEME, film.key_frames_to_bytes(taken.key_frames))
    if recording is not None:
        yield feature(peaks(recording.samples))


def _order(stretch: Stretch) -> tuple[int, int]:
    return stretch.first, stretch.cut


def _preview(taken: _Taken, recording: Sound | None) -> bytes | None:
    if taken.preview is not None:
        return picture.preview(Image.fromarray(taken.preview))
    return None if recording is None else waveform.preview(recording.samples)


def _taken(reader: FilmReader) -> _Taken:
    taken, before, code = _Taken(), None, b""
    for look in reader.looks():
        if before is None or _changed(look, before):
            earlier, (code, quality) = code, _hashed(look, taken)
            _keep_key_frame(look, (code, earlier), quality, taken)
            before = look
            if quality > taken.preview_quality and look.colour is not None:
                taken.preview, taken.preview_quality = look.colour, quality
            reader.wants_colour = taken.preview_quality < _TELLING_QUALITY
    if reader.film is not None:
        _end(taken, reader.film.milliseconds)
    return taken


def _changed(look: Look, before: Look) -> bool:
    if look.grey.shape != before.grey.shape:
        return True
    step = np.abs(look.grey.astype(np.int16) - before.grey)
    return float(step.mean()) > _UNCHANGED


def _hashed(look: Look, taken: _Taken) -> tuple[bytes, int]:
    """Begin a stretch of each cut unless the one before goes on; the whole's code and quality."""
    plane = look.grey.astype(np.float32)
    content = picture.trimmed(plane)
    codes, quality = _begin(look, film.WHOLE, plane, taken)
    if content.shape != plane.shape:
        _begin(look, film.TRIMMED, content, taken)
    else:
        _end_last(taken.stretches[film.TRIMMED], look.milliseconds)
    return codes[: pdq.CODE_BYTES], quality


def _begin(look: Look, cut: int, plane: picture.Plane, taken: _Taken) -> tuple[bytes, int]:
    named, quality = frame_codes.hashed(plane)
    codes = b"".join(named[name] for name in pdq.VARIANTS)
    stretches = taken.stretches[cut]
    if stretches and _goes_on(stretches[-1], named["upright"]):
        return codes, quality
    _end_last(stretches, look.milliseconds)
    stretches.append(Stretch(look.milliseconds, look.milliseconds, cut, quality, codes))
    return codes, quality


def _end(taken: _Taken, milliseconds: int) -> None:
    for stretches in taken.stretches.values():
        _end_last(stretches, milliseconds)


def _goes_on(stretch: Stretch, code: bytes) -> bool:
    return _is_open(stretch) and pdq.distance(stretch.codes[: pdq.CODE_BYTES], code) <= _SAME_BITS


def _is_open(stretch: Stretch) -> bool:
    """Whether its end is not known yet."""
    return stretch.last == stretch.first


def _end_last(stretches: list[Stretch], milliseconds: int) -> None:
    if stretches and _is_open(stretches[-1]):
        stretches[-1] = replace(stretches[-1], last=max(stretches[-1].first, milliseconds))


def _keep_key_frame(look: Look, codes: tuple[bytes, bytes], quality: int, taken: _Taken) -> None:
    """Keep the local features of a scene's first look that is settled, and of a long scene now and then."""
    if quality < _LEAST_QUALITY or not _is_due(look.milliseconds, *codes, taken):
        return
    if len(taken.key_frames) >= min(film.MOST_KEY_FRAMES, 4 + look.milliseconds // 4_000):
        return
    height, width = look.grey.shape
    found = local_features((width, height), look.grey.astype(np.float32))
    taken.key_code, taken.key_ms = codes[0], look.milliseconds
    if found is not None:
        taken.key_frames.append(KeyFrame(look.milliseconds, _fewer(found)))


def _is_due(at: int, code: bytes, earlier: bytes, taken: _Taken) -> bool:
    since = at - taken.key_ms
    if taken.key_code is None or since >= _LONGEST_SCENE_MS:
        return True
    is_new = pdq.distance(code, taken.key_code) >= _NEW_SCENE_BITS
    return is_new and pdq.distance(code, earlier) <= _SETTLED_BITS and since >= _SHORTEST_SCENE_MS


def _fewer(features: LocalFeatures) -> LocalFeatures:
    """`POINTS` of the points: the most telling, and an even choice of the others."""
    if len(features) <= POINTS:
        return features
    others = np.linspace(_STRONGEST, len(features) - 1, POINTS - _STRONGEST).astype(np.int64)
    return chosen(features, np.concatenate([np.arange(_STRONGEST), np.unique(others)]))


def chosen(features: LocalFeatures, which: Integers) -> LocalFeatures:
    """Those of the points that stand at these places."""
    columns = ("signatures", "x", "y", "scale", "angle", "outer", "inner")
    return LocalFeatures(features.frame, *(getattr(features, name)[which] for name in columns))
