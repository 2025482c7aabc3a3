# What every benchmark shares: where data lies, and how a row is printed.
# A row names what was measured, the figure, the floor, and whether the floor is held; `failed` counts those that are not.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/mote/bench
shared=${MOTE_SHARED:-../shared}
failed=0
mkdir -p "$cache"

# shared_data NAME: the unpacked folder of a shared data set, or nothing (with a word) when it is not here.
shared_data() {
    local archive=$shared/data/$1.tar.xz
    if [ ! -f "$archive" ]; then
        echo "   $1: not measured, $archive is not here" >&2
        return 1
    fi
    if [ ! -d "$cache/data/$1" ]; then
        mkdir -p "$cache/data/$1.part"
        tar -xJf "$archive" -C "$cache/data/$1.part"
        mv "$cache/data/$1.part" "$cache/data/$1"
    fi
    # An archive may hold one folder with everything in it.
    local entries=("$cache/data/$1"/*)
    if [ ${#entries[@]} = 1 ] && [ -d "${entries[0]}" ]; then echo "${entries[0]}"; else echo "$cache/data/$1"; fi
}

# row WHAT FIGURE COMPARISON FLOOR UNIT: COMPARISON is >= or <=.
row() {
    local verdict
    verdict=$(awk -v a="$2" -v b="$4" -v c="$3" 'BEGIN {
        number = "^-?[0-9]+([.][0-9]*)?(e[-+]?[0-9]+)?$"  # what is no number was not measured, and holds no floor
        held = a ~ number && b ~ number && ((c == ">=") ? a + 0 >= b + 0 : a + 0 <= b + 0)
        print held ? "held" : "NOT HELD" }')
    [ "$verdict" = held ] || failed=$((failed + 1))
    printf '%-58s %12s  %s %-9s %-9s %s\n' "$1" "$2" "$3" "$4" "$5" "$verdict"
}

# note WHAT FIGURE UNIT: a figure without a floor.
note() { printf '%-58s %12s  %s\n' "$1" "$2" "$3"; }

mean() { awk '{ s += $1; n++ } END { printf "%.4f", n ? s / n : 0 }'; }

# small_files FOLDER COUNT: that many files of 50 rows by 3 columns in 10 folders; the content differs from file to file.
small_files() {
    awk -v out="$1" -v count="$2" 'BEGIN {
        for (d = 0; d < 10; ++d) { system("mkdir -p " out "/label" d)
            for (f = 0; f < count / 10; ++f) { name = out "/label" d "/" f ".csv"; text = "timestamp,x,y,z\n"
                for (r = 0; r < 50; ++r) text = text r * 10 "," d + r / 7 "," f + r * r % 11 "," (d * f + r) % 13 "\n"
                printf "%s", text > name; close(name) } } }'
}
