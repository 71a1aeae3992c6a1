"""What an account does with works, titles, and for lost accounts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.values import (
    AddressValue,
    BigIntegerIn,
    BytesValue,
    GrantIdValue,
    HashValue,
    Model,
    SmallInteger,
    WorkIdValue,
)
from registry import model
from registry.errors import InvalidValueError
from registry.model import MAX_PROOF, Act, Address, Declaration, Registration
from registry.model.work import MAX_PARENTS
from registry.usecases.act import Known

MAX_ITEMS = 100  # what one transaction has gas for, with room to spare


class DeclarationIn(Model):
    """A declaration of which the registry may know nothing."""

    claimant: AddressValue
    content_hash: HashValue
    fingerprint_hash: HashValue
    metadata_hash: HashValue
    parents: Annotated[list[WorkIdValue], Field(max_length=MAX_PARENTS)] = Field(default_factory=list)
    previous: WorkIdValue | None = None

    def declaration(self) -> Declaration:
        """The domain's declaration.

        Raises:
            InvalidValueError: Parents that no contract takes.
        """
        return Declaration(
            claimant=self.claimant,
            content_hash=self.content_hash,
            fingerprint_hash=self.fingerprint_hash,
            metadata_hash=self.metadata_hash,
            parents=tuple(self.parents),
            previous=self.previous,
        )


class RegistrationIn(Model):
    """What a claimant signed; `deadline` in Unix seconds."""

    declaration: DeclarationIn
    deadline: BigIntegerIn

    def registration(self) -> Registration:
        """The domain's registration.

        Raises:
            InvalidValueError: A field outside what the contract accepts.
        """
        return Registration(self.declaration.declaration(), self.deadline)


class InclusionIn(Model):
    """The way from a statement to the root that the account `log` anchored (RFC 6962, section 2.1.1)."""

    log: AddressValue
    root: HashValue
    size: BigIntegerIn
    leaf_index: BigIntegerIn
    proof: Annotated[list[HashValue], Field(max_length=MAX_PROOF)]

    def inclusion(self) -> model.Inclusion:
        """The domain's inclusion.

        Raises:
            InvalidValueError: A leaf outside the tree.
        """
        return model.Inclusion(self.log, self.root, self.size, self.leaf_index, tuple(self.proof))


class RegisterIn(Model):
    """Record a declaration that was handed in with `via: register`; its receipt token shows it."""

    kind: Literal["register"]
    work_id: WorkIdValue

    def act(self, _: Address, known: Known) -> Act:
        """The act."""
        return model.Register(known.declaration(self.work_id))


class CommitIn(Model):
    """Fix the date of what a commitment hides: keccak256 of a work's id and a salt that nobody can guess."""

    kind: Literal["commit"]
    commitment: HashValue

    def act(self, _: Address, __: Known) -> Act:
        """The act."""
        return model.Commit(self.commitment)


class _Proved(Model):
    """A signed registration: by the id of a work that was handed in here, or brought along."""

    work_id: WorkIdValue | None = None
    registration: RegistrationIn | None = None
    signature: BytesValue | None = None

    def statement(self, sender: Address, known: Known) -> tuple[Registration, bytes]:
        """The registration and its signature, which a claimant does not need for itself.

        Raises:
            InvalidValueError: Neither the id nor the registration is named, or both are.
            NotFoundError: Nothing of that id was handed in, as far as the caller may see.
        """
        if (self.work_id is None) == (self.registration is None):
            raise InvalidValueError("work_id", "name the work or bring its registration along, not both")
        if self.registration is not None:
            return self.registration.registration(), self.signature or b""
        assert self.work_id is not None  # noqa: S101  # one of the two is there
        registration = known.registration(self.work_id)
        own = registration.declaration.claimant == sender
        return registration, self.signature or (b"" if own else known.signature(self.work_id))


class RevealIn(_Proved):
    """Record a declaration with the date of its commitment, or lower the date of a recorded one."""

    kind: Literal["reveal"]
    salt: HashValue

    def act(self, sender: Address, known: Known) -> Act:
        """The act."""
        registration, signature = self.statement(sender, known)
        return model.Reveal(registration, self.salt, signature)


class RegisterFromLogIn(_Proved):
    """Record a declaration with the date of an anchored log, or lower the date of a recorded one."""

    kind: Literal["register-from-log"]
    inclusion: InclusionIn

    def act(self, sender: Address, known: Known) -> Act:
        """The act."""
        registration, signature = self.statement(sender, known)
        return model.RegisterFromLog(registration, signature, self.inclusion.inclusion())


class CancelDeclarationIn(Model):
    """Withdraw every signature over one's own declaration: one that was handed in here, or any other."""

    kind: Literal["cancel-declaration"]
    work_id: WorkIdValue | None = None
    declaration: DeclarationIn | None = None

    def act(self, _: Address, known: Known) -> Act:
        """The act."""
        if (self.work_id is None) == (self.declaration is None):
            raise InvalidValueError("work_id", "name the work or bring its declaration along, not both")
        if self.work_id is not None:
            return model.CancelDeclaration(known.declaration(self.work_id))
        assert self.declaration is not None  # noqa: S101  # one of the two is there
        return model.CancelDeclaration(self.declaration.declaration())


class AppendSupplementIn(Model):
    """Append metadata to the history of a work whose title one holds."""

    kind: Literal["append-supplement"]
    work_id: WorkIdValue
    metadata_hash: HashValue

    def act(self, _: Address, __: Known) -> Act:
        """The act."""
        return model.AppendSupplement(self.work_id, self.metadata_hash)


class CancelAllOffersIn(Model):
    """Withdraw every offer ever signed for a work."""

    kind: Literal["cancel-all-offers"]
    work_id: WorkIdValue

    def act(self, _: Address, __: Known) -> Act:
        """The act."""
        return model.CancelAllOffers(self.work_id)


class RetractWorkIn(Model):
    """Stop sales of licences to a work for good; the record and past licences stand."""

    kind: Literal["retract-work"]
    work_id: WorkIdValue

    def act(self, _: Address, __: Known) -> Act:
        """The act."""
        return model.RetractWork(self.work_id)


class TransferTitleIn(Model):
    """Hand a title over, with all its unclaimed and escrowed revenue."""

    kind: Literal["transfer-title"]
    work_id: WorkIdValue
    receiver: AddressValue

    def act(self, _: Address, known: Known) -> Act:
        """The act."""
        return model.TransferTitle(known.holder(self.work_id), self.receiver, self.work_id)


class SetRecoveryIn(Model):
    """Name who may take over what one holds; the zero account for nobody."""

    kind: Literal["set-recovery"]
    successor: AddressValue
    delay_seconds: Annotated[SmallInteger, Field(ge=0, le=2**32 - 1)]

    def act(self, _: Address, __: Known) -> Act:
        """The act."""
        return model.SetRecovery(self.successor, self.delay_seconds)


class StartRecoveryIn(Model):
    """Say that an account is lost, as the successor that it named."""

    kind: Literal["start-recovery"]
    account: AddressValue

    def act(self, _: Address, __: Known) -> Act:
        """The act."""
        return model.StartRecovery(self.account)


class CancelRecoveryIn(Model):
    """Object to the recovery of one's own account."""

    kind: Literal["cancel-recovery"]

    def act(self, _: Address, __: Known) -> Act:
        """The act."""
        return model.CancelRecovery()


class RecoverTitlesIn(Model):
    """Take over titles of a lost account; those that it no longer holds are passed over."""

    kind: Literal["recover-titles"]
    account: AddressValue
    work_ids: Annotated[list[WorkIdValue], Field(min_length=1, max_length=MAX_ITEMS)]

    def act(self, _: Address, __: Known) -> Act:
        """The act."""
        return model.RecoverTitles(self.account, tuple(self.work_ids))


class RecoverGrantsIn(Model):
    """Take over licences of a lost account; those that it no longer holds are passed over."""

    kind: Literal["recover-grants"]
    account: AddressValue
    grant_ids: Annotated[list[GrantIdValue], Field(min_length=1, max_length=MAX_ITEMS)]

    def act(self, _: Address, __: Known) -> Act:
        """The act."""
        return model.RecoverGrants(self.account, tuple(self.grant_ids))
