from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from registry.client.monitor import BoundedHttp, LogSource, Monitor, MonitorFolder, Report
from registry.client.monitor.rounds import Limits
from registry.log import VerifierKey
from tests.unit.client.monitor.lying_log import LyingLog, lying_log

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


class Watcher:
    """A monitor that is started anew for each look, as cron does, with a clock that the test turns."""

    def __init__(self, folder: Path, log: LyingLog) -> None:
        self.folder = folder
        self.log = log
        self.now = NOON
        self.answer_seconds = 10.0
        self.limits = Limits(growth=10_000, unanchored=timedelta(hours=1))

    def look(
        self,
        *,
        key: VerifierKey | None = None,
        rpc: str | None = None,
        url: str = "",
        tiles_only: bool = False,
    ) -> Report:
        """One look, by a process that knows nothing but the folder."""
        with (
            MonitorFolder(self.folder) as folder,
            BoundedHttp(answer_seconds=self.answer_seconds, pause_seconds=0) as http,
        ):
            source = LogSource(http, url or self.log.url, tiles_only=tiles_only)
            monitor = Monitor(
                folder, source, http, key=key, rpc=rpc, limits=self.limits, now=lambda: self.now
            )
            return monitor.look()

    def codes(self, **said: object) -> list[str]:
        """The codes of what one look finds."""
        return [trouble.kind.value for trouble in self.look(**said).troubles]  # type: ignore[arg-type]  # as above


@pytest.fixture
def log() -> Iterator[LyingLog]:
    with lying_log() as log:
        yield log


@pytest.fixture
def watcher(tmp_path: Path, log: LyingLog) -> Watcher:
    return Watcher(tmp_path / "followed", log)
