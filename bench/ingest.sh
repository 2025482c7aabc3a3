# Ten thousand small files into a store, durably; the same again.
set -euo pipefail
. bench/lib.sh
work=$(mktemp -d "${TMPDIR:-/tmp}/mote-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
small_files "$work/files" 10000
"$MOTE" init --kind motion "$work/project" --quiet >/dev/null
seconds() {
    local started
    started=$(date +%s.%N)
    "$MOTE" -C "$work/project" ingest "$work/files" --json --quiet >"$work/report.json"
    awk -v a="$started" -v b="$(date +%s.%N)" 'BEGIN { printf "%.2f", b - a }'
}
first=$(seconds)
added=$(jq .report.added "$work/report.json")
second=$(seconds)
unchanged=$(jq .report.unchanged "$work/report.json")
row "samples that landed" "$added" '>=' 10000 files
row "ingest of 10,000 small files, durable" "$first" '<=' 5 s
row "files recognised the second time" "$unchanged" '>=' 10000 files
row "the same again" "$second" '<=' 0.5 s
[ $failed = 0 ]
