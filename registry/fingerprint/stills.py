"""Pictures in films, and films by one of their frames: the codes of one among those of the other."""

from __future__ import annotations

from typing import Final

import numpy as np

from registry.fingerprint import image, video_frames
from registry.fingerprint.base import Lookup
from registry.fingerprint.film import FRAMES_SCHEME
from registry.fingerprint.pdq import CODE_BYTES
from registry.model import ACCEPTED_SCORE, Extraction, Judgement, Verdict, WorkId
from registry.model.postings import Codes, Near

RADIUS = 24
# Bits of 256: nearer than pictures must be to each other, since a film has thousands of frames.
_BIT_SCORE = 100
_UNIT: Final = "bits of 256"


def films_with(picture: Extraction, lookup: Lookup) -> dict[WorkId, Judgement]:
    """Films of which a frame is the picture, with the time of that frame: it is a copy of a part of them."""
    named = image.variant_codes(picture)
    found: dict[WorkId, Judgement] = {}
    if not named:
        return found
    sought = sorted(named)
    near = _near(FRAMES_SCHEME, b"".join(sought), lookup)
    for row in np.argsort(near.distances, kind="stable").tolist():
        work_id = near.work_ids[int(near.works[row])]
        first, last = video_frames.times(near.payloads[row : row + 1])[0].tolist()
        compared = f"{FRAMES_SCHEME}:{named[sought[int(near.probes[row])]]}"
        region = {"work_start_ms": first, "work_end_ms": last}
        found.setdefault(work_id, _judgement(Verdict.COPY, int(near.distances[row]), compared, region))
    return found


def pictures_in(film: Extraction, lookup: Lookup) -> dict[WorkId, Judgement]:
    """Pictures that a frame of the film is, with the time in which the nearest is shown."""
    query = video_frames.sought(film)
    found: dict[WorkId, Judgement] = {}
    if not len(query):
        return found
    near = _near(image.SCHEME, query.codes[:, 0].tobytes(), lookup)
    for row in np.argsort(near.distances, kind="stable").tolist():
        work_id, probe = near.work_ids[int(near.works[row])], int(near.probes[row])
        region = {"start_ms": int(query.first[probe]), "end_ms": int(query.last[probe])}
        compared = f"{image.SCHEME}:upright"
        found.setdefault(work_id, _judgement(Verdict.CONTAINS, int(near.distances[row]), compared, region))
    return found


def _near(scheme: str, codes: bytes, lookup: Lookup) -> Near:
    rows = np.frombuffer(codes, dtype=np.uint8).reshape(-1, CODE_BYTES)
    return lookup.near(Codes(scheme, rows, np.zeros((len(rows), 0), np.uint8)), RADIUS)


def _judgement(verdict: Verdict, distance: int, compared: str, region: dict[str, int]) -> Judgement:
    score = ACCEPTED_SCORE + (RADIUS - distance) * _BIT_SCORE
    return Judgement(verdict, distance, RADIUS, _UNIT, compared, score, region)
