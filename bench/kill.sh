# kill -9 of the program itself, ingesting and training, at random moments; what it had recorded by then must be there, and doing it
# again must end with the bytes of an undisturbed one. KILLS=50 kills of each, KILL_SEED=1 decides the moments.
# tests/unit/store/kill_test.cpp does the same to the store alone, many times a second.
set -euo pipefail
. bench/lib.sh
kills=${KILLS:-50}
RANDOM=${KILL_SEED:-1}
work=$(mktemp -d "${TMPDIR:-/tmp}/mote-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
hit=0 lost=0 inconsistent=0 finished=0 different=0

# kill_after SECONDS COMMAND...: true when the command was still at work.
kill_after() {
    local seconds=$1 status=0
    shift
    # In a shell of its own, which keeps the word "Killed" to itself.
    (timeout --signal=KILL "$seconds" "$@" >"$work/said.json" 2>"$work/errors"; exit $?) 2>/dev/null || status=$?
    [ $status != 137 ] || return 0
    [ $status = 0 ] || { cat "$work/errors" "$work/said.json" >&2; echo "error: $* failed with $status" >&2; exit 1; }
    return 1
}

# moment SECONDS: a random share of them.
moment() { awk -v r="$RANDOM$RANDOM" -v s="$1" 'BEGIN { printf "%.3f", 0.005 + s * (r % 10007) / 10007 }'; }

# timed COMMAND...: how long it took; what it said is in said.json.
timed() {
    local started
    started=$(date +%s.%N)
    "$@" >"$work/said.json"
    awk -v a="$started" -v b="$(date +%s.%N)" 'BEGIN { printf "%.3f", b - a }'
}

consistent() { [ "$("$MOTE" -C "$1" data check --json --quiet | jq '.problems | length')" = 0 ]; }
snapshot() { "$MOTE" -C "$1" data snapshot --json | jq -r '.snapshots[0].hash'; }

# gone BEFORE AFTER: lines of the one that the other lacks.
gone() { comm -23 <(sort "$1") <(sort "$2") | wc -l; }

report() {
    note "$1: kill -9 at random moments (seed ${KILL_SEED:-1})" "$kills" ""
    row "$1: kills that hit it at work" "$hit" '>=' "$((kills / 2))" ""
    row "$1: acknowledged $2 lost" "$lost" '<=' 0 ""
    row "$1: stores found inconsistent" "$inconsistent" '<=' 0 ""
    row "$1: brought to an end after kills" "$finished" '>=' 1 ""
    row "$1: ended with other bytes than undisturbed" "$different" '<=' 0 ""
    hit=0 lost=0 inconsistent=0 finished=0 different=0
}

# Samples of a project, one name and content hash a line: what a reader of the store is told that it holds.
samples() { "$MOTE" -C "$1" data list --limit 0 --json | jq -r '.samples[] | "\(.id) \(.name)"'; }

kills_of_ingest() {
    local project=$work/ingest-0 whole seconds left round
    small_files "$work/files" 2500 # several durable batches
    "$MOTE" init --kind motion "$work/whole" --quiet >/dev/null
    seconds=$(timed "$MOTE" -C "$work/whole" ingest "$work/files" --json --quiet)
    whole=$(snapshot "$work/whole")
    for ((round = 1; round <= kills; ++round)); do
        if [ ! -d "$project" ]; then
            "$MOTE" init --kind motion "$project" --quiet >/dev/null
            : >"$work/acknowledged"
        fi
        # What is in the project already takes no time, so the moments are those of the rest.
        left=$(awk -v all=2500 -v s="$seconds" -v n="$(wc -l <"$work/acknowledged")" 'BEGIN { print s * (1 - n / all) }')
        if kill_after "$(moment "$left")" "$MOTE" -C "$project" ingest "$work/files" --json --quiet; then hit=$((hit + 1)); fi
        consistent "$project" || inconsistent=$((inconsistent + 1))
        samples "$project" >"$work/now"
        lost=$((lost + $(gone "$work/acknowledged" "$work/now")))
        mv "$work/now" "$work/acknowledged"
        # Every fifth kill the ingest is allowed to end, and a new project begins.
        [ $((round % 5)) = 0 ] || continue
        "$MOTE" -C "$project" ingest "$work/files" --json --quiet >"$work/said.json"
        samples "$project" >"$work/now"
        lost=$((lost + $(gone "$work/acknowledged" "$work/now")))
        finished=$((finished + 1))
        [ "$(snapshot "$project")" = "$whole" ] || different=$((different + 1))
        rm -rf "$project"
        project=$work/ingest-$round
    done
    report ingest samples
}

training=(--epochs 4 --set model.size=small --set data.train_density=1 --json --quiet)

# Epochs and finished models of a project: one line each.
runs() {
    "$MOTE" -C "$1" log --limit 0 --json |
        jq -r '.runs[] | . as $r | (range(.epochs) | "\($r.run) epoch \(.)"), (select(.state == "done") | "\(.run) done")'
}

kills_of_training() {
    local data project=$work/train whole=$work/undisturbed seed=1 seconds round
    data=$(shared_data phone_watch_har) || return 0
    "$MOTE" init --kind motion "$whole" --quiet >/dev/null
    "$MOTE" -C "$whole" ingest "$data" --include '*s01_0[1-5]_sp.csv' --include '*s03_0[1-3]_sp.csv' --include '*s05_0[1-3]_sp.csv' \
        --name-pattern '{subject}_{run}_{device}.csv' --tables "$data/split_subjects.csv" --group-by subject --mixed-rates --quiet >/dev/null
    cp -r "$whole" "$project"
    : >"$work/acknowledged"
    seconds=$(timed "$MOTE" -C "$whole" train --seed $seed "${training[@]}")
    jq -r .model.int8_model "$work/said.json" >"$work/model-$seed"
    for ((round = 1; round <= kills; ++round)); do
        if kill_after "$(moment "$seconds")" "$MOTE" -C "$project" train --seed $seed "${training[@]}"; then hit=$((hit + 1)); fi
        consistent "$project" || inconsistent=$((inconsistent + 1))
        runs "$project" >"$work/now"
        lost=$((lost + $(gone "$work/acknowledged" "$work/now")))
        mv "$work/now" "$work/acknowledged"
        # A run that its record says is done has ended; the next one has another seed.
        [ $((round % 5)) = 0 ] || [ "$(grep -c ' done$' "$work/acknowledged")" -ge $seed ] || continue
        "$MOTE" -C "$project" train --seed $seed "${training[@]}" >"$work/said.json"
        finished=$((finished + 1))
        [ "$(jq -r .model.int8_model "$work/said.json")" = "$(cat "$work/model-$seed")" ] || different=$((different + 1))
        seed=$((seed + 1))
        seconds=$(timed "$MOTE" -C "$whole" train --seed $seed "${training[@]}")
        jq -r .model.int8_model "$work/said.json" >"$work/model-$seed"
    done
    report training "epochs and runs"
}

kills_of_ingest
kills_of_training
[ $failed = 0 ]
