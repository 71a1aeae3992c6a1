#!/usr/bin/env bash
# Write the locks: what `pip install colophon` runs on, that plus all that tests and checks use, Slither's and halmos'.
#
# Pins move only where pyproject.toml asks for it; `scripts/lock.sh --upgrade` takes the newest of everything.
# The core is resolved under the pins of the larger set, so that a test runs on exactly what users run on.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly UV_VERSION=0.13.9
readonly RESOLVER=.venv-lock

if [[ "$("$RESOLVER/bin/uv" --version 2>/dev/null || true)" != "uv $UV_VERSION"* ]]; then
    echo "lock: setting up the resolver in $RESOLVER"
    "${PYTHON:-python3}" -m venv --clear "$RESOLVER"
    "$RESOLVER/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
fi

pin() {
    local lock=$1
    shift
    "$RESOLVER/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-annotate \
        --custom-compile-command "make lock" --output-file "$lock" "$@"
    echo "lock: $lock pins $(grep -c '==' "$lock") packages"
}

# setuptools is no dependency, but builds the project: pinned here, a build needs nothing that has no hash.
resolve() {
    "$RESOLVER/bin/python" -c '
import tomllib
with open("pyproject.toml", "rb") as file:
    print(*tomllib.load(file)["build-system"]["requires"], sep="\n")
' | pin "$@" --prerelease allow pyproject.toml -
}

resolve requirements-dev.lock --extra test --extra lint --extra compiler "$@"
resolve requirements.lock --constraint requirements-dev.lock "$@"
# Slither needs an older web3 than the project: an environment of its own, see scripts/slither.sh.
pin contracts/slither.lock "$@" contracts/slither.in
# halmos brings solvers that nothing else here uses, see scripts/halmos.sh.
pin contracts/halmos.lock "$@" contracts/halmos.in
