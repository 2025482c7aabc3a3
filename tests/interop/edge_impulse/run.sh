#!/usr/bin/env bash
# A public client of Edge Impulse's Linux runners drives a runner that mote made: it says what it is, and its probabilities are the library's.
# usage: run.sh MOTE SOURCE    exit code 77: skipped, because there is no network, or no Node.js (not where CI is set)
set -euo pipefail
mote=$1 source=$2
. "$source/tests/interop/common.sh"
fetch "$source/tests/interop/edge_impulse"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
client=$packages/node_modules/edge-impulse-linux
if [ ! -f "$client/package.json" ]; then
    (cd "$work" && npm pack edge-impulse-linux@1.25.2 --silent --fetch-retries 1 >npm.log 2>&1) ||
        { echo "npm could not fetch the public client ($(tail -n 1 "$work/npm.log")): it was not tried" >&2; exit 77; }
    echo "8aeb09e9446635c34f14e81f1fe1c7d29baa7ee5fd52470588279752df047b43  $(echo "$work"/edge-impulse-linux-*.tgz)" | sha256sum -c --quiet
    mkdir "$work/client" && tar xzf "$work"/edge-impulse-linux-*.tgz -C "$work/client"
    mv "$work/client/package" "$client"
fi
train_small
"$mote" -C "$project" deploy --as linux --target x86-64 --out "$work/package" --quiet >/dev/null
make -s -C "$work/package" CXXFLAGS=-O1 >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
"$work/package/runner" --self-test
# The library alone, from a program that knows nothing of the runner.
cat >"$work/library.cpp" <<'TEXT'
#include "project_model/model.hpp"
#include <cstdio>
int main() {
    static project_model::Sample window[project_model::window_samples];
    float probabilities[project_model::class_count];
    while (std::fread(window, sizeof window, 1, stdin) == 1) {
        if (project_model::classify(window, probabilities) != project_model::Status::ok) return 1;
        std::fwrite(probabilities, sizeof probabilities, 1, stdout);
    }
}
TEXT
g++ -std=c++14 -O1 -I "$work/package/library/include" -o "$work/library" "$work/library.cpp" "$work"/package/library/src/*.cpp
frames=$(sed -n 's/.*window_frames = \([0-9]*\);.*/\1/p' "$work/package/library/include/project_model/listener.hpp")
for kind in low high; do
    awk -F, -v n="$frames" 'FNR > 1 && FNR <= n + 1 { print $2; print $3; print $4 }' "$work/data/$kind/r1.csv"
done | node -e 'const v = require("fs").readFileSync(0, "utf8").trim().split("\n").map(Number);
    require("fs").writeFileSync(process.argv[1], new Float32Array(v));' "$work/windows"
"$work/library" <"$work/windows" >"$work/expected"
timeout 60 node "$source/tests/interop/edge_impulse/client.cjs" "$packages" "$work/package/runner" "$work/windows" "$work/expected" high low
for left in /dev/shm/mote-*; do
    pid=${left#/dev/shm/mote-} pid=${pid%-*}
    [ ! -e "$left" ] || kill -0 "$pid" 2>/dev/null || { echo "shared memory was left behind: $left" >&2; exit 1; }
done
