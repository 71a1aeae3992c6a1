"""Gas of what the vault does with money: released, divided, claimed."""

from __future__ import annotations

from eth_typing import ChecksumAddress

from measuring.bench import ESCROW_SECONDS, NATIVE_COIN, Bench, Signed
from measuring.selling import CONTRIBUTORS, PARENTS, contributors, derivative, share_table, shared_work

CARRIER_BPS = 300


def released(bench: Bench, signed: Signed, serial: int) -> int:
    """Gas of releasing one sale, which is made before and becomes due."""
    bench.buy(signed)
    bench.pass_time(ESCROW_SECONDS + 1)
    return bench.send(bench.vault.functions.release([(signed[0], serial)]), bench.newcomer)


def _release(bench: Bench) -> list[int]:
    signed = bench.offer(bench.registered("one"), "one")
    return [released(bench, signed, serial) for serial in (1, 2)]


def _release_with_contributors(bench: Bench) -> list[int]:
    signed = bench.offer(shared_work(bench, CONTRIBUTORS)[0], "one")
    return [released(bench, signed, serial) for serial in (1, 2)]


def _release_with_parents(bench: Bench) -> list[int]:
    signed = bench.offer(derivative(bench, PARENTS)[0], "one")
    return [released(bench, signed, serial) for serial in (1, 2)]


def _distribute(bench: Bench) -> list[int]:
    work_id, (parent,) = derivative(bench, 1)
    signed = bench.offer(work_id, "one")

    def passed_on(serial: int) -> int:
        released(bench, signed, serial)
        return bench.send(bench.vault.functions.distribute(parent, NATIVE_COIN), bench.newcomer)

    return [passed_on(serial) for serial in (1, 2)]


def _claim(bench: Bench, rows: int) -> list[int]:
    work_id, table = shared_work(bench, rows)
    signed = bench.offer(work_id, "one")
    contributor = contributors()[table["contributors"][0]]
    bench.endow(contributor)

    def claimed(serial: int) -> int:
        released(bench, signed, serial)
        call = bench.vault.functions.claim(table, 0, NATIVE_COIN, contributor.address)
        return bench.send(call, contributor.address)

    return [claimed(serial) for serial in (1, 2)]


def _claim_of_one(bench: Bench) -> list[int]:
    return _claim(bench, 1)


def _claim_of_many(bench: Bench) -> list[int]:
    return _claim(bench, CONTRIBUTORS)


def _claim_remainder(bench: Bench) -> list[int]:
    work_id = bench.registered("one")
    signed = bench.offer(work_id, "one")
    nobody = share_table(work_id, 0, 0)

    def claimed(serial: int) -> int:
        released(bench, signed, serial)
        call = bench.vault.functions.claimRemainder(nobody, NATIVE_COIN, bench.licensor)
        return bench.send(call, bench.licensor)

    return [claimed(serial) for serial in (1, 2)]


def _claim_carried(bench: Bench) -> list[int]:
    carrier: ChecksumAddress = bench.carrier
    signed = bench.offer(bench.registered("one"), "one", carrier=carrier, carrierBps=CARRIER_BPS)

    def claimed(serial: int) -> int:
        released(bench, signed, serial)
        return bench.send(bench.vault.functions.claimCarried(carrier, NATIVE_COIN, carrier), carrier)

    return [claimed(serial) for serial in (1, 2)]


OPERATIONS = {
    "claim": _claim_of_one,
    "claim20Contributors": _claim_of_many,
    "claimCarried": _claim_carried,
    "claimRemainder": _claim_remainder,
    "distribute": _distribute,
    "release": _release,
    "release20Contributors": _release_with_contributors,
    "release8Parents": _release_with_parents,
}
