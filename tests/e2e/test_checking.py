"""A declaration without a file, and the file shown afterwards from a shell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
from eth_account import Account

from registry import statements
from registry.client import ColophonClient
from registry.fingerprint import exact
from registry.fingerprint.image_extraction import extract
from registry.model import Address
from tests.api.house import picture
from tests.declared import declaration_of, item_of
from tests.e2e.journey import settled
from tests.e2e.shell import Served, Shell


def test_a_file_that_is_shown_later_is_checked_from_a_shell_and_through_a_rebuild(tmp_path: Path) -> None:
    served = Served(tmp_path / "var")
    file, other = tmp_path / "work.png", tmp_path / "other.png"
    file.write_bytes(picture(1))
    other.write_bytes(picture(2))
    try:
        work_id = _declared(served.url, file)
        shell = Shell(tmp_path, served.url)
        said = shell.run("show", work_id)
        assert said.word("fingerprint").startswith("unchecked: the registry has not seen the file")
        refused = shell.run("check", str(other), work_id, code=1)
        assert "other-file" in refused.err
        told = shell.run("check", str(file), work_id)
        assert told.word("work") == work_id
        assert "unchecked" not in told.out
        assert (
            shell.run("check", str(file), work_id, "--json").document()["work"]["computed_by"] == "registry"
        )
        paths = [f"/v1/works/{work_id}", f"/v1/works/{work_id}/fingerprint", "/v1/works"]
        before = [httpx.get(f"{served.url}{path}").content for path in paths]
        served.stop()
        assert shell.run("sync", "--rebuild", "--data", str(served.data)).code == 0
        served.process = served._start()
        assert [httpx.get(f"{served.url}{path}").content for path in paths] == before
        assert b'"fingerprint_check":"agrees"' in before[0]
    finally:
        served.stop()


def _declared(url: str, file: Path) -> str:
    """The id of a work that is declared by its fingerprint alone, once it is dated."""
    content, size = exact.content_hash(file)
    fingerprint = extract(file, content, size, "image/png").record()
    with ColophonClient(url) as client:
        contracts = client.contracts()
        domain = statements.Domain(
            "WorkRegistry", contracts.integer("chain_id"), Address(contracts.text("work_registry"))
        )
        item = item_of(declaration_of(Account.create(), fingerprint, domain))
        answer: Any = httpx.post(f"{url}/v1/declarations", json={"items": [item]}).json()
        work_id = str(answer["items"][0]["recorded"]["work_id"])
        client.present([answer["items"][0]["recorded"]["receipt_token"]])
        settled(client, work_id)
    return work_id
