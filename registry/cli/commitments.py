"""What was committed and not revealed yet: without salt and declaration, a commitment proves nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from registry.cli.failures import CommandError
from registry.cli.kept import KeptFile
from registry.cli.told import declaration_told
from registry.client import Answer
from registry.model import Contracts, Declaration, Hash32, WorkId

FILE_NAME = "commitments"  # beside the keys, as the receipts are


@dataclass(frozen=True, slots=True)
class Kept:
    """A declaration and the salt that its commitment was made with."""

    declaration: Declaration
    salt: Hash32


@dataclass(frozen=True, slots=True)
class Commitments:
    """The commitments made at one registry contract, by work."""

    file: KeptFile
    place: str

    @classmethod
    def of(cls, folder: Path, contracts: Contracts) -> Commitments:
        """Those beside the keys in a folder."""
        return cls(KeptFile(folder, FILE_NAME), f"{contracts.chain_id}:{contracts.work_registry}")

    def keep(self, work_id: WorkId, kept: Kept) -> None:
        """Write one down, durably, before anybody sees its hash."""
        declaration = kept.declaration
        document = {
            "salt": str(kept.salt),
            "declaration": {
                "claimant": str(declaration.claimant),
                "content_hash": str(declaration.content_hash),
                "fingerprint_hash": str(declaration.fingerprint_hash),
                "metadata_hash": str(declaration.metadata_hash),
                "parents": [str(parent) for parent in declaration.parents],
                "previous": None if declaration.previous is None else str(declaration.previous),
            },
        }
        self.file.put(self.place, str(work_id), document)

    def find(self, work_id: WorkId) -> Kept | None:
        """The one of a work, if it was made here and not revealed."""
        found = self.file.entries(self.place).get(str(work_id))
        if found is None:
            return None
        if not isinstance(found, dict):
            raise CommandError("damaged-file", f"{self.file.path} is damaged: put it aside")
        told = Answer(found, FILE_NAME)
        return Kept(declaration_told(told, work_id), Hash32.parse(told.text("salt")))

    def drop(self, work_id: WorkId) -> None:
        """Forget the one of a work that is revealed."""
        self.file.drop(self.place, str(work_id))
