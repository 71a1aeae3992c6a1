"""How much of one kind the registry takes from a client in an hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from registry.errors import QuotaSpentError
from registry.search.sql import SqlIndex
from registry.store import SqlStore, migrate, open_engine
from registry.usecases.quota import ClientQuota, HourlyQuota

LAST_OF_THE_DAY = datetime(2026, 11, 21, 23, 40, tzinfo=UTC)
ONE, TWO = "198.51.100.7", "198.51.100.8"


@dataclass
class HandClock:
    """A clock that goes when it is told to."""

    time: datetime = LAST_OF_THE_DAY

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    engine = open_engine(f"sqlite:///{tmp_path}/registry.db")
    migrate(engine)
    yield SqlStore(engine, SqlIndex)
    engine.dispose()


def spend(store: SqlStore, quota: HourlyQuota, client: str, things: int) -> None:
    with store.write() as unit:
        quota.spend(unit, client, things)


def test_what_is_too_much_for_an_hour_is_refused_whole_and_told_when_to_come_again(store: SqlStore) -> None:
    clock = HandClock()
    quota = HourlyQuota(clock, "declarations", 5)
    spend(store, quota, ONE, 3)
    with pytest.raises(QuotaSpentError, match="an hour") as refused:
        spend(store, quota, ONE, 3)
    assert refused.value.again_at == datetime(2026, 11, 22, tzinfo=UTC)
    spend(store, quota, ONE, 2)
    spend(store, quota, TWO, 5)
    clock.time += timedelta(minutes=20)
    spend(store, quota, ONE, 5)


def test_zero_is_no_limit(store: SqlStore) -> None:
    for _ in range(3):
        spend(store, HourlyQuota(HandClock(), "declarations", 0), ONE, 10**6)


def test_hours_days_and_kinds_are_counted_apart(store: SqlStore) -> None:
    clock = HandClock()
    daily = ClientQuota(clock, "declarations", 1)
    with store.write() as unit:
        daily.spend(unit, ONE)
    spend(store, HourlyQuota(clock, "declarations", 1), ONE, 1)
    spend(store, HourlyQuota(clock, "others", 1), ONE, 1)
    with pytest.raises(QuotaSpentError), store.write() as unit:
        daily.spend(unit, ONE)
