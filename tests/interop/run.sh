#!/usr/bin/env bash
# Exported models in the public TensorFlow Lite runtime: a file that was read and written again must give the bytes that the original gives
# there, and each layer of a model made here must give mote's own answers within one quantisation step. Prints the counts.
# usage: run.sh MOTE SOURCE INTEROP_LAYERS    exit code 77: skipped, because there is no network, or no Node.js (not where CI is set)
set -euo pipefail
mote=$1 source=$2 layers=$3
. "$source/tests/interop/common.sh"
fetch "$source/tests/interop"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
public() { node "$source/tests/interop/tflite.cjs" "$packages" "$@" 2>"$work/log" || { cat "$work/log" >&2; exit 1; }; }

shared=${MOTE_SHARED:-$source/../shared}/mlperf-tiny
[ -d "$shared" ] || skip "$shared is absent (MOTE_SHARED names its folder): exported models were not tried"
for model in kws ic ad; do
    file=$shared/$model/${model}_int8.tflite
    cat "$shared/$model"/in_[0-7].bin >"$work/in"
    "$mote" export "$file" --out "$work/again.tflite" --quiet
    public "$file" "$work/in" "$work/original"
    public "$work/again.tflite" "$work/in" "$work/exported"
    "$mote" infer "$work/again.tflite" --input "$work/in" --output "$work/mote" --quiet >/dev/null
    cmp "$work/original" "$work/exported" || { echo "$model: written by mote, it gives other bytes in the public runtime" >&2; exit 1; }
    cat "$shared/$model"/out_[0-7].bin >"$work/golden"
    cmp "$work/golden" "$work/mote" || { echo "$model: written by mote, it gives other bytes in mote" >&2; exit 1; }
    read -r same one more most <<<"$(compare "$work/mote" "$work/exported")"
    echo "$model: $(wc -c <"$work/exported") bytes as the original gives them there; against the reference kernels $same same, $one a step apart, $more further, at most $most"
done

# A model trained here: standardised float features in, int8 out.
train_small
"$mote" -C "$project" export latest --out "$work/trained.tflite" >"$work/said"
count=$(sed -n 's/.*: f32 \[\(.*\)\] -> .*/\1/p' "$work/said" | tr ',' '\n' | awk 'BEGIN { n = 1 } { n *= $1 } END { print n }')
reals $((200 * count)) "$work/in"
"$mote" -C "$project" infer latest --input "$work/in" --output "$work/run" --quiet >/dev/null
"$mote" infer "$work/trained.tflite" --input "$work/in" --output "$work/mote" --quiet >/dev/null
cmp "$work/run" "$work/mote" || { echo "the trained model gives other bytes once it was written and read" >&2; exit 1; }
public "$work/trained.tflite" "$work/in" "$work/exported"
read -r same one more most <<<"$(compare "$work/mote" "$work/exported")"
echo "trained here: 200 inferences, $same bytes as in the public runtime, $one a step apart, $more further, at most $most"
# The runtime's own kernels round otherwise, each by at most a step, and layers add up: the public models above are up to 25 steps from
# their reference kernels there.
[ "$most" -le 8 ] || { echo "an answer is further than 8 steps (1/32) from the public runtime's" >&2; exit 1; }
mkdir "$work/layers"
MOTE_ONLY_MODELS=1 "$layers" "$work/layers" "$work/trained.tflite" "$work/in"
node "$source/tests/interop/layers.cjs" "$packages" "$work/layers" 3 >"$work/said" 2>"$work/log" || { cat "$work/said" >&2; exit 1; }
sed -n 's/^trained-/its layers alone, /p' "$work/said"

"$mote" -C "$project" export latest --arithmetic float --out "$work/float.tflite" --quiet >/dev/null
"$mote" infer "$work/float.tflite" --input "$work/in" --output "$work/mote" --quiet >/dev/null
public "$work/float.tflite" "$work/in" "$work/exported"
said=$(compare_reals "$work/mote" "$work/exported" 1e-4) || { echo "trained here, as floats: $said"; exit 1; }
echo "trained here, as floats: $said"
