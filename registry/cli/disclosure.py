"""The documents behind a declaration's hashes, checked against what the caller said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry.canonical import canonical_hash, nfc
from registry.cli.failures import DishonestRegistryError
from registry.client import Answer
from registry.errors import RegistryError
from registry.model import Declaration, Hash32

_REGISTRYS_OWN = {
    "format",
    "media_type",
    "bytes",
    "salt",
}  # what the file or chance decides


@dataclass(frozen=True, slots=True)
class Said:
    """What the caller said of the work, what it was shown, and how it answered."""

    facts: Mapping[str, Any]
    report: Mapping[str, Any]
    answers: Mapping[str, str]


def require_documents(proposal: Answer, declaration: Declaration, said: Said) -> None:
    """Check that the hashes to be signed are of documents that say what the caller said, and no more.

    Raises:
        DishonestRegistryError: They are not.
    """
    metadata, fingerprint = dict(proposal.inner("metadata")), dict(proposal.inner("fingerprint"))
    _require_hash("metadata", metadata, declaration.metadata_hash)
    _require_hash("fingerprint", fingerprint, declaration.fingerprint_hash)
    if fingerprint.get("content_hash") != str(declaration.content_hash):
        raise DishonestRegistryError("the fingerprint is of another file")
    expected = {"how_made": "unspecified", "usage_preferences": {}} | nfc(said.facts)
    expected |= {"similarity_report": str(_hash("report", said.report)), "answers": dict(said.answers)}
    for name in sorted({*expected, *metadata} - _REGISTRYS_OWN):
        if metadata.get(name) != expected.get(name):
            raise DishonestRegistryError(f"the metadata to be signed say something else of {name}")


def _require_hash(name: str, document: Mapping[str, Any], named: Hash32) -> None:
    if _hash(name, document) != named:
        raise DishonestRegistryError(f"the {name} shown are not those whose hash is to be signed")


def _hash(name: str, document: Mapping[str, Any]) -> Hash32:
    try:
        return Hash32(canonical_hash(document, name))
    except RegistryError as problem:
        raise DishonestRegistryError(f"the {name} have no canonical form ({problem.message})") from problem
