"""All media behind one door: what a file is indexed under, what it looks up, and what its hits mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from registry.fingerprint import exact
from registry.fingerprint.base import Media
from registry.fingerprint.detect import MEDIA
from registry.model import Extraction, Hit, Judgement, Posting


def postings(extraction: Extraction, media: Media = MEDIA) -> Iterator[Posting]:
    """What a registered work is indexed under: its exact bytes, and what its medium adds."""
    yield from exact.postings(extraction)
    yield from media[extraction.medium].postings(extraction)


def probes(extraction: Extraction, media: Media = MEDIA) -> Iterator[Posting]:
    """What a query looks up."""
    yield from exact.postings(extraction)
    yield from media[extraction.medium].probes(extraction)


def judge(extraction: Extraction, hits: Sequence[Hit], media: Media = MEDIA) -> Judgement | None:
    """What a query's hits with one work amount to; None if the work is not near."""
    return exact.judge(extraction, hits) or media[extraction.medium].judge(extraction, hits)


def compare(query: Extraction, reference: Extraction, media: Media = MEDIA) -> Judgement | None:
    """The same without an index; works of different media are never near."""
    if query.medium != reference.medium:
        return None
    return exact.compare(query, reference) or media[query.medium].compare(query, reference)
