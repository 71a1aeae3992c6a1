#!/usr/bin/env bash
# Make an environment for one tool that cannot share the project's, from its hashed lock; at once if it stands already.
#
# scripts/own_environment.sh NAME VENV LOCK
set -euo pipefail
cd "$(dirname "$0")/.."

readonly NAME=$1 VENV=$2 LOCK=$3
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

stamp=$({ pwd && cat "$LOCK"; } | sha256sum | cut -d ' ' -f 1)
if [[ "$(cat "$VENV/.stamp" 2>/dev/null)" != "$stamp" ]]; then
    scripts/require.sh python
    echo "Installing $NAME into $VENV, once."
    "${PYTHON:-python3}" -m venv --clear "$VENV"
    "$VENV/bin/python" -m pip install -qq --require-hashes --only-binary :all: -r "$LOCK"
    echo "$stamp" >"$VENV/.stamp"
fi
