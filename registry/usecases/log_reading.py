"""What anybody may read of the log: its newest signed state, tiles, leaves, anchors and proofs.

Nothing beyond the newest signed checkpoint is shown: what is shown once has to stay as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.errors import LeafOutOfRangeError, NotFoundError
from registry.log import (
    TILE_WIDTH,
    EntryBundle,
    Tile,
    TiledNodes,
    VerifierKey,
    encode_entries,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    root_from_inclusion,
)
from registry.model import Address, Anchor, Hash32, Inclusion, Registration, WorkId
from registry.ports import Chain, Store, StoredCheckpoint, UnitOfWork
from registry.usecases.anchoring import root_at
from registry.usecases.dating import Dated
from registry.usecases.read import ReadWork
from registry.usecases.records import Record
from registry.usecases.viewer import NOBODY

MAX_ANCHORS = 100


@dataclass(frozen=True, slots=True)
class LogState:
    """Which log it is, and how far it has come: signed, and anchored by its account."""

    account: Address
    key: VerifierKey
    size: int
    anchored: Anchor | None


@dataclass(frozen=True, slots=True)
class LeafProof:
    """A leaf and the way from it to the root over the first `size` leaves, lowest first."""

    leaf_index: int
    leaf: Hash32
    size: int
    root: Hash32
    proof: tuple[Hash32, ...]


@dataclass(frozen=True, slots=True)
class GrowthProof:
    """That the log of the first size is the beginning of that of the second (RFC 6962, section 2.1.2)."""

    first: int
    first_root: Hash32
    second: int
    second_root: Hash32
    proof: tuple[Hash32, ...]


@dataclass(frozen=True, slots=True)
class ReadLog:
    """Everything a client or a monitor of the log asks for."""

    store: Store
    chain: Chain
    key: VerifierKey

    def state(self) -> LogState:
        """The log as it stands."""
        with self.store.read() as unit:
            return LogState(
                self.chain.operator,
                self.key,
                _signed_size(unit),
                unit.anchored.newest(self.chain.operator),
            )

    def checkpoint(self) -> StoredCheckpoint:
        """The newest signed state.

        Raises:
            NotFoundError: Nothing was logged yet.
        """
        with self.store.read() as unit:
            found = unit.log.checkpoint()
        if found is None:
            raise NotFoundError("checkpoint", "yet")
        return found

    def tile(self, tile: Tile) -> bytes:
        """A tile's content, of exactly its width.

        Raises:
            NotFoundError: The signed log has no such tile.
        """
        with self.store.read() as unit:
            _require_tile(unit, tile.level, tile.index, tile.width, tile.path)
            return unit.log.read([tile])[0][: tile.size_bytes]

    def entries(self, bundle: EntryBundle) -> bytes:
        """A bundle of leaves.

        Raises:
            NotFoundError: The signed log has no such bundle.
        """
        with self.store.read() as unit:
            _require_tile(unit, 0, bundle.index, bundle.width, bundle.path)
            leaves = unit.log.leaves(bundle.index * TILE_WIDTH, bundle.width)
        return encode_entries([bytes(one.logged.leaf) for one in leaves])

    def anchors(self, below: int | None, limit: int) -> list[Anchor]:
        """Anchors that were the first over some leaf, newest first, at most 100, of a size below one."""
        with self.store.read() as unit:
            return unit.anchored.dating(below, max(1, min(limit, MAX_ANCHORS)))

    def inclusion(self, leaf_index: int, size: int | None) -> LeafProof:
        """The proof that a leaf is in the log of that size, or of the newest signed one.

        Raises:
            LeafOutOfRangeError: The log of that size has no such leaf, or the signed log is smaller.
        """
        with self.store.read() as unit:
            size = _size_within(unit, size)
            return _leaf_proof(unit, leaf_index, size)

    def consistency(self, first: int, second: int | None) -> GrowthProof:
        """The proof that the log of the first size is the beginning of that of the second, or the newest.

        Raises:
            LeafOutOfRangeError: The signed log is smaller.
            LogShrunkError: The second is the smaller one.
        """
        with self.store.read() as unit:
            second = _size_within(unit, second)
            _size_within(unit, first)
            proof = prove_consistency(TiledNodes(unit.log, second), first, second)
            return GrowthProof(first, root_at(unit, first), second, root_at(unit, second), _hashes(proof))


@dataclass(frozen=True, slots=True)
class LoggedRegistration:
    """A logged statement with all that makes a title of it: whoever sends this pays for it."""

    record: Record
    registration: Registration
    signature: bytes
    digest: Hash32
    inclusion: Inclusion


@dataclass(frozen=True, slots=True)
class ReadInclusion:
    """What carries a logged work on chain: its statement's place under an anchored root."""

    works: ReadWork

    def __call__(self, work_id: WorkId) -> LoggedRegistration:
        """The proof to the first anchor over the statement: no other gives an earlier date.

        Raises:
            NotFoundError: There is no such work, or the log has no anchor over it.
        """
        with self.works.store.read() as unit:
            record = self.works.within(unit, work_id, NOBODY)
            logged = logged_registration(unit, record)
        if logged is None:
            raise NotFoundError("anchor over work", str(work_id))
        return logged


def logged_registration(unit: UnitOfWork, record: Record) -> LoggedRegistration | None:
    """The same for a record at hand; None if no anchor dates it."""
    if record.dated is None or record.entry is None:
        return None
    entry = record.entry
    inclusion = inclusion_of(unit, record.dated)
    return LoggedRegistration(record, entry.registration, entry.signature, entry.digest, inclusion)


def inclusion_of(unit: UnitOfWork, dated: Dated) -> Inclusion:
    """The way from a dated leaf to the root of its anchor."""
    anchor = dated.anchor
    told = _leaf_proof(unit, dated.leaf_index, anchor.size)
    return Inclusion(anchor.log, anchor.root, anchor.size, dated.leaf_index, told.proof)


def _leaf_proof(unit: UnitOfWork, leaf_index: int, size: int) -> LeafProof:
    proof = prove_inclusion(TiledNodes(unit.log, size), leaf_index, size)
    [found] = unit.log.leaves(leaf_index, 1)
    leaf = found.logged.leaf
    root = root_from_inclusion(leaf_hash(leaf), leaf_index, size, proof)  # no second reading of the tree
    return LeafProof(leaf_index, leaf, size, Hash32(root), _hashes(proof))


def _hashes(proof: Sequence[bytes]) -> tuple[Hash32, ...]:
    return tuple(map(Hash32, proof))


def _signed_size(unit: UnitOfWork) -> int:
    newest = unit.log.checkpoint()
    return newest.size if newest else 0


def _size_within(unit: UnitOfWork, size: int | None) -> int:
    signed = _signed_size(unit)
    if size is not None and not 0 <= size <= signed:
        raise LeafOutOfRangeError(size - 1, signed)
    return signed if size is None else size


def _require_tile(unit: UnitOfWork, level: int, index: int, width: int, path: str) -> None:
    hashes = _signed_size(unit) >> 8 * level
    if index * TILE_WIDTH + width > hashes:
        raise NotFoundError("tile", path)
