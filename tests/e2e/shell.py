"""A stranger's shell: `colophon` as a program of its own, with keys and an environment of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount

PASSPHRASE = "correct horse battery staple"
COLOPHON = [sys.executable, "-m", "registry.cli"]
_PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said on either stream."""

    code: int
    out: str
    err: str

    def word(self, label: str) -> str:
        """The value beside a label of the output."""
        found = re.search(rf"^  {re.escape(label)} +(\S.*)$", self.out, re.MULTILINE)
        assert found is not None, f"{label} is not in:\n{self.out}\n{self.err}"
        return found[1]

    def document(self) -> Any:  # noqa: ANN401  # JSON of any shape
        """The output of a command with `--json`."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Shell:
    """Somebody at a command line, whose standard input is no terminal."""

    home: Path
    url: str
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, code: int = 0, **changed: str) -> Said:
        """Run `colophon …`, which must end with `code`."""
        done = subprocess.run(
            [*COLOPHON, *arguments],
            cwd=self.home,
            env=self.variables() | changed,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return Said(done.returncode, done.stdout, done.stderr)

    def key(self, name: str, account: LocalAccount | None = None) -> str:
        """Bring a key along, encrypted weakly: a strong passphrase takes a second to open."""
        account = account or Account.create()
        folder = self.home / "keys"
        folder.mkdir(mode=0o700, exist_ok=True)
        document = Account.encrypt(account.key, PASSPHRASE, kdf="scrypt", iterations=2)
        (folder / f"{name}.json").write_text(json.dumps(document))
        return str(account.address)

    def variables(self) -> dict[str, str]:
        passphrase = self.home / "passphrase"
        passphrase.write_text(f"{PASSPHRASE}\n")
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("COLOPHON_")},
            "COLOPHON_URL": self.url,
            "COLOPHON_KEYS": str(self.home / "keys"),
            "COLOPHON_PASSPHRASE_FILE": str(passphrase),
            **self.environment,
        }


class Served:
    """`colophon serve` over a data folder, on a free port that it keeps through restarts."""

    def __init__(self, data: Path, environment: dict[str, str] | None = None, port: int = 0) -> None:
        self.data = data
        self.environment = environment or {}
        self.port = port
        self.process = self._start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self, number: int = signal.SIGTERM) -> str:
        """End it by a signal; what it said last."""
        self.process.send_signal(number)
        return self.process.communicate(timeout=60)[0]

    def restart(self) -> None:
        """Stop it in order and start it again on the same port."""
        self.stop()
        self.process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*COLOPHON, "serve", "--port", str(self.port), "--data", str(self.data)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=os.environ | self.environment,
            text=True,
        )
        said = []
        for line in process.stdout or ():
            said.append(line)
            found = re.search(r"serves at http://127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found[1])
                return process
        raise AssertionError("".join(said))
