"""What passes between pool and worker: JSON behind a length; pickle would run a worker's code here."""

from __future__ import annotations

import base64
import binascii
import json
import re
import struct
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, Final

from registry.errors import (
    EmptyFileError,
    InvalidValueError,
    MediaTooLargeError,
    RegistryError,
    UndecodableMediaError,
    UnsupportedMediaError,
)
from registry.model import Code, Extraction, Feature

LENGTH: Final = struct.Struct(">I")
MAX_FRAME_BYTES = 16 << 20
# Thirty minutes of landmarks are 3 MB in base64; more than this is not an answer.
_ALGORITHM = re.compile(r"[a-z0-9-]{1,40}/[0-9]{1,4}")
_CODE = re.compile(r"[0-9a-f]{1,400}|ISCC:[A-Z2-7]{1,200}")
_FACT = re.compile(r"[a-z0-9_]{1,40}")
_MOST_ITEMS = 32
_MOST_FACT_TEXT = 200
_SAFE_INTEGER = 2**53 - 1
_JPEG_MAGIC = b"\xff\xd8\xff"

# A worker's failures that mean something to the caller; their facts are their arguments.
_FAILURES: Final[dict[str, Callable[..., RegistryError]]] = {
    failure.code: failure
    for failure in (EmptyFileError, MediaTooLargeError, UndecodableMediaError, UnsupportedMediaError)
}


def frame(document: Mapping[str, Any]) -> bytes:
    """A length of four bytes, big-endian, and the JSON."""
    body = json.dumps(document, separators=(",", ":")).encode()
    return LENGTH.pack(len(body)) + body


def read_frame(stream: BinaryIO) -> dict[str, Any] | None:
    """The next document of a blocking stream, or None at its end."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    document: dict[str, Any] = json.loads(stream.read(LENGTH.unpack(head)[0]))
    return document


def plain(message: str) -> str:
    """A decoder's own words in a form that may pass: printable ASCII, and not too much of it."""
    printable = "".join(each if each.isascii() and each.isprintable() else "?" for each in message)
    return printable[:_MOST_FACT_TEXT]


def extraction_to_wire(extraction: Extraction) -> dict[str, Any]:
    """What a worker found; not what the parent knows better: the hash, the size and the type of the file."""
    return {
        "facts": dict(extraction.facts),
        "codes": [[code.algorithm, code.value] for code in extraction.codes],
        "features": [[feature.algorithm, _encode(feature.data)] for feature in extraction.features],
        "preview": None if extraction.preview is None else _encode(extraction.preview),
    }


def extraction_from_wire(found: Mapping[str, Any], known: Extraction) -> Extraction:
    """A worker's findings, checked as anything else from outside, put into what the parent knows.

    Raises:
        InvalidValueError: The findings are not of the form `extraction_to_wire` gives them.
    """
    try:
        facts = {name: _fact(name, value) for name, value in found["facts"].items()}
        codes = tuple(_code(name, value) for name, value in found["codes"])
        features = tuple(_feature(name, data) for name, data in found["features"])
        preview = None if found["preview"] is None else _decode(found["preview"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidValueError("a worker's answer", str(error)) from error
    if max(len(facts), len(codes), len(features)) > _MOST_ITEMS:
        raise InvalidValueError("a worker's answer", f"over {_MOST_ITEMS} facts, codes or features")
    if preview is not None and not preview.startswith(_JPEG_MAGIC):
        raise InvalidValueError("a worker's answer", "the preview is not a JPEG")
    return Extraction(
        medium=known.medium,
        content_hash=known.content_hash,
        byte_size=known.byte_size,
        media_type=known.media_type,
        facts=facts,
        codes=codes,
        features=features,
        preview=preview,
    )


def failure_to_wire(failure: RegistryError) -> dict[str, Any]:
    """A typed failure by its code and facts; a header may claim more pixels than a fact can tell."""
    facts = {
        name: min(value, _SAFE_INTEGER) if isinstance(value, int) else value
        for name, value in failure.facts.items()
    }
    return {"code": failure.code, "facts": facts}


def failure_from_wire(document: Mapping[str, Any]) -> RegistryError:
    """The same failure again, in the parent.

    Raises:
        InvalidValueError: A code or facts that no failure of decoding has.
    """
    try:
        facts = {name: _fact(name, value) for name, value in document["facts"].items()}
        return _FAILURES[document["code"]](**facts)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidValueError("a worker's failure", str(error)) from error


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error


def _matching(form: re.Pattern[str], text: str) -> str:
    if not form.fullmatch(text):
        raise ValueError(f"{text[:80]!r} is not of the form {form.pattern}")
    return text


def _code(algorithm: str, value: str) -> Code:
    return Code(_matching(_ALGORITHM, algorithm), _matching(_CODE, value))


def _feature(algorithm: str, data: str) -> Feature:
    return Feature(_matching(_ALGORITHM, algorithm), _decode(data))


def _fact(name: str, value: object) -> int | str:
    _matching(_FACT, name)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _SAFE_INTEGER:
        return value
    if isinstance(value, str) and value.isascii() and value.isprintable() and len(value) <= _MOST_FACT_TEXT:
        return value
    raise ValueError(f"fact {name} is neither a safe integer nor short plain text")
