# Instructions of single layers of many shapes on every core, each byte compared with the reference; cliffs are marked.
# SWEEP="--core cortex-m4 --only conv_2d" narrows it down.
set -euo pipefail
. bench/lib.sh
ninja -C "$BUILD" bench_sweep >"$cache/sweep.log" 2>&1 || { cat "$cache/sweep.log" >&2; exit 1; }
# shellcheck disable=SC2086
"$BUILD/bench/bench_sweep" ${SWEEP:-}
