"""Licence terms: immutable documents addressed by hash, and the standard ones that come ready made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry import schemas
from registry.canonical import canonical_hash
from registry.model import Hash32

FORMAT = "colophon.terms/1"

STANDARD: Mapping[str, Mapping[str, Any]] = {
    "editorial": {
        "format": FORMAT,
        "name": "Editorial use",
        "text": "The licensee may reproduce, distribute and display the work in news, commentary and "
        "teaching, naming its creators. Advertising, merchandise and the training of machine-learning "
        "models are not covered.",
        "territory": "worldwide",
        "uses": ["reproduce", "distribute", "display", "editorial"],
        "attribution": True,
    },
    "commercial": {
        "format": FORMAT,
        "name": "Commercial use",
        "text": "The licensee may reproduce, distribute, display and perform the work for any lawful "
        "purpose, commercial ones included, naming its creators. Reselling the work by itself and the "
        "training of machine-learning models are not covered.",
        "territory": "worldwide",
        "uses": ["reproduce", "distribute", "display", "perform", "commercial"],
        "attribution": True,
    },
    "training": {
        "format": FORMAT,
        "name": "Model training",
        "text": "The licensee may reproduce the work to train machine-learning models, generative ones "
        "included. Publishing the work itself is not covered.",
        "territory": "worldwide",
        "uses": ["reproduce", "train-ai", "train-genai"],
        "attribution": False,
    },
}


def terms_hash(terms: Mapping[str, Any]) -> Hash32:
    """SHA-256 of the canonical terms: `termsHash` in an offer.

    Raises:
        InvalidDocumentError: The terms do not follow `colophon.terms/1`.
    """
    schemas.check("terms", terms)
    return Hash32(canonical_hash(terms, FORMAT))
