"""What concerns an account and no single work."""

from __future__ import annotations

from typing import Self

from api.schemas.values import AddressValue, BigInteger, Model, Moment
from registry.model import Recovery, from_unix
from registry.usecases.accounts import AccountState


class RecoveryOut(Model):
    """Who may take over from the account: `delay_seconds` after saying that it is lost, unless it objects."""

    successor: AddressValue
    delay_seconds: int
    started_at: Moment | None
    completes_at: Moment | None

    @classmethod
    def of(cls, recovery: Recovery) -> Self:
        """The recovery."""
        started = recovery.started_at
        return cls(
            successor=recovery.successor,
            delay_seconds=recovery.delay,
            started_at=None if started is None else from_unix(started),
            completes_at=None if started is None else from_unix(started + recovery.delay),
        )


class CarriedOut(Model):
    """What the account is owed for sales it carried, in the currency's smallest unit."""

    currency: AddressValue
    amount: BigInteger


class AccountOut(Model):
    """An account as the contracts know it at this moment."""

    account: AddressValue
    recovery: RecoveryOut | None
    owed_bonds_wei: BigInteger
    carried: list[CarriedOut]

    @classmethod
    def of(cls, state: AccountState) -> Self:
        """The account."""
        return cls(
            account=state.account,
            recovery=RecoveryOut.of(state.recovery) if state.recovery else None,
            owed_bonds_wei=state.owed_bonds,
            carried=[CarriedOut(currency=currency, amount=amount) for currency, amount in state.carried],
        )
