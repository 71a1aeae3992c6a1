#!/usr/bin/env bash
# Bring .venv up to a lock, in no time when it is there already.
#
# scripts/environment.sh core     what users run: wheels only, each with its hash
# scripts/environment.sh dev      that and everything that tests and checks use, same pins
set -euo pipefail
cd "$(dirname "$0")/.."

readonly WANTED=$1
readonly VENV=.venv
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

# What an environment depends on, besides the folder it stands in. The smaller set needs no stamp of its own:
# the larger one holds it under the same pins.
fingerprint() {
    { pwd && cat pyproject.toml "$@"; } | sha256sum | cut -d ' ' -f 1
}
core=$(fingerprint requirements.lock)
dev=$(fingerprint requirements.lock requirements-dev.lock)
readonly core dev

stands() { # whether the stamp in .venv is of this lock
    [[ -x $VENV/bin/colophon && "$(cat "$VENV/.stamp-$1" 2>/dev/null)" == "$2" ]]
}
if stands dev "$dev" || { [[ $WANTED == core ]] && stands core "$core"; }; then
    exit 0
fi

scripts/require.sh python
if ! "$VENV/bin/python" -c '' 2>/dev/null; then
    "${PYTHON:-python3}" -m venv --clear "$VENV"
elif ! "$VENV/bin/python" -c 'import pip' 2>/dev/null; then
    "$VENV/bin/python" -m ensurepip >/dev/null
fi
rm -f "$VENV"/.stamp-*

case $WANTED in
core) lock=requirements.lock stamp=$core ;;
dev) lock=requirements-dev.lock stamp=$dev ;;
esac
echo "Installing $(grep -c '==' "$lock") packages into $VENV; this takes a minute or two, once."
"$VENV/bin/python" -m pip install -qq --require-hashes --only-binary :all: -r "$lock"
# setuptools comes from the lock, so the build looks for nothing elsewhere.
"$VENV/bin/python" -m pip install -qq --no-deps --no-build-isolation --editable .
echo "$stamp" >"$VENV/.stamp-$WANTED"
