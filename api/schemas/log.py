"""The log as it is told: its state, its anchors, and proofs that a checkpoint or an anchor decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from api.schemas.values import (
    AddressValue,
    BigInteger,
    BytesValue,
    HashValue,
    Model,
    Moment,
    TransactionHashValue,
    WorkIdValue,
)
from registry.model import Anchor, Inclusion
from registry.usecases.log_reading import GrowthProof, LeafProof, LoggedRegistration, LogState


class AnchorOut(Model):
    """A root that the account `log` dated on chain, over `size` leaves."""

    log: AddressValue
    root: HashValue
    size: int
    block_number: int
    transaction_hash: TransactionHashValue

    @classmethod
    def of(cls, anchor: Anchor) -> Self:
        """One anchor."""
        return cls(
            log=anchor.log,
            root=anchor.root,
            size=anchor.size,
            block_number=anchor.block_number,
            transaction_hash=anchor.transaction_hash,
        )


class LogOut(Model):
    """Which log this is: `origin` names it, `verifier_key` checks its checkpoints, `account` anchors it."""

    origin: str
    verifier_key: str
    account: AddressValue
    size: int
    anchored: AnchorOut | None

    @classmethod
    def of(cls, state: LogState) -> Self:
        """The log as it stands."""
        return cls(
            origin=state.key.name,
            verifier_key=str(state.key),
            account=state.account,
            size=state.size,
            anchored=AnchorOut.of(state.anchored) if state.anchored else None,
        )


class AnchorListOut(Model):
    """Anchors that were the first over some leaf, newest first; the next have a size `below` the last."""

    anchors: list[AnchorOut]

    @classmethod
    def of(cls, anchors: Sequence[Anchor]) -> Self:
        """The list."""
        return cls(anchors=[AnchorOut.of(anchor) for anchor in anchors])


class LeafProofOut(Model):
    """A leaf and the way to the root over the first `size` leaves (RFC 6962, section 2.1.1), lowest first.

    The leaf's hash is SHA-256 of a zero byte and the leaf.
    """

    leaf_index: int
    leaf: HashValue
    size: int
    root: HashValue
    proof: list[HashValue]

    @classmethod
    def of(cls, told: LeafProof) -> Self:
        """The proof."""
        return cls(
            leaf_index=told.leaf_index,
            leaf=told.leaf,
            size=told.size,
            root=told.root,
            proof=list(told.proof),
        )


class GrowthProofOut(Model):
    """That the log of the first size is the beginning of that of the second (RFC 6962, section 2.1.2)."""

    first: int
    first_root: HashValue
    second: int
    second_root: HashValue
    proof: list[HashValue]

    @classmethod
    def of(cls, told: GrowthProof) -> Self:
        """The proof."""
        return cls(
            first=told.first,
            first_root=told.first_root,
            second=told.second,
            second_root=told.second_root,
            proof=list(told.proof),
        )


class InclusionOut(Model):
    """The way from a leaf to the root that the account `log` anchored, as the contracts take it."""

    log: AddressValue
    root: HashValue
    size: int
    leaf_index: int
    proof: list[HashValue]

    @classmethod
    def of(cls, inclusion: Inclusion) -> Self:
        """The way."""
        return cls(
            log=inclusion.log,
            root=inclusion.root,
            size=inclusion.size,
            leaf_index=inclusion.leaf_index,
            proof=list(inclusion.proof),
        )


class WorkInclusionOut(Model):
    """Where a work's statement is in the log, under the first root that was anchored over it.

    `digest` is the leaf: the EIP-712 digest of the registration that was signed with this deadline and
    signature. With the declaration it makes the work's title (`registerFromLog`), dated `anchored_at`.
    """

    work_id: WorkIdValue
    digest: HashValue
    deadline: BigInteger
    signature: BytesValue
    anchored_at: Moment | None
    inclusion: InclusionOut

    @classmethod
    def of(cls, told: LoggedRegistration) -> Self:
        """The place of one work."""
        return cls(
            work_id=told.record.work_id,
            digest=told.digest,
            deadline=told.registration.deadline,
            signature=told.signature,
            anchored_at=told.record.dated.anchored_at if told.record.dated else None,
            inclusion=InclusionOut.of(told.inclusion),
        )
