"""What a fingerprint resembles in the index."""

from __future__ import annotations

from registry.fingerprint import exact, matching
from registry.model import Extraction, Hash32, Judgement, Match, Verdict
from registry.ports import SimilarityIndex

_ORDER = {Verdict.IDENTICAL: 0, Verdict.COPY: 1, Verdict.CONTAINS: 2}


def identical(index: SimilarityIndex, content_hash: Hash32) -> list[Match]:
    """Indexed works of the same bytes, for a work of which only the hash is known."""
    found = index.hits([exact.posting_of(content_hash)])
    met = [work_id for work_id, hits in found.items() if any(hit.stored == content_hash for hit in hits)]
    return [Match(work_id, exact.IDENTICAL) for work_id in sorted(met)]


def similar(index: SimilarityIndex, extraction: Extraction) -> list[Match]:
    """Indexed works that the file is identical to, a copy of, or contains; nearest first, then by id.

    Whether a caller may know of each is not decided here.
    """
    judged = {
        work_id: matching.judge(extraction, hits)
        for work_id, hits in index.hits(matching.probes(extraction)).items()
    }
    matches = [Match(work_id, judgement) for work_id, judgement in judged.items() if judgement is not None]
    return sorted(matches, key=lambda match: (_rank(match.judgement), match.work_id))


def compared(extraction: Extraction) -> list[str]:
    """The algorithms that took part, for the report."""
    return sorted({posting.scheme for posting in matching.postings(extraction)})


def _rank(judgement: Judgement) -> tuple[int, float]:
    return _ORDER[judgement.verdict], judgement.distance / max(1, judgement.threshold)
