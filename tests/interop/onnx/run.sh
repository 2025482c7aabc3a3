#!/usr/bin/env bash
# ONNX models in ONNX Runtime: what it makes of a file is what mote makes of it, and what mote writes is what was read. Prints the counts.
# usage: run.sh MOTE SOURCE    exit code 77: skipped, because there is no network, or no Node.js (not where CI is set)
set -euo pipefail
mote=$1 source=$2
. "$source/tests/interop/common.sh"
fetch "$source/tests/interop/onnx"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
public() { node "$source/tests/interop/onnx/onnx.cjs" "$packages" "$@" 2>"$work/log" || { cat "$work/log" >&2; exit 1; }; }

# Files of the fuzzer: one of layers, one that computes shapes, one quantised. The last is a step of its output apart at most (0.05).
for model in float:50:1e-5 shapes:24:1e-5 qdq:16:0.0501; do
    IFS=: read -r name count most <<<"$model"
    cp "$source/fuzz/corpus/onnx/$name" "$work/$name.onnx"
    reals $((count * 40)) "$work/in"
    "$mote" infer "$work/$name.onnx" --input "$work/in" --output "$work/mote" --quiet >/dev/null
    public "$work/$name.onnx" "$work/in" "$work/runtime"
    said=$(compare_reals "$work/mote" "$work/runtime" "$most") || { echo "$name: $said"; exit 1; }
    echo "$name: $said"
    "$mote" export "$work/$name.onnx" --out "$work/again.onnx" --quiet >/dev/null
    public "$work/again.onnx" "$work/in" "$work/exported"
    said=$(compare_reals "$work/runtime" "$work/exported" "$most") || { echo "$name, written by mote: $said"; exit 1; }
    echo "$name, written by mote: $said"
done

# A model trained here: standardised float features in, int8 out; and as floats.
train_small
for arithmetic in int8 float; do
    "$mote" -C "$project" export latest --arithmetic $arithmetic --out "$work/trained.onnx" >"$work/said"
    count=$(sed -n 's/.*: f32 \[\(.*\)\] -> .*/\1/p' "$work/said" | tr ',' '\n' | awk 'BEGIN { n = 1 } { n *= $1 } END { print n }')
    reals $((200 * count)) "$work/in"
    "$mote" infer "$work/trained.onnx" --input "$work/in" --output "$work/mote" --quiet >/dev/null
    public "$work/trained.onnx" "$work/in" "$work/runtime"
    if [ $arithmetic = float ]; then
        said=$(compare_reals "$work/mote" "$work/runtime" 1e-4) || { echo "trained here, as floats: $said"; exit 1; }
        echo "trained here, as floats: $said"
        continue
    fi
    "$mote" -C "$project" infer latest --input "$work/in" --output "$work/run" --quiet >/dev/null
    cmp "$work/run" "$work/mote" || { echo "the trained model gives other bytes once it was written and read" >&2; exit 1; }
    read -r same one more most <<<"$(compare "$work/mote" "$work/runtime")"
    echo "trained here: 200 inferences, $same bytes as in the public runtime, $one a step apart, $more further, at most $most"
    [ "$most" -le 8 ] || { echo "an answer is further than 8 steps (1/32) from the public runtime's" >&2; exit 1; }
done

shared=${MOTE_SHARED:-$source/../shared}/mlperf-tiny
[ -d "$shared" ] || skip "$shared is absent (MOTE_SHARED names its folder): public models were not tried"
for model in kws ic ad; do
    cat "$shared/$model"/in_[0-7].bin >"$work/in"
    cat "$shared/$model"/out_[0-7].bin >"$work/golden"
    "$mote" export "$shared/$model/${model}_int8.tflite" --out "$work/model.onnx" --quiet >/dev/null
    "$mote" infer "$work/model.onnx" --input "$work/in" --output "$work/mote" --quiet >/dev/null
    cmp "$work/golden" "$work/mote" || { echo "$model: written as ONNX, it gives other bytes in mote" >&2; exit 1; }
    public "$work/model.onnx" "$work/in" "$work/runtime"
    read -r same one more most <<<"$(compare "$work/golden" "$work/runtime")"
    echo "$model: as ONNX the reference's bytes in mote; in the runtime, which rounds reals, $same same, $one a step apart, $more further, at most $most"
    [ "$most" -le 40 ] || { echo "an answer is further than 40 steps from the public runtime's" >&2; exit 1; }
done
