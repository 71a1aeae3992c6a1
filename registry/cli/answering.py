"""`colophon dispute answer`: signed by the title's holder, carried by the registry."""

from __future__ import annotations

from registry import statements
from registry.cli.caller import Caller
from registry.cli.carrying import until_carried
from registry.cli.consent import statement_to_sign
from registry.cli.naming import dispute_named, evidence_named
from registry.cli.signing import agree_to_sign, sign
from registry.client import Answer as Told
from registry.model import Answer


def answer_dispute(caller: Caller, dispute: str, evidence: str) -> None:
    """Sign an answer and hand it in; it costs nothing."""
    terminal = caller.terminal
    dispute_id, about = dispute_named(caller.client, dispute)
    answer = Answer(dispute_id, evidence_named(evidence), 1)
    account = caller.session.keys.unlock(caller.address())
    domain = statements.domain_of(answer, caller.session.contracts())
    proposal = caller.client.prepare_answer(str(dispute_id), str(answer.evidence_hash))
    answer = statement_to_sign(proposal.inner("typed_data"), domain, answer)
    agree_to_sign(terminal, [statements.plain(answer)], domain, "the dispute is not answered")
    signature = sign(account, statements.digest(answer, domain))
    told = caller.client.answer_dispute(str(dispute_id), proposal.inner("answer"), signature)
    answered = _carried(caller, answer)
    terminal.document(answered or told)
    terminal.heading("Answered" if answered else "The answer waits for the chain")
    terminal.fact("dispute", dispute_id)
    terminal.fact("evidence", answer.evidence_hash)
    terminal.closing(caller.session.page(about.text("work_id")), f"colophon dispute show {dispute_id}")


def _carried(caller: Caller, answer: Answer) -> Told | None:
    def look() -> Told | None:
        for told in caller.client.answers(str(answer.dispute_id)).items_of("answers"):
            if told.inner("answer").text("evidence_hash") == str(answer.evidence_hash):
                return told
        return None

    return until_carried(caller, look, f"colophon dispute show {answer.dispute_id}")
