"""`colophon`, loaded once: each line on standard input is a command, run in a fork of its own.

A command line spends most of its second on loading libraries. A fork shares what is loaded and nothing else:
it has its own environment, folder and streams, and ends as the program would.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any

import registry.cli.acting
import registry.cli.session
import registry.keys.keystore  # noqa: F401  # loaded for the commands to come, as the two above
from registry.cli import main


def serve() -> None:
    """Run commands until standard input ends: `{"arguments", "environment", "folder", "out", "err"}`."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            run(json.loads(line))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def run(order: dict[str, Any]) -> None:
    """One command, to its end."""
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, path, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, order["out"], writing),
        (2, order["err"], writing),
    ):
        descriptor = os.open(path, flags, 0o600)
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.argv = ["colophon", *order["arguments"]]
    code = 1
    try:
        main()
        code = 0
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    except BaseException:  # noqa: BLE001  # told as an interpreter tells it before it ends
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    serve()
