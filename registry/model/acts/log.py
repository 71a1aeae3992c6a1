"""Acts on the log of statements."""

from __future__ import annotations

from dataclasses import dataclass

from registry.model.acts.base import Act
from registry.model.values import Hash32


@dataclass(frozen=True, slots=True)
class AnchorCheckpoint(Act):
    """Date a root of one's own log of `size` leaves."""

    contract = "CheckpointLog"
    function = "anchor"
    root: Hash32
    size: int
