"""What an account does with licences and with the money that was paid for them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.values import (
    AddressValue,
    GrantIdValue,
    Model,
    OfferHashValue,
    SmallInteger,
    WorkIdValue,
)
from registry import model
from registry.errors import InvalidValueError
from registry.model import ZERO_ADDRESS, Act, Address
from registry.usecases.act import Known

MAX_RELEASED = 100  # one transaction has gas for them, even where each pays eight parents
Epoch = Annotated[
    SmallInteger, Field(ge=0, le=2**32 - 1, description="0 is the time before the first table.")
]


class CancelOfferIn(Model):
    """Withdraw one offer of one's own."""

    kind: Literal["cancel-offer"]
    offer_hash: OfferHashValue

    def act(self, _: Address, known: Known) -> Act:
        """The act."""
        return model.CancelOffer(known.offer(self.offer_hash))


class TransferGrantIn(Model):
    """Hand a licence over, if its terms allow that."""

    kind: Literal["transfer-grant"]
    grant_id: GrantIdValue
    receiver: AddressValue

    def act(self, _: Address, known: Known) -> Act:
        """The act."""
        return model.TransferGrant(known.grant_holder(self.grant_id), self.receiver, self.grant_id)


class RefundIn(Model):
    """Take back what was paid for a licence, after a dispute about the title was upheld."""

    kind: Literal["refund"]
    grant_id: GrantIdValue
    receiver: AddressValue | None = None

    def act(self, sender: Address, known: Known) -> Act:
        """The act."""
        return model.Refund(known.sale(self.grant_id), self.receiver or sender)


class LinkParentIn(Model):
    """Back a declared parent with a licence that one holds; royalties follow such links and nothing else."""

    kind: Literal["link-parent"]
    work_id: WorkIdValue
    grant_id: GrantIdValue

    def act(self, _: Address, known: Known) -> Act:
        """The act."""
        declaration, sale = known.declaration(self.work_id), known.sale(self.grant_id)
        if sale.offer.work_id not in declaration.parents:
            raise InvalidValueError("grant_id", f"{sale.offer.work_id} is no declared parent of the work")
        return model.LinkParent(declaration, declaration.parents.index(sale.offer.work_id), sale)


class RenewLinkIn(Model):
    """Put a licence that runs longer in place of the one that backs a parent."""

    kind: Literal["renew-link"]
    work_id: WorkIdValue
    grant_id: GrantIdValue

    def act(self, _: Address, known: Known) -> Act:
        """The act."""
        return model.RenewLink(self.work_id, known.sale(self.grant_id))


class ReleaseIn(Model):
    """Take payments that are due out of escrow and divide them."""

    kind: Literal["release"]
    grant_ids: Annotated[list[GrantIdValue], Field(min_length=1, max_length=MAX_RELEASED)]

    def act(self, _: Address, known: Known) -> Act:
        """The act."""
        return model.Release(known.sales(self.grant_ids))


class DistributeIn(Model):
    """Divide the royalties that a work received, unless an admitted dispute about its title is decided.

    Absent `currency` is the native coin.
    """

    kind: Literal["distribute"]
    work_id: WorkIdValue
    currency: AddressValue = ZERO_ADDRESS

    def act(self, _: Address, __: Known) -> Act:
        """The act."""
        return model.Distribute(self.work_id, self.currency)


class ClaimShareIn(Model):
    """Pay a contributor what is owed under one table; absent `receiver` is the contributor."""

    kind: Literal["claim-share"]
    work_id: WorkIdValue
    epoch: Epoch
    account: AddressValue
    currency: AddressValue = ZERO_ADDRESS
    receiver: AddressValue | None = None

    def act(self, _: Address, known: Known) -> Act:
        """The act."""
        table = known.table(self.work_id, self.epoch)
        if self.account not in table.contributors:
            raise InvalidValueError("account", f"{self.account} has no share in table {self.epoch}")
        row = table.contributors.index(self.account)
        return model.ClaimShare(table, row, self.currency, self.receiver or self.account)


class ClaimRemainderIn(Model):
    """Pay the title's holder what contributors do not share; absent `receiver` is the holder."""

    kind: Literal["claim-remainder"]
    work_id: WorkIdValue
    epoch: Epoch
    currency: AddressValue = ZERO_ADDRESS
    receiver: AddressValue | None = None

    def act(self, _: Address, known: Known) -> Act:
        """The act."""
        table = known.table(self.work_id, self.epoch)
        receiver = self.receiver or known.holder(self.work_id)
        return model.ClaimRemainder(table, self.currency, receiver)


class ClaimCarriedIn(Model):
    """Pay a carrier what it is owed for sales it carried; absent `receiver` is the carrier."""

    kind: Literal["claim-carried"]
    carrier: AddressValue
    currency: AddressValue = ZERO_ADDRESS
    receiver: AddressValue | None = None

    def act(self, _: Address, __: Known) -> Act:
        """The act."""
        return model.ClaimCarried(self.carrier, self.currency, self.receiver or self.carrier)
