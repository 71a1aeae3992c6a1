"""Receipt tokens, kept on the caller's disk: they show their holder what is not yet confirmed."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from registry.cli.failures import CommandError

FILE_NAME = "receipts"  # without the suffix of the keys beside it


@dataclass(frozen=True, slots=True)
class Receipts:
    """The receipts of one registry, by work: `{url: {work id: token}}` in a file of mode 0600."""

    folder: Path
    url: str

    def tokens(self) -> list[str]:
        """Every token of this registry, oldest first."""
        return list(self._read().get(self.url, {}).values())

    def keep(self, work_id: str, token: str) -> None:
        """Write a token down, durably, before anybody waits for anything."""
        with self._alone():
            kept = self._read()
            kept.setdefault(self.url, {})[work_id] = token
            self._write(kept)

    def drop(self, work_id: str) -> None:
        """Forget the token of a work that everybody can see."""
        with self._alone():
            kept = self._read()
            if kept.get(self.url, {}).pop(work_id, None) is not None:
                self._write(kept)

    @property
    def _path(self) -> Path:
        return self.folder.expanduser() / FILE_NAME

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            kept = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError:
            kept = None
        if not isinstance(kept, dict) or not all(isinstance(tokens, dict) for tokens in kept.values()):
            raise CommandError("damaged-receipts", f"{self._path} is damaged: put it aside")
        return kept

    def _write(self, kept: dict[str, dict[str, str]]) -> None:
        newer = self._path.with_suffix(".new")
        descriptor = os.open(newer, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(kept, file, indent=1, sort_keys=False)
            file.flush()
            os.fsync(file.fileno())
        newer.replace(self._path)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two commands at once must not lose each other's receipt."""
        self.folder.expanduser().mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
