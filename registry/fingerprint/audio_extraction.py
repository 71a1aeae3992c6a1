"""Taking a sound's fingerprint. Loaded in decoder workers only."""

from __future__ import annotations

from pathlib import Path

from registry.fingerprint import iscc, sound, waveform
from registry.fingerprint.audio import feature
from registry.fingerprint.landmarks import landmarks
from registry.model import Extraction, Hash32


def extract(path: Path, content_hash: Hash32, byte_size: int, media_type: str) -> Extraction:
    """The codes, features and waveform of a sound.

    Raises:
        MediaTooLargeError: Over the limits of `sound`.
        UndecodableMediaError: Damaged, truncated, or silent for want of samples.
    """
    recording = sound.read(path, media_type)
    return Extraction(
        medium="audio",
        content_hash=content_hash,
        byte_size=byte_size,
        media_type=media_type,
        facts={
            "sample_rate": recording.sample_rate,
            "channels": recording.channels,
            "milliseconds": recording.milliseconds,
        },
        codes=iscc.file_codes(path),
        features=(feature(landmarks(recording.samples)),),
        preview=waveform.preview(recording.samples),
    )
