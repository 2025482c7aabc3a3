#!/usr/bin/env bash
# Every int8 operator that can be written, and every layer of the public models, alone in the public TensorFlow Lite runtime: its kernels
# are others, and may lie one quantisation step from the reference kernels'. Prints the counts.
# usage: layers.sh INTEROP_LAYERS SOURCE    exit code 77: skipped, because there is no network, or no Node.js (not where CI is set)
set -euo pipefail
layers=$1 source=$2
. "$source/tests/interop/common.sh"
fetch "$source/tests/interop"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shared=${MOTE_SHARED:-$source/../shared}/mlperf-tiny
[ -d "$shared" ] || skip "$shared is absent (MOTE_SHARED names its folder): layers were not tried"
models=()
for model in kws ic ad; do
    cat "$shared/$model"/in_[0-3].bin >"$work/$model.input"
    models+=("$shared/$model/${model}_int8.tflite" "$work/$model.input")
done
mkdir "$work/layers"
"$layers" "$work/layers" "${models[@]}"
status=0
node "$source/tests/interop/layers.cjs" "$packages" "$work/layers" 90 >"$work/said" 2>"$work/log" || status=$?
grep -v '^INFO' "$work/said" || true
[ $status = 0 ] || { grep '^error' "$work/log" >&2 || true; exit 1; }
