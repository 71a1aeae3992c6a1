"""Text: hashed grams of its folded letters, and the passages that a query and a work have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from registry.fingerprint import text_features, text_sniffing
from registry.fingerprint.base import Lookup
from registry.fingerprint.text_grams import GRAM_WEIGHT
from registry.fingerprint.text_passages import GAP_WEIGHT, LEAST_GRAMS, Passages, passages
from registry.model import ACCEPTED_SCORE, Extraction, Hash32, Judgement, Verdict, WorkId
from registry.model.postings import Hits, Indexed, Postings

SCHEME = "text-grams/1"
WEIGHT_FACT = "letters"
MOST_PROBES = 60_000
# Grams that one query looks up: a novel of 300,000 letters whole, a longer one thinned evenly.

LEAST_EVIDENCE = 8
# Grams of one passage, each counting `_RARE` over the number of works that have it: about 70 letters that no
# other work has. Measured on 438 registered texts and 62 others under 18 alterations: among texts that share
# no 60 letters on end, one pair in 10,000 comes to 6 on one half of the works; on the other 8 accepts 1.7
# in 100,000 and finds .985 of the altered first.
NEAR_EVIDENCE = 4
# What is told as a near miss, so that the threshold can be studied.
_RARE = 2
# A gram that more works have says less: the head of a licence, that hundreds share, is no passage, and two
# copies of a work that are registered both are found in full.
WHOLE_PERMILLE = 850
# Of query and work both: passages over so much of either make a copy, however many works have them.
COPY_PERMILLE = 600
# Of the query, each letter counting what the grams around it do: with less of it in passages it contains
# them, with more it is a copy of the work or of a part of it.
WHOLE_SCORE = 2000

_UNIT_PART = "permille of grams not in the longest passage"
_UNIT_WHOLE = "permille of letters not in passages"


class TextMedium:
    """Written text."""

    name = "text"
    kinds = ("plain text", "Markdown", "HTML", "PDF", "DOCX")

    def sniff(self, head: bytes) -> str | None:
        """See `Medium.sniff`."""
        return text_sniffing.media_type(head)

    def prepare(self) -> None:
        """See `Medium.prepare`."""
        from registry.fingerprint import text_extraction  # noqa: PLC0415 - a worker's alone

        text_extraction.prepare()

    def extract(self, path: Path, content_hash: Hash32, byte_size: int, media_type: str) -> Extraction:
        """See `Medium.extract`."""
        from registry.fingerprint.text_extraction import extract  # noqa: PLC0415 - a worker's alone

        return extract(path, content_hash, byte_size, media_type)

    def indexed(self, extraction: Extraction) -> Indexed:
        """Every gram: its key; its place, the size of the text and its offset as the payload."""
        grams = _postings(extraction, step=1)
        return Indexed((grams,) if len(grams) else ())

    def compared(self, extraction: Extraction) -> list[str]:
        """See `Medium.compared`."""
        return [SCHEME] if text_features.number_of_grams(extraction) else []

    def search(self, extraction: Extraction, lookup: Lookup) -> Mapping[WorkId, Judgement]:
        """Copies by passages that cover the query; parts by the longest passage, if it is long enough."""
        probes = _postings(extraction, _step(extraction))
        hits = lookup.hits(probes)
        shared = _Shared(
            asked=text_features.read_payloads(probes.payloads[hits.probes]),
            stored=text_features.read_payloads(hits.payloads),
            weights=np.minimum(1.0, _RARE / hits.commonness[hits.probes]),
        )
        found: dict[WorkId, Judgement] = {}
        starts = np.searchsorted(hits.works, np.arange(len(hits.work_ids) + 1))
        for place in _hopeful(extraction, hits, shared.weights):
            judgement = _judged(extraction, shared.of(slice(starts[place], starts[place + 1])))
            if judgement is not None:
                found[hits.work_ids[place]] = judgement
        return found


@dataclass(frozen=True, slots=True, eq=False)
class _Shared:
    """Grams that a query shares with works, columns of one length; rows are those of `read_payloads`."""

    asked: text_features.Rows
    stored: text_features.Rows
    weights: NDArray[np.float64]

    def of(self, rows: slice) -> Self:
        """Some of them."""
        return type(self)(self.asked[rows], self.stored[rows], self.weights[rows])


def _hopeful(extraction: Extraction, hits: Hits, weights: NDArray[np.float64]) -> list[int]:
    """The works for which some arrangement of the hits makes a match: most that share a phrase are not."""
    counts = np.bincount(hits.works, minlength=len(hits.work_ids))
    evidence = np.bincount(hits.works, weights, minlength=len(hits.work_ids))
    is_long = counts * (GAP_WEIGHT + GRAM_WEIGHT) * 1000 >= WHOLE_PERMILLE * _weight(extraction)
    hopeful = (counts >= LEAST_GRAMS) & (is_long | (evidence >= NEAR_EVIDENCE))
    return [int(place) for place in np.flatnonzero(hopeful)]


def _judged(extraction: Extraction, shared: _Shared) -> Judgement | None:
    """What a query's grams in common with one work amount to; None if they make no passage."""
    found = passages(shared.asked, shared.stored, shared.weights, _step(extraction))
    if not len(found):
        return None
    size = text_features.size_of(int(shared.stored[0, 2]))
    return _whole(extraction, found, size) or _part(extraction, found)


def _postings(extraction: Extraction, step: int) -> Postings:
    rows = text_features.rows_of(extraction)[::step]
    return Postings(SCHEME, rows[:, 2].astype(np.uint32), text_features.payloads(rows, _weight(extraction)))


def _step(extraction: Extraction) -> int:
    return -(-text_features.number_of_grams(extraction) // MOST_PROBES) or 1


def _weight(extraction: Extraction) -> int:
    return int(extraction.facts.get(WEIGHT_FACT, 0))


def _whole(extraction: Extraction, found: Passages, size: int) -> Judgement | None:
    """A copy, if passages that few works have cover the query, or any cover both texts nearly whole."""
    covered = _permille(found.covered, _weight(extraction))
    telling = int(covered * found.rarity)
    both = min(covered, _permille(found.work_covered, size))
    if both >= WHOLE_PERMILLE:
        telling = max(telling, both)
    elif telling < COPY_PERMILLE or _evidence(found) < LEAST_EVIDENCE:
        return None
    score = max(WHOLE_SCORE * telling // COPY_PERMILLE, _score(found))
    distance, threshold, region = 1000 - telling, 1000 - COPY_PERMILLE, _region(extraction, found)
    return Judgement(Verdict.COPY, distance, threshold, _UNIT_WHOLE, SCHEME, score, region)


def _part(extraction: Extraction, found: Passages) -> Judgement:
    """Contained, if one passage is long enough and not what many works have."""
    looked_up = -(-text_features.number_of_grams(extraction) // _step(extraction))
    needed = -(-1000 * LEAST_EVIDENCE // max(1, looked_up))
    reached = min(1000, int(1000 * _evidence(found)) // max(1, looked_up))
    verdict = Verdict.CONTAINS if reached >= needed else Verdict.NONE
    distance, threshold, region = 1000 - reached, 1000 - needed, _region(extraction, found)
    return Judgement(verdict, distance, threshold, _UNIT_PART, SCHEME, _score(found), region)


def _score(found: Passages) -> int:
    return int(ACCEPTED_SCORE * _evidence(found)) // LEAST_EVIDENCE


def _evidence(found: Passages) -> float:
    return float(found.evidence.max())


def _permille(part: int, whole: int) -> int:
    return min(1000, 1000 * part // max(GRAM_WEIGHT, whole))


def _region(extraction: Extraction, found: Passages) -> dict[str, int]:
    """The longest passage in characters of both texts, and how many characters the query has in any."""
    longest = int(np.argmax(found.evidence))
    starts, ends = found.stretches
    return {
        "start_character": int(found.from_character[longest]),
        "end_character": min(int(found.to_character[longest]), int(extraction.facts["characters"])),
        "work_start_character": int(found.work_from_character[longest]),
        "work_end_character": int(found.work_to_character[longest]),
        "passages": len(starts),
        "characters_in_passages": int((ends - starts).sum()),
    }
