"""Receipt tokens, kept on the caller's disk: they show their holder what is not yet confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from registry.cli.kept import KeptFile

FILE_NAME = "receipts"  # without the suffix of the keys beside it


@dataclass(frozen=True, slots=True)
class Receipts:
    """The receipts of one registry, by work."""

    folder: Path
    url: str

    def tokens(self) -> list[str]:
        """Every token of this registry, oldest first."""
        return [str(token) for token in self._file.entries(self.url).values()]

    def token_of(self, work_id: str) -> str | None:
        """The token of one work."""
        found = self._file.entries(self.url).get(work_id)
        return None if found is None else str(found)

    def keep(self, work_id: str, token: str) -> None:
        """Write a token down, durably, before anybody waits for anything."""
        self._file.put(self.url, work_id, token)

    def drop(self, work_id: str) -> None:
        """Forget the token of a work that everybody can see."""
        self._file.drop(self.url, work_id)

    @property
    def _file(self) -> KeptFile:
        return KeptFile(self.folder, FILE_NAME)
