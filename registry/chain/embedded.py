"""The embedded chain: one file, one process, one thread that owns it and makes at most one block a second.

py-evm is not safe to share between threads, so every call goes through the owner's queue; between calls the
owner makes a block as soon as something waits and a second has passed since the last one.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Self, TypeVar

from registry.chain.backend import EMBEDDED_CHAIN_ID
from registry.chain.engine import Engine
from registry.chain.lock import FileLock
from registry.errors import ChainUnavailableError, RegistryError
from registry.model import Address, Hash32

RETRY_SECONDS = 1.0  # after a block that could not be stored
LOOK_SECONDS = 1.0  # between two looks at a clock that somebody may set meanwhile
CALL_TIMEOUT_SECONDS = 60.0  # a full block takes seconds; this long means that the owner is stuck

_log = logging.getLogger(__name__)
T = TypeVar("T")
_Job = tuple[Callable[[Engine], Any], "Future[Any]"]


class EmbeddedChain:
    """The chain kept in the file at `path`; made there at first opening, with `operator` funded.

    `now` gives Unix seconds; block times follow it. Safe to use from any thread.

    Raises:
        ChainInUseError: Another opener holds the file.
        ChainUnavailableError: The file cannot be used.
        DeploymentChangedError: The file holds another operator's chain.
        StorageFullError: There is no space for the first block.
    """

    chain_id = EMBEDDED_CHAIN_ID

    def __init__(self, path: Path, operator: Address, now: Callable[[], float] = time.time) -> None:
        self.path = path
        self._lock = FileLock(path)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._retry_at = 0.0
        opened: Future[Hash32] = Future()
        self._owner = threading.Thread(
            target=self._own, args=(path, operator, now, opened), name="embedded-chain", daemon=True
        )
        self._owner.start()
        try:
            self.genesis_hash = opened.result()
        except BaseException:
            self._closed = True
            self._owner.join()
            self._lock.release()
            raise

    def run(self, operation: Callable[[Engine], T]) -> T:
        """Do something in the owner's thread and wait for it.

        Raises:
            ChainUnavailableError: The chain is closed, or the owner is stuck.
        """
        done: Future[T] = Future()
        with self._closing:
            if self._closed:
                raise ChainUnavailableError("it is closed")
            self._jobs.put((operation, done))
        try:
            return done.result(timeout=CALL_TIMEOUT_SECONDS)
        except TimeoutError as error:
            raise ChainUnavailableError(f"no answer within {CALL_TIMEOUT_SECONDS:.0f} s") from error

    def close(self) -> None:
        """Finish what was asked for, close the file and let go of it.

        What waits stays in the file and is mined after the next opening.
        """
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        self._owner.join()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- in the owner's thread ------------------------------------------------------------------------

    def _own(self, path: Path, operator: Address, now: Callable[[], float], opened: Future[Hash32]) -> None:
        try:
            engine = Engine(path, operator, now)
        except BaseException as error:  # noqa: BLE001  # handed to whoever opens
            opened.set_exception(error)
            return
        opened.set_result(engine.genesis_hash)
        try:
            self._serve(engine)
        finally:
            engine.close()

    def _serve(self, engine: Engine) -> None:
        while True:
            wait = self._seconds_until_block(engine)
            if wait is not None and wait <= 0:  # before any job, or a busy queue would keep blocks waiting
                self._answer(engine, Engine.mine, Future())
                continue
            try:
                job = self._jobs.get(timeout=None if wait is None else min(wait, LOOK_SECONDS))
            except queue.Empty:
                continue
            if job is None:
                return
            self._answer(engine, *job)

    def _seconds_until_block(self, engine: Engine) -> float | None:
        wait = engine.seconds_until_block()
        return None if wait is None else max(wait, self._retry_at - time.monotonic())

    def _answer(self, engine: Engine, operation: Callable[[Engine], Any], done: Future[Any]) -> None:
        try:
            done.set_result(operation(engine))
        except RegistryError as error:
            done.set_exception(error)
            if operation is Engine.mine:
                self._retry_at = time.monotonic() + RETRY_SECONDS
                _log.error("no block could be made: %s", error)  # the chain says why, no trace needed
        except BaseException as error:  # noqa: BLE001  # an answer's failure belongs to its asker, not to the owner
            done.set_exception(error)
            if operation is Engine.mine:
                self._retry_at = time.monotonic() + RETRY_SECONDS
                engine.failure = ChainUnavailableError(f"no block could be made: {error}")
                _log.exception("no block could be made")
