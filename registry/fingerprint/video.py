"""Films: by the codes of their frames, by the parts of their key frames, and by their sound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from registry.fingerprint import audio, containers, stills, video_frames, video_local
from registry.fingerprint.base import Lookup
from registry.fingerprint.film import FRAMES_SCHEME, LOCAL_SCHEME
from registry.model import Extraction, Hash32, Judgement, Verdict, WorkId
from registry.model.postings import Indexed

_SOUND = audio.AudioMedium()
_TIMES = ("start_ms", "end_ms")


class VideoMedium:
    """Moving pictures with or without sound, in the containers that the extra `media` reads."""

    name = "video"
    kinds = ("MP4", "QuickTime", "WebM", "Matroska", "AVI", "MPEG-TS")

    def sniff(self, head: bytes) -> str | None:
        """See `Medium.sniff`."""
        return containers.sniff_film(head)

    def prepare(self) -> None:
        """See `Medium.prepare`. Nothing where the extra is missing: `detect` refuses its files."""
        if containers.is_readable():
            from registry.fingerprint import video_extraction  # noqa: F401, PLC0415 - a worker's alone

    def extract(self, path: Path, content_hash: Hash32, byte_size: int, media_type: str) -> Extraction:
        """See `Medium.extract`."""
        containers.require(media_type)
        from registry.fingerprint.video_extraction import extract  # noqa: PLC0415 - a worker's alone

        return extract(path, content_hash, byte_size, media_type)

    def indexed(self, extraction: Extraction) -> Indexed:
        """The codes of its frames, the points of its key frames, and its sound as that of any recording."""
        heard = _sound_of(extraction)
        sound = Indexed() if heard is None else _SOUND.indexed(heard)
        return Indexed(
            (*video_local.postings(extraction), *sound.postings),
            (*video_frames.codes(extraction), *sound.codes),
            (*video_local.features(extraction), *sound.features),
        )

    def compared(self, extraction: Extraction) -> list[str]:
        """See `Medium.compared`."""
        seen = [scheme for scheme in (FRAMES_SCHEME, LOCAL_SCHEME) if extraction.feature(scheme)]
        heard = _sound_of(extraction)
        return seen if heard is None else [*seen, *_SOUND.compared(heard)]

    def search(self, extraction: Extraction, lookup: Lookup) -> Mapping[WorkId, Judgement]:
        """What its frames say; if they say nothing, their parts; what its sound adds; and pictures in it."""
        seen = video_frames.search(extraction, lookup)
        if not any(judgement.is_match for judgement in seen.values()):
            seen = _nearer(seen, video_local.search(extraction, lookup))
        sound = _sound_of(extraction)
        heard = {} if sound is None else _SOUND.search(sound, lookup)
        parts = {work_id: _as_part(judgement) for work_id, judgement in heard.items()}
        films = {work_id: _together(seen.get(work_id), parts.get(work_id)) for work_id in (*seen, *parts)}
        return {**stills.pictures_in(extraction, lookup), **films}


def _sound_of(extraction: Extraction) -> Extraction | None:
    """A film's sound track as a recording of its own; None if it has none."""
    return replace(extraction, medium="audio") if "sample_rate" in extraction.facts else None


def _nearer(some: Mapping[WorkId, Judgement], others: Mapping[WorkId, Judgement]) -> dict[WorkId, Judgement]:
    best = dict(some)
    for work_id, judgement in others.items():
        if work_id not in best or judgement.score > best[work_id].score:
            best[work_id] = judgement
    return best


def _as_part(heard: Judgement) -> Judgement:
    """The sound of a film is a part of it, however much of the sound agrees."""
    return replace(heard, verdict=Verdict.CONTAINS) if heard.is_match else heard


def _together(seen: Judgement | None, heard: Judgement | None) -> Judgement:
    """What is seen, and with it what is heard: the sound alone where nothing is seen."""
    if seen is None or heard is None:
        found = seen if heard is None else heard
        assert found is not None  # noqa: S101 - a work is listed because of one of them
        return found
    if seen.is_match and heard.is_match:
        where = {f"sound_{name}": value for name, value in (heard.region or {}).items() if name in _TIMES}
        return replace(seen, region={**(seen.region or {}), **where}, score=seen.score + heard.score)
    return max((seen, heard), key=lambda each: (each.is_match, each.score))
