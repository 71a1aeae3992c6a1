"""What a fingerprint resembles: works on chain by the index, one's own pending ones one by one.

Only works on chain are indexed: declarations that nobody else may see cannot crowd them out of a bucket, and
a claimant has few that wait.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from registry.fingerprint import exact, matching
from registry.model import Extraction, Hash32, Judgement, Match, Verdict, WorkId
from registry.ports import RegistrationEntry, SimilarityIndex, UnitOfWork
from registry.usecases.standing import standings
from registry.usecases.viewer import Viewer

Read = Callable[[Hash32], bytes]

_ORDER = {Verdict.IDENTICAL: 0, Verdict.COPY: 1, Verdict.CONTAINS: 2}


def identical(index: SimilarityIndex, content_hashes: Sequence[Hash32]) -> dict[Hash32, list[WorkId]]:
    """Indexed works of each of these bytes, for works of which only the hash is known."""
    found: dict[Hash32, list[WorkId]] = {content_hash: [] for content_hash in content_hashes}
    for work_id, hits in index.hits([exact.posting_of(content_hash) for content_hash in found]).items():
        for stored_hash in {Hash32(hit.stored) for hit in hits} & set(found):
            found[stored_hash].append(work_id)
    return found


def similar(index: SimilarityIndex, extraction: Extraction) -> list[Match]:
    """Indexed works that the file is identical to, a copy of, or contains; nearest first, then by id.

    Whether a caller may know of each is not decided here.
    """
    judged = {
        work_id: matching.judge(extraction, hits)
        for work_id, hits in index.hits(matching.probes(extraction)).items()
    }
    return _ranked(judged)


def own_pending(unit: UnitOfWork, extraction: Extraction, viewer: Viewer, read: Read) -> list[Match]:
    """The viewer's own declarations that are not on chain, and are near; `read` gives a feature's bytes."""
    tokens = sorted(viewer.token_hashes)
    held = {entry.work_id: entry for token in tokens if (entry := unit.journal.registration_by_token(token))}
    standing = standings(unit, sorted(held))
    judged = {
        work_id: _compare(extraction, entry, read)
        for work_id, entry in held.items()
        if work_id not in standing
    }
    return _ranked(judged)


def _compare(extraction: Extraction, entry: RegistrationEntry, read: Read) -> Judgement | None:
    """What nobody has checked counts by the file's hash alone."""
    if entry.is_checked:
        return matching.compare(extraction, stored(entry, read))
    same = entry.registration.declaration.content_hash == extraction.content_hash
    return exact.IDENTICAL if same else None


def stored(entry: RegistrationEntry, read: Read) -> Extraction:
    """The fingerprint as the registry took it from the file, with its features."""
    return Extraction.parse(entry.searched, read)


def compared(extraction: Extraction) -> list[str]:
    """The algorithms that took part, for the report."""
    return sorted({posting.scheme for posting in matching.postings(extraction)})


def _ranked(judged: Mapping[WorkId, Judgement | None]) -> list[Match]:
    matches = [Match(work_id, judgement) for work_id, judgement in judged.items() if judgement is not None]
    return sorted(matches, key=lambda match: (_rank(match.judgement), match.work_id))


def _rank(judgement: Judgement) -> tuple[int, float]:
    return _ORDER[judgement.verdict], judgement.distance / max(1, judgement.threshold)
