# One small trained model on every board that there is: bytes host against emulated chip, instructions, cycles, flash, RAM. Then how far the
# cycle model lies from a published result (see docs/decisions/0003-measuring-without-a-board.md).
set -euo pipefail
. bench/lib.sh
windows=${BOARD_WINDOWS:-20}
data=$(shared_data phone_watch_har) || exit 0
folder=$cache/projects/boards
if [ ! -f "$folder/mote.toml" ]; then
    "$MOTE" init --kind motion --name boards "$folder" --quiet >/dev/null
    "$MOTE" -C "$folder" ingest "$data" --include '*s01*_sp.csv' --include '*s02*_sp.csv' --include '*s03*_sp.csv' --include '*s05*_sp.csv' \
        --name-pattern '{subject}_{run}_{device}.csv' --tables "$data/split_subjects.csv" --group-by subject --mixed-rates --quiet >/dev/null
fi
"$MOTE" -C "$folder" train --epochs 6 --set model.size=small --json --quiet >"$cache/boards.json"
run=$(jq -r .run "$cache/boards.json")
note "the model: 1 s of 6 axes into a small conv_1d, weights" "$(jq .model.weights "$cache/boards.json")" ""
for board in $("$MOTE" targets --json | jq -r '.targets[].name'); do
    # It fails where bytes differ too, and then says which; without figures it could not be measured.
    "$MOTE" -C "$folder" test "$run" --on "$board" --layers --limit "$windows" --json --quiet >"$cache/board.json" || true
    if [ "$(jq -r '.target.windows // 0' "$cache/board.json")" = 0 ]; then
        echo "   $board: not measured: $(jq -r '.error.message // "no answer"' "$cache/board.json")" >&2
        failed=$((failed + 1))
        continue
    fi
    figure() { jq -r ".target | $1" "$cache/board.json"; }
    row "$board: bytes that differ: features, every layer, outputs" \
        "$(figure '.differing_features + .differing_layers + .differing_outputs')" '<=' 0 bytes
    note "$board: windows compared" "$(figure .windows)" ""
    note "$board: instructions a window, exact" "$(figure .instructions)" ""
    note "$board: cycles a window, modelled" "$(figure '.cycles | "\(.expected | round) (\(.low | round) .. \(.high | round))"')" ""
    row "$board: flash, exact, of the part" "$(figure .flash_bytes)" '<=' "$(figure .board_flash_bytes)" bytes
    row "$board: static RAM and stack, exact, of the part" "$(figure '.static_ram_bytes + .stack_bytes')" '<=' "$(figure .board_ram_bytes)" bytes
done
ninja -C "$BUILD" test_target >"$cache/boards.log" 2>&1 || { cat "$cache/boards.log" >&2; exit 1; }
# Published: MLPerf Tiny v1.0, closed division, microTVM with CMSIS-NN on NUCLEO-L4R5ZI, anomaly detection, 116.212 inferences a second.
line=$("$BUILD/tests/test_target" --gtest_filter=cycles.a_published_dense_network_lies_in_the_range | grep '^dense network') ||
    { echo "   the published result does not lie in the modelled range" >&2; failed=$((failed + 1)); }
echo "   $line"
low=$(sed -n 's/.*(\([0-9]*\) \.\. .*/\1/p' <<<"$line") high=$(sed -n 's/.* \.\. \([0-9]*\)).*/\1/p' <<<"$line")
published=$(sed -n 's/.*published \([0-9]*\):.*/\1/p' <<<"$line")
row "cycle model: lowest modelled over published" "$(awk -v a="$low" -v b="$published" 'BEGIN { printf "%.3f", a / b }')" '<=' 1 ""
row "cycle model: highest modelled over published" "$(awk -v a="$high" -v b="$published" 'BEGIN { printf "%.3f", a / b }')" '>=' 0.999 ""
[ $failed = 0 ]
