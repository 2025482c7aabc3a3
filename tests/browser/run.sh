#!/usr/bin/env bash
# A model trained here, deployed as a page, served by mote and opened in a headless browser whose microphone plays a sound: the page hears it.
# usage: run.sh MOTE SOURCE    exit code 77: skipped, because there is no Chromium or no Node.js (not where CI is set)
set -euo pipefail
mote=$1 source=$2
. "$source/tests/interop/common.sh"
for tool in node chromium clang++ wasm-ld; do
    command -v $tool >/dev/null || skip "$tool is not installed: the page was not opened in a browser"
done
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT

# Tones of two heights, and faint noise.
node -e 'const fs = require("fs"), folder = process.argv[1]; let seed = 7;
    const noise = () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) / 2 ** 31 - 1;
    const wav = (file, seconds, sample) => { const n = 16000 * seconds, b = Buffer.alloc(44 + 2 * n);
        b.write("RIFF"), b.writeUInt32LE(36 + 2 * n, 4), b.write("WAVEfmt ", 8), b.writeUInt32LE(16, 16), b.writeUInt16LE(1, 20), b.writeUInt16LE(1, 22);
        b.writeUInt32LE(16000, 24), b.writeUInt32LE(32000, 28), b.writeUInt16LE(2, 32), b.writeUInt16LE(16, 34), b.write("data", 36), b.writeUInt32LE(2 * n, 40);
        for (let i = 0; i < n; ++i) b.writeInt16LE(Math.round(sample(i / 16000)), 44 + 2 * i);
        fs.writeFileSync(file, b); };
    const tone = (hz, loud) => (t) => loud * Math.sin(2 * Math.PI * hz * t) + 60 * noise();
    for (const [label, hz, loud] of [["low", 400, 5000], ["high", 2500, 5000], ["_still", 0, 0]]) {
        fs.mkdirSync(`${folder}/data/${label}`, { recursive: true });
        for (let n = 0; n < 60; ++n) wav(`${folder}/data/${label}/r${n}.wav`, 1, tone(hz * (0.9 + n % 10 / 50), loud * (0.4 + n / 60))); }
    wav(`${folder}/sound.wav`, 6, (t) => t > 2 && t < 4 ? tone(2450, 4000)(t) : 60 * noise());' "$work"

"$mote" init --kind keyword "$work/tones" --quiet >/dev/null
"$mote" -C "$work/tones" ingest "$work/data" --quiet >/dev/null
"$mote" -C "$work/tones" train --epochs 25 --set train.ema=0 --set train.batch_size=16 --set train.keep=last --set train.threads=1 \
    --set model.learner=dense --set model.size=small --quiet >/dev/null
"$mote" -C "$work/tones" deploy --as wasm --target wasm --out "$work/page" --quiet >/dev/null
bytes=$(wc -c <"$work/page/model.wasm")
[ "$bytes" -lt 100000 ] || { echo "the module has $bytes bytes" >&2; exit 1; }
echo "the module has fewer than 100000 bytes"

# Without a browser: the same decisions as the runner's on the same samples.
"$mote" -C "$work/tones" deploy --as linux --target x86-64 --out "$work/runner" --quiet >/dev/null
make -s -C "$work/runner" CXXFLAGS=-O1
tail -c +45 "$work/sound.wav" >"$work/sound.raw"
"$work/runner/runner" --raw "$work/sound.raw" --all --json >"$work/decisions" 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
mkdir "$work/modules" && cp "$work/page"/model.* "$work/page/resample.js" "$work/modules" && echo '{"type":"module"}' >"$work/modules/package.json"
node "$source/tests/browser/modules.mjs" "$work/modules" "$work/sound.raw" "$work/decisions"

"$mote" serve "$work/page" --port 0 >"$work/served" 2>&1 &
server=$!
for _ in $(seq 100); do
    address=$(sed -n 's/.* at \(https:[^ ]*\) .*/\1/p' "$work/served")
    [ -z "$address" ] || break
    sleep 0.1
done
timeout 200 node "$source/tests/browser/page.cjs" "$(command -v chromium)" "$address" "$work/sound.wav" high
