"""Which works are on chain, and since when: by a title or by an anchor over their statement."""

from __future__ import annotations

from typing import Any

from sqlalchemy import FromClause, Select, exists, false, literal, select, tuple_

from registry.model import WorkId
from registry.ports import Position, WorkFilter
from registry.store.folding import fold
from registry.store.view_schema import view_anchored, view_events, view_works


def place(listed: tuple[Position, WorkId]) -> tuple[int, int, int]:
    """What lists are ordered by."""
    position, _ = listed
    return position.block_number, position.log_index, position.leaf_index


def titled(narrowed: WorkFilter) -> Select[Any]:
    """Works whose title came before any anchor over them: place and id."""
    title, earlier = view_events, view_anchored.alias()
    is_dated = exists().where(
        earlier.c.work_id == title.c.work_id,
        earlier.c.indexed,
        tuple_(earlier.c.block_number, earlier.c.log_index) < tuple_(title.c.block_number, title.c.log_index),
    )
    at = (title.c.block_number, title.c.log_index, literal(0).label("leaf_index"))
    wanted = select(*at, title.c.work_id).where(title.c.name == "WorkRegistered", ~is_dated)
    if narrowed.leaf_index is not None:
        wanted = wanted.where(false())
    return _narrow_works(wanted, title, narrowed)


def dated(narrowed: WorkFilter) -> Select[Any]:
    """Works over which an anchor came before their title: place and id, by their earliest leaf."""
    leaf, title, earlier = view_anchored, view_events.alias(), view_anchored.alias()
    is_titled = exists().where(
        title.c.work_id == leaf.c.work_id,
        title.c.name == "WorkRegistered",
        tuple_(title.c.block_number, title.c.log_index) < tuple_(leaf.c.block_number, leaf.c.log_index),
    )
    is_listed = exists().where(earlier.c.work_id == leaf.c.work_id, earlier.c.leaf_index < leaf.c.leaf_index)
    # All blocks: it is what makes the database walk the index in order instead of sorting the table.
    everywhere = leaf.c.block_number >= 0
    at = (leaf.c.block_number, leaf.c.log_index, leaf.c.leaf_index)
    wanted = select(*at, leaf.c.work_id).where(everywhere, leaf.c.indexed, ~is_titled, ~is_listed)
    if narrowed.leaf_index is not None:
        wanted = wanted.where(leaf.c.leaf_index == narrowed.leaf_index)
    return _narrow_works(wanted, leaf, narrowed)


def page(wanted: Select[Any], after: Position | None, limit: int) -> Select[Any]:
    """The newest of a list, from below a place."""
    at = list(wanted.selected_columns)[:3]
    if after is not None:
        below = tuple_(after.block_number, after.log_index, after.leaf_index)
        wanted = wanted.where(tuple_(*at) < below)
    return wanted.order_by(*(column.desc() for column in at)).limit(limit)


def _narrow_works(wanted: Select[Any], listed: FromClause, narrowed: WorkFilter) -> Select[Any]:
    if narrowed.claimant is not None:
        wanted = wanted.where(listed.c.claimant == narrowed.claimant)
    if narrowed.content_hash is not None:
        wanted = wanted.where(listed.c.content_hash == narrowed.content_hash)
    needle = fold(narrowed.text or "")
    if narrowed.medium is None and not needle:
        return wanted
    # What only the journal knows narrows to works that the journal knows.
    wanted = wanted.join(view_works, view_works.c.work_id == listed.c.work_id)
    if narrowed.medium is not None:
        wanted = wanted.where(view_works.c.medium == narrowed.medium)
    if needle:
        wanted = wanted.where(view_works.c.search_text.contains(needle, autoescape=True))
    return wanted
