"""The decoder pool: pre-started processes that take fingerprints under limits, replaced when they fail."""

from __future__ import annotations

import importlib
import logging
import queue
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from registry.errors import BusyError, DecoderCrashedError, DecoderMemoryError, InvalidValueError
from registry.fingerprint import exact, wire
from registry.fingerprint.base import Glancing, Media, Medium
from registry.fingerprint.detect import detect, read_head
from registry.fingerprint.limits import FILES_PER_WORKER, MEMORY_BYTES, SECONDS, SLOWER, WAIT_SECONDS, Limits
from registry.fingerprint.process import WorkerProcess
from registry.model import Extraction

_LOGGER = logging.getLogger(__name__)


class DecoderPool:
    """See `registry.ports.Extractor`. Thread-safe: each call has a worker of its own, or waits for one.

    `media` names the module whose `MEDIA` the workers serve. Workers start in the background; the first calls
    wait for theirs. If one cannot be started, for want of descriptors, processes or memory, its place stays
    empty and whoever comes to it tries again: the pool never shrinks. Close the pool, or use it as a context
    manager, or its processes outlive it until their pipes end.
    """

    def __init__(
        self,
        workers: int = 2,
        memory_bytes: int = MEMORY_BYTES,
        seconds: int = SECONDS,
        recycle_after: int = FILES_PER_WORKER,
        wait_seconds: int = WAIT_SECONDS,
        media: str = "registry.fingerprint.detect",
    ) -> None:
        self._limits = Limits(memory_bytes, seconds, recycle_after)
        self._wait_seconds = wait_seconds
        self._media_module = media
        self._media: Media = importlib.import_module(media).MEDIA
        self._closed = False
        self._closing = threading.Lock()
        self._idle: queue.SimpleQueue[WorkerProcess | None] = queue.SimpleQueue()  # None: an empty place
        for _ in range(workers):
            self._idle.put(self._start())

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def extract(self, path: Path) -> Extraction:
        """Take the fingerprint of the file at `path`, in a worker.

        The hash and the type are taken here: a worker that a file has taken over cannot lie about them.

        Raises:
            EmptyFileError: No bytes.
            UnsupportedMediaError: Of no kind that is read.
            UndecodableMediaError, MediaTooLargeError: Of a kind that is read, but damaged or over its limits.
            DecoderTimeoutError, DecoderMemoryError, DecoderCrashedError: The decoder was stopped, or died.
            BusyError: No worker was free in time, or none could be started.
        """
        return self._taken(path, *detect(read_head(path), self._media), "extract")

    def look(self, path: Path) -> Extraction:
        """As `extract`, without what no search needs."""
        medium, media_type = detect(read_head(path), self._media)
        return self._taken(path, medium, media_type, "look" if isinstance(medium, Glancing) else "extract")

    def glance(self, path: Path) -> Extraction | None:
        """Only what a look-up by global codes needs; None if files of this kind have no such thing.

        Raises:
            As `extract`.
        """
        medium, media_type = detect(read_head(path), self._media)
        return self._taken(path, medium, media_type, "glance") if isinstance(medium, Glancing) else None

    def _taken(self, path: Path, medium: Medium, media_type: str, way: str) -> Extraction:
        content_hash, byte_size = exact.content_hash(path)
        known = Extraction(medium.name, content_hash, byte_size, media_type, facts={}, codes=(), features=())
        request = {
            "path": str(path.absolute()),
            "medium": medium.name,
            "content_hash": str(content_hash),
            "bytes": byte_size,
            "media_type": media_type,
            "way": way,
            "seconds": self._limits.seconds * SLOWER.get(medium.name, 1),
        }
        return self._ask(request, known)

    def close(self) -> None:
        """End all workers; those at work end with their file's answer."""
        with self._closing:
            self._closed = True
            while True:
                try:
                    worker = self._idle.get_nowait()
                except queue.Empty:
                    return
                if worker is not None:
                    worker.kill()

    def _start(self) -> WorkerProcess | None:
        """A new worker, or None if the system lacks descriptors, processes or memory for it just now."""
        try:
            return WorkerProcess(self._media_module, self._limits)
        except OSError as error:
            _LOGGER.error("no decoder can be started: %s", error)  # noqa: TRY400 - a trace adds nothing
            return None

    def _ask(self, request: dict[str, Any], known: Extraction) -> Extraction:
        worker = self._take()
        sound = False
        try:
            answer = worker.ask(request)
            sound = "extraction" in answer or "failure" in answer
            return self._read(answer, known)
        except InvalidValueError as error:
            sound = False
            _LOGGER.exception("a decoder's answer is malformed; its worker is replaced")
            raise DecoderCrashedError(worker.kill()) from error
        finally:
            self._give_back(worker, sound=sound)

    def _take(self) -> WorkerProcess:
        """A free worker that is alive: one that died while it had nothing to do is nobody's failure."""
        if self._closed:
            raise BusyError("decoding")
        try:
            worker = self._idle.get(timeout=self._wait_seconds)
        except queue.Empty:
            raise BusyError("decoding") from None
        if worker is not None and worker.is_alive:
            return worker
        return self._fill(worker)

    def _fill(self, dead: WorkerProcess | None) -> WorkerProcess:
        """A new worker for a place whose worker died, or could not be started before."""
        fresh = None
        try:
            if dead is not None:
                _LOGGER.warning("decoder %d died idle (%d); it is replaced", dead.pid, dead.kill())
            fresh = self._start()
        finally:
            if fresh is None:
                self._idle.put(None)
        if fresh is None:
            raise BusyError("decoding")
        return fresh

    def _read(self, answer: dict[str, Any], known: Extraction) -> Extraction:
        if "failure" in answer:
            raise wire.failure_from_wire(answer["failure"])
        if "out_of_memory" in answer:
            raise DecoderMemoryError(self._limits.memory_bytes)
        if "crashed" in answer:
            _LOGGER.error("a decoder raised on %s:\n%s", known.content_hash, answer["crashed"])
            raise DecoderCrashedError(1)
        return wire.extraction_from_wire(answer.get("extraction", {}), known)

    def _give_back(self, worker: WorkerProcess, *, sound: bool) -> None:
        """Put the worker back, or a new one in its place: after any failure, and after enough files."""
        with self._closing:
            if sound and not self._closed and worker.files < self._limits.files:
                self._idle.put(worker)
                return
            fresh = None
            try:
                worker.kill()
                if not self._closed:
                    fresh = self._start()
            finally:
                self._idle.put(fresh)
