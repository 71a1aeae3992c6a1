"""All media behind one door: what a file is found by, and what it is found to be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

import numpy as np

from registry.fingerprint import exact, stills
from registry.fingerprint.base import Lookup, Media
from registry.fingerprint.detect import MEDIA
from registry.fingerprint.one_work import OneWork
from registry.model import Extraction, Judgement, Match, Verdict, WorkId
from registry.model.postings import Indexed

_ORDER: Final = (Verdict.IDENTICAL, Verdict.COPY, Verdict.CONTAINS, Verdict.NONE)
_REFERENCE: Final = WorkId(bytes(32))


def indexed(extraction: Extraction, media: Media = MEDIA) -> Indexed:
    """What a registered work is found by: its exact bytes, and what its medium adds."""
    added = media[extraction.medium].indexed(extraction)
    same_bytes = exact.postings_of([extraction.content_hash])
    return Indexed((same_bytes, *added.postings), added.codes, added.features)


def search(extraction: Extraction, lookup: Lookup, media: Media = MEDIA) -> dict[WorkId, Judgement]:
    """How near a file is to each work that it was compared with, those that are not near included."""
    films = stills.films_with(extraction, lookup) if extraction.medium == "image" else {}
    same_medium = media[extraction.medium].search(extraction, lookup)
    return {**films, **same_medium, **exact.search(extraction, lookup)}


def is_settled(glanced: Extraction, lookup: Lookup, media: Media = MEDIA) -> bool:
    """Whether a glance is enough: the codes of the whole are near a work's.

    The same bytes alone settle nothing: who declares an altered copy by its hash would hide what it is of.
    """
    judged = media[glanced.medium].search(glanced, lookup)
    return any(judgement.is_match for judgement in judged.values())


def compare(query: Extraction, reference: Extraction, media: Media = MEDIA) -> Judgement | None:
    """What a search would find if the reference were all that is registered; None if it is not near.

    Works of different media are never near.
    """
    if query.medium != reference.medium:
        return None
    judgement = search(query, OneWork(_REFERENCE, indexed(reference, media)), media).get(_REFERENCE)
    return judgement if judgement is not None and judgement.is_match else None


def sharing(extraction: Extraction, lookup: Lookup, media: Media = MEDIA) -> list[WorkId]:
    """Works by how many rows of the index they share with a file, those that share most first, then by id."""
    shared: Counter[WorkId] = Counter()
    for postings in media[extraction.medium].indexed(extraction).postings:
        hits = lookup.hits(postings)
        counts = np.bincount(hits.works, minlength=len(hits.work_ids)).tolist()
        shared.update(dict(zip(hits.work_ids, counts, strict=True)))
    return sorted(shared, key=lambda work_id: (-shared[work_id], work_id))


def compared(extraction: Extraction, media: Media = MEDIA) -> list[str]:
    """The algorithms that take part in a search for a file."""
    return sorted({exact.SCHEME, *media[extraction.medium].compared(extraction)})


def ranked(judged: Mapping[WorkId, Judgement | None]) -> list[Match]:
    """Identical works first, then copies, works contained, near misses; of each the nearest, then by id."""
    matches = [Match(work_id, judgement) for work_id, judgement in judged.items() if judgement is not None]
    return sorted(matches, key=lambda match: (_rank(match.judgement), match.work_id))


def _rank(judgement: Judgement) -> tuple[int, int]:
    return _ORDER.index(judgement.verdict), -judgement.score
