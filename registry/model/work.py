"""A work's declaration and the statements a claimant signs about it (CONTRACTS.md, WorkRegistry)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from registry.errors import InvalidValueError
from registry.model.values import UINT64_MAX, Address, Hash32, WorkId

MAX_PARENTS = 8  # each parent is paid separately on every release, so the contract bounds them


@dataclass(frozen=True, slots=True)
class Declaration:
    """ "I, the claimant, declare this work": its struct hash is the work's id.

    Raises:
        InvalidValueError: More than 8 parents, a zero among them, or parents not strictly ascending.
    """

    claimant: Address
    content_hash: Hash32
    fingerprint_hash: Hash32
    metadata_hash: Hash32
    parents: tuple[WorkId, ...] = ()
    previous: WorkId | None = None

    def __post_init__(self) -> None:
        if len(self.parents) > MAX_PARENTS:
            raise InvalidValueError("parents", f"{len(self.parents)} of at most {MAX_PARENTS}")
        if any(parent.to_int() == 0 for parent in self.parents):
            raise InvalidValueError("parents", "zero is no work")
        if any(first >= second for first, second in zip(self.parents, self.parents[1:], strict=False)):
            raise InvalidValueError("parents", "must be strictly ascending")


@dataclass(frozen=True, slots=True)
class Registration:
    """A declaration and the Unix second after which it must not be carried on chain."""

    declaration: Declaration
    deadline: int

    def __post_init__(self) -> None:
        _check_deadline(self.deadline)


@dataclass(frozen=True, slots=True)
class Supplement:
    """New metadata beside a registration; appended to its history, replacing nothing."""

    work_id: WorkId
    metadata_hash: Hash32
    sequence: int
    deadline: int

    def __post_init__(self) -> None:
        if not 1 <= self.sequence < 2**32:
            raise InvalidValueError("sequence", "must be 1 or more and fit 32 bits")
        _check_deadline(self.deadline)


@dataclass(frozen=True, slots=True)
class Redaction:
    """ "Erase what is said of this work": `metadata_hash` is that of its declaration, which stays.

    No contract reads it: it asks a registry for what only a registry can do. Its signature is bound to chain
    and contracts all the same, so that one given to a test registry erases nothing elsewhere.
    """

    work_id: WorkId
    metadata_hash: Hash32
    deadline: int

    def __post_init__(self) -> None:
        _check_deadline(self.deadline)


class Via(StrEnum):
    """The way a declaration gets on chain."""

    LOG = "log"
    REGISTER = "register"
    REGISTER_FOR = "registerFor"
    BATCH = "batch"
    REVEAL = "reveal"


class Status(StrEnum):
    """Where a record stands (DESIGN.md section 5, Status)."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    FINAL = "final"
    EXPIRED = "expired"


class ProofLevel(StrEnum):
    """To whom the chain's dates prove anything; a local chain proves them to nobody else."""

    LOCAL = "local"
    PUBLIC_TESTNET = "public-testnet"
    PUBLIC = "public"


def _check_deadline(deadline: int) -> None:
    if not 0 < deadline <= UINT64_MAX:
        raise InvalidValueError("deadline", "must be a positive unsigned 64-bit Unix time")
