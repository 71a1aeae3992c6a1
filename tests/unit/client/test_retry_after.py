from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from registry.client.transport import retry_after_seconds


def answer(told: str) -> httpx.Response:
    return httpx.Response(503, headers={"Retry-After": told})


@pytest.mark.parametrize(("told", "seconds"), [("0", 0), ("120", 120), (" 7 ", 7)])
def test_a_wait_may_be_told_in_seconds(told: str, seconds: int) -> None:
    assert retry_after_seconds(answer(told)) == seconds


def test_a_wait_may_be_told_as_a_date() -> None:
    later = retry_after_seconds(answer(format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)))
    assert later is not None
    assert 3500 <= later <= 3600
    assert retry_after_seconds(answer("Thu, 01 Jan 1970 00:00:00 GMT")) == 0
    assert retry_after_seconds(answer("Thu, 01 Jan 1970 00:00:00")) == 0


@pytest.mark.parametrize("told", ["", "soon", "-1", "1.5", "٣", "Thu, 99 Jan 1970 00:00:00 GMT"])
def test_anything_else_tells_nothing(told: str) -> None:
    response = httpx.Response(503, headers=[(b"Retry-After", told.encode())])
    assert retry_after_seconds(response) is None


def test_without_the_header_nothing_is_told() -> None:
    assert retry_after_seconds(httpx.Response(503)) is None
