"""A registry of one's own: `colophon serve` in a temporary folder, on a free port, stopped in order."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from registry.cli.failures import CommandError

_GREETING = re.compile(r"Colophon serves at (http://\S+)")
_STOP_SECONDS = 20.0


@contextmanager
def own_server() -> Iterator[str]:
    """The address of a registry that lives as long as the block.

    Raises:
        CommandError: It did not start.
    """
    # A COLOPHON_CHAIN of the caller's must not lead play onto a real chain.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COLOPHON_")}
    with tempfile.TemporaryDirectory(prefix="colophon-demo-") as folder:
        command = [sys.executable, "-m", "registry.cli", "serve", "--port", "0", "--data", f"{folder}/var"]
        process = subprocess.Popen(  # noqa: S603  # this very program
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        )
        try:
            yield _greeting(process)
        finally:
            process.terminate()
            _drain(process)


def _greeting(process: subprocess.Popen[str]) -> str:
    said = []
    for line in process.stdout or ():
        said.append(line)
        found = _GREETING.search(line)
        if found:
            return found[1]
    raise CommandError("no-registry", f"the demo's registry did not start: {''.join(said).strip()}")


def _drain(process: subprocess.Popen[str]) -> None:
    try:
        process.communicate(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
