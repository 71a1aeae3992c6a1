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
# Not `npm ci`: it insists that the lock names forge's and anvil's binaries for every platform, and npm locks only
# those it could fetch where it ran. This takes the same pins and hashes; a test holds the lock to package.json.
npm install --no-save --loglevel=error --no-progress </dev/null >/dev/null
echo "$lock" >"$STAMP"
