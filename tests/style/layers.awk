# Reads "file:line:#include "path"" lines (grep -n output) and names every include that goes against the arrow.
# Usage: git grep -nE '#include "' src | awk -v layers="base ..." -f layers.awk; `layers` are in the order of the arrow.
BEGIN {
    count = split(layers, order, " ")
    for (i = 1; i <= count; ++i) rank[order[i]] = i
    # Model code knows nothing of recordings, and recordings nothing of models: beside the order, these never meet.
    forbidden["graph store"] = forbidden["graph dsp"] = forbidden["board store"] = forbidden["compress store"] = 1
}
{
    split($0, part, ":")
    file = part[1]
    if (file !~ /^src\//) next
    split(file, folders, "/")
    from = folders[2]
    if (!match($0, /#include "[^"]+"/)) next
    path = substr($0, RSTART + 10, RLENGTH - 11)
    split(path, target, "/")
    to = target[1]
    if (to == "mote" || !(to in rank)) next  # the runtime may be included by all, and a library is not a layer
    if (rank[to] > rank[from] || ((from " " to) in forbidden)) {
        print file ":" part[2] ": layer '" from "' must not include '" path "'"
        bad = 1
    }
}
END { exit bad }
