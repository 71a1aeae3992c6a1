"""The sound in a container, as `sound` hands over that of plain files. Workers only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import av.error
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer

from registry.errors import MediaTooLargeError, UndecodableMediaError
from registry.fingerprint import demuxing
from registry.fingerprint.sound import MAX_CHANNELS, MAX_RATE, MAX_SECONDS, RATE, Samples, Sound

_MOST_DAMAGED = 200
# Packets that may be broken: a lost second of a broadcast, not a film of noise.


def read(path: Path, media_type: str, medium: str = "audio") -> Sound | None:
    """Decode the first stream of sound; None if there is none that is read here.

    Raises:
        MediaTooLargeError: Over the limits of `sound`; no more was decoded than up to the limit.
        UndecodableMediaError: Damaged, or without any sound in its stream.
    """
    with demuxing.damage_is_undecodable(medium), demuxing.opened(path, media_type) as container:
        stream = next((each for each in container.streams.audio if demuxing.decodable(each)), None)
        if stream is None:
            return None
        _check(container, stream)
        demuxing.bound(stream)
        pieces = list(_pieces(container, stream, medium))
        rate, channels = stream.rate, stream.channels
    samples = np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.float32)
    if not len(samples):
        raise UndecodableMediaError(medium, "its sound track holds no sound")
    return Sound(samples, rate, channels, len(samples) * 1000 // RATE)


def _check(container: InputContainer, stream: AudioStream) -> None:
    seconds = (container.duration or 0) // av.time_base
    for quantity, found, limit in (
        ("channels", stream.channels, MAX_CHANNELS),
        ("samples a second", stream.rate, MAX_RATE),
        ("seconds", seconds, MAX_SECONDS),
    ):
        if found > limit:
            raise MediaTooLargeError(quantity, found, limit)


def _pieces(container: InputContainer, stream: AudioStream, medium: str) -> Iterator[Samples]:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    total = 0
    for frame in _frames(container, stream, medium):
        if frame is not None:
            frame.pts = None  # gaps and leaps in time are not filled: the samples follow each other
        for resampled in resampler.resample(frame):
            piece = np.array(resampled.to_ndarray()[0], dtype=np.float32)
            total += len(piece)
            if total > MAX_SECONDS * RATE:
                raise MediaTooLargeError("seconds", -(-total // RATE), MAX_SECONDS)
            yield np.clip(np.nan_to_num(piece), -1, 1)


def _frames(container: InputContainer, stream: AudioStream, medium: str) -> Iterator[AudioFrame | None]:
    """The frames of a stream, then None; single packets may be damaged."""
    damaged = 0
    for number, packet in enumerate(container.demux(stream)):
        if number > demuxing.MAX_PACKETS:
            raise MediaTooLargeError("packets", number, demuxing.MAX_PACKETS)
        try:
            yield from packet.decode()
        except (av.error.InvalidDataError, av.error.PatchWelcomeError) as error:
            damaged += 1
            if damaged > _MOST_DAMAGED:
                raise UndecodableMediaError(medium, "its sound track is damaged throughout") from error
    yield None
