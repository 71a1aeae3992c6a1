"""Declarations that come ready-signed, with a fingerprint of their claimant's own making."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.fingerprint import exact
from registry.model import WorkId
from registry.usecases.declarations import DeclarationReceipt
from registry.usecases.declare import registry_domain
from registry.usecases.viewer import Viewer
from tests.api.house import picture
from tests.declared import declaration_of
from tests.unit.usecases.conftest import House


@dataclass(frozen=True)
class Declared:
    """A declared work and who may see it from the first."""

    work_id: WorkId
    owner: Viewer


def new_file(house: House) -> Path:
    """A picture that is still recognised when it is smaller."""
    path = house.file()
    path.write_bytes(picture(zlib.crc32(str(path).encode())))
    return path


def own_fingerprint(house: House, file: Path) -> dict[str, Any]:
    """What the registry itself would take of a file."""
    return house.registry.check_file.extractor.extract(file).record()


def made_up(house: House, file: Path) -> dict[str, Any]:
    """A fingerprint that is of another picture, under the right hash."""
    other = own_fingerprint(house, new_file(house))
    content, size = exact.content_hash(file)
    return other | {"content_hash": str(content), "bytes": size}


def declare(house: House, name: str, fingerprint: dict[str, Any]) -> Declared:
    """Hand it in: logged, not yet dated."""
    signed = declaration_of(house.person(name), fingerprint, registry_domain(house.registry.chain))
    [told] = house.registry.record_declarations([signed], "client")
    assert isinstance(told, DeclarationReceipt)
    return Declared(told.work_id, Viewer.holding([told.receipt_token]))


def date(house: House, *works: Declared) -> None:
    """Step until an anchor dates them."""
    house.settle(lambda: all(house.find(one.work_id) is not None for one in works))
