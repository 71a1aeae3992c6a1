"""Whether requests can be served: what the registry says of itself, and a picture that is really decoded."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path

from api.uploads import upload_folder
from registry.compose import Registry
from registry.errors import RegistryError

# A PNG of one grey pixel: the whole way through a worker, at the least cost.
_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="
)


def missing_parts(registry: Registry) -> dict[str, str]:
    """What is wrong, by part (`chain`, `store`, `decoder`, or a background loop); empty if all is well."""
    problem = _decoder_problem(registry)
    return {**registry.health().problems, **({"decoder": problem} if problem else {})}


def _decoder_problem(registry: Registry) -> str | None:
    with tempfile.NamedTemporaryFile(dir=upload_folder(registry.settings), prefix="ready-") as file:
        file.write(_PIXEL)
        file.flush()
        try:
            registry.verify_file.extractor.extract(Path(file.name))
        except RegistryError as problem:
            return problem.message
    return None
