"""How a declared fingerprint stands to the registry's own."""

from __future__ import annotations

from typing import Any

import pytest

from registry.model import FingerprintCheck, checked

PDQ = {"algorithm": "pdq-256/1", "value": "ab" * 32}
ISCC = {"algorithm": "iscc-image/1", "value": "EEA"}
LOCAL = {"algorithm": "local/1", "bytes": 3, "sha256": "0x" + "11" * 32}
TAKEN = {"medium": "image", "bytes": 5, "facts": {"width": 3}, "codes": [PDQ, ISCC], "features": [LOCAL]}


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"codes": [ISCC, PDQ]},
        {"codes": [PDQ], "features": []},
        {"codes": [], "features": [LOCAL]},
        {"facts": {"width": 4}},
    ],
)
def test_it_agrees_where_all_its_codes_and_features_are_the_registrys(said: dict[str, Any]) -> None:
    assert checked(TAKEN | said, TAKEN) is FingerprintCheck.AGREES


@pytest.mark.parametrize(
    "said",
    [
        {"codes": [PDQ, {**ISCC, "value": "EEB"}]},
        {"codes": [PDQ, {**PDQ, "algorithm": "other/1"}]},
        {"features": [{**LOCAL, "bytes": 4}]},
        {"medium": "audio"},
        {"bytes": 6},
        {"codes": [], "features": []},
    ],
)
def test_it_differs_where_one_is_not_or_nothing_is_said(said: dict[str, Any]) -> None:
    assert checked(TAKEN | said, TAKEN) is FingerprintCheck.DIFFERS


def test_it_is_unchecked_where_the_registry_has_not_seen_the_file() -> None:
    assert checked(TAKEN, None) is FingerprintCheck.UNCHECKED
