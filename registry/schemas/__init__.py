"""JSON Schemas (draft 2020-12): documents whose hashes are signed, and evidence; unknown keys are refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from registry.errors import InvalidDocumentError

NAMES = ("metadata", "fingerprint", "report", "terms", "evidence")


@cache
def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of one of `NAMES`."""
    loaded: dict[str, Any] = json.loads(files(__name__).joinpath(f"{name}.json").read_text("utf-8"))
    return loaded


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schema(name))


def check_first(name: str, document: Mapping[str, Any]) -> None:
    """Check a document of a stranger: no more of it than up to its first fault, in the schema's order.

    Raises:
        InvalidDocumentError: As `check`.
    """
    fault = next(_validator(name).iter_errors(document), None)
    if fault is not None:
        raise _invalid(name, fault)


def check(name: str, document: Mapping[str, Any]) -> None:
    """Check a document against its schema.

    Raises:
        InvalidDocumentError: The first fault by path, with what is wrong there.
    """
    faults = sorted(
        _validator(name).iter_errors(document), key=lambda fault: [str(step) for step in fault.path]
    )
    if faults:
        raise _invalid(name, faults[0])


def _invalid(name: str, fault: ValidationError) -> InvalidDocumentError:
    path = "".join(f"/{step}" for step in fault.path)
    return InvalidDocumentError(f"colophon.{name}/1", path, fault.message[:300])
