"""Who typed a command that acts: with which registry they talk, whose key signs, through which node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.cli.session import Session
    from registry.cli.terminal import Terminal
    from registry.client import ColophonClient
    from registry.model import Address


@dataclass(frozen=True, slots=True)
class Caller:
    """One command's conversation with a registry, and the means to act with an account of one's own."""

    session: Session
    key: str | None
    rpc: str | None
    max_gas_cost: str
    wait: bool

    @property
    def client(self) -> ColophonClient:
        """The registry."""
        return self.session.client

    @property
    def terminal(self) -> Terminal:
        """The screen."""
        return self.session.terminal

    def address(self) -> Address:
        """The account whose key signs.

        Raises:
            CommandError: There is no such key, or several and none was named.
        """
        return self.session.keys.address(self.key)
