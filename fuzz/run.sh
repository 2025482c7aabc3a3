#!/usr/bin/env bash
# usage: fuzz/run.sh BUILD [seconds a target, default 30] [target...]
# Runs the fuzz targets of the instrumented build (./dev fuzz makes it), each for that long from its seeds (fuzz/corpus/ and, made by code,
# BUILD/fuzz_seeds/) with a fixed seed, prints how many inputs were tried, and fails when one of them crashed, hung, or took too much memory. The input is kept in
# BUILD/fuzz_runs/crashes/.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$1/fuzz_runs targets_folder=$1/fuzz_targets
seconds=${2:-30}
shift; shift || true
jobs=${MOTE_THREADS:-$(nproc)}

# run_one NAME: one line of result; the log is in fuzz_runs/logs/.
run_one() {
    local name=$1 log=$folder/logs/$1.log seeds=fuzz/corpus/${1%_fuzz} made=${targets_folder%/*}/fuzz_seeds/${1%_fuzz} status=0
    mkdir -p "$folder/grown/$name"
    [ -d "$seeds" ] || { echo "$name: no seeds in $seeds"; return 1; }
    [ -d "$made" ] || made=  # made by code when the targets were built
    # Libraries that complain on the standard error of every second input are not heard (-close_fd_mask); a crash is shown by running it again.
    "$targets_folder/$name" -seed=1 -max_total_time="$seconds" -max_len=8192 -timeout=20 -rss_limit_mb=2048 -malloc_limit_mb=512 -close_fd_mask=3 \
        -print_final_stats=1 -artifact_prefix="$folder/crashes/$name-" "$folder/grown/$name" "$seeds" ${made:+"$made"} >"$log" 2>&1 || status=$?
    local tried
    tried=$(awk '/stat::number_of_executed_units/ {print $2}' "$log")
    if [ $status = 0 ]; then
        printf '%-32s %10s inputs tried, none did harm\n' "$name" "$tried"
        return 0
    fi
    printf '%-32s FAILED\n' "$name"
    local input
    input=$(awk -F 'Test unit written to ' '/Test unit written to/ {print $2}' "$log" | tail -n 1)
    if [ -n "$input" ]; then
        timeout 60 "$targets_folder/$name" -rss_limit_mb=2048 -malloc_limit_mb=512 -timeout=20 "$input" 2>&1 | tail -n 40 || true
        echo "  again: $targets_folder/$name $input"
    else
        tail -n 20 "$log"
    fi
    return 1
}

if [ "${MOTE_FUZZ_ONE:-}" ]; then
    run_one "$MOTE_FUZZ_ONE"
    exit
fi

mkdir -p "$folder/logs" "$folder/crashes" "$folder/grown"
if [ $# -gt 0 ]; then targets=("$@"); else mapfile -t targets < <(find "$targets_folder" -maxdepth 1 -name '*_fuzz' -printf '%f\n' | sort); fi
[ ${#targets[@]} -gt 0 ] || { echo "error: no fuzz targets were built" >&2; exit 1; }
printf '%s\0' "${targets[@]}" | xargs -0 -P "$jobs" -I {} env MOTE_FUZZ_ONE={} fuzz/run.sh "${targets_folder%/fuzz_targets}" "$seconds"
