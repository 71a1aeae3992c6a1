"""Work done by several processes, its results in the order in which it was given out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")


def in_order(
    executor: Executor, work: Callable[[Given], Result], given: Iterable[Given], ahead: int
) -> Iterator[Result]:
    """Like `Executor.map`, but no more than `ahead` results wait to be taken: memory stays bounded."""
    waiting: deque[Future[Result]] = deque()
    for each in given:
        waiting.append(executor.submit(work, each))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
