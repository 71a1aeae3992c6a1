"""What the registry carries for one account in a day ends somewhere: the operator pays for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest
from eth_account.signers.local import LocalAccount

from tests.api.house import PATIENCE_SECONDS, House, Json, good, house, new_key, problem, signed, wait_until

LIMIT = 2


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A registry that carries two statements a day for an account."""
    with house(tmp_path_factory.mktemp("strict"), carried_per_day=LIMIT) as opened:
        yield opened


@pytest.fixture(autouse=True)
def far_from_midnight() -> None:
    """A day that ends while a test counts would begin a new count."""
    now = datetime.now(UTC)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    if midnight - now < timedelta(seconds=PATIENCE_SECONDS / 2):
        wait_until(lambda: datetime.now(UTC) > midnight)


def supplement(strict: House, key: LocalAccount, work_id: str, title: str) -> tuple[Json, httpx.Response]:
    """A supplement signed by a key, and the answer to it."""
    facts = {"title": title, "creators": [{"name": "Somebody"}]}
    path = f"/v1/works/{work_id}"
    wait_until(lambda: pending(strict, work_id) == [])
    draft = good(strict.client.post(f"{path}/supplement-drafts", json={"facts": facts}), 200)
    body = {name: draft[name] for name in ("supplement", "metadata")} | {"signature": signed(key, draft)}
    return body, strict.client.post(f"{path}/supplements", json=body)


def pending(strict: House, work_id: str) -> list[Json]:
    told = strict.get(f"/v1/works/{work_id}/supplements")["supplements"]
    return [one for one in told if one["state"] == "pending"]


def consent(strict: House, key: LocalAccount, work_id: str) -> httpx.Response:
    path = f"/v1/works/{work_id}"
    share = {"account": new_key().address, "bps": 1}
    draft = good(strict.client.post(f"{path}/share-drafts", json={"contributors": [share]}), 200)
    body = {"table": draft["table"], "signer": key.address, "signature": signed(key, draft)}
    return strict.client.post(f"{path}/share-consents", json=body)


def test_one_statement_more_than_a_day_s_is_refused_until_midnight(strict: House) -> None:
    key = new_key()
    work_id = strict.register(key, strict.new_picture())["work_id"]
    first, answer = supplement(strict, key, work_id, "One")
    good(answer, 201)
    good(supplement(strict, key, work_id, "Two")[1], 201)
    body, refused = supplement(strict, key, work_id, "Three")

    told = problem(refused, 429, "quota-spent")
    again_at = datetime.fromisoformat(told["again_at"])
    now = datetime.now(UTC)
    assert (told["account"], told["limit"]) == (key.address, LIMIT)
    assert now < again_at <= now + timedelta(days=1)
    assert (again_at.hour, again_at.minute, again_at.second) == (0, 0, 0)
    assert parsedate_to_datetime(refused.headers["retry-after"]) == again_at
    assert len(strict.get(f"/v1/works/{work_id}/supplements")["supplements"]) == LIMIT
    problem(strict.client.post(f"/v1/works/{work_id}/supplements", json=body), 429, "quota-spent")
    problem(consent(strict, key, work_id), 429, "quota-spent")
    good(strict.client.post(f"/v1/works/{work_id}/supplements", json=first), 201)  # it is there already


def test_an_account_spends_its_own_quota_whatever_others_send_in_its_name(strict: House) -> None:
    holder, stranger = new_key(), new_key()
    work_id = strict.register(holder, strict.new_picture())["work_id"]
    for _ in range(LIMIT + 1):
        problem(supplement(strict, stranger, work_id, "Not theirs")[1], 422, "invalid-signature")
    good(supplement(strict, holder, work_id, "Theirs")[1], 201)
    good(consent(strict, holder, work_id), 201)
    problem(consent(strict, holder, work_id), 429, "quota-spent")
