"""Share tables, and who has signed them."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field

from api.schemas.values import (
    AddressValue,
    BigIntegerIn,
    BytesValue,
    HashValue,
    Model,
    SmallInteger,
    WorkIdValue,
)
from registry import statements
from registry.errors import InvalidValueError
from registry.model import MAX_BPS, MAX_CONTRIBUTORS, Address, ShareTable
from registry.usecases.shares import TableConsents, TableStatus, TableToSign


class ShareIn(Model):
    """Somebody's share, in hundredths of a percent."""

    account: AddressValue
    bps: Annotated[SmallInteger, Field(ge=1, le=MAX_BPS)]


Shares = Annotated[list[ShareIn], Field(max_length=MAX_CONTRIBUTORS)]


class ShareDraftIn(Model):
    """Who is to share a work's revenue, in any order; what is left belongs to whoever holds the title."""

    contributors: Shares

    def shares(self) -> dict[Address, int]:
        """The shares by account.

        Raises:
            InvalidValueError: An account comes twice.
        """
        shares = {one.account: one.bps for one in self.contributors}
        if len(shares) < len(self.contributors):
            raise InvalidValueError("contributors", "an account comes twice")
        return shares


class ShareTableDocument(Model):
    """A share table as it is signed, contributors ascending by address; its deadline in Unix seconds.

    `series` is the title's: the table can be set only while the title stays in it. Contributors share what is
    left after the carrier that an offer names and the parents, who may together receive everything.
    """

    work_id: WorkIdValue
    series: SmallInteger
    epoch: SmallInteger
    contributors: Shares
    deadline: BigIntegerIn

    @classmethod
    def of(cls, table: ShareTable) -> Self:
        """The table as it is told."""
        rows = zip(table.contributors, table.bps, strict=True)
        return cls.model_validate(
            {
                "work_id": table.work_id,
                "series": table.series,
                "epoch": table.epoch,
                "contributors": [{"account": account, "bps": share} for account, share in rows],
                "deadline": str(table.deadline),
            }
        )

    def table(self) -> ShareTable:
        """The domain's table.

        Raises:
            InvalidValueError: What the contract would not accept in any table.
        """
        accounts = tuple(one.account for one in self.contributors)
        bps = tuple(one.bps for one in self.contributors)
        return ShareTable(self.work_id, self.series, self.epoch, accounts, bps, self.deadline)


class ShareDraftOut(Model):
    """A table for each of `signers` to sign, the holder of the title first, and what signing it means."""

    table: ShareTableDocument
    table_hash: HashValue
    signers: list[AddressValue]
    typed_data: dict[str, Any]
    reading: str

    @classmethod
    def of(cls, made: TableToSign) -> Self:
        """The answer for a table that is ready to sign."""
        return cls(
            table=ShareTableDocument.of(made.table),
            table_hash=statements.struct_hash(made.table),
            signers=list(made.signers),
            typed_data=statements.typed_data(made.table, made.domain),
            reading=statements.plain(made.table),
        )


class ShareConsentIn(Model):
    """One signature under a table as it was made ready.

    `signer` is the account in whose place it is signed: whoever has taken over from a lost account signs for
    that one.
    """

    table: ShareTableDocument
    signer: AddressValue
    signature: BytesValue


class ShareConsentsOut(Model):
    """A share table with who signed it and who has not; `reason` says why it is stale."""

    table: ShareTableDocument
    table_hash: HashValue
    signed: list[AddressValue]
    missing: list[AddressValue]
    status: TableStatus
    reason: str | None
    reading: str

    @classmethod
    def of(cls, consents: TableConsents) -> Self:
        """The table as it stands."""
        return cls(
            table=ShareTableDocument.of(consents.table),
            table_hash=consents.table_hash,
            signed=list(consents.signed),
            missing=list(consents.missing),
            status=consents.status,
            reason=consents.reason,
            reading=statements.plain(consents.table),
        )


class ShareConsentsListOut(Model):
    """The share tables of a work that came in, newest first."""

    work_id: WorkIdValue
    tables: list[ShareConsentsOut]
