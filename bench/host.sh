# Inference on the host: the kernels for this machine's vectors against the reference kernels, in the same run.
set -euo pipefail
. bench/lib.sh
if [ ! -d "$shared/mlperf-tiny" ]; then
    echo "   host: not measured, $shared/mlperf-tiny is not here" >&2
    exit 0
fi
ninja -C "$BUILD" bench_host >"$cache/host.log" 2>&1 || { cat "$cache/host.log" >&2; exit 1; }
"$BUILD/bench/bench_host" "$shared"/mlperf-tiny/*/*_int8.tflite >"$cache/host.txt"
while read -r model slow fast ratio differing; do
    note "$model: one inference, reference; this machine's vectors" "$slow; $fast" "us"
    row "$model: times faster" "$ratio" '>=' 2 ""
    row "$model: bytes of all layers that differ" "$differing" '<=' 0 bytes
done <"$cache/host.txt"
[ $failed = 0 ]
