"""The log: static files of a C2SP `tlog-tiles` log below `/log`, and the same in JSON below `/v1/log`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.dependencies import RegistryDep
from api.openapi import problems
from api.schemas.log import AnchorListOut, GrowthProofOut, LeafProofOut, LogOut
from registry.errors import LeafOutOfRangeError, LogShrunkError, MalformedLogDataError, NotFoundError
from registry.log import TILE_WIDTH, EntryBundle, Tile
from registry.usecases.log_reading import MAX_ANCHORS

router = APIRouter(prefix="/log", tags=["log"])
tiles = APIRouter(prefix="/log", tags=["log"])

BRIEFLY = "public, max-age=2"  # a new checkpoint may come with every block
FOR_EVER = "public, max-age=31536000, immutable"
# As unchanging, but nobody asks for it again once the tile has grown.
FOR_AN_HOUR = "public, max-age=3600, immutable"
MAX_SIZE = 2**53 - 1

TEXT = {"text/plain": {"schema": {"type": "string"}}}
BINARY = "application/octet-stream"
BYTES = {BINARY: {"schema": {"type": "string", "contentMediaType": BINARY}}}
NOTE = {"description": "A signed note (C2SP `tlog-checkpoint`).", "content": TEXT}
Size = Annotated[int, Query(ge=0, le=MAX_SIZE)]
OptionalSize = Annotated[int | None, Query(ge=0, le=MAX_SIZE)]


@tiles.get("/checkpoint", response_class=Response, responses={**problems(NotFoundError), 200: NOTE})
def read_checkpoint(registry: RegistryDep) -> Response:
    """The newest signed checkpoint."""
    note = registry.read_log.checkpoint().note
    return Response(note, media_type="text/plain; charset=utf-8", headers={"Cache-Control": BRIEFLY})


@tiles.get(
    "/tile/{path:path}",
    response_class=Response,
    responses={
        **problems(NotFoundError, MalformedLogDataError),
        200: {"description": "Hashes of 32 bytes side by side, or a bundle of leaves.", "content": BYTES},
    },
)
def read_tile(registry: RegistryDep, path: Annotated[str, Path(max_length=100)]) -> Response:
    """A tile `<level>/<index>[.p/<width>]`, or a bundle of leaves `entries/<index>[.p/<width>]`."""
    if path.startswith("entries/"):
        bundle = EntryBundle.parse(f"tile/{path}")
        content, width = registry.read_log.entries(bundle), bundle.width
    else:
        tile = Tile.parse(f"tile/{path}")
        content, width = registry.read_log.tile(tile), tile.width
    headers = {"Cache-Control": FOR_EVER if width == TILE_WIDTH else FOR_AN_HOUR}
    return Response(content, media_type=BINARY, headers=headers)


@router.get("", responses=problems())
def read_log(registry: RegistryDep) -> LogOut:
    """Which log this is, its key, and how far it has come."""
    return LogOut.of(registry.read_log.state())


@router.get("/anchors", responses=problems())
def list_anchors(
    registry: RegistryDep,
    below: OptionalSize = None,
    limit: Annotated[int, Query(ge=1, le=MAX_ANCHORS)] = MAX_ANCHORS,
) -> AnchorListOut:
    """Roots of this log on chain, newest first, whoever paid for them."""
    return AnchorListOut.of(registry.read_log.anchors(below, limit))


@router.get("/proof/inclusion", response_model=LeafProofOut, responses=problems(LeafOutOfRangeError))
def prove_inclusion(registry: RegistryDep, leaf_index: Size, size: OptionalSize = None) -> Response:
    """That a leaf is in the log of that size, or of the newest checkpoint's."""
    return _proof(LeafProofOut.of(registry.read_log.inclusion(leaf_index, size)), size)


@router.get(
    "/proof/consistency",
    response_model=GrowthProofOut,
    responses=problems(LeafOutOfRangeError, LogShrunkError),
)
def prove_consistency(registry: RegistryDep, first: Size, second: OptionalSize = None) -> Response:
    """That the log of the first size is the beginning of that of the second, or of the newest one."""
    return _proof(GrowthProofOut.of(registry.read_log.consistency(first, second)), second)


def _proof(told: LeafProofOut | GrowthProofOut, asked_size: int | None) -> Response:
    """A proof of a size that was asked for never changes; that of the newest does with the log."""
    headers = {"Cache-Control": BRIEFLY if asked_size is None else FOR_EVER}
    return Response(told.model_dump_json(), media_type="application/json", headers=headers)
