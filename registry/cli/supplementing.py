"""`colophon supplement`: what is said of a work anew, signed by the title's holder, carried for free."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from registry import statements
from registry.canonical import canonical_hash, nfc
from registry.cli.caller import Caller
from registry.cli.carrying import until_carried
from registry.cli.consent import statement_to_sign
from registry.cli.failures import CommandError, DishonestRegistryError
from registry.cli.naming import work_named
from registry.cli.signing import agree_to_sign, sign
from registry.client import Answer
from registry.errors import RegistryError
from registry.model import Hash32, Supplement

_MAX_BYTES = 2**20  # the schema's longest document is far below
_UNSAID: dict[str, Any] = {"how_made": "unspecified", "usage_preferences": {}}


def add_supplement(caller: Caller, work: str, file: Path) -> None:
    """Sign new metadata for a work and hand them in; it costs nothing.

    Raises:
        CommandError: The file holds no JSON object.
        DishonestRegistryError: The metadata to be signed say something else than the file.
    """
    terminal, work_id, said = caller.terminal, work_named(work), said_in(file)
    account = caller.session.keys.unlock(caller.address())
    whole = "metadata" if "format" in said else "facts"
    proposal = caller.client.prepare_supplement(str(work_id), {whole: said})
    metadata = dict(proposal.inner("metadata"))
    require_said(metadata, said)
    typed_data = proposal.inner("typed_data")
    sequence = typed_data.inner("message").integer("sequence")
    wanted = Supplement(work_id, _hash(metadata), sequence, 1)
    domain = statements.domain_of(wanted, caller.session.contracts())
    supplement = statement_to_sign(typed_data, domain, wanted)
    agree_to_sign(terminal, [statements.plain(supplement)], domain, "nothing is added")
    signature = sign(account, statements.digest(supplement, domain))
    told = caller.client.add_supplement(str(work_id), proposal.inner("supplement"), metadata, signature)
    recorded = _carried(caller, supplement)
    terminal.document(recorded or told)
    terminal.heading("Added to the work's history" if recorded else "The supplement waits for the chain")
    terminal.fact("work", work_id)
    terminal.fact("supplement", sequence)
    terminal.fact("metadata", supplement.metadata_hash)
    terminal.closing(caller.session.page(str(work_id)), f"colophon show {work_id}")


def said_in(file: Path) -> dict[str, Any]:
    """What a file says of a work.

    Raises:
        CommandError: It holds no JSON object.
    """
    try:
        said = json.loads(file.read_text("utf-8")) if file.stat().st_size <= _MAX_BYTES else None
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise CommandError(
            "unknown-metadata",
            f"{file} is no JSON object of what is said of the work",
            'like {"title": "…", "creators": [{"name": "…"}]}',
        )
    return said


def require_said(metadata: Mapping[str, Any], said: Mapping[str, Any]) -> None:
    """What the file says stands in the metadata; what it leaves out is not said in its place.

    Raises:
        DishonestRegistryError: It is not so.
    """
    for name, value in {**_UNSAID, **nfc(said)}.items():
        if metadata.get(name) != value:
            raise DishonestRegistryError(f"the metadata to be signed say something else of {name}")
    for name in ("year", "language"):
        if name not in said and name in metadata:
            raise DishonestRegistryError(f"the metadata to be signed say something of {name}")


def _hash(metadata: Mapping[str, Any]) -> Hash32:
    try:
        return Hash32(canonical_hash(metadata, "metadata"))
    except RegistryError as problem:
        raise DishonestRegistryError(f"the metadata have no canonical form ({problem.message})") from problem


def _carried(caller: Caller, supplement: Supplement) -> Answer | None:
    def look() -> Answer | None:
        for told in caller.client.supplements(str(supplement.work_id)).items_of("supplements"):
            if told.text("metadata_hash") == str(supplement.metadata_hash):
                return told
        return None

    return until_carried(caller, look, f"colophon show {supplement.work_id}")
