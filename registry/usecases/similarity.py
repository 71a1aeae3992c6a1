"""What a fingerprint resembles: works on chain by the index, one's own pending ones one by one.

Only works on chain are indexed: declarations that nobody else may see cannot crowd them out of a bucket, and
a claimant has few that wait.
"""

from __future__ import annotations

from collections.abc import Callable

from registry.fingerprint import exact, matching
from registry.fingerprint.base import Lookup
from registry.model import Extraction, Hash32, Judgement, Match
from registry.ports import RegistrationEntry, UnitOfWork
from registry.usecases.standing import standings
from registry.usecases.viewer import Viewer

Read = Callable[[Hash32], bytes]


def similar(index: Lookup, extraction: Extraction) -> list[Match]:
    """Indexed works that the file is identical to, a copy of, or contains; nearest first, then by id.

    Whether a caller may know of each is not decided here.
    """
    return [match for match in closest(index, extraction) if match.judgement.is_match]


def closest(index: Lookup, extraction: Extraction) -> list[Match]:
    """As `similar`, and after them the works that were compared closely and are not near enough."""
    return matching.ranked(matching.search(extraction, index))


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
    return matching.ranked(judged)


def _compare(extraction: Extraction, entry: RegistrationEntry, read: Read) -> Judgement | None:
    """What nobody has checked counts by the file's hash alone."""
    if entry.is_checked:
        return matching.compare(extraction, stored(entry, read))
    same = entry.registration.declaration.content_hash == extraction.content_hash
    return exact.IDENTICAL if same else None


def stored(entry: RegistrationEntry, read: Read) -> Extraction:
    """The fingerprint as the registry took it from the file, with its features."""
    return Extraction.parse(entry.searched, read)
