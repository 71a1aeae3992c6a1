"""What happened to a work, each event in one clause, as the page prints it."""

from __future__ import annotations

from api.words import amount, short, span
from registry.model import from_unix
from registry.statements import LAST_PRINTABLE_SECOND, SILENT, Voice, event_reading
from registry.usecases.read import HistoryItem

NOT_SHOWN = SILENT


def event_words(item: HistoryItem) -> str:
    """What happened, in one clause; an event of a newer contract by its own name."""
    return event_reading(_OF_TITLES, item.what, item.facts, _VOICE)


def _second(seconds: int) -> str:
    if seconds > LAST_PRINTABLE_SECOND:
        return "the end of time"
    return f"{from_unix(seconds):%-d %B %Y, %H:%M} UTC"


_OF_TITLES = "WorkRegistry"  # what a work's history holds of transfers are those of its title
_VOICE = Voice(short, _second, amount, span, names_works=False)
