"""A medium whose decoder does what its file tells it to: allocate, sleep, crash, call out, lie."""

import ctypes
import errno
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from registry.fingerprint.base import Lookup
from registry.model import Code, Extraction, Hash32, Judgement, WorkId
from registry.model.postings import Indexed
from tests.unit.fingerprint import hostile_calls

MAGIC = b"HOSTILE "


def _allocate() -> str:
    return str(len(bytearray(4 << 30)))


def _sleep() -> str:
    time.sleep(600)
    return "awake"


def _crash() -> str:
    ctypes.string_at(0)
    return "alive"


def _exit() -> str:
    os._exit(7)


def _raise() -> str:
    raise AssertionError("a defect of the decoder")


def _garble() -> str:
    for descriptor in range(3, 16):
        try:
            os.write(descriptor, b"\xff\xff\xff\xff")
        except OSError:
            continue
    return "garbled"


def _print() -> str:
    sys.stdout.write("not an answer")
    sys.stdout.flush()
    return "printed"


def _refused(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    return "allowed"


def _spin() -> str:
    while True:
        pass


def _write_to(path: str) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT)


_DEEDS: dict[str, Callable[[], str]] = {
    "behave": lambda: "well",
    "allocate": _allocate,
    "sleep": _sleep,
    "spin": _spin,
    "crash": _crash,
    "exit": _exit,
    "raise": _raise,
    "garble": _garble,
    "print": _print,
    "open a socket": lambda: _refused(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM)),
    "open a local socket": lambda: _refused(lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)),
    "start a program": lambda: _refused(lambda: subprocess.run(["/bin/true"], check=True)),
    "fork": lambda: _refused(os.fork),
    "write a file": lambda: _refused(lambda: _write_to(__file__ + ".written")),
    "delete a file": lambda: _refused(Path(__file__ + ".absent").unlink),
    "signal the server": lambda: _refused(lambda: os.kill(os.getppid(), 0)),
    **{deed: partial(_refused, attempt) for deed, attempt in hostile_calls.ATTEMPTS.items()},
    **hostile_calls.RIGHTS,
    "tell its environment": lambda: " ".join(sorted(os.environ)),
    "tell its pid": lambda: str(os.getpid()),
}


class HostileMedium:
    """Obeys the file."""

    name = "hostile"
    kinds = ("hostile files",)

    def sniff(self, head: bytes) -> str | None:
        return "application/x-hostile" if head.startswith(MAGIC) else None

    def prepare(self) -> None:
        """There is nothing to load."""

    def extract(self, path: Path, content_hash: Hash32, byte_size: int, media_type: str) -> Extraction:
        told = _DEEDS[path.read_bytes()[len(MAGIC) :].decode()]()
        codes = (Code("iscc-data/0", "not a code at all"),) if told == "garbled" else ()
        return Extraction(self.name, content_hash, byte_size, media_type, {"told": told}, codes, ())

    def indexed(self, _extraction: Extraction) -> Indexed:
        return Indexed()

    def compared(self, _extraction: Extraction) -> list[str]:
        return []

    def search(self, _extraction: Extraction, _lookup: Lookup) -> dict[WorkId, Judgement]:
        return {}


MEDIA = {"hostile": HostileMedium()}
