# The demo as a person runs it: quick, and with DEMO=full the whole of it against its ten minutes. Figures come from synthetic voices.
set -euo pipefail
. bench/lib.sh
if ! command -v espeak-ng >/dev/null; then
    echo "   not measured, espeak-ng is not installed" >&2
    exit 0
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/mote-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
# demo NAME [OPTION...]
demo() {
    local name=$1
    shift
    "$MOTE" demo --out "$work/$name" --json --quiet "$@" >"$work/$name.json"
    figure() { jq -r "$1" "$work/$name.json"; }
    row "$name: time, once installed and built" "$(figure '.seconds * 10 | round / 10')" '<=' 600 s
    note "$name: clips made" "$(figure .corpus.clips)" ""
    for arithmetic in float int8; do
        note "$name: accuracy, $arithmetic on the host" \
            "$(figure ".test.evaluations[] | select(.arithmetic == \"$arithmetic\") | .metrics.accuracy * 10000 | round / 100")" %
    done
    note "$name: accuracy, int8 on the emulated nRF52840" "$(figure '.test.target.metrics.accuracy * 10000 | round / 100')" %
    row "$name: bytes that differ, host against chip" "$(figure '.test.target | .differing_outputs + .differing_features')" '<=' 0 bytes
    note "$name: flash beyond an empty firmware" "$(figure '.test.target | .flash_bytes - .empty_flash_bytes')" bytes
    note "$name: arena and stack" "$(figure '.test.target | .arena_bytes + .stack_bytes')" bytes
    row "$name: places of report and firmware where nothing is" "$(for place in "$(figure .report)" "$(figure .firmware)/src/model.cpp"; do
        [ -s "$place" ] || echo "$place"
    done | wc -l)" '<=' 0 ""
}
demo quick --quick
if [ "${DEMO:-}" = full ]; then demo full; else echo "   the whole demo: not measured; DEMO=full ./dev bench demo does"; fi
[ $failed = 0 ]
