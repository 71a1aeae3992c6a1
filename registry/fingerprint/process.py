"""One worker process as its parent sees it: started, asked, killed."""

from __future__ import annotations

import json
import logging
import os
import select
import signal
import subprocess
import sys
import time
from typing import Any

from registry.errors import DecoderCrashedError, DecoderTimeoutError
from registry.fingerprint import wire
from registry.fingerprint.limits import Limits

_STARTUP_SECONDS = 60
# Importing the decoders takes a second, on a machine that is busy with something else perhaps twenty.
_READ_BYTES = 1 << 16
_LOGGER = logging.getLogger(__name__)


class WorkerProcess:
    """A fresh interpreter, not a fork: it inherits no thread, lock, secret or open file of the server."""

    def __init__(self, media_module: str, limits: Limits) -> None:
        self._seconds = limits.seconds
        self._ready = False
        self.files = 0
        command = [sys.executable, "-P", "-s", "-B", "-m", "registry.fingerprint.worker"]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [*command, media_module, str(limits.memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,  # an interrupt at the terminal is the parent's to handle
        )

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send one request and wait for its answer, its `seconds`. After any error the worker must be killed.

        Raises:
            DecoderTimeoutError: No answer within the limit.
            DecoderCrashedError: It died, or answered nonsense.
        """
        if not self._ready:
            hello = self._receive(_STARTUP_SECONDS)
            self._ready = True
            if not hello.get("confined"):
                _LOGGER.warning("decoders run without a seccomp filter on this system")
        self.files += 1
        self._seconds = request["seconds"]
        try:
            os.write(self._stdin(), wire.frame(request))
        except BrokenPipeError as error:
            raise self._crash() from error
        return self._receive(self._seconds)

    def kill(self) -> int:
        """End the process if it still runs, and wait for it. Returns its exit code, negative for a signal."""
        self._process.kill()
        code = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        return code

    def _stdin(self) -> int:
        assert self._process.stdin is not None  # noqa: S101 - it was opened as a pipe
        return self._process.stdin.fileno()

    def _receive(self, seconds: int) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        (length,) = wire.LENGTH.unpack(self._read(wire.LENGTH.size, deadline, seconds))
        if length > wire.MAX_FRAME_BYTES:
            raise DecoderCrashedError(self.kill())
        body = self._read(length, deadline, seconds)
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise DecoderCrashedError(self.kill()) from error
        if not isinstance(answer, dict):
            raise DecoderCrashedError(self.kill())
        return answer

    def _read(self, size: int, deadline: float, seconds: int) -> bytes:
        assert self._process.stdout is not None  # noqa: S101 - it was opened as a pipe
        pipe = self._process.stdout.fileno()
        poll = select.poll()
        poll.register(pipe, select.POLLIN)
        data = bytearray()
        while len(data) < size:
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                raise DecoderTimeoutError(seconds)
            chunk = os.read(pipe, min(size - len(data), _READ_BYTES))
            if not chunk:
                raise self._crash()
            data += chunk
        return bytes(data)

    def _crash(self) -> DecoderCrashedError | DecoderTimeoutError:
        """Why its pipe is closed: it used up its processor time, or it died."""
        code = self._process.wait()
        if code == -signal.SIGXCPU:
            return DecoderTimeoutError(self._seconds)
        return DecoderCrashedError(code)


def _environment() -> dict[str, str]:
    """Where the modules are, and one thread for numpy: no secret of the server's environment."""
    return {
        "PYTHONPATH": os.pathsep.join(os.path.abspath(entry) for entry in sys.path),  # noqa: PTH100 - "" is here
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "LC_ALL": "C.UTF-8",
    }
