#!/usr/bin/env bash
# Name every program that is missing in one sentence, with the line that installs them, and stop.
#
# scripts/require.sh NEED...      where NEED is one of: python contracts browser
set -euo pipefail

PYTHON=${PYTHON:-python3}
missing=()
packages=()

need() { # name of what is missing, Debian package that brings it
    missing+=("$1")
    packages+=("$2")
}

require_python() {
    if ! command -v "$PYTHON" >/dev/null; then
        need "$PYTHON" python3
        need "Python's venv" python3-venv
        return
    fi
    # 3.14 waits for coincurve, the one library of the core that has no wheel for it yet.
    if ! "$PYTHON" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then
        echo "Colophon runs on Python 3.11 to 3.13 and $PYTHON is $("$PYTHON" -V 2>&1):" \
            "name another one, as in \`make PYTHON=python3.13 …\`." >&2
        exit 1
    fi
    # Debian ships venv in the standard library but the half that makes it work in a package of its own.
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || need "Python's venv" python3-venv
}

require_contracts() {
    command -v npm >/dev/null || need npm npm
    if ! command -v node >/dev/null; then
        need node nodejs
    elif ! node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)'; then
        echo "The contract tools run on Node 20 or newer and node is $(node --version)." >&2
        exit 1
    fi
}

require_browser() {
    command -v chromium >/dev/null || need chromium chromium
}

for what in "$@"; do
    "require_$what"
done

if ((${#missing[@]})); then
    printf -v names '%s, ' "${missing[@]}"
    echo "Missing: ${names%, }. Install with: apt-get install ${packages[*]}" >&2
    exit 1
fi
