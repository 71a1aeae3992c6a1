"""Looks at a film, twice a second: small grey frames within limits of pixels, time and number. Workers only.

A film that would take too long whole is looked at by its key frames alone; that is decided by what its header
promises, and again by what was decoded, since headers lie.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import av.error
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from registry.errors import MediaTooLargeError, UndecodableMediaError
from registry.fingerprint import demuxing

Grey = NDArray[np.uint8]

STEP_MS = 500
# Twice a second: a cut is met within a quarter of a second, at an eightieth of the cost of every frame.
MAX_SECONDS = 1_800
# Half an hour, as of sound: its landmarks, codes and points are 5 MB.
WORKING_PIXELS = 120_000
# 460 x 260: hashes look at 64 samples a side, and points are as many as a record has room for.
LONGEST_SIDE = 1_000
# Of those: a frame of 65,000 x 16 would be hashed by matrices of gigabytes.
BUDGET = 5_000_000_000
# Pixels decoded: some ten seconds of one core, half an hour of 480 x 270 or 100 seconds of 1080p.
_FRAME_OVERHEAD = 30_000
# Pixels' worth of work that any frame makes: a million tiny frames are not free.
_MOST_DAMAGED = 500
_LEAST_SIDE = 16
_TRUNCATED: Final = (2_000, 10)  # milliseconds, and in so many parts of the whole: what may be missing


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One look at a film: when, in milliseconds from its first frame, and what was to be seen."""

    milliseconds: int
    grey: Grey
    colour: NDArray[np.uint8] | None = field(default=None, repr=False)


@dataclass(slots=True)
class Film:
    """What is known of a film; all but the size only once its looks are exhausted."""

    width: int
    height: int
    milliseconds: int = 0
    frames_decoded: int = 0
    key_frames_only: bool = False


@dataclass(slots=True)
class _Progress:
    first: float | None = None
    due_ms: int = 0
    spent: int = 0
    damaged: int = 0


class FilmReader:
    """The looks at the film in a file; `film` tells more with each of them.

    Looks are in colour too while `wants_colour`.
    """

    def __init__(self, path: Path, media_type: str) -> None:
        self._path = path
        self._media_type = media_type
        self.film: Film | None = None
        self.wants_colour = True

    def looks(self) -> Iterator[Look]:
        """A look each `STEP_MS` where there is a frame; none if the file holds no moving pictures.

        Raises:
            MediaTooLargeError: Over the limits.
            UndecodableMediaError: Damaged or truncated.
        """
        with (
            demuxing.damage_is_undecodable("video"),
            demuxing.opened(self._path, self._media_type) as container,
        ):
            stream = _pictures(container)
            if stream is None:
                return
            self.film = _checked(container, stream)
            demuxing.bound(stream)
            yield from self._looks(container, stream, self.film)
            _check_whole(container, stream, self.film)

    def _looks(self, container: InputContainer, stream: VideoStream, film: Film) -> Iterator[Look]:
        progress, shrinker = _Progress(), VideoReformatter()
        for frame in _frames(container, stream, film, progress):
            at = _milliseconds(frame, film, progress)
            film.milliseconds = max(film.milliseconds, at)
            film.frames_decoded += 1
            if at >= progress.due_ms:
                progress.due_ms = (at // STEP_MS + 1) * STEP_MS
                yield _look(frame, at, shrinker, coloured=self.wants_colour)


def _pictures(container: InputContainer) -> VideoStream | None:
    """The first stream of moving pictures.

    Raises:
        UndecodableMediaError: There are some, all in a codec that is not read, or encrypted.
    """
    streams = [each for each in container.streams.video if not demuxing.is_picture_of_the_sound(each)]
    readable = [each for each in streams if demuxing.decodable(each)]
    if streams and not readable:
        raise UndecodableMediaError("video", "its pictures are encrypted, or in a codec that is not read")
    return readable[0] if readable else None


def _checked(container: InputContainer, stream: VideoStream) -> Film:
    width, height = stream.codec_context.width, stream.codec_context.height
    if min(width, height) < _LEAST_SIDE:
        raise UndecodableMediaError("video", f"its pictures are {width} x {height}, or larger than is read")
    for quantity, found, limit in (
        ("pixels", width * height, demuxing.MAX_PIXELS),
        ("seconds", _promised_ms(container, stream) // 1000, MAX_SECONDS),
    ):
        if found > limit:
            raise MediaTooLargeError(quantity, found, limit)
    film = Film(width, height)
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    frames = max(stream.frames, int(rate * _promised_ms(container, stream) / 1000))
    film.key_frames_only = frames * _cost(film) > BUDGET
    return film


def _promised_ms(container: InputContainer, stream: VideoStream) -> int:
    if stream.duration and stream.time_base:
        return max(0, int(stream.duration * stream.time_base * 1000))
    return max(0, (container.duration or 0) * 1000 // av.time_base)


def _cost(film: Film) -> int:
    return film.width * film.height + _FRAME_OVERHEAD


def _frames(
    container: InputContainer, stream: VideoStream, film: Film, progress: _Progress
) -> Iterator[VideoFrame]:
    """The frames that are decoded: all, or of a film that is too much only key frames that are due."""
    latest_ms = -STEP_MS
    for number, packet in enumerate(container.demux(stream)):
        if number > demuxing.MAX_PACKETS:
            raise MediaTooLargeError("packets", number, demuxing.MAX_PACKETS)
        if film.key_frames_only and packet.size:
            at = _packet_ms(packet, latest_ms + STEP_MS)
            if not packet.is_keyframe or at < latest_ms + STEP_MS:
                continue
            latest_ms = at
        frames = _decoded(packet, progress)
        yield from frames
        progress.spent += max(_cost(film), *(each.width * each.height for each in frames), 0)
        film.key_frames_only |= progress.spent > BUDGET
        if progress.spent > 4 * BUDGET:
            raise MediaTooLargeError("pixels in all", progress.spent, 4 * BUDGET)


def _packet_ms(packet: Packet[VideoStream], otherwise: int) -> int:
    if packet.pts is None or packet.time_base is None:
        return otherwise
    return int(packet.pts * packet.time_base * 1000)


def _decoded(packet: Packet[VideoStream], progress: _Progress) -> list[VideoFrame]:
    try:
        return packet.decode()
    except (av.error.InvalidDataError, av.error.PatchWelcomeError, av.error.ExternalError) as error:
        progress.damaged += 1
        if progress.damaged > _MOST_DAMAGED:
            raise UndecodableMediaError("video", "its pictures are damaged throughout") from error
        return []


def _milliseconds(frame: VideoFrame, film: Film, progress: _Progress) -> int:
    """When a frame is shown, from the first one on; one without a time follows the one before."""
    if frame.pts is None or frame.time_base is None:
        return film.milliseconds + 40
    if progress.first is None:
        progress.first = frame.time
    at = round(1000 * (frame.time - progress.first))
    if at > 1000 * MAX_SECONDS:
        raise MediaTooLargeError("seconds", at // 1000, MAX_SECONDS)
    return max(0, at)


def _look(frame: VideoFrame, at: int, shrinker: VideoReformatter, *, coloured: bool) -> Look:
    found = frame.width * frame.height
    if found > demuxing.MAX_PIXELS:
        raise MediaTooLargeError("pixels", found, demuxing.MAX_PIXELS)
    grey = _shrunk(frame, "gray", shrinker)
    return Look(at, grey, _shrunk(frame, "rgb24", shrinker) if coloured else None)


def _shrunk(frame: VideoFrame, form: str, shrinker: VideoReformatter) -> Grey:
    """The frame upright, with no more than about `WORKING_PIXELS`."""
    pixels, longest = frame.width * frame.height, max(frame.width, frame.height)
    scale = min(1.0, (WORKING_PIXELS / pixels) ** 0.5, LONGEST_SIDE / longest)
    width, height = (max(_LEAST_SIDE, round(side * scale)) for side in (frame.width, frame.height))
    small = shrinker.reformat(frame, width, height, form, interpolation=Interpolation.AREA, threads=1)
    return np.ascontiguousarray(np.rot90(small.to_ndarray(), round(frame.rotation / 90)), dtype=np.uint8)


def _check_whole(container: InputContainer, stream: VideoStream, film: Film) -> None:
    """Refuse what ends long before its header says, and what never began.

    Raises:
        UndecodableMediaError: There is nothing, or much is missing.
    """
    if not film.frames_decoded:
        raise UndecodableMediaError("video", "none of its pictures can be decoded")
    promised = _promised_ms(container, stream)
    least, parts = _TRUNCATED
    missing = promised - film.milliseconds
    if not film.key_frames_only and missing > max(least, promised // parts) and stream.frames != 1:
        raise UndecodableMediaError("video", f"it ends after {film.milliseconds} of {promised} ms")
