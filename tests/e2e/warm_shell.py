"""A shell for long journeys: `colophon` is loaded once, and every command runs in a fork of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.e2e.shell import Said, Shell

_PROGRAM = Path(__file__).with_name("warm_program.py")


@dataclass(frozen=True)
class WarmShell(Shell):
    """Somebody at a command line, whose programs start at once."""

    orders: IO[str] | None = None
    endings: IO[str] | None = None

    def run(self, *arguments: str, code: int = 0, **changed: str) -> Said:
        """Run `colophon …`, which must end with `code`."""
        assert self.orders is not None
        assert self.endings is not None
        out, err = self.home / "said.out", self.home / "said.err"
        order = {
            "arguments": arguments,
            "environment": self.variables() | changed,
            "folder": str(self.home),
            "out": str(out),
            "err": str(err),
        }
        self.orders.write(f"{json.dumps(order)}\n")
        self.orders.flush()
        said = Said(int(self.endings.readline()), out.read_text(), err.read_text())
        assert "Traceback" not in said.err, said.err
        assert said.code == code, f"{arguments}: {said.code}\n{said.out}\n{said.err}"
        return said


@contextmanager
def warm_shell(home: Path, url: str, environment: dict[str, str] | None = None) -> Iterator[WarmShell]:
    """Load the program, and end it with the block."""
    with subprocess.Popen(
        [sys.executable, str(_PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        yield WarmShell(home, url, environment or {}, program.stdin, program.stdout)
