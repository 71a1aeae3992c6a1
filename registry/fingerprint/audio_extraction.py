"""Taking a sound's fingerprint. Loaded in decoder workers only."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from registry.fingerprint import chromaprint, iscc, recordings, sound, waveform
from registry.fingerprint.audio_features import feature
from registry.fingerprint.audio_peaks import peaks
from registry.model import Code, Extraction, Hash32


def prepare() -> None:
    """Load what a confined worker cannot, and run once what is slow the first time."""
    chromaprint.installed()
    peaks(np.zeros(sound.RATE, dtype=np.float32))


def extract(path: Path, content_hash: Hash32, byte_size: int, media_type: str) -> Extraction:
    """The codes, features and waveform of a sound.

    Raises:
        MediaTooLargeError: Over the limits of `sound`.
        UndecodableMediaError: Damaged, truncated, or silent for want of samples.
    """
    recording = recordings.read(path, media_type)
    audio_codes, stated = interoperable(recording.samples, chromaprint.installed())
    return Extraction(
        medium="audio",
        content_hash=content_hash,
        byte_size=byte_size,
        media_type=media_type,
        facts={
            "sample_rate": recording.sample_rate,
            "channels": recording.channels,
            "milliseconds": recording.milliseconds,
            "iscc_audio": stated,
        },
        codes=(*iscc.file_codes(path), *audio_codes),
        features=(feature(peaks(recording.samples)),),
        preview=waveform.preview(recording.samples),
    )


def interoperable(
    samples: sound.Samples, library: chromaprint.Chromaprint | None
) -> tuple[tuple[Code, ...], str]:
    """The ISCC Audio-Code where it can be made, and what the record says of how, or why not."""
    if library is None:
        return (), "absent: no libchromaprint"
    vector = library.vector(samples)
    if not vector:
        return (), "absent: too short"
    return (iscc.audio_code(vector),), f"chromaprint {library.version}"
