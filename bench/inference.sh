# Instructions, flash and arena of the public MLPerf Tiny models on every core, with their floors; every layer is checked while it counts.
# INFERENCE="--core cortex-m4 --model kws --layers" narrows it down.
set -euo pipefail
. bench/lib.sh
if [ ! -d "$shared/mlperf-tiny" ]; then
    echo "   not measured, $shared/mlperf-tiny is not here" >&2
    exit 0
fi
ninja -C "$BUILD" bench_inference >"$cache/inference.log" 2>&1 || { cat "$cache/inference.log" >&2; exit 1; }
# shellcheck disable=SC2086
"$BUILD/bench/bench_inference" "$shared/mlperf-tiny" ${INFERENCE:-}
