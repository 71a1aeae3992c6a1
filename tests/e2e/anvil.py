"""A real anvil with nothing unlocked, and a registry's settings over it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from eth_account import Account

ANVIL = Path(__file__).parent.parent.parent / "contracts" / "node_modules" / ".bin" / "anvil"
SEPOLIA = 11155111
ONE_COIN = 10**18


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Anvil:
    """A running node; `ask` speaks its JSON-RPC."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, method: str, *params: object) -> Any:  # noqa: ANN401  # JSON of any shape
        """One method's result."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
        answer = httpx.post(self.url, json=body, timeout=10).json()
        if "error" in answer:
            raise AssertionError(answer["error"])
        return answer["result"]

    def fund(self, account: str) -> None:
        """Give an account a hundred coins."""
        self.ask("anvil_setBalance", account, hex(100 * ONE_COIN))


@contextmanager
def running_anvil(port: int | None = None, state: Path | None = None) -> Iterator[Anvil]:
    """Start anvil on a free port, or on one it had before with the state it left in a file, and end it."""
    port = port or free_port()
    command = [str(ANVIL), "--port", str(port), "--chain-id", str(SEPOLIA), "--accounts", "0", "--silent"]
    command += ["--state", str(state)] if state else []
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        node = Anvil(f"http://127.0.0.1:{port}")
        for _ in range(200):
            try:
                node.ask("eth_chainId")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield node
    finally:
        process.send_signal(signal.SIGINT)  # it writes its state
        process.wait(timeout=30)


def operator_environment(folder: Path, node: Anvil) -> dict[str, str]:
    """An operator's keystore file, funded, and the variables of a registry over the node."""
    key = Account.create()
    node.fund(key.address)
    keystore, passphrase = folder / "operator.json", folder / "passphrase"
    keystore.write_text(json.dumps(Account.encrypt(key.key, "open sesame", iterations=2)))
    passphrase.write_text("open sesame\n")
    return {
        "COLOPHON_DATA": str(folder / "var"),
        "COLOPHON_CHAIN": node.url,
        "COLOPHON_DEPLOYMENT": str(folder / "deployment.json"),
        "COLOPHON_ANCHOR_SECONDS": "0",  # at once: nobody waits ten minutes for an anchor
        "COLOPHON_OPERATOR_KEYSTORE": str(keystore),
        "COLOPHON_OPERATOR_PASSPHRASE_FILE": str(passphrase),
    }
