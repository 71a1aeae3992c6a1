"""Proofs that a statement was in an anchored log (RFC 6962, section 2.1.1)."""

from __future__ import annotations

from dataclasses import dataclass

from registry.errors import InvalidValueError
from registry.model.values import UINT64_MAX, Address, Hash32, TransactionHash

MAX_PROOF = 64  # a tree of 2^64 leaves is no higher


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The way from a leaf to a root that the account `log` anchored; `proof` holds siblings, lowest first."""

    log: Address
    root: Hash32
    size: int
    leaf_index: int
    proof: tuple[Hash32, ...]

    def __post_init__(self) -> None:
        if not 0 < self.size <= UINT64_MAX:
            raise InvalidValueError("size", "must be a positive unsigned 64-bit integer")
        if not 0 <= self.leaf_index < self.size:
            raise InvalidValueError("leaf_index", f"{self.leaf_index} is not below {self.size}")
        if len(self.proof) > MAX_PROOF:
            raise InvalidValueError("proof", f"{len(self.proof)} siblings of at most {MAX_PROOF}")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A root that an account dated on chain: the block's time is the date of every leaf below it."""

    log: Address
    root: Hash32
    size: int
    block_number: int
    log_index: int
    transaction_hash: TransactionHash
