/**
 * The look of the page. Calm: one accent, verdict colours only for verdicts, fault colours only for
 * faults. Every colour is a variable with a light and a dark value, and text keeps a contrast of
 * 4.5 : 1 on its ground (AA).
 */
const LIGHT = `color-scheme:light;--bg:#f4f6f9;--card:#fff;--ink:#18202c;--soft:#526071;
--line:#e1e6ed;--grid:#e9edf2;--accent:#2457d6;--mark:#d0021b;
--shade:0 1px 2px rgba(20,30,50,.05),0 4px 16px rgba(20,30,50,.04);
--pass:#0b6b3a;--pass-bg:#dcf4e6;--fail:#b01220;--fail-bg:#fde3e5;--unknown:#7d4e00;
--unknown-bg:#fcefd2;--invalid:#742ba0;--invalid-bg:#f1e4fa;--na:#526071;--na-bg:#ebeff4;
--f0:#c2570c;--f1:#7c3aed;--f2:#0f766e;--f3:#be185d;--f4:#5f6f0f;--f5:#0369a1;--f6:#8a4b08;
--f7:#475569;
--p50:#5b8def;--p90:#2f66e0;--p99:#153a8f;--max:#8a94a3;--ok:#2c9d6c;--bad:#cf2636;--warm:#d97a1a;
--idle:#8593a5;--info:#c7a008;--dup:#7c5cc4;`;

const DARK = `color-scheme:dark;--bg:#0d1117;--card:#151b23;--ink:#e5eaf1;--soft:#9ba8b8;
--line:#28303b;--grid:#212833;--accent:#7ea8ff;--mark:#ff6b78;--shade:0 1px 2px rgba(0,0,0,.4);
--pass:#6fe0a3;--pass-bg:#10311f;--fail:#ff9ca2;--fail-bg:#42161b;--unknown:#f5c76b;
--unknown-bg:#39290a;--invalid:#dab2ff;--invalid-bg:#301c42;--na:#a5b1c0;--na-bg:#232b36;
--f0:#ff9d5c;--f1:#b794ff;--f2:#4fd1c5;--f3:#ff85b8;--f4:#c3d34f;--f5:#6cc4ff;--f6:#e0b072;
--f7:#a8b6c8;
--p50:#4a7ee0;--p90:#82aaff;--p99:#d3e1ff;--max:#8592a3;--ok:#35b57e;--bad:#ff5a67;--warm:#ff9d45;
--idle:#69788b;--info:#e0bd3a;--dup:#a78bfa;`;

const FRAME = `
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:84px;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,-apple-system,
  "Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;
  overflow-wrap:anywhere}
main{max-width:1120px;margin:0 auto;padding:20px 16px 64px;display:grid;
  grid-template-columns:minmax(0,1fr);gap:18px}
a{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
h1,h2,h3,p,dl,dd,ul,ol,figure{margin:0;padding:0}
h1{font-size:24px;line-height:1.25;letter-spacing:-.01em}
h2{font-size:17px;margin-bottom:10px}
h3{font-size:14.5px;margin:16px 0 6px}
ul,ol{list-style:none}
small{color:var(--soft);font-size:12.5px}
code,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;
  font-size:.88em}
.name{unicode-bidi:isolate}
.note,.none,.about{color:var(--soft);font-size:13.5px}
.none{font-style:italic}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px;
  box-shadow:var(--shade);min-width:0}
section:not(.card)>h2{margin-left:4px}
.skip{position:absolute;left:-9999px}.skip:focus{left:8px;top:8px;z-index:9;
  background:var(--card);padding:8px}
.nav{position:sticky;top:0;z-index:5;background:color-mix(in srgb,var(--bg) 88%,transparent);
  backdrop-filter:blur(8px);border-bottom:1px solid var(--line)}
.nav-in{max-width:1120px;margin:0 auto;padding:8px 16px;display:flex;gap:16px;align-items:center}
.nav ul{display:flex;gap:2px 16px;flex-wrap:wrap;flex:1}
.nav li a{color:var(--soft);text-decoration:none;font-size:13.5px;white-space:nowrap}
  .nav li a:hover{color:var(--ink)}
.brand{font-weight:700;letter-spacing:-.01em}
.quiet{font:inherit;font-size:13px;color:var(--ink);background:var(--card);
  border:1px solid var(--line);border-radius:8px;padding:5px 11px;cursor:pointer}.quiet:hover{
  border-color:var(--soft)}
[hidden]{display:none!important}
.v-pass{--v:var(--pass);--v-bg:var(--pass-bg)}.v-fail{--v:var(--fail);--v-bg:var(--fail-bg)}
  .v-unknown{--v:var(--unknown);--v-bg:var(--unknown-bg)}.v-invalid{--v:var(--invalid);
  --v-bg:var(--invalid-bg)}.v-not-applicable{--v:var(--na);--v-bg:var(--na-bg)}
.chip,.badge,.tag{display:inline-block;white-space:nowrap;border-radius:99px;font-weight:650;
  font-size:12.5px;padding:2px 10px;color:var(--v);background:var(--v-bg)}
.badge{font-size:19px;padding:8px 20px;letter-spacing:.01em}
.tag{color:var(--soft);background:var(--na-bg);font-weight:500}
.head{border-top:4px solid var(--v)}
.head-top{display:flex;gap:18px;align-items:flex-start;flex-wrap:wrap}.head-top>div{flex:1;
  min-width:220px}
.why{font-size:19px;line-height:1.4;margin:16px 0 4px;font-weight:550;letter-spacing:-.005em}
.reasons{margin:6px 0;padding-left:18px;color:var(--soft)}.reasons li{list-style:disc}
.tally{color:var(--soft);font-size:13.5px}
.facts{display:flex;flex-wrap:wrap;gap:12px 30px;margin-top:16px}
dt{color:var(--soft);font-size:12px}
.facts dd{font-weight:550}
.replay{display:flex;gap:8px;align-items:center;margin-top:18px;background:var(--bg);
  border:1px solid var(--line);border-radius:9px;padding:8px 8px 8px 14px}.replay code{flex:1;
  min-width:0}
.lead{font-size:15.5px;margin-bottom:12px}
.zero{color:var(--soft)}.zero b{font-weight:500}
.warning{background:var(--fail-bg);color:var(--fail);border-radius:8px;padding:8px 12px;
  margin-bottom:10px}
.classes{display:grid;grid-template-columns:repeat(auto-fill,minmax(140px,1fr));gap:10px 18px;
  margin-top:14px}
.classes li{display:flex;gap:9px;align-items:baseline;font-size:13.5px}.classes small{
  display:block;line-height:1.35}
.swatch{display:inline-block;width:11px;height:11px;border-radius:3px;background:var(--c);flex:none}
h3 .swatch,th .swatch{margin-right:7px}
.m-delivered{--c:var(--ok)}.m-lost{--c:var(--bad)}.m-refused{--c:var(--warm)}.m-notSent{
  --c:var(--idle)}.m-info{--c:var(--info)}.m-duplicates{--c:var(--dup)}
.scroll{overflow-x:auto;max-width:100%;background-image:
  linear-gradient(to right,var(--card) 40%,transparent),
  linear-gradient(to left,var(--card) 40%,transparent),
  linear-gradient(to right,var(--line),transparent 14px),
  linear-gradient(to left,var(--line),transparent 14px);background-repeat:no-repeat;
  background-size:60px 100%,60px 100%,14px 100%,14px 100%;
  background-position:left,right,left,right;background-attachment:local,local,scroll,scroll}
table{border-collapse:collapse;width:100%;font-size:13.5px}
th,td{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid var(--line);font-weight:400;
  overflow-wrap:normal}
thead th{color:var(--soft);font-size:12px;vertical-align:bottom;white-space:nowrap}
.heat thead .name{display:inline-block;width:max-content;max-width:150px;white-space:normal;overflow-wrap:break-word}
tbody th{overflow-wrap:anywhere;min-width:90px}
.heat tbody th{white-space:nowrap;overflow-wrap:normal}
.number{text-align:right;padding-right:0;padding-left:14px}td.number{white-space:nowrap}
.number+:not(.number){padding-left:24px}
tr.whole{font-weight:650}tr.whole th{font-weight:650}
tbody tr:last-child>*{border-bottom:0}
.heat td,.heat tbody th{padding-top:5px;padding-bottom:5px}
.heat td[style]{background:color-mix(in srgb,var(--accent) calc(var(--heat)*42%),transparent)}
.heat .number{padding-right:10px}.never{color:var(--soft)}
.halves{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:30px;margin-top:10px;
  align-items:start}
.plain li{list-style:disc;margin-left:18px}
summary{cursor:pointer}
.scroll+details{margin-top:12px;font-size:13.5px}
`;

const CHARTS = `
svg{display:block;overflow:visible}
svg text{fill:var(--ink);font-size:12px}
svg .tick{fill:var(--soft);font-size:11px}
.plot{padding-left:58px;padding-right:14px;margin-top:18px}
figcaption{display:flex;justify-content:space-between;flex-wrap:wrap;gap:2px 18px;
  margin:0 0 8px -58px;font-size:13.5px}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:12.5px;color:var(--soft)}.legend li{
  display:flex;align-items:center;gap:6px;min-width:0}
.legend output{color:var(--ink);font-weight:550;min-width:64px}
.bands-legend{color:var(--ink);font-size:13px}
.key{width:14px;height:3px;border-radius:2px;background:var(--c);flex:none}
.stack{position:relative;touch-action:pan-y;border-radius:8px}
.over{position:absolute;inset:0 14px 0 58px;pointer-events:none;z-index:2}
.cursor,.instant{position:absolute;top:0;bottom:0;width:0;border-left:1px solid var(--soft)}
.instant{visibility:hidden;border-left:2px solid var(--mark);scroll-margin-top:110px;
  margin-left:-1px}
.instant:target,.instant.on{visibility:visible}
.instant:target::before,.instant.on::before{content:"";position:absolute;top:-5px;left:-6px;
  width:10px;height:10px;border-radius:50%;background:var(--mark)}
.tip{position:absolute;top:0;max-width:240px;background:var(--card);border:1px solid var(--line);
  border-radius:8px;box-shadow:0 4px 18px rgba(0,0,0,.18);padding:7px 11px;font-size:12.5px;
  line-height:1.45}
.tip p{display:flex;gap:6px;align-items:center}
.ground,.plane,.overview{overflow:hidden}
.f0{--c:var(--f0)}.f1{--c:var(--f1)}.f2{--c:var(--f2)}.f3{--c:var(--f3)}.f4{--c:var(--f4)}.f5{
  --c:var(--f5)}.f6{--c:var(--f6)}.f7{--c:var(--f7)}
.s-p50{--c:var(--p50)}.s-p90{--c:var(--p90)}.s-p99{--c:var(--p99)}.s-max{--c:var(--max)}
  .s-connected{--c:var(--ok)}.s-connects{--c:var(--accent)}.s-rate{--c:var(--accent)}.s-lost{
  --c:var(--bad)}.s-duplicates{--c:var(--dup)}
.q0{--c:var(--idle)}.q1{--c:var(--accent)}.q2{--c:var(--warm)}.q3{--c:var(--dup)}.q4{
  --c:var(--ok)}.q5{--c:var(--info)}.whole{--c:var(--ink)}
.g-rest0{--c:var(--idle)}.g-way0{--c:var(--dup)}.g-way1{--c:var(--accent)}.g-way2{--c:var(--f2)}
.g-way3{--c:var(--info)}.g-bad0{--c:var(--bad)}.g-bad1{--c:var(--warm)}.g-good0{--c:var(--ok)}
.part-over-time{fill:var(--c);shape-rendering:crispEdges}.g-rest0.part-over-time{opacity:.35}
.stretch rect{fill:var(--c);fill-opacity:.2;stroke:var(--c)}
.decided line{stroke:var(--c);stroke-width:2}.decided line{stroke-dasharray:5 3}
figcaption.below{margin:8px 0 0 -58px;justify-content:flex-start}.below output{min-width:0}
.tint{fill:var(--c);opacity:.11}.cap{fill:var(--c);opacity:.9}
.grid{stroke:var(--grid);stroke-width:1}
.phase-edge{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 4;opacity:.55}
.phase-block{fill:var(--na-bg)}.phase-block.odd{fill:var(--line)}.phase-name{font-size:11.5px}
.fault-row .bar{fill:var(--c);opacity:.3;stroke:var(--c)}
.fault-row text{font-size:11.5px;paint-order:stroke;stroke:var(--card);stroke-width:3px;
  stroke-linejoin:round}
.line{fill:none;stroke:var(--c);stroke-width:1.75;vector-effect:non-scaling-stroke;
  stroke-linejoin:round;stroke-linecap:round}
.line.s-p99{stroke-width:2.25}.line.s-max{stroke-dasharray:1 4;stroke-width:1.75}
.fill{fill:var(--c);opacity:.16;stroke:none}.fill.bars{opacity:.85}
.dot{fill:var(--c);stroke:var(--card);stroke-width:1.5}
.own{--c:var(--own)}
.stacked{border-radius:6px;overflow:hidden}.track{fill:var(--na-bg)}.part{fill:var(--c);
  stroke:var(--card);stroke-width:1}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,330px),1fr));gap:14px}
.fault{--own:var(--c);border-top:3px solid var(--c)}.fault h3{margin-top:0;display:flex;
  align-items:center;gap:4px;flex-wrap:wrap}.fault h3 .chip{margin-left:auto}
.evidence{margin:8px 0 0;font-size:13.5px}
.ladder-plot{margin-top:14px}.ladder-plot figcaption{margin:0 0 4px;font-size:12px;
  color:var(--soft)}
.figures{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:10px 12px;margin-top:14px}
  .figures dt{overflow-wrap:normal}
.figures dd{font-weight:600;font-size:14px}.figures .never dd{color:var(--fail)}
.checker{padding:13px 0 13px 14px;border-left:3px solid var(--v);margin-bottom:10px}
.checker-head{display:flex;gap:12px;align-items:baseline}.checker-head h3{margin:0}
  .checker-head code{font-weight:400;color:var(--soft)}
.checker p{margin-top:4px}.checker .note{margin-top:0}
.silent{color:var(--soft);font-size:13.5px;margin-top:8px}.silent .checkers{margin-top:10px}
.findings{margin-top:8px}
.finding{border:1px solid var(--line);border-radius:9px;padding:8px 12px;margin-top:7px;
  background:var(--bg)}
.finding summary span{font-weight:550}
.instant-link{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;
  font-size:.88em;white-space:nowrap}
.witness{margin:8px 0 2px 6px;border-left:2px solid var(--line)}
.witness li{display:flex;gap:14px;position:relative;padding:4px 0 4px 18px;font-size:13.5px}
.witness li::before{content:"";position:absolute;left:-6px;top:11px;width:8px;height:8px;
  border-radius:50%;background:var(--card);border:2px solid var(--soft)}
.witness li:last-child::before{background:var(--mark);border-color:var(--mark)}
.when{flex:none;width:150px}.when small{margin-left:8px;white-space:nowrap}
.marked{margin-top:12px}
h4{margin:12px 0 2px;font-size:12.5px;color:var(--soft);font-weight:600}
.trace{border:1px solid var(--line);border-radius:9px;padding:8px 12px;margin-top:8px;
  background:var(--bg)}.trace>summary small{margin-left:4px}
.way li{display:grid;grid-template-columns:150px minmax(90px,1fr) minmax(0,2.2fr);gap:2px 14px;
  padding:3px 0;font-size:13.5px;border-top:1px solid var(--line);align-items:start}
.way li:first-child{border-top:0}.way .at small{margin-left:5px}
.gap-track{position:relative;height:12px;margin-top:5px;border-radius:3px;background:var(--na-bg)}
.gap-track:empty{background:none}.gap,.tick-mark{position:absolute;top:0;bottom:0;border-radius:2px}
.gap{background:var(--accent);min-width:3px;margin-left:-1px}.gap.hit{background:var(--warm)}
.thing .gap{opacity:.45}.tick-mark{width:2px;margin-left:-1px;background:var(--ink)}
.hit-note{display:block}.d2{padding-left:14px}.d3{padding-left:28px}.d4{padding-left:42px}
@media(max-width:1000px){.halves{grid-template-columns:minmax(0,1fr)}}
@media(max-width:760px){.wide-only{display:none}.plot{
  padding-left:50px;padding-right:8px}.over{inset:0 8px 0 50px}figcaption{margin-left:-50px}.card{
  padding:16px 14px}.witness li{flex-direction:column;gap:0}.when{width:auto}.badge{
  font-size:16px;padding:6px 15px}.why{font-size:17px}.brand{display:none}.facts{gap:10px 22px}
  .legend output{min-width:0}.checker-head{flex-direction:column;gap:5px}}
@media(min-width:761px){.narrow-only{display:none}}
.narrow-only{margin-top:8px}
@media(max-width:760px){.nav ul{column-gap:14px}}
@media(max-width:760px){.way li{grid-template-columns:minmax(0,1fr)}.gap-track{margin:2px 0;
  height:8px;order:3}.gap-track:empty{display:none}}
@media(max-width:520px){.stacks,.stacks tbody{display:block}.stacks thead{display:none}.stacks tr{
  display:grid;grid-template-columns:repeat(3,minmax(0,1fr));padding:8px 0;
  border-bottom:1px solid var(--line)}.stacks tr:last-child{border-bottom:0}.stacks th,.stacks td{
  border:0;padding:2px 0;text-align:left}.stacks th{grid-column:1/-1}.stacks td[data-name]::before{
  content:attr(data-name);display:block;color:var(--soft);font-size:12px;font-weight:400}}
@media print{:root{${LIGHT}}.nav,.quiet,.skip{display:none}main{padding:0}.card{box-shadow:none;
  break-inside:avoid-page}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
`;

export const STYLE = `:root{${LIGHT}}
@media(prefers-color-scheme:dark){:root{${DARK}}}
:root[data-theme=light]{${LIGHT}}
:root[data-theme=dark]{${DARK}}
${FRAME}${CHARTS}`;
