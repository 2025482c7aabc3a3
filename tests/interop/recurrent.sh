#!/usr/bin/env bash
# Layers with a state in the public TensorFlow Lite runtime, where the state goes from inference to inference as it does here: int8 gives the
# same bytes, floats the same numbers up to rounding. Prints the counts.
# usage: recurrent.sh MOTE SOURCE MODELS    exit code 77: skipped, because there is no network, or no Node.js (not where CI is set)
set -euo pipefail
mote=$1 source=$2 models=$3
. "$source/tests/interop/common.sh"
fetch "$source/tests/interop"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

inferences=200
"$models" "$work" >"$work/list"
while read -r name values; do
    case $name in
    *_float) reals $((inferences * values)) "$work/in" ;;
    *) node -e 'const b = Buffer.alloc(+process.argv[1]); let s = 7;
        for (let i = 0; i < b.length; ++i) { s = (Math.imul(s, 1103515245) + 12345) >>> 0; b[i] = s >>> 24; }
        require("fs").writeFileSync(process.argv[2], b);' $((inferences * values)) "$work/in" ;;
    esac
    "$mote" infer "$work/$name.tflite" --input "$work/in" --output "$work/mote" --quiet >/dev/null
    node "$source/tests/interop/tflite.cjs" "$packages" "$work/$name.tflite" "$work/in" "$work/public" 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
    case $name in
    *_float)
        said=$(compare_reals "$work/mote" "$work/public" 1e-5) || { echo "$name: $said" >&2; exit 1; }
        echo "$name: $said"
        ;;
    *)
        read -r same one more most <<<"$(compare "$work/mote" "$work/public")"
        echo "$name: $same bytes as in the public runtime, $one a step apart, $more further"
        [ "$((one + more))" -eq 0 ] || { echo "$name: up to $most steps from the public runtime's answers" >&2; exit 1; }
        ;;
    esac
done <"$work/list"
