#include "app/report/style.hpp"

namespace mote::app::report {

namespace {

constexpr std::string_view sheet = R"css(
:root {
    --ink:#1b1f24;
    --soft:#67707b;
    --line:#d9dee4;
    --page:#fff;
    --panel:#f6f8fa;
    --hit:31,119,180;
    --c0:#1f77b4;
    --c1:#d9480f;
    --c2:#2b8a3e;
    --c3:#9c36b5;
    --c4:#b08900;
    --c5:#0b7285;
    --c6:#c2255c;
    --c7:#5f3dc4;
}
@media(prefers-color-scheme:dark) {
    :root {
        --ink:#e6e9ee;
        --soft:#98a2ad;
        --line:#3a424c;
        --page:#14181d;
        --panel:#1d232a;
        --hit:77,171,247;
        --c0:#4dabf7;
        --c1:#ff922b;
        --c2:#69db7c;
        --c3:#da77f2;
        --c4:#ffd43b;
        --c5:#3bc9db;
        --c6:#f783ac;
        --c7:#9775fa;
    }
}
body {
    margin:0 auto;
    max-width:1100px;
    padding:24px 20px 60px;
    font:15px/1.5 system-ui,sans-serif;
    color:var(--ink);
    background:var(--page);
}
h1 { margin:0; font-size:26px }
h2 { margin:34px 0 10px; font-size:18px; border-bottom:1px solid var(--line); padding-bottom:4px }
.sub { color:var(--soft); margin:2px 0 14px }
.note { background:var(--panel); border-left:4px solid var(--c1); padding:8px 12px; margin:8px 0 }
.facts { display:grid; grid-template-columns:repeat(auto-fill,minmax(165px,1fr)); gap:10px; margin-top:16px }
.fact { background:var(--panel); border-radius:8px; padding:10px 12px }
.fact b { display:block; font-size:20px }
.fact span { color:var(--soft); font-size:12px; display:block }
.row { display:flex; flex-wrap:wrap; gap:24px; align-items:flex-start }
svg text { fill:var(--soft); font:11px system-ui,sans-serif }
.grid { stroke:var(--line); stroke-width:1 }
svg { max-width:100%; height:auto }
.curve { fill:none; stroke-width:1.6 }
.mark { fill:var(--ink); stroke:var(--page); stroke-width:1.5 }
svg text.marked { fill:var(--ink); font-weight:600 }
.wave { background:var(--panel) }
.wave .curve { stroke-width:.8 }
.free { fill:var(--panel); stroke:var(--line) }
.s0 { stroke:var(--c0) }
.s1 { stroke:var(--c1) }
.s2 { stroke:var(--c2) }
.s3 { stroke:var(--c3) }
.s4 { stroke:var(--c4) }
.s5 { stroke:var(--c5) }
.s6 { stroke:var(--c6) }
.s7 { stroke:var(--c7) }
.box { stroke:none; opacity:.75 }
.box.s0 { fill:var(--c0) }
.box.s1 { fill:var(--c1) }
.box.s2 { fill:var(--c2) }
.box.s3 { fill:var(--c3) }
.box.s4 { fill:var(--c4) }
.box.s5 { fill:var(--c5) }
.box.s6 { fill:var(--c6) }
.box.s7 { fill:var(--c7) }
.memory text { fill:var(--ink) }
table { border-collapse:collapse; font-size:13px }
th,td { padding:3px 9px; text-align:left; border-bottom:1px solid var(--line) }
th { color:var(--soft); font-weight:600 }
.number { text-align:right; font-variant-numeric:tabular-nums }
.confusion td { text-align:right; min-width:44px; border:1px solid var(--page) }
.mistakes { display:grid; grid-template-columns:repeat(auto-fill,minmax(285px,1fr)); gap:16px }
.mistake { background:var(--panel); border-radius:8px; padding:10px }
.mistake img,.mistake svg { display:block; margin-top:6px; image-rendering:pixelated }
code { font-size:12px; word-break:break-all }
)css";

}  // namespace

std::string_view style() { return sheet; }

}  // namespace mote::app::report
