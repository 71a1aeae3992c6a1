"""Titles of logged works that are on their way: what the outbox knows of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from registry.model import Hash32, WorkId
from registry.ports import AnchoredStatement, IntentState, UnitOfWork


def title_key(digest: Hash32, root: Hash32) -> Hash32:
    """What the outbox calls making a title of the statement with that digest, proven to that root."""
    return Hash32(hashlib.sha256(b"colophon title " + digest + root).digest())


def titles_under_way(unit: UnitOfWork, dated: Sequence[AnchoredStatement]) -> set[WorkId]:
    """Works whose title the registry was asked to make and has not given up."""
    keys = {title_key(one.statement.digest, one.anchor.root): one.statement.work_id for one in dated}
    states = unit.outbox.states(list(keys))
    return {keys[key] for key, state in states.items() if state is not IntentState.FAILED}
