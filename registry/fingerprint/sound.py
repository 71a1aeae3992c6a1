"""Reading sound safely: limits before decoding, mixed to one channel at 11 025 Hz, a piece at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

from registry.errors import MediaTooLargeError, UndecodableMediaError
from registry.fingerprint.wire import plain

Samples = NDArray[np.float32]

RATE = 11_025
# Samples a second that landmarks are taken from: music is recognised by what lies under 5.5 kHz, and
# telephones and small speakers pass nothing above 4.
MAX_SECONDS = 1_800
# Half an hour: a symphony's movement, a lecture's half. Analysing it takes seconds, and its landmarks 2 MB.
MAX_CHANNELS = 8
# 7.1 surround; more channels are a way of making a file that decodes to far more than its length says.
MAX_RATE = 768_000
# The fastest rate that converters offer; the resampling filter's length grows with it.
FORMATS: Final[dict[str, str]] = {
    "audio/wav": "WAV",
    "audio/flac": "FLAC",
    "audio/ogg": "OGG",
    "audio/mpeg": "MP3",
}

_PIECE_SECONDS = 30
_MARGIN_SECONDS = 1  # on both sides of a piece, so that the resampling filter sees no edge; cut off again


@dataclass(frozen=True, slots=True)
class Sound:
    """Mono samples at `RATE`, between -1 and 1, and what the file was."""

    samples: Samples
    sample_rate: int
    channels: int
    milliseconds: int


def read(path: Path, media_type: str) -> Sound:
    """Decode a sound.

    Raises:
        MediaTooLargeError: Over the limits; no more was decoded than up to the limit.
        UndecodableMediaError: Damaged, truncated, or without any sound.
    """
    try:
        with soundfile.SoundFile(path) as file:
            _check(file, FORMATS[media_type])
            pieces, frames = [], 0
            for piece, length in _pieces(file):
                pieces.append(piece)
                frames += length
            sample_rate, channels, promised = file.samplerate, file.channels, file.frames
    except soundfile.LibsndfileError as error:  # only its own words: the whole message tells the file's path
        raise UndecodableMediaError("audio", plain(error.error_string)) from error
    except soundfile.SoundFileError as error:
        raise UndecodableMediaError("audio", plain(str(error))) from error
    if not frames:
        raise UndecodableMediaError("audio", "it holds no sound")
    if frames < promised and media_type == "audio/flac":
        raise UndecodableMediaError("audio", f"it ends after {frames} of {promised} samples")
    return Sound(np.concatenate(pieces), sample_rate, channels, frames * 1000 // sample_rate)


def _check(file: soundfile.SoundFile, expected: str) -> None:
    if file.format not in {expected, f"{expected}EX"}:
        raise UndecodableMediaError("audio", f"it is {file.format} inside, not {expected}")
    for quantity, found, limit in (
        ("channels", file.channels, MAX_CHANNELS),
        ("samples a second", file.samplerate, MAX_RATE),
        ("seconds", file.frames // file.samplerate, MAX_SECONDS),
    ):
        if found > limit:
            raise MediaTooLargeError(quantity, found, limit)


def _pieces(file: soundfile.SoundFile) -> Iterator[tuple[Samples, int]]:
    """Each `_PIECE_SECONDS` of the file at `RATE`, and how many of the file's frames it was made of.

    Whole seconds are whole numbers of samples at either rate, so pieces join without a seam.
    """
    rate = file.samplerate
    divisor = gcd(RATE, rate)
    before = np.zeros(0, dtype=np.float32)
    piece = _read_mono(file, _PIECE_SECONDS * rate)
    total = 0
    while len(piece):
        total += len(piece)
        if total > MAX_SECONDS * rate:
            raise MediaTooLargeError("seconds", -(-total // rate), MAX_SECONDS)
        following = _read_mono(file, _PIECE_SECONDS * rate)
        context = np.concatenate([before, piece, following[: _MARGIN_SECONDS * rate]])
        resampled = resample_poly(context, RATE // divisor, rate // divisor).astype(np.float32)
        start = len(before) // rate * RATE
        yield resampled[start : start + -(-len(piece) * RATE // rate)], len(piece)
        before = piece[-_MARGIN_SECONDS * rate :]
        piece = following


def _read_mono(file: soundfile.SoundFile, frames: int) -> Samples:
    """Up to that many frames, channels averaged; a broken number in a float file is silence."""
    samples = np.asarray(file.read(frames, dtype="float32", always_2d=True), dtype=np.float32)
    mono = samples.mean(axis=1, dtype=np.float32)
    return np.asarray(np.clip(np.nan_to_num(mono), -1, 1), dtype=np.float32)
