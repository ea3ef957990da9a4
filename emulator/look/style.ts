/** Light and dark by what the reader's system says; from 360 px up. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --text: #1b1f27; --soft: #57606e; --line: #dde1e7; --land: #c9d0da; --code: #eef0f4;
  --runs: #146c40; --runs-on: #e3f5ea; --moves: #8a5a00; --moves-on: #fdf1d7; --rests: #57606e; --rests-on: #eceff3;
  --fails: #b3261e; --fails-on: #fde8e6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101319; --card: #181c24; --text: #e6e9ef; --soft: #a2abba; --line: #2b313d; --land: #353d4b; --code: #222834;
    --runs: #5fd394; --runs-on: #12301f; --moves: #f0bd5a; --moves-on: #35290f; --rests: #a9b2c1; --rests-on: #272d38;
    --fails: #ff8f86; --fails-on: #401a18;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.45 system-ui, sans-serif; }
header, main { max-width: 1440px; margin: 0 auto; padding: 16px 24px; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 24px; padding-bottom: 0; }
h1 { margin: 0; font-size: 24px; letter-spacing: -.01em; }
h2 { margin: 0 0 12px; font-size: 17px; }
small { color: var(--soft); font-size: 13px; font-weight: 400; }
#link { flex: 1 1 auto; margin: 0; color: var(--fails); font-weight: 600; }
#clock { display: flex; flex-wrap: wrap; align-items: center; gap: 0 20px; }
#clock p { margin: 0; }
.now b { font-size: 24px; font-variant-numeric: tabular-nums; }
.now span, .facts { color: var(--soft); font-size: 13px; }
.facts b { color: var(--text); }
main, .column { display: grid; grid-template-columns: minmax(0, 1fr); align-content: start; gap: 16px; }
main section { min-width: 0; padding: 16px 20px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.gone main, .gone #clock { opacity: .6; }
.none { margin: 0; color: var(--soft); }
code { font: 13px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
b, summary, small, li { overflow-wrap: anywhere; }
.id { white-space: nowrap; }
.chips { display: inline-flex; flex-wrap: wrap; gap: 4px; }
.chip { padding: 1px 8px; border-radius: 10px; background: var(--rests-on); color: var(--rests); font-size: 13px; font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
.chip.runs { background: var(--runs-on); color: var(--runs); }
.chip.moves { background: var(--moves-on); color: var(--moves); }
.chip.fails { background: var(--fails-on); color: var(--fails); font-weight: 600; }
.map { display: block; width: 100%; max-height: 520px; }
.land { fill: none; stroke: var(--land); stroke-width: 3.6; stroke-linecap: round; stroke-dasharray: 0 7; }
.other { fill: var(--soft); opacity: .55; }
.core { fill: var(--card); stroke: none; }
.arc { fill: none; stroke-width: 6; }
.arc.runs { stroke: var(--runs); } .arc.moves { stroke: var(--moves); } .arc.rests { stroke: var(--rests); } .arc.fails { stroke: var(--fails); }
.lead { stroke: var(--soft); }
.label rect { fill: var(--card); stroke: var(--line); }
.label text { fill: var(--text); font: 600 13px ui-monospace, monospace; text-anchor: middle; dominant-baseline: central; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 8px 0; color: var(--soft); font-size: 13px; }
.legend span::before { content: ""; display: inline-block; width: 10px; height: 10px; margin-right: 6px; border-radius: 50%; background: var(--rests); }
.legend .runs::before { background: var(--runs); } .legend .moves::before { background: var(--moves); } .legend .fails::before { background: var(--fails); }
.places { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); gap: 6px 20px; margin: 12px 0 0; padding: 0; list-style: none; }
.places .chips { margin-left: 4px; }
.calls { margin: 0; padding: 0; list-style: none; }
.calls li { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 0 10px; align-items: baseline; padding: 5px 0; border-bottom: 1px solid var(--line); }
.calls li:last-child { border-bottom: 0; }
.calls small { font-variant-numeric: tabular-nums; }
.calls code { grid-column: 2 / -1; color: var(--soft); font-size: 12px; }
.calls .chip { grid-row: span 2; min-width: 42px; text-align: center; }
details { margin-top: 8px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 8px; }
summary { cursor: pointer; }
summary:focus-visible { outline: 2px solid var(--runs); outline-offset: 2px; }
table { width: 100%; margin-top: 8px; border-collapse: collapse; }
th { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); color: var(--soft); font-size: 13px; font-weight: 500; text-align: left; }
td { padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; font-variant-numeric: tabular-nums; }
tr:last-child td { border-bottom: 0; }
@media (min-width: 1100px) {
  main { grid-template-columns: minmax(0, 5fr) minmax(0, 3fr); }
}
@media (max-width: 760px) {
  header, main { padding: 12px; }
  main section { padding: 12px; }
  .label { display: none; }
  .arc { stroke-width: 12; }
}
main section { container-type: inline-size; }
@container (max-width: 520px) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, td { display: block; }
  tr { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 2px 12px; padding: 6px 0; border-bottom: 1px solid var(--line); }
  tr:last-child { border-bottom: 0; }
  td { padding: 0; border: 0; overflow-wrap: anywhere; }
  .id { white-space: normal; }
  td::before { content: attr(data-label); display: block; color: var(--soft); font-size: 12px; line-height: 1.3; }
}
`;

export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="#1a7f4b"/><circle cx="8" cy="8" r="3" fill="#fff"/></svg>`;
