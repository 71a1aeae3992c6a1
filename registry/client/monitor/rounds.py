"""One look at somebody else's log: what it says of itself, its checkpoint and leaves, and its anchors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from registry.client.monitor.anchors import AnchorReader, Heads, SeenAnchor
from registry.client.monitor.bounded import BoundedHttp
from registry.client.monitor.comparing import ChainComparison, Compared, require_anchored
from registry.client.monitor.following import follow, kept_state
from registry.client.monitor.kept import MonitorFolder
from registry.client.monitor.source import LogSource, Named
from registry.client.monitor.troubles import Kind, Trouble, TroubleError
from registry.log import Checkpoint, VerifierKey

EMBEDDED_CHAIN_ID = 31337
MAX_GROWTH = 10_000_000  # leaves at once: some 700 MB of files, and a night's requests
ANCHOR_LIMIT = timedelta(hours=1)  # six times what a registry waits on a chain where anchors cost something
_AWAY = frozenset({Kind.SILENT, Kind.SLOW_ANSWER})


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a monitor takes: leaves in one round, and how long growth may stay without an anchor."""

    growth: int = MAX_GROWTH
    unanchored: timedelta = ANCHOR_LIMIT


@dataclass(slots=True)
class Report:
    """What one look found.

    `node` is who told of the chain: `own` if the caller named the node, `registry` if the one who is watched
    did, None if nobody was asked. `heard_at` is when the log last answered in full.
    """

    at: datetime
    url: str
    size: int | None = None
    root: bytes | None = None
    new_leaves: int = 0
    anchored: SeenAnchor | None = None
    blocks_left: int = 0
    node: str | None = None
    heard_at: datetime | None = None
    troubles: list[Trouble] = field(default_factory=list)

    def document(self) -> dict[str, object]:
        """As one line of JSON."""
        return {
            "at": self.at.isoformat(),
            "url": self.url,
            "size": self.size,
            "root": None if self.root is None else f"0x{self.root.hex()}",
            "new_leaves": self.new_leaves,
            "anchored": self.anchored.document() if self.anchored else None,
            "blocks_left": self.blocks_left,
            "node": self.node,
            "heard_at": self.heard_at.isoformat() if self.heard_at else None,
            "troubles": [
                {"code": one.kind.value, "status": one.status, "detail": one.detail, "facts": dict(one.facts)}
                for one in self.troubles
            ],
        }


class Monitor:
    """Follows one log into one folder.

    Args:
        folder: Where the copy and the memory are.
        source: Who serves the log.
        http: How nodes are asked.
        key: The key the log is known by; the one it names at first use if unsaid.
        rpc: A node of the chain; an embedded chain's own registry if unsaid.
        limits: What is taken.
        now: The clock.
    """

    def __init__(
        self,
        folder: MonitorFolder,
        source: LogSource,
        http: BoundedHttp,
        *,
        key: VerifierKey | None = None,
        rpc: str | None = None,
        limits: Limits | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._folder = folder
        self._source = source
        self._http = http
        self._key = key
        self._rpc = rpc
        self._limits = limits or Limits()
        self._now = now

    def look(self) -> Report:
        """Everything once; what is found is in the report, nothing is raised for it."""
        report = Report(self._now(), self._source.url)
        report.troubles += self._proven()
        try:
            away = self._meet(report)
            self._watch(report, away=away)
        except TroubleError as problem:
            _add(report, problem)
        report.heard_at = self._folder.memory.heard_at if self._folder.memory else None
        return report

    def _proven(self) -> list[Trouble]:
        """A fork that was proven once stays one."""
        proofs = [str(path) for path in self._folder.proofs()]
        if not proofs:
            return []
        told = f"the log's key signed two histories: proven in {proofs[0]}"
        return [Trouble(Kind.FORK, told, {"proof": proofs[0], "proofs": len(proofs)})]

    def _meet(self, report: Report) -> bool:
        """Hear what the registry says of its log, and hold it against what is pinned; True if it is away.

        Raises:
            TroubleError: Nothing is pinned yet, and nothing can be.
        """
        try:
            named = self._source.named()
        except TroubleError as problem:
            if self._folder.memory is None and self._key is None:
                raise
            _add(report, problem)
            self._pin(None)
            return problem.trouble.kind in _AWAY
        self._pin(named)
        report.troubles += self._changes(named)
        return False

    def _pin(self, named: Named | None) -> None:
        memory = self._folder.memory
        if memory is None:
            key = self._key or (named.key if named else None)
            if key is None:
                raise TroubleError(Kind.KEY_CHANGED, "static files name no key: say which with --key")
            self._folder.begin(key, named.anchoring if named else None)
        elif memory.anchoring is None and named is not None:
            self._folder.change(anchoring=named.anchoring)

    def _changes(self, named: Named | None) -> list[Trouble]:
        """What the registry, or the caller, names otherwise than it was pinned."""
        memory, found = self._folder.memory, []
        if memory is None:
            return []
        for who, key in (("the caller", self._key), ("the registry", named.key if named else None)):
            if key is not None and key != memory.key:
                told = f"{who} names the key {key}, and the log is known by {memory.key}"
                found.append(Trouble(Kind.KEY_CHANGED, told, {"key": str(key), "known": str(memory.key)}))
        if named is not None and memory.anchoring is not None and named.anchoring != memory.anchoring:
            told = "the registry names another account, chain or contract for its anchors than before"
            facts = {"named": named.anchoring.document(), "known": memory.anchoring.document()}
            found.append(Trouble(Kind.ACCOUNT_CHANGED, told, facts))
        return found

    def _watch(self, report: Report, *, away: bool) -> None:
        reader, heads = self._reader(report, away=away), None
        if reader is not None:
            # The chain comes first: an anchor is of a checkpoint that was signed before.
            try:
                heads = reader.heads()
            except TroubleError as problem:
                _add(report, problem)
        is_current = not away and self._follow(report)
        own = self._own(report)
        if reader is not None and heads is not None:
            self._compare(report, reader, heads, own, is_current=is_current)

    def _reader(self, report: Report, *, away: bool) -> AnchorReader | None:
        memory = self._folder.memory
        if memory is None or memory.anchoring is None:
            return None
        if self._rpc is not None:
            report.node = "own"
            return AnchorReader(self._http, self._rpc, memory.anchoring)
        # An embedded chain's node speaks to its own machine alone, and is as far away as its registry.
        embedded = memory.anchoring.chain_id == EMBEDDED_CHAIN_ID and not self._source.tiles_only
        if embedded and not away and _is_loopback(self._source.url):
            report.node = "registry"
            return AnchorReader(self._http, f"{self._source.url}/rpc", memory.anchoring)
        return None

    def _follow(self, report: Report) -> bool:
        """Whether the copy is what the log shows now."""
        memory = self._folder.memory
        if memory is None:
            return False
        try:
            before = kept_state(self._folder.copy, memory.key)
            state = follow(self._folder, self._source, memory.key, self._limits.growth)
        except TroubleError as problem:
            _add(report, problem)
            return False
        if state is not None:
            report.new_leaves += state.checkpoint.size - (before.checkpoint.size if before else 0)
        self._folder.change(heard_at=report.at)
        return True

    def _own(self, report: Report) -> Checkpoint | None:
        memory = self._folder.memory
        state = kept_state(self._folder.copy, memory.key) if memory else None
        if state is None:
            return None
        report.size, report.root = state.checkpoint.size, state.checkpoint.root
        return state.checkpoint

    def _compare(
        self, report: Report, reader: AnchorReader, heads: Heads, own: Checkpoint | None, *, is_current: bool
    ) -> None:
        try:
            compared = self._compared(report, reader, heads, own, is_current=is_current)
            report.anchored, report.blocks_left = compared.newest, compared.blocks_left
            if not compared.blocks_left:
                require_anchored(self._folder, own, compared.newest, report.at, self._limits.unanchored)
        except TroubleError as problem:
            _add(report, problem)

    def _compared(
        self, report: Report, reader: AnchorReader, heads: Heads, own: Checkpoint | None, *, is_current: bool
    ) -> Compared:
        try:
            return ChainComparison(self._folder, reader, heads, own, is_current=is_current)()
        except TroubleError as problem:
            if problem.trouble.kind is not Kind.UNEXPLAINED_ANCHOR or not is_current:
                raise
        # A reorganisation can bring a younger anchor below the head that was read: look at the log again.
        is_current = self._follow(report)
        return ChainComparison(self._folder, reader, heads, self._own(report), is_current=is_current)()


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _add(report: Report, problem: TroubleError) -> None:
    if problem.trouble.kind not in {known.kind for known in report.troubles}:
        report.troubles.append(problem.trouble)
