"""What a fingerprint resembles in the index, judged by the exact hash first and the medium after."""

from __future__ import annotations

from collections.abc import Iterable

from registry.fingerprint import exact
from registry.fingerprint.detect import MEDIA
from registry.model import Extraction, Hash32, Judgement, Match, Posting
from registry.ports import SimilarityIndex


def postings(extraction: Extraction) -> Iterable[Posting]:
    """All that a registered work is indexed under."""
    yield from exact.postings(extraction)
    yield from MEDIA[extraction.medium].postings(extraction)


def identical(index: SimilarityIndex, content_hash: Hash32) -> list[Match]:
    """Indexed works of the same bytes, for a work of which only the hash is known."""
    found = index.hits([exact.posting_of(content_hash)])
    met = [work_id for work_id, hits in found.items() if any(hit.stored == content_hash for hit in hits)]
    return [Match(work_id, exact.IDENTICAL) for work_id in sorted(met)]


def similar(index: SimilarityIndex, extraction: Extraction) -> list[Match]:
    """Indexed works that the file is identical to, a copy of, or contains; nearest first, then by id.

    Whether a caller may know of each is not decided here.
    """
    medium = MEDIA[extraction.medium]
    found = index.hits([*exact.postings(extraction), *medium.probes(extraction)])
    matches = []
    for work_id, hits in found.items():
        judgement = exact.judge(extraction, hits) or medium.judge(extraction, hits)
        if judgement is not None:
            matches.append(Match(work_id, judgement))
    return sorted(matches, key=lambda match: (_rank(match.judgement), match.work_id))


def compared(extraction: Extraction) -> list[str]:
    """The algorithms that took part, for the report."""
    return sorted({posting.scheme for posting in postings(extraction)})


def _rank(judgement: Judgement) -> tuple[int, float]:
    order = {"identical": 0, "copy": 1, "contains": 2}[judgement.verdict]
    return order, judgement.distance / max(1, judgement.threshold)


def compare(query: Extraction, reference: Extraction) -> Judgement | None:
    """How near one stored fingerprint is to another, without the index."""
    same = exact.compare(query, reference)
    if same is not None or query.medium != reference.medium:
        return same
    return MEDIA[query.medium].compare(query, reference)
