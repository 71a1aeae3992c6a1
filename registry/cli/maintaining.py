"""`colophon sync`: work on the data themselves, not over HTTP."""

from __future__ import annotations

import os
from pathlib import Path

from registry.cli.terminal import Terminal
from registry.compose import Registry, open_registry
from registry.settings import Settings


def sync_views(terminal: Terminal, data: Path, *, rebuild: bool) -> None:
    """Bring the views up to the chain's head, from nothing if they are to be rebuilt.

    Raises:
        ChainInUseError, StoreInUseError: The registry is running; on a node only a rebuild asks for its end.
    """
    registry = open_registry(settings_for(data), alone=rebuild)
    try:
        if rebuild:
            with terminal.counting("rebuilding the views") as tell:
                registry.sync_chain.rebuild(tell)
        with terminal.waiting("following the chain"):
            registry.catch_up()
            while registry.tidy_index():
                pass
        _tell(terminal, registry)
    finally:
        registry.close()


def _tell(terminal: Terminal, registry: Registry) -> None:
    with registry.read_work.store.read() as unit:
        head, final = unit.views.head(), unit.views.final_number()
    number = head.number if head else None
    terminal.document({"head": number, "final": final})
    terminal.heading("The views are up to date.")
    terminal.fact("block", "none yet" if number is None else number)
    terminal.fact("final", "none yet" if final < 0 else final)
    terminal.closing("http://127.0.0.1:8000/ once it is served", "colophon serve")


def settings_for(data: Path) -> Settings:
    """The environment's settings, with the data folder that the command line names."""
    return Settings.from_environment({**os.environ, "COLOPHON_DATA": str(data)})
