"""Gas of what the log and the registry do."""

from __future__ import annotations

from hashlib import sha256

from eth_typing import ChecksumAddress

from measuring.bench import DAY, NO_TIME_LIMIT, Bench, Struct, digest_of, stranger

BATCH_SIZE = 100
PROOF_DEPTH = 20
LOG_SIZE = 2**PROOF_DEPTH
REVEAL_AGE_SECONDS = 60
RECOVERY_DELAY_SECONDS = 7 * DAY


def _register(bench: Bench) -> list[int]:
    calls = [bench.registry.functions.register(bench.declaration(text)) for text in ("one", "two")]
    return [bench.send(call, bench.licensor) for call in calls]


def registration(bench: Bench, text: str) -> tuple[Struct, bytes]:
    """A registration that the licensor has signed, and its signature."""
    statement = {"declaration": bench.declaration(text), "deadline": NO_TIME_LIMIT}
    digest = bench.registry.functions.registrationDigest(statement).call()
    return statement, bench.sign(digest, bench.licensor)


def _register_for(bench: Bench) -> list[int]:
    calls = [bench.registry.functions.registerFor(*registration(bench, text)) for text in ("one", "two")]
    return [bench.send(call, bench.carrier) for call in calls]


def _register_batch(bench: Bench, claimants: int) -> list[int]:
    keys = [stranger(f"claimant {number % claimants}") for number in range(BATCH_SIZE)]

    def per_work(round_name: str) -> int:
        statements, signatures = [], []
        for number, key in enumerate(keys):
            declaration = bench.declaration(f"{round_name} {number}", key.address)
            statement = {"declaration": declaration, "deadline": NO_TIME_LIMIT}
            digest = bench.registry.functions.registrationDigest(statement).call()
            statements.append(statement)
            signatures.append(bytes(key.unsafe_sign_hash(digest).signature))
        call = bench.registry.functions.registerBatch(statements, signatures)
        return bench.send(call, bench.carrier) // BATCH_SIZE

    return [per_work("one"), per_work("two")]


def _register_batch_of_many(bench: Bench) -> list[int]:
    return _register_batch(bench, BATCH_SIZE)


def _register_batch_of_one(bench: Bench) -> list[int]:
    return _register_batch(bench, 1)


def _commit(bench: Bench) -> list[int]:
    calls = [bench.registry.functions.commit(digest_of(text)) for text in ("one", "two")]
    return [bench.send(call, bench.licensor) for call in calls]


def _reveal(bench: Bench) -> list[int]:
    salt = digest_of("salt")

    def committed(text: str) -> int:
        statement, signature = registration(bench, text)
        work_id = bench.registry.functions.workIdOf(statement["declaration"]).call()
        commitment = bench.registry.functions.commitmentOf(work_id, salt).call()
        bench.send(bench.registry.functions.commit(commitment), bench.newcomer)
        bench.pass_time(REVEAL_AGE_SECONDS + 1)
        return bench.send(bench.registry.functions.reveal(statement, salt, signature), bench.carrier)

    return [committed("one"), committed("two")]


def _cancel(bench: Bench) -> list[int]:
    calls = [bench.registry.functions.cancel(bench.declaration(text)) for text in ("one", "two")]
    return [bench.send(call, bench.licensor) for call in calls]


def _leaf(digest: bytes) -> bytes:
    return sha256(b"\x00" + digest).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def logged(bench: Bench, statements: list[Struct], owner: ChecksumAddress) -> list[Struct]:
    """Anchor two statements as the first leaves of a full tree of depth 20; the inclusion of each.

    Of the rest of the tree only the siblings on the way up matter (RFC 6962, 2.1.1): they are made up.
    """
    digests = [bench.registry.functions.registrationDigest(statement).call() for statement in statements]
    leaves = [_leaf(digest) for digest in digests]
    upper = [digest_of(f"subtree {level}") for level in range(1, PROOF_DEPTH)]
    root = _node(*leaves)
    for sibling in upper:
        root = _node(root, sibling)
    bench.send(bench.log.functions.anchor(root, LOG_SIZE), owner)
    return [
        {
            "log": owner,
            "root": root,
            "size": LOG_SIZE,
            "leafIndex": index,
            "proof": [leaves[1 - index], *upper],
        }
        for index in (0, 1)
    ]


def _register_from_log(bench: Bench) -> list[int]:
    signed = [registration(bench, text) for text in ("one", "two")]
    inclusions = logged(bench, [statement for statement, _ in signed], bench.newcomer)
    calls = [
        bench.registry.functions.registerFromLog(statement, signature, inclusion)
        for (statement, signature), inclusion in zip(signed, inclusions, strict=True)
    ]
    return [bench.send(call, bench.carrier) for call in calls]


def _anchor(bench: Bench) -> list[int]:
    calls = [bench.log.functions.anchor(digest_of(f"root {size}"), size) for size in (10**6, 10**7)]
    return [bench.send(call, bench.licensor) for call in calls]


def _supplement(bench: Bench) -> list[int]:
    work_id = bench.registered("one")
    calls = [bench.registry.functions.supplement(work_id, digest_of(text)) for text in ("first", "second")]
    return [bench.send(call, bench.licensor) for call in calls]


def _supplement_for(bench: Bench) -> list[int]:
    work_id = bench.registered("one")

    def carried(sequence: int) -> int:
        statement = {
            "workId": work_id,
            "metadataHash": digest_of(f"supplement {sequence}"),
            "sequence": sequence,
            "deadline": NO_TIME_LIMIT,
        }
        digest = bench.registry.functions.supplementDigest(statement).call()
        signature = bench.sign(digest, bench.licensor)
        return bench.send(bench.registry.functions.supplementFor(statement, signature), bench.carrier)

    return [carried(1), carried(2)]


def _cancel_all_offers(bench: Bench) -> list[int]:
    call = bench.registry.functions.cancelAllOffers(bench.registered("one"))
    return [bench.send(call, bench.licensor), bench.send(call, bench.licensor)]


def _retract(bench: Bench) -> list[int]:
    works = [bench.registered(text) for text in ("one", "two")]
    return [bench.send(bench.registry.functions.retract(work), bench.licensor) for work in works]


def _transfer_title(bench: Bench) -> list[int]:
    works = [bench.registered(text) for text in ("one", "two", "kept")]
    transfer = bench.registry.functions.transferFrom
    return [bench.send(transfer(bench.licensor, bench.newcomer, work), bench.licensor) for work in works[:2]]


def _set_recovery(bench: Bench) -> list[int]:
    call = bench.registry.functions.setRecovery(bench.successor, RECOVERY_DELAY_SECONDS)
    return [bench.send(call, bench.licensor), bench.send(call, bench.licensor)]


def _start_recovery(bench: Bench) -> list[int]:
    _set_recovery(bench)
    call = bench.registry.functions.startRecovery(bench.licensor)
    first = bench.send(call, bench.successor)
    bench.send(bench.registry.functions.cancelRecovery(), bench.licensor)
    return [first, bench.send(call, bench.successor)]


def _cancel_recovery(bench: Bench) -> list[int]:
    _set_recovery(bench)

    def objected() -> int:
        bench.send(bench.registry.functions.startRecovery(bench.licensor), bench.successor)
        return bench.send(bench.registry.functions.cancelRecovery(), bench.licensor)

    return [objected(), objected()]


def recover(bench: Bench) -> None:
    """The licensor's account passes to its successor, with all the time that it takes."""
    _set_recovery(bench)
    bench.send(bench.registry.functions.startRecovery(bench.licensor), bench.successor)
    bench.pass_time(RECOVERY_DELAY_SECONDS + 1)


def _recover_titles(bench: Bench) -> list[int]:
    works = [bench.registered(text) for text in ("one", "two", "kept")]
    recover(bench)
    calls = [bench.registry.functions.recoverTitles(bench.licensor, [work]) for work in works[:2]]
    return [bench.send(call, bench.successor) for call in calls]


OPERATIONS = {
    "anchor": _anchor,
    "cancel": _cancel,
    "cancelAllOffers": _cancel_all_offers,
    "cancelRecovery": _cancel_recovery,
    "commit": _commit,
    "recoverTitles": _recover_titles,
    "register": _register,
    "registerBatch100": _register_batch_of_many,
    "registerBatch100Same": _register_batch_of_one,
    "registerFor": _register_for,
    "registerFromLog20": _register_from_log,
    "retract": _retract,
    "reveal": _reveal,
    "setRecovery": _set_recovery,
    "startRecovery": _start_recovery,
    "supplement": _supplement,
    "supplementFor": _supplement_for,
    "transferTitle": _transfer_title,
}
