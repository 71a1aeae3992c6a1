"""Documents that take time to make, kept in memory by the state they were made of."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import BoundedSemaphore, Lock

from registry.errors import BusyError

PATIENCE_SECONDS = 10.0


class Made:
    """The documents asked for last, of at most `max_bytes` together; few are made at a time.

    Anybody may ask for anything again and again: then the first answer is given, or some wait.
    """

    def __init__(self, what: str, max_bytes: int, at_a_time: int) -> None:
        self._what = what
        self._max_bytes = max_bytes
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._size = 0
        self._lock = Lock()
        self._makers = BoundedSemaphore(at_a_time)

    def of(self, state: Hashable, make: Callable[[], bytes]) -> bytes:
        """The document of a state, made if it is not there.

        Raises:
            BusyError: Others are being made, and none of them is done in time.
        """
        found = self._find(state)
        if found is not None:
            return found
        if not self._makers.acquire(timeout=PATIENCE_SECONDS):
            raise BusyError(self._what)
        try:
            found = self._find(state)  # somebody else waited for the same
            return self._keep(state, make()) if found is None else found
        finally:
            self._makers.release()

    def _find(self, state: Hashable) -> bytes | None:
        with self._lock:
            found = self._kept.get(state)
            if found is not None:
                self._kept.move_to_end(state)
            return found

    def _keep(self, state: Hashable, document: bytes) -> bytes:
        with self._lock:
            if state not in self._kept:
                self._kept[state] = document
                self._size += len(document)
            while self._size > self._max_bytes:
                _, dropped = self._kept.popitem(last=False)
                self._size -= len(dropped)
        return document
