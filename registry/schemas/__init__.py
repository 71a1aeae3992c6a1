"""JSON Schemas (draft 2020-12) of the documents whose hashes are signed; unknown keys are refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator

from registry.errors import InvalidDocumentError

NAMES = ("metadata", "fingerprint", "report", "terms")


@cache
def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of `metadata`, `fingerprint`, `report` or `terms`."""
    loaded: dict[str, Any] = json.loads(files(__name__).joinpath(f"{name}.json").read_text("utf-8"))
    return loaded


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schema(name))


def check(name: str, document: Mapping[str, Any]) -> None:
    """Check a document against its schema.

    Raises:
        InvalidDocumentError: The first fault by path, with what is wrong there.
    """
    faults = sorted(
        _validator(name).iter_errors(document), key=lambda fault: [str(step) for step in fault.path]
    )
    if faults:
        path = "".join(f"/{step}" for step in faults[0].path)
        raise InvalidDocumentError(f"colophon.{name}/1", path, faults[0].message[:300])
