"""Following somebody else's log: believe nothing, keep all of it, tell what does not hold.

To read: troubles, bounded, source, copy, growing, anchors, kept, rounds.
"""

from registry.client.monitor.anchors import AnchorReader, SeenAnchor
from registry.client.monitor.bounded import BoundedHttp
from registry.client.monitor.kept import MonitorFolder
from registry.client.monitor.rounds import Monitor, Report
from registry.client.monitor.source import LogSource
from registry.client.monitor.troubles import EXIT_STATUS, Kind, Trouble, TroubleError, gravest

__all__ = [
    "EXIT_STATUS",
    "AnchorReader",
    "BoundedHttp",
    "Kind",
    "LogSource",
    "Monitor",
    "MonitorFolder",
    "Report",
    "SeenAnchor",
    "Trouble",
    "TroubleError",
    "gravest",
]
