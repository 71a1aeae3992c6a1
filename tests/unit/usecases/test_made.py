from __future__ import annotations

import threading

import pytest

from registry.errors import BusyError
from registry.usecases import made
from registry.usecases.made import Made


def test_a_document_is_made_once_for_a_state() -> None:
    kept, asked = Made("the desk", 100, 1), []

    def make() -> bytes:
        asked.append(1)
        return b"document"

    assert [kept.of("state", make), kept.of("state", make)] == [b"document", b"document"]
    assert len(asked) == 1
    assert kept.of("another", lambda: b"other") == b"other"


def test_the_documents_asked_for_longest_ago_are_dropped_first() -> None:
    kept = Made("the desk", 10, 1)
    for name in ("a", "b"):
        kept.of(name, lambda: b"1234")
    kept.of("a", lambda: b"never made again")
    kept.of("c", lambda: b"1234")
    assert kept.of("a", lambda: b"made again") == b"1234"
    assert kept.of("b", lambda: b"again") == b"again"


def test_a_document_that_is_larger_than_all_that_is_kept_is_given_all_the_same() -> None:
    kept = Made("the desk", 3, 1)
    assert kept.of("state", lambda: b"large") == b"large"
    assert kept.of("state", lambda: b"again") == b"again"


def test_what_fails_is_not_kept_and_holds_nobody_up() -> None:
    kept = Made("the desk", 100, 1)
    with pytest.raises(ZeroDivisionError):
        kept.of("state", lambda: bytes(1 // 0))
    assert kept.of("state", lambda: b"document") == b"document"


def test_who_waits_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made, "PATIENCE_SECONDS", 0.01)
    kept, begun, go_on = Made("the desk", 100, 1), threading.Event(), threading.Event()

    def slowly() -> bytes:
        begun.set()
        go_on.wait()
        return b"slow"

    other = threading.Thread(target=kept.of, args=("slow", slowly))
    other.start()
    begun.wait()
    try:
        with pytest.raises(BusyError):
            kept.of("state", lambda: b"document")
    finally:
        go_on.set()
        other.join()
    assert kept.of("slow", lambda: b"never") == b"slow"
