#!/usr/bin/env bash
# Bring contracts/node_modules up to package-lock.json, in no time when it is there already.
set -euo pipefail
cd "$(dirname "$0")/../contracts"

readonly STAMP=node_modules/.stamp
lock=$(cat package.json package-lock.json .npmrc | sha256sum | cut -d ' ' -f 1)
if [[ "$(cat "$STAMP" 2>/dev/null)" == "$lock" ]]; then
    exit 0
fi

../scripts/require.sh contracts
echo "Installing the contract tools into contracts/node_modules, once."
npm ci --loglevel=error --no-progress </dev/null >/dev/null
echo "$lock" >"$STAMP"
