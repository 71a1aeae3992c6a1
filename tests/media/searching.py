"""What a medium alone finds, whatever the files' bytes."""

from collections.abc import Mapping, Sequence

from registry.fingerprint.base import Medium
from registry.fingerprint.one_work import OneWork
from registry.model import Extraction, Judgement, WorkId
from registry.search.linear import LinearIndex


def work_id_of(number: int) -> WorkId:
    """The id of the work of this number."""
    return WorkId(number.to_bytes(32, "big"))


def closely_compared(medium: Medium, query: Extraction, work: Extraction) -> Judgement | None:
    """What a query is judged to be of the one work, near misses included."""
    return medium.search(query, OneWork(work_id_of(1), medium.indexed(work))).get(work_id_of(1))


def compared(medium: Medium, query: Extraction, work: Extraction) -> Judgement | None:
    """What a query is found to be of the one work; None if it is not near."""
    judgement = closely_compared(medium, query, work)
    return judgement if judgement is not None and judgement.is_match else None


def index_of(medium: Medium, works: Sequence[Extraction]) -> LinearIndex:
    """An index of works, numbered from 0."""
    index = LinearIndex()
    for number, work in enumerate(works):
        index.add(work_id_of(number), medium.indexed(work))
    return index


def found_by(medium: Medium, query: Extraction, index: LinearIndex) -> Mapping[WorkId, Judgement]:
    """The works that match."""
    judged = medium.search(query, index)
    return {work_id: judgement for work_id, judgement in judged.items() if judgement.is_match}
