#!/usr/bin/env bash
# Prove the `check_` functions of contracts/test/Halmos.t.sol for all values at once (options go to halmos).
#
# halmos comes with its solvers into an environment of its own, in no time when it is there already.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly VENV=.venv-halmos
readonly PROJECT=reports/halmos
scripts/own_environment.sh halmos "$VENV" contracts/halmos.lock

# halmos builds the whole of the project that it is given, so it is given one with its own test and nothing else.
mkdir -p "$PROJECT/test/support"
for shared in src node_modules solc; do
    ln -sfn "$PWD/contracts/$shared" "$PROJECT/$shared"
done
cp contracts/foundry.toml "$PROJECT/"
cp contracts/test/Halmos.t.sol "$PROJECT/test/"
cp contracts/test/support/Cheats.sol "$PROJECT/test/support/"

log=$PWD/reports/halmos.log
halmos=$PWD/$VENV/bin/halmos
cd "$PROJECT"
# Linked at run time, contracts would be asked for by a cheat code that halmos does not have.
PATH=$PWD/node_modules/.bin:$PATH FOUNDRY_DYNAMIC_TEST_LINKING=false \
    "$halmos" --contract HalmosTest --solver-timeout-assertion 60000 "$@" </dev/null 2>&1 | tee "$log"
# A test without proofs would pass too, so at least one must have been proved.
grep -qE 'result: [1-9][0-9]* passed; 0 failed' "$log"
