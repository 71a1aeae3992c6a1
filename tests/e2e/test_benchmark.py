"""The log's benchmark, small: what it measures is there, and no figure is of a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from logged import accepting
from logged.tree import measure_tree

FIGURES = {
    *("statements", "batch", "rss_mb_start", "rss_mb", "rss_mb_after_proofs"),
    *("singles_per_second", "accepted_per_second", "gas_per_work"),
    *("proof_ms_p50", "proof_ms_p99", "proof_busy_ms_p50", "proof_busy_ms_p99"),
    *("proof_in_process_ms_p50", "proof_in_process_ms_p99"),
    *("bundle_bytes", "verify_ms"),
}


def test_a_served_log_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accepting, "SINGLES", 4)
    monkeypatch.setattr(accepting, "BATCH", 4)
    figures = accepting.measure_server(statements=20, proofs=5, seed=1, folder=tmp_path)
    assert set(figures) == FIGURES
    assert min(figures.values()) > 0
    assert figures["statements"] == 24
    # One transaction for all of them: an anchor alone costs under 100,000.
    assert figures["gas_per_work"] < 100_000 / 24


def test_the_tree_alone_is_measured() -> None:
    figures = measure_tree([bytes([number]) * 32 for number in range(100)], [0, 99])
    assert figures["leaves"] == 100
    assert {"append_us", "proof_memory_ms_p50", "verify_us_p99"} <= set(figures)
