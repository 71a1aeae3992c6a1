#!/usr/bin/env bash
# Prove that the wheel and the core lock are enough: a new environment, wheels only, nothing of the tests.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/require.sh python
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

echo "core install: a new environment from requirements.lock"
"${PYTHON:-python3}" -m venv "$scratch/venv"
python=$scratch/venv/bin/python
"$python" -m pip install -qq --require-hashes --only-binary :all: -r requirements.lock

# Built from a copy: a build folder left over in the checkout would put its old files into the wheel.
mkdir "$scratch/source"
cp -r api registry pyproject.toml README.md LICENSE "$scratch/source/"
find "$scratch/source" -name __pycache__ -prune -exec rm -rf {} +
"$python" -m pip wheel -qq --no-deps --no-build-isolation --wheel-dir "$scratch" "$scratch/source"
"$python" -m pip install -qq --no-deps --no-index "$scratch"/colophon-*.whl

checker=$PWD/scripts/check_installed.py
source=$PWD
cd "$scratch"
"$scratch/venv/bin/colophon" --help >/dev/null
"$python" -I "$checker" "$source"
