# Every package format with a keyword, a motion and an image model, through every compiler that it is for; its self-test runs here and on
# emulated Cortex-M, RISC-V and AArch64. PACKAGES="zephyr keyword" narrows it down.
set -euo pipefail
. bench/lib.sh
ninja -C "$BUILD" bench_packages >"$cache/packages.log" 2>&1 || { cat "$cache/packages.log" >&2; exit 1; }
# shellcheck disable=SC2086
"$BUILD/bench/bench_packages" ${PACKAGES:-}
