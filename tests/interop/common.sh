# What the tests against public runtimes share; sourced.

skip() {
    echo "$1" >&2
    [ -z "${CI:-}" ] || exit 1
    exit 77
}

# fetch FOLDER: the packages of its package-lock.json, once, into the user's cache; sets $packages.
fetch() {
    command -v node >/dev/null && command -v npm >/dev/null || skip "Node.js (node, npm) is not installed: public runtimes were not tried"
    packages=${XDG_CACHE_HOME:-$HOME/.cache}/mote/interop/$(sha256sum "$1/package-lock.json" | cut -c1-16)
    [ ! -f "$packages/complete" ] || return 0
    mkdir -p "$packages"
    cp "$1"/package*.json "$packages"
    # A registry that cannot be reached says nothing about the code: that is a skip everywhere.
    (cd "$packages" && npm ci --ignore-scripts --no-audit --no-fund --legacy-peer-deps --fetch-retries 1 >npm.log 2>&1) || {
        echo "npm could not fetch the public runtime ($(tail -n 1 "$packages/npm.log")): it was not tried" >&2
        exit 77
    }
    touch "$packages/complete"
}

# compare A B: bytes that are equal, one step apart, further apart; the most steps.
compare() {
    cmp -s <(wc -c <"$1") <(wc -c <"$2") || { echo "$1 and $2 differ in length" >&2; exit 1; }
    paste <(od -An -v -td1 -w1 "$1") <(od -An -v -td1 -w1 "$2") |
        awk '{ d = $1 - $2; if (d < 0) d = -d; if (d == 0) same++; else if (d == 1) one++; else more++; if (d > most) most = d }
             END { printf "%d %d %d %d\n", same, one, more, most }'
}

# compare_reals A B MOST: float32 files; fails when two values are further apart.
compare_reals() {
    node -e 'const fs = require("fs"), read = (f) => { const b = fs.readFileSync(f); return new Float32Array(b.buffer.slice(b.byteOffset, b.byteOffset + b.length)); };
        const [a, b] = process.argv.slice(1, 3).map(read);
        let most = a.length === b.length && a.length > 0 ? 0 : Infinity;
        for (let i = 0; i < a.length; ++i) most = Math.max(most, Number.isFinite(b[i]) ? Math.abs(a[i] - b[i]) : Infinity);
        console.log(`${a.length} values, at most ${most.toExponential(1)} apart`);
        process.exit(most <= Number(process.argv[3]) ? 0 : 1);' "$1" "$2" "$3"
}

# reals COUNT FILE: numbers from -1 to 1.
reals() {
    node -e 'const n = Number(process.argv[1]), v = new Float32Array(n); let s = 1;
        for (let i = 0; i < n; ++i) { s = (Math.imul(s, 1103515245) + 12345) >>> 0; v[i] = s / 2 ** 31 - 1; }
        require("fs").writeFileSync(process.argv[2], v);' "$1" "$2"
}

# train_small: a project in $work with a run trained by $mote on two kinds of motion; sets $project.
train_small() {
    project=$work/project
    for kind in low high; do
        mkdir -p "$work/data/$kind"
        for n in 1 2 3 4 5 6 7 8; do
            awk -v k=$kind -v p=$n 'BEGIN { print "timestamp,x,y,z"; srand(p)
                for (t = 0; t < 200; t++) { f = k == "low" ? 2 : 9
                    printf "%d,%.3f,%.3f,%.3f\n", t * 10, sin(6.2832 * f * t / 100 + p), cos(6.2832 * f * t / 100) + rand() / 5, rand() } }' \
                >"$work/data/$kind/r$n.csv"
        done
    done
    "$mote" init --kind motion "$project" --quiet >/dev/null
    "$mote" -C "$project" ingest "$work/data" --quiet >/dev/null
    "$mote" -C "$project" train --epochs 3 --set train.threads=1 --set model.size=small --quiet >/dev/null
}
