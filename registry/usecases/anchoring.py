"""Roots and anchors of our own log: what the log has, what the chain shows, and what must be sent."""

from __future__ import annotations

import hashlib

from registry.log import EMPTY_ROOT, TiledNodes, root_of
from registry.model import Anchor, AnchorCheckpoint, ChainEvent, Hash32
from registry.ports import Chain, Intent, IntentState, OutboxItem, StoredCheckpoint, UnitOfWork
from registry.usecases import facts


def root_at(unit: UnitOfWork, size: int) -> Hash32:
    """The root over the first leaves of our log, which has at least so many.

    Raises:
        MissingTileError, MalformedLogDataError: The log lacks a part of itself.
    """
    return Hash32(root_of(TiledNodes(unit.log, size), size) if size else EMPTY_ROOT)


def anchor_of(event: ChainEvent) -> Anchor:
    """What a `CheckpointAnchored` says."""
    return Anchor(
        log=facts.account(event, "log"),
        root=facts.digest(event, "root"),
        size=facts.number(event, "size"),
        block_number=event.block_number,
        log_index=event.log_index,
        transaction_hash=event.transaction_hash,
    )


def explains(unit: UnitOfWork, anchor: Anchor) -> bool:
    """Whether our log had that root at that size: then the anchor dates its leaves, whoever paid for it."""
    return 0 < anchor.size <= unit.log.size() and root_at(unit, anchor.size) == anchor.root


def anchoring(chain: Chain, checkpoint: StoredCheckpoint) -> Intent:
    """The operator's part: one transaction, for any number of leaves."""
    size = checkpoint.size.to_bytes(8, "big")
    key = hashlib.sha256(b"colophon anchor " + checkpoint.root + size).digest()
    return Intent(Hash32(key), chain.call(AnchorCheckpoint(checkpoint.root, checkpoint.size)))


def is_covered(unit: UnitOfWork, chain: Chain, size: int) -> bool:
    """Whether the chain shows an anchor of our account over the first leaves of our log."""
    newest = unit.anchored.newest(chain.operator)
    return newest is not None and newest.size >= size


def carry_missing_anchor(unit: UnitOfWork, chain: Chain) -> int:
    """Queue or reopen the newest checkpoint's anchor if the chain does not show it; how many intents.

    Run it when the views have reached the chain's head.
    """
    checkpoint = unit.log.checkpoint()
    if checkpoint is None or is_covered(unit, chain, checkpoint.size):
        return 0
    intent = anchoring(chain, checkpoint)
    item = unit.outbox.item(intent.key)
    if item is None:
        unit.outbox.put(intent)
        return 1
    return _reopen(unit, item)


def _reopen(unit: UnitOfWork, item: OutboxItem) -> int:
    match item.state:
        case IntentState.MINED:  # seen in a block that is gone
            return unit.outbox.reopen_mined_above((item.receipt_block or 0) - 1)
        case IntentState.FAILED:  # nothing in it ever expires: the next attempt finds out what is wrong
            unit.outbox.requeue(item.intent.key)
            return 1
        case _:
            return 0
