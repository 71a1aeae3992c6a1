"""A catalogue: fingerprints of many files, kept and searched without a registry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from registry.model import Extraction, Match, WorkId


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """A file as it was when it was looked at; touching or writing it makes it another."""

    path: Path
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that has no fingerprint, and why: a failure's code and its sentence."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class CatalogueSize:
    """How many files have a fingerprint, of how many different contents, and how many have none."""

    files: int
    works: int
    unread: int


class Catalogue(Protocol):
    """Fingerprints by file. A work is one content: files of the same bytes are one."""

    def known(self) -> Mapping[Path, tuple[CatalogueFile, Unread | None]]:
        """The files that were taken in, as they were then, and which of them had no fingerprint."""

    def keep(self, taken: Sequence[tuple[CatalogueFile, Extraction | Unread]]) -> None:
        """Take files in, all or none: once this returns they outlast the process and the power.

        What a file was before is forgotten, and its content too unless another file has it.
        """

    def closest(self, extraction: Extraction) -> list[Match]:
        """Works by how near a file is to them, near misses last."""

    def paths(self, work_ids: Sequence[WorkId]) -> Mapping[WorkId, list[Path]]:
        """The files of each work, by name."""

    def size(self) -> CatalogueSize:
        """What is in it."""
