"""Times in nanoseconds, told as a median and a 99th percentile."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter_ns
from typing import Any

TRIES = 3
NANOSECONDS = {"us": 1e3, "ms": 1e6}

Figures = dict[str, Any]


def timed(work: Callable[[], object]) -> int:
    """Nanoseconds that some work takes."""
    began = perf_counter_ns()
    work()
    return perf_counter_ns() - began


def quickest(work: Callable[[], object]) -> int:
    """Nanoseconds that some work takes when nothing is in its way."""
    return min(timed(work) for _ in range(TRIES))


def spread(name: str, times: list[int]) -> Figures:
    """Median and 99th percentile, in the unit that the name ends in."""
    unit = NANOSECONDS[name[-2:]]
    ordered = sorted(times)
    return {
        f"{name}_p50": ordered[len(ordered) // 2] / unit,
        f"{name}_p99": ordered[min(len(ordered) * 99 // 100, len(ordered) - 1)] / unit,
    }
