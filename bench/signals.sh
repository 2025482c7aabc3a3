# Exact instructions of each signal block for one second of its input on the emulated nRF52840 (one picture for the image block), and how
# far the presets of another studio lie from its own published numbers.
set -euo pipefail
. bench/lib.sh
ninja -C "$BUILD" bench_signals test_dsp >"$cache/signals.log" 2>&1 || { cat "$cache/signals.log" >&2; exit 1; }
"$BUILD/bench/bench_signals" >"$cache/signals.txt"
while read -r block window features instructions cycles scratch tables differing; do
    note "$block, $window values to $features features: instructions" "$instructions" "exact"
    note "$block: cycles, modelled" "$cycles" ""
    note "$block: scratch; tables in flash" "$scratch; $tables" bytes
    row "$block: feature bytes that differ, host against chip" "$differing" '<=' 0 bytes
done <"$cache/signals.txt"
if [ -d "$shared/dsp-golden" ]; then
    MOTE_SHARED=$(cd "$shared" && pwd) "$BUILD/tests/test_dsp" --gtest_filter='Golden.*' | grep '^golden ' >"$cache/goldens.txt"
    while read -r _ block cases worst; do
        row "$block: largest relative difference in $cases goldens" "$worst" '<=' 1e-3 ""
    done <"$cache/goldens.txt"
else
    echo "   goldens: not measured, $shared/dsp-golden is not here" >&2
fi
[ $failed = 0 ]
