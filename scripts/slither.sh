#!/usr/bin/env bash
# Slither over contracts/src, in an environment of its own: it needs an older web3 than the project.
#
# Exit 1 if anything is found that is not explained in its place.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly VENV=.venv-slither
readonly BUILD=reports/slither
scripts/own_environment.sh Slither "$VENV" contracts/slither.lock

# Slither reads what forge compiled; it needs all of it in one piece, so nothing is taken from a cache.
mkdir -p "$BUILD"
export FOUNDRY_OUT="../$BUILD/out" FOUNDRY_CACHE_PATH="../$BUILD/cache"
cd contracts
PATH=$PWD/node_modules/.bin:$PATH
built=$(node_modules/.bin/forge build src --build-info --force </dev/null 2>&1) || true
if [[ $built != *"Compiler run successful"* ]]; then
    echo "$built" >&2
    exit 1
fi

# Of two ancestors that each say `using … for *`, Slither 0.11 keeps what the later one says, and then cannot read
# what the other one has inherited. Here both are kept.
#
# timestamp is left out: all that a block's proposer can shift is seconds, and everything that is compared with a
# time here is measured in minutes or days (the shortest is the age of a commitment, 60 seconds).
exec "../$VENV/bin/python" - . --foundry-ignore-compile --foundry-out-directory "$FOUNDRY_OUT" \
    --exclude-dependencies --exclude-optimization --filter-paths node_modules --exclude timestamp \
    --fail-pedantic <<'PYTHON'
from slither.__main__ import main
from slither.solc_parsing.declarations.contract import ContractSolc

analyze_alone = ContractSolc.analyze_using_for


def analyze_with_all_ancestors(parsed: ContractSolc) -> None:
    analyze_alone(parsed)
    found = parsed._contract.using_for
    for ancestor in parsed._contract.inheritance:
        for key, libraries in ancestor.using_for.items():
            found[key] = found[key] + [one for one in libraries if one not in found[key]]


ContractSolc.analyze_using_for = analyze_with_all_ancestors
main()
PYTHON
