"""Small secrets on the caller's disk: JSON of mode 0600 beside the keys, written durably or not at all."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.cli.failures import CommandError


@dataclass(frozen=True, slots=True)
class KeptFile:
    """`{place: {name: entry}}`, where a place is a registry or a contract."""

    folder: Path
    name: str

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder.expanduser() / self.name

    def entries(self, place: str) -> dict[str, Any]:
        """What is kept for a place, oldest first.

        Raises:
            CommandError: The file is damaged. It is left alone.
        """
        return self._read().get(place, {})

    def put(self, place: str, name: str, entry: object) -> None:
        """Write an entry down, durably."""
        with self._alone():
            kept = self._read()
            kept.setdefault(place, {})[name] = entry
            self._write(kept)

    def drop(self, place: str, name: str) -> None:
        """Forget an entry, if it is there."""
        with self._alone():
            kept = self._read()
            if kept.get(place, {}).pop(name, None) is not None:
                self._write(kept)

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            kept = json.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError:
            kept = None
        if not isinstance(kept, dict) or not all(isinstance(entries, dict) for entries in kept.values()):
            raise CommandError(f"damaged-{self.name}", f"{self.path} is damaged: put it aside")
        return kept

    def _write(self, kept: dict[str, dict[str, Any]]) -> None:
        newer = self.path.with_suffix(".new")
        descriptor = os.open(newer, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(kept, file, indent=1, sort_keys=False)
            file.flush()
            os.fsync(file.fileno())
        newer.replace(self.path)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two commands at once must not lose each other's entry."""
        self.folder.expanduser().mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
