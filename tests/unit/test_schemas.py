"""The documents whose hashes are signed: what their schemas take and refuse."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from registry import schemas
from registry.errors import InvalidDocumentError
from registry.licensing.terms import STANDARD, terms_hash

METADATA: dict[str, Any] = {
    "format": "colophon.metadata/1",
    "title": "Low tide",
    "creators": [{"name": "A. Claimant"}],
    "media_type": "image/png",
    "bytes": 10,
    "how_made": "human",
    "usage_preferences": {"train-ai": "refuse"},
    "similarity_report": "0x" + "00" * 32,
    "answers": {},
    "salt": "0x" + "11" * 32,
}


@pytest.mark.parametrize("name", schemas.NAMES)
def test_every_schema_is_itself_valid_and_refuses_unknown_keys(name: str) -> None:
    schema = schemas.schema(name)
    Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    with pytest.raises(InvalidDocumentError):
        schemas.check(name, {"surprise": 1})


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"title": ""}, "/title"),
        ({"title": "x" * 301}, "/title"),
        ({"creators": []}, "/creators"),
        ({"creators": [{"name": "A", "email": "a@b"}]}, "/creators/0"),
        ({"year": "1999"}, "/year"),
        ({"how_made": "by magic"}, "/how_made"),
        ({"usage_preferences": {"train-ai": True}}, "/usage_preferences/train-ai"),
        ({"answers": {"0x12": "acknowledged"}}, "/answers"),
        ({"salt": "0x11"}, "/salt"),
        ({"extra": 1}, ""),
    ],
)
def test_metadata_outside_the_schema_is_refused_with_the_path(change: dict[str, Any], path: str) -> None:
    schemas.check("metadata", METADATA)
    with pytest.raises(InvalidDocumentError) as caught:
        schemas.check("metadata", METADATA | change)
    assert caught.value.facts["path"] == path


@pytest.mark.parametrize("name", sorted(STANDARD))
def test_standard_terms_follow_their_schema(name: str) -> None:
    assert len(terms_hash(STANDARD[name])) == 32


def test_terms_with_another_word_are_other_terms() -> None:
    changed = dict(STANDARD["editorial"]) | {"text": "Everything is allowed."}
    assert terms_hash(changed) != terms_hash(STANDARD["editorial"])
