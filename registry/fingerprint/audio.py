"""Sound: landmarks nominate works and the way a query lies on them, spectral peaks confirm it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from registry.fingerprint import audio_sniffing, landmarks
from registry.fingerprint.audio_evidence import Evidence, evidence
from registry.fingerprint.audio_features import EIGHTHS, SCHEME, Peaks, milliseconds, peaks_in, peaks_of
from registry.fingerprint.audio_votes import nominees
from registry.fingerprint.base import Lookup
from registry.model import ACCEPTED_SCORE, Extraction, Feature, Hash32, Judgement, Verdict, WorkId
from registry.model.postings import Indexed

LEAST_EVIDENCE = 42
# Nats. Measured on 91 registered pieces of music and speech, each under 3 of 43 alterations: one of 25,700
# pairs of sounds that share nothing comes so far, most that come near are speech by one synthesizer; the 273
# altered works came to 43 at least, most to hundreds, three seconds of one to 60 and more.

_NEAR_MISS = 5  # nats; works with less are not told as near misses
_COPY_PERMILLE = 40
# Of the possible evidence: altered copies came to 66 and more, noise twice as loud included; with less it is
# a part at most, wherever it lies.
_PART = (6, 10)  # of the query: a stretch of less than this share of it is a part of it
_PART_MILLISECONDS = 5_000  # and at least this much of the query must lie outside
_SAME_TEMPO, _SAME_PITCH, _SAME_MILLISECONDS = 5, 10, 100
# Permille, cents, and the two stretches' lengths: as near as they are measured in noise.
_CENTS_PER_EIGHTH = 1200 / 36 / EIGHTHS
_UNIT = "permille of the possible evidence missing"


class AudioMedium:
    """Recorded sound."""

    name = "audio"
    kinds = ("WAV", "FLAC", "Ogg Vorbis", "Opus", "MP3", "AAC", "M4A")

    def sniff(self, head: bytes) -> str | None:
        """See `Medium.sniff`."""
        return audio_sniffing.media_type(head)

    def prepare(self) -> None:
        """See `Medium.prepare`."""
        from registry.fingerprint import audio_extraction  # noqa: PLC0415 - a worker's alone

        audio_extraction.prepare()

    def extract(self, path: Path, content_hash: Hash32, byte_size: int, media_type: str) -> Extraction:
        """See `Medium.extract`."""
        from registry.fingerprint.audio_extraction import extract  # noqa: PLC0415 - a worker's alone

        return extract(path, content_hash, byte_size, media_type)

    def indexed(self, extraction: Extraction) -> Indexed:
        """Its landmarks, and the peaks that they are made of."""
        data = extraction.feature(SCHEME)
        if not data:
            return Indexed()
        return Indexed((landmarks.of_work(peaks_of(data)),), features=(Feature(SCHEME, data),))

    def compared(self, extraction: Extraction) -> list[str]:
        """See `Medium.compared`."""
        return [SCHEME] if extraction.feature(SCHEME) else []

    def search(self, extraction: Extraction, lookup: Lookup) -> Mapping[WorkId, Judgement]:
        """The works that most landmarks agree on, by the evidence of all peaks for that alignment."""
        query = peaks_in(extraction)
        probes = landmarks.of_query(query)
        hits = lookup.hits(probes.postings)
        alignments = {hits.work_ids[place]: likely for place, likely in nominees(probes, hits).items()}
        features = lookup.features(SCHEME, list(alignments))
        found = {}
        for work_id, likely in alignments.items():
            judged = evidence(query, peaks_of(features.get(work_id, b"")), likely)
            if judged.nats >= _NEAR_MISS:
                found[work_id] = _judgement(extraction, query, judged)
        return found


def _judgement(extraction: Extraction, query: Peaks, judged: Evidence) -> Judgement:
    region = _region(query, judged)
    possible = max(judged.possible, judged.nats)
    reached, needed = int(1000 * judged.nats / possible), -int(-1000 * LEAST_EVIDENCE // possible)
    score, threshold = int(ACCEPTED_SCORE * judged.nats / LEAST_EVIDENCE), max(0, 1000 - needed)
    if reached < needed:  # by rounding, or of a query so short that all of it would not be enough
        score, distance = min(score, ACCEPTED_SCORE - 1), max(1000 - reached, threshold + 1)
        return Judgement(Verdict.NONE, distance, threshold, _UNIT, SCHEME + _variant(region), score, region)
    is_thin = reached < _COPY_PERMILLE
    is_part = is_thin or _is_part(region, int(extraction.facts.get("milliseconds", 0)))
    verdict, distance = Verdict.CONTAINS if is_part else Verdict.COPY, 1000 - reached
    return Judgement(verdict, distance, threshold, _UNIT, SCHEME + _variant(region), score, region)


def _region(query: Peaks, judged: Evidence) -> dict[str, int]:
    """The stretch in the query and in the work, and how much faster and higher the query is."""
    alignment = judged.alignment
    first, last = int(query.frames[judged.first]), int(query.frames[judged.last]) + 1
    return {
        "start_ms": milliseconds(first),
        "end_ms": milliseconds(last),
        "work_start_ms": max(0, milliseconds(alignment.tempo * first + alignment.offset)),
        "work_end_ms": max(0, milliseconds(alignment.tempo * last + alignment.offset)),
        "tempo_permille": round(1000 * alignment.tempo),
        "pitch_cents": round(-alignment.shift * _CENTS_PER_EIGHTH),
    }


def _variant(region: Mapping[str, int]) -> str:
    """What is other than in the work; over a short stretch its tempo is not known well."""
    lengths = region["end_ms"] - region["start_ms"], region["work_end_ms"] - region["work_start_ms"]
    changed = []
    if (
        abs(lengths[0] - lengths[1]) > _SAME_MILLISECONDS
        and abs(region["tempo_permille"] - 1000) > _SAME_TEMPO
    ):
        changed.append("tempo")
    if abs(region["pitch_cents"]) > _SAME_PITCH:
        changed.append("pitch")
    return f":other {' and '.join(changed)}" if changed else ""


def _is_part(region: Mapping[str, int], length: int) -> bool:
    span = region["end_ms"] - region["start_ms"]
    share, whole = _PART
    return span * whole < length * share and length - span >= _PART_MILLISECONDS
