"""Ready-signed declarations and bare digests: what goes into the log without a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Self

from pydantic import Field, WithJsonSchema

from api.problems import problem_document
from api.schemas.acts_works import RegistrationIn
from api.schemas.values import BytesValue, HashValue, Model, Moment, WorkIdValue
from registry.errors import InvalidValueError, RegistryError
from registry.ports import LoggedLeaf
from registry.usecases.declarations import MAX_ITEMS, DeclarationReceipt, SignedDeclaration

Document = dict[str, Any]


class DeclarationItemIn(Model):
    """A registration signed by its claimant's own key, and the documents whose hashes it names.

    The fingerprint is unchecked, and never counts as a copy, until the registry has seen the file
    (`POST /v1/works/{work_id}/file`). The metadata name no similarity report (32 zero bytes) and no answers.
    """

    registration: RegistrationIn
    signature: BytesValue
    metadata: Document
    fingerprint: Document

    def signed(self) -> SignedDeclaration | InvalidValueError:
        """The item, or what the contract would not accept of it: it must not stop the others."""
        try:
            registration = self.registration.registration()
        except InvalidValueError as fault:
            return fault
        return SignedDeclaration(registration, self.signature, self.metadata, self.fingerprint)


class DeclarationsIn(Model):
    """Ready-signed declarations to be logged together."""

    items: Annotated[list[DeclarationItemIn], Field(min_length=1, max_length=MAX_ITEMS)]


class DeclarationReceiptOut(Model):
    """What was acknowledged. Keep `receipt_token`: until an anchor dates the leaf, nothing else shows it."""

    work_id: WorkIdValue
    digest: HashValue
    leaf_index: int
    receipt_token: str


class DeclarationItemOut(Model):
    """What became of an item: its receipt, or the problem with it (RFC 9457)."""

    recorded: DeclarationReceiptOut | None
    problem: Annotated[dict[str, Any], WithJsonSchema({"$ref": "#/components/schemas/Problem"})] | None

    @classmethod
    def of(cls, outcome: DeclarationReceipt | RegistryError) -> Self:
        """One outcome."""
        if isinstance(outcome, RegistryError):
            return cls(recorded=None, problem=problem_document(outcome))
        receipt = DeclarationReceiptOut(
            work_id=outcome.work_id,
            digest=outcome.digest,
            leaf_index=outcome.leaf_index,
            receipt_token=outcome.receipt_token,
        )
        return cls(recorded=receipt, problem=None)


class DeclarationsOut(Model):
    """What became of each item, in their order."""

    items: list[DeclarationItemOut]

    @classmethod
    def of(cls, outcomes: Sequence[DeclarationReceipt | RegistryError]) -> Self:
        """All outcomes."""
        return cls(items=[DeclarationItemOut.of(outcome) for outcome in outcomes])


class DigestIn(Model):
    """The EIP-712 digest of a signed registration that stays with its claimant for now."""

    digest: HashValue


class DigestOut(Model):
    """The leaf of a bare digest. Hand the statement in once an anchor over it is final."""

    digest: HashValue
    leaf_index: int
    received_at: Moment

    @classmethod
    def of(cls, leaf: LoggedLeaf) -> Self:
        """The leaf."""
        return cls(digest=leaf.logged.leaf, leaf_index=leaf.index, received_at=leaf.logged.received_at)
