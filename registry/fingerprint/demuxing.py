"""Opening a container safely with FFmpeg's libraries, through PyAV. Workers only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import av
import av.error
import av.logging
from av.codec.context import ThreadType
from av.container import InputContainer
from av.stream import Disposition, Stream

from registry.errors import UndecodableMediaError
from registry.fingerprint.containers import DEMUXERS

MAX_PIXELS = 8192 * 4352
# A frame of 8K, as its decoder pads it: several of them fit a worker's memory, and cameras make no more.
MAX_PACKETS = 3_000_000
# Half an hour has 220,000 pictures at 120 a second and 90,000 pieces of sound; ten times that is no film.
_CODECS: Final = frozenset(
    {"h264", "hevc", "av1", "libdav1d", "vp8", "vp9", "libvpx", "libvpx-vp9", "mpeg4", "msmpeg4v3", "msmpeg4"}
    | {"mpeg1video", "mpeg2video", "h263", "mjpeg", "prores", "dnxhd", "theora", "rawvideo", "flv", "vc1"}
    | {"wmv2", "wmv3", "ffv1", "png", "gif"}
    | {"aac", "aac_fixed", "mp3", "mp3float", "mp2", "mp2float", "opus", "libopus", "vorbis", "libvorbis"}
    | {"flac", "alac", "ac3", "ac3_fixed", "eac3", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s32le"}
    | {"pcm_f32le", "pcm_u8", "pcm_alaw", "pcm_mulaw", "adpcm_ms", "adpcm_ima_qt", "amrnb", "amrwb"}
    | {"libopencore_amrnb", "libopencore_amrwb", "pcm_s24be", "pcm_f32be", "wmav2", "dca"}
)
# What films are made with: of five hundred decoders, those that many eyes have seen.
_OPTIONS: Final = {
    "protocol_whitelist": "none",  # the open file alone: nothing that a file refers to is opened
    "enable_drefs": "0",
    "max_pixels": str(MAX_PIXELS),
    "max_streams": "64",
    "probesize": "5000000",
    "analyzeduration": "5000000",
}
_BUFFER_BYTES = 1 << 18

av.logging.set_level(None)


@contextmanager
def damage_is_undecodable(medium: str) -> Iterator[None]:
    """Turn whatever FFmpeg says of a damaged file into one error; want of memory is left to the worker.

    Raises:
        UndecodableMediaError: Something within failed on the file's contents.
    """
    try:
        yield
    except MemoryError:
        raise
    except (av.error.FFmpegError, ValueError, OverflowError, ZeroDivisionError) as error:
        # Its own words may tell where the server keeps the file.
        kind = type(error).__name__.removesuffix("Error")
        raise UndecodableMediaError(medium, f"it is damaged, or not what it says ({kind})") from error


@contextmanager
def opened(path: Path, media_type: str) -> Iterator[InputContainer]:
    """The container at `path`, by the demuxer of its type and no other.

    Raises:
        av.error.FFmpegError: Damaged; put `damage_is_undecodable` around.
    """
    with (
        path.open("rb") as file,
        av.open(
            file,
            mode="r",
            format=DEMUXERS[media_type],
            options=_OPTIONS,
            metadata_errors="replace",
            buffer_size=_BUFFER_BYTES,
        ) as container,
    ):
        yield container


def decodable(stream: Stream) -> bool:
    """Whether the stream is of a codec that is read; encrypted ones are of none."""
    return getattr(stream.codec_context, "name", None) in _CODECS  # no context: no decoder at all


def is_picture_of_the_sound(stream: Stream) -> bool:
    """Whether a stream of pictures is the cover of a recording."""
    return bool(stream.disposition & Disposition.attached_pic)


def bound(stream: Stream) -> None:
    """No threads, which the worker's filter refuses, and no more pixels than `MAX_PIXELS`."""
    context = stream.codec_context
    context.thread_count = 1
    context.thread_type = ThreadType.NONE
    context.options = {**context.options, "max_pixels": str(MAX_PIXELS)}
