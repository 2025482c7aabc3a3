# Ten thousand small files into a store, durably; the same again.
set -euo pipefail
. bench/lib.sh
work=$(mktemp -d "${TMPDIR:-/tmp}/mote-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
# 10,000 files of 50 rows by 3 columns in 10 folders; the content differs from file to file.
awk -v out="$work/files" 'BEGIN {
    for (d = 0; d < 10; ++d) { system("mkdir -p " out "/label" d)
        for (f = 0; f < 1000; ++f) { name = out "/label" d "/" f ".csv"; text = "timestamp,x,y,z\n"
            for (r = 0; r < 50; ++r) text = text r * 10 "," d + r / 7 "," f + r * r % 11 "," (d * f + r) % 13 "\n"
            printf "%s", text > name; close(name) } } }'
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
