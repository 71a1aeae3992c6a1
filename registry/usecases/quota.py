"""How much the registry does for one account or client: the operator pays, whoever asks for it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from registry.errors import QuotaSpentError
from registry.model import Address, from_unix, to_unix
from registry.ports import Clock, UnitOfWork

_DAY_SECONDS = 86_400
_HOUR_SECONDS = 3_600
_ADDRESS_DIGITS = 40
_IPV4 = 4
_SUBSCRIBER_BITS = 64


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `per_day` new statements of an account between two midnights (UTC)."""

    clock: Clock
    per_day: int

    def spend(self, unit: UnitOfWork, account: Address) -> None:
        """Count one statement whose signature was checked, in the unit of work that takes it in.

        What was taken in before is not counted again, so that asking twice costs nothing.

        Raises:
            QuotaSpentError: It is one too many; whoever lets this pass through takes in nothing.
        """
        day = to_unix(self.clock.now()) // _DAY_SECONDS
        if unit.outbox.charge(account, day) > self.per_day:
            raise QuotaSpentError(account, self.per_day, from_unix((day + 1) * _DAY_SECONDS))


@dataclass(frozen=True, slots=True)
class ClientQuota:
    """At most `per_day` new things of one kind for a client of the network between two midnights (UTC)."""

    clock: Clock
    kind: str
    per_day: int

    def spend(self, unit: UnitOfWork, client: str) -> None:
        """Count one, in the unit of work that does it.

        Raises:
            QuotaSpentError: It is one too many; whoever lets this pass through does nothing.
        """
        day = to_unix(self.clock.now()) // _DAY_SECONDS
        if unit.outbox.charge(_place_of(self.kind, client), day) > self.per_day:
            raise QuotaSpentError(client, self.per_day, from_unix((day + 1) * _DAY_SECONDS))


@dataclass(frozen=True, slots=True)
class HourlyQuota:
    """At most `per_hour` new things of one kind for a client of the network in an hour (UTC); 0 is no limit.

    For what comes in bulk: an honest client that meets it loses an hour, not a day.
    """

    clock: Clock
    kind: str
    per_hour: int

    def spend(self, unit: UnitOfWork, client: str, things: int) -> None:
        """Count so many, in the unit of work that does them.

        Raises:
            QuotaSpentError: They are too many; whoever lets this pass through does none of them.
        """
        if not self.per_hour or not things:
            return
        hour = to_unix(self.clock.now()) // _HOUR_SECONDS
        # Each hour is counted in a place of its own, which goes with its day.
        place = _place_of(f"{self.kind} in hour {hour}", client)
        if unit.outbox.charge(place, hour * _HOUR_SECONDS // _DAY_SECONDS, things) > self.per_hour:
            again_at = from_unix((hour + 1) * _HOUR_SECONDS)
            raise QuotaSpentError(client, self.per_hour, again_at, period="an hour")


def _place_of(kind: str, client: str) -> Address:
    """Where a client is counted: by a hash, so that who asked when is not kept."""
    counted = f"colophon {kind} {_network_of(client)}"
    return Address(f"0x{hashlib.sha256(counted.encode()).hexdigest()[:_ADDRESS_DIGITS]}")


def _network_of(client: str) -> str:
    """One subscriber has a whole /64 of IPv6 addresses (RFC 6177) and counts as one."""
    try:
        address = ip_address(client.partition("%")[0])
    except ValueError:
        return client
    return client if address.version == _IPV4 else str(ip_network((address, _SUBSCRIBER_BITS), strict=False))
