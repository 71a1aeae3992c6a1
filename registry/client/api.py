"""The registry's HTTP API, one method a route (`/v1`)."""

from __future__ import annotations

import io
import json
import mimetypes
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from registry.client.answers import Answer
from registry.client.failures import ProblemError, UnexpectedAnswerError
from registry.client.transport import exchange, retry_after_seconds

# A 100 MB file over a slow line, then its decoding: the registry itself stops a decoder after 30 s.
UPLOAD_TIMEOUT = httpx.Timeout(120.0, connect=5.0)
TIMEOUT = httpx.Timeout(30.0, connect=5.0)
# A public node is asked for every receipt of some blocks first, each answer taking seconds.
DOCUMENT_TIMEOUT = httpx.Timeout(120.0, connect=5.0)
# More receipts than this would pass the length that servers accept of a header.
MAX_TOKENS = 60

# A request about one work; of however many receipts, its own is shown.
_ONE_WORK = re.compile(r"/v1/works/(0x[0-9a-f]{64})(?:/|$)")

Progress = Callable[[int], None]


class ColophonClient:
    """One registry. `tokens` are receipt tokens: they make the caller's own pending works visible.

    No more than `MAX_TOKENS` can be shown at once. Whoever may hold more gives `receipt_of`, which finds the
    token of one work: a request about that work shows it, whatever else is shown.

    Raises:
        NoRegistryError, LostRegistryError, ProblemError, UnexpectedAnswerError: From every method.
    """

    def __init__(
        self,
        base_url: str,
        tokens: Iterable[str] = (),
        receipt_of: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._receipt_of = receipt_of
        self._tokens: list[str] = []
        self._http = httpx.Client(base_url=self.base_url, timeout=TIMEOUT)
        self.present(tokens)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def present(self, tokens: Iterable[str]) -> None:
        """Show these receipt tokens from now on, the last ones if there are too many."""
        self._tokens = list(dict.fromkeys(tokens))

    # --- works ---

    def prepare_draft(
        self,
        file: Path,
        claimant: str,
        facts: Mapping[str, Any],
        *,
        keep_preview: bool = False,
        keep_deposit: bool = False,
        progress: Progress | None = None,
    ) -> Answer:
        """Hand in a file and what is said of it: a draft with its similarity report."""
        form = {
            "claimant": claimant,
            "facts": json.dumps(facts),
            "keep_preview": json.dumps(keep_preview),
            "keep_deposit": json.dumps(keep_deposit),
        }
        return self._upload("/v1/drafts", file, form, progress)

    def answer_draft(self, draft_id: str, answers: Mapping[str, str]) -> Answer:
        """Answer each match: the statement to sign."""
        return self._ask("PUT", f"/v1/drafts/{draft_id}/answers", json={"answers": dict(answers)})

    def register(self, draft_id: str, signature: bytes, via: str) -> Answer:
        """Hand in the signed statement: the record and its receipt token, the same when asked twice."""
        body = {"draft_id": draft_id, "signature": f"0x{signature.hex()}", "via": via}
        return self._ask("POST", "/v1/works", json=body)

    def register_batch(self, signed: Iterable[tuple[str, bytes]], via: str = "log") -> Answer:
        """Hand in many signed statements, by draft: a record or a problem for each, in their order."""
        items = [{"draft_id": draft, "signature": f"0x{signature.hex()}"} for draft, signature in signed]
        return self._ask("POST", "/v1/works/batch", json={"items": items, "via": via})

    def prepare_supplement(self, work_id: str, said: Mapping[str, Any]) -> Answer:
        """Make a supplement ready for the title's holder to sign."""
        return self._ask("POST", f"/v1/works/{work_id}/supplement-drafts", json=dict(said))

    def add_supplement(
        self, work_id: str, supplement: Mapping[str, Any], metadata: Mapping[str, Any], signature: bytes
    ) -> Answer:
        """Hand in a signed supplement."""
        body = {
            "supplement": dict(supplement),
            "metadata": dict(metadata),
            "signature": f"0x{signature.hex()}",
        }
        return self._ask("POST", f"/v1/works/{work_id}/supplements", json=body)

    def supplements(self, work_id: str) -> Answer:
        """A work's supplements, with what became of each."""
        return self._ask("GET", f"/v1/works/{work_id}/supplements")

    def prepare_redaction(self, work_id: str) -> Answer:
        """Make the statement ready that has what is said of a work erased."""
        return self._ask("POST", f"/v1/works/{work_id}/redaction-drafts")

    def redact(self, work_id: str, redaction: Mapping[str, Any], signature: bytes) -> Answer:
        """Hand in a signed redaction: the tombstone, the same when asked twice."""
        body = {"redaction": dict(redaction), "signature": f"0x{signature.hex()}"}
        return self._ask("POST", f"/v1/works/{work_id}/redaction", json=body)

    def work(self, work_id: str) -> Answer:
        """One record."""
        return self._ask("GET", f"/v1/works/{work_id}")

    def inclusion(self, work_id: str) -> Answer:
        """A logged work's statement and its place under an anchored root."""
        return self._ask("GET", f"/v1/works/{work_id}/inclusion")

    def evidence(self, work_id: str) -> bytes:
        """The evidence bundle of a work on chain, as the bytes of its file."""
        return self._fetch(f"/v1/works/{work_id}/evidence")

    def certificate(self, work_id: str) -> bytes:
        """Its certificate, a PDF/A-3 file with the bundle inside."""
        return self._fetch(f"/v1/works/{work_id}/certificate")

    def credential(self, work_id: str) -> bytes:
        """The same as a verifiable credential, canonical JSON."""
        return self._fetch(f"/v1/works/{work_id}/credential")

    def make_title(self, work_id: str) -> Answer:
        """Have the registry make a logged work's title."""
        return self._ask("POST", f"/v1/works/{work_id}/title")

    def history(self, work_id: str) -> Answer:
        """What happened to a work, in order."""
        return self._ask("GET", f"/v1/works/{work_id}/history")

    def works(self, **narrowed: str) -> Answer:
        """A page of works, newest first: `text`, `claimant`, `medium`, `content_hash`, `cursor`, `limit`."""
        return self._ask("GET", "/v1/works", params=narrowed)

    def verify(self, file: Path, progress: Progress | None = None) -> Answer:
        """Which registered works the file is, copies or contains."""
        return self._upload("/v1/verifications", file, {}, progress)

    def check(self, work_id: str, file: Path, progress: Progress | None = None) -> Answer:
        """Show the file of a work that was declared without it; the record tells what came of it."""
        return self._upload(f"/v1/works/{work_id}/file", file, {}, progress)

    # --- licences ---

    def prepare_offer(self, chosen: Mapping[str, Any]) -> Answer:
        """Make an offer ready for the title's holder to sign."""
        return self._ask("POST", "/v1/offer-drafts", json=dict(chosen))

    def publish_offer(self, offer: Mapping[str, Any], terms: Mapping[str, Any], signature: bytes) -> Answer:
        """Hand in a signed offer."""
        body = {"offer": dict(offer), "terms": dict(terms), "signature": f"0x{signature.hex()}"}
        return self._ask("POST", "/v1/offers", json=body)

    def offer(self, offer_hash: str) -> Answer:
        """One offer, with whether it can be bought now."""
        return self._ask("GET", f"/v1/offers/{offer_hash}")

    def offers_of(self, work_id: str) -> Answer:
        """A work's offers."""
        return self._ask("GET", f"/v1/works/{work_id}/offers")

    def prepare_purchase(self, offer_hash: str, buyer: str, licensee: str, max_price_wei: int) -> Answer:
        """The purchase as an unsigned transaction of the buyer."""
        body = {
            "offer_hash": offer_hash,
            "buyer": buyer,
            "licensee": licensee,
            "max_price_wei": str(max_price_wei),
        }
        return self._ask("POST", "/v1/purchases", json=body)

    def purchase(self, transaction_hash: str) -> Answer:
        """What became of a purchase."""
        return self._ask("GET", f"/v1/purchases/{transaction_hash}")

    def grant(self, grant_id: str, at: str | None = None) -> Answer:
        """One grant, and whether it is valid at a time (RFC 3339 or Unix seconds; now without one)."""
        return self._ask("GET", f"/v1/grants/{grant_id}", params={} if at is None else {"at": at})

    def sale(self, grant_id: str) -> Answer:
        """The whole offer and the serial that a grant's id commits to."""
        return self._ask("GET", f"/v1/grants/{grant_id}/sale")

    def grants(self, **narrowed: str) -> Answer:
        """A page of grants, newest first: `work_id`, `licensee`, `cursor`."""
        return self._ask("GET", "/v1/grants", params=narrowed)

    # --- money ---

    def revenue(self, work_id: str) -> Answer:
        """What a work earned, what waits, and who is owed what."""
        return self._ask("GET", f"/v1/works/{work_id}/revenue")

    def prepare_shares(self, work_id: str, shares: Mapping[str, int]) -> Answer:
        """Make a share table ready to be signed; `shares` in hundredths of a percent by account."""
        contributors = [{"account": account, "bps": bps} for account, bps in shares.items()]
        return self._ask("POST", f"/v1/works/{work_id}/share-drafts", json={"contributors": contributors})

    def consent_to_shares(
        self, work_id: str, table: Mapping[str, Any], signer: str, signature: bytes
    ) -> Answer:
        """Hand in one signature under a share table."""
        body = {"table": dict(table), "signer": signer, "signature": f"0x{signature.hex()}"}
        return self._ask("POST", f"/v1/works/{work_id}/share-consents", json=body)

    def share_consents(self, work_id: str) -> Answer:
        """The share tables that were proposed, and whose signatures they have."""
        return self._ask("GET", f"/v1/works/{work_id}/share-consents")

    # --- disputes ---

    def arbitration(self) -> Answer:
        """Who decides disputes, what one costs, and how long things take."""
        return self._ask("GET", "/v1/arbitration")

    def dispute(self, dispute_id: str) -> Answer:
        """One dispute."""
        return self._ask("GET", f"/v1/disputes/{dispute_id}")

    def disputes_of(self, work_id: str) -> Answer:
        """All disputes about a work's title."""
        return self._ask("GET", f"/v1/works/{work_id}/disputes")

    def prepare_answer(self, dispute_id: str, evidence_hash: str) -> Answer:
        """Make an answer to a dispute ready for the title's holder to sign."""
        body = {"evidence_hash": evidence_hash}
        return self._ask("POST", f"/v1/disputes/{dispute_id}/answer-drafts", json=body)

    def answer_dispute(self, dispute_id: str, answer: Mapping[str, Any], signature: bytes) -> Answer:
        """Hand in a signed answer to a dispute."""
        body = {"answer": dict(answer), "signature": f"0x{signature.hex()}"}
        return self._ask("POST", f"/v1/disputes/{dispute_id}/answers", json=body)

    def answers(self, dispute_id: str) -> Answer:
        """Answers to a dispute that came in, with what became of each."""
        return self._ask("GET", f"/v1/disputes/{dispute_id}/answers")

    # --- accounts and their transactions ---

    def account(self, address: str) -> Answer:
        """Who may take over from an account, and what it is owed beside shares."""
        return self._ask("GET", f"/v1/accounts/{address}")

    def prepare_transaction(self, sender: str, act: Mapping[str, Any]) -> Answer:
        """An act as an unsigned transaction of its sender."""
        return self._ask("POST", "/v1/transactions", json={"sender": sender, "act": dict(act)})

    def transaction(self, transaction_hash: str) -> Answer:
        """What became of a transaction, and what the contracts said in it."""
        return self._ask("GET", f"/v1/transactions/{transaction_hash}")

    # --- the registry itself ---

    def contracts(self) -> Answer:
        """The deployment that every signature is bound to."""
        return self._ask("GET", "/v1/contracts")

    def ready(self) -> Answer:
        """Whether the registry can work."""
        return self._ask("GET", "/v1/ready")

    def faucet(self, account: str) -> Answer:
        """Ask for play coin; only the embedded chain gives any."""
        return self._ask("POST", "/v1/faucet", json={"account": account})

    # --- exchange ---

    def _upload(self, path: str, file: Path, form: Mapping[str, str], progress: Progress | None) -> Answer:
        media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        with _MeteredFile(file, progress) as content:
            files = {"file": (file.name, content, media_type)}
            return self._ask("POST", path, data=dict(form), files=files, timeout=UPLOAD_TIMEOUT)

    def _fetch(self, path: str) -> bytes:
        return self._exchange("GET", path, timeout=DOCUMENT_TIMEOUT).content

    def _exchange(self, method: str, path: str, **request: Any) -> httpx.Response:
        response = exchange(self._http, method, path, headers=self._receipts(path), **request)
        if not response.is_success:
            raise _problem(response)
        return response

    def _receipts(self, path: str) -> dict[str, str]:
        work = _ONE_WORK.match(path)
        own = self._receipt_of(work[1]) if work else None
        others = (one for one in self._tokens if one != own)
        shown = [*others, *([own] if own else [])][-MAX_TOKENS:]
        return {"Authorization": f"Bearer {','.join(shown)}"} if shown else {}

    def _ask(self, method: str, path: str, **request: Any) -> Answer:
        response = self._exchange(method, path, **request)
        try:
            return Answer.of(response.json(), path)
        except ValueError as problem:
            raise UnexpectedAnswerError(path, "is not JSON") from problem


class _MeteredFile(io.FileIO):
    """A file that tells how many bytes were read of it, so that an upload can show how far it is."""

    def __init__(self, path: Path, progress: Progress | None) -> None:
        super().__init__(path)
        self._progress = progress

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(-1 if size is None else size)
        if self._progress is not None:
            self._progress(len(data))
        return data


def _problem(response: httpx.Response) -> ProblemError:
    try:
        body = response.json()
    except ValueError:
        body = None
    again = retry_after_seconds(response)
    if not isinstance(body, dict) or "code" not in body:
        status = response.status_code
        raise UnexpectedAnswerError(
            response.url.path, f"is HTTP {status} without a problem", status=status, retry_after_seconds=again
        )
    told = {"type", "title", "status", "detail", "code", "instance"}
    facts = {key: body[key] for key in body.keys() - told}
    detail = str(body.get("detail", body["code"]))
    return ProblemError(str(body["code"]), detail, response.status_code, facts, again)
