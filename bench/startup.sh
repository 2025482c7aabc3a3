# How long the program takes to say its version: the least of 20 runs.
set -euo pipefail
. bench/lib.sh
least=$(for _ in $(seq 20); do
    started=$(date +%s%N)
    "$MOTE" --version >/dev/null
    echo $((($(date +%s%N) - started) / 1000))
done | sort -n | head -n 1)
row "mote --version" "$(awk -v us="$least" 'BEGIN { printf "%.1f", us / 1000 }')" '<=' 20 ms
[ $failed = 0 ]
