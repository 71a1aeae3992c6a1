"""A registry of the benchmark's own: `colophon serve` on SQLite and the embedded chain."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_NEVER_SECONDS = 10**6
_KIBIBYTES_A_MEBIBYTE = 1024


@dataclass(frozen=True, slots=True)
class Server:
    """Where it listens, and as which process."""

    url: str
    pid: int

    def rss_mb(self) -> float:
        """Memory of the serving process that is in RAM, in mebibytes (Linux)."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
        return int(found[1]) / _KIBIBYTES_A_MEBIBYTE if found else 0.0


@contextmanager
def running_server(data: Path, leaves_an_anchor: int) -> Iterator[Server]:
    """Start it, anchoring when so many leaves are there and not before; end it in order."""
    settings = {
        "COLOPHON_ANCHOR_LEAVES": str(leaves_an_anchor),
        "COLOPHON_ANCHOR_SECONDS": str(_NEVER_SECONDS),
        "COLOPHON_DECLARATIONS_PER_HOUR": "0",  # one client hands in all there are
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COLOPHON_")}
    command = [sys.executable, "-m", "registry.cli", "serve", "--port", "0", "--data", str(data)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=inherited | settings, text=True
    ) as process:
        try:
            yield Server(_url(process), process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate()


def _url(process: subprocess.Popen[str]) -> str:
    said = []
    for line in process.stdout or ():
        said.append(line)
        if found := re.search(r"serves at (\S+)", line):
            return found[1]
    raise RuntimeError("".join(said))
