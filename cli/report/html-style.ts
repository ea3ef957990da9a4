/** Look of the page: its own fonts and colours only, light and dark as the reader's machine is, and for paper. */
export const style = `
:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --ink: #171b21; --soft: #565f6c; --line: #dde1e7; --accent: #4b3fc4;
  --good: #17713f; --good-bg: #e2f4e9; --bad: #b3261e; --bad-bg: #fdeae8; --warn: #855300; --warn-bg: #fdf1d8; --idle: #515a66;
  --idle-bg: #ebedf1; --land: #bfc7d1; --other: #8e97a5; }
@media (prefers-color-scheme: dark) { :root { --page: #101317; --card: #191d23; --ink: #e8ebef; --soft: #a3adba; --line: #2e353e;
  --accent: #a9a1ff; --good: #74d79c; --good-bg: #143322; --bad: #ff9d94; --bad-bg: #421a17; --warn: #f3c26b; --warn-bg: #3a2a0b;
  --idle: #b4bcc8; --idle-bg: #2a3038; --land: #414b58; --other: #6d7786; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  overflow-wrap: anywhere; }
main { max-width: 1080px; margin: 0 auto; padding: 40px 24px 64px; }
h1 { font-size: 30px; line-height: 1.2; margin: 4px 0 8px; letter-spacing: -0.015em; }
h2 { font-size: 20px; line-height: 1.3; margin: 48px 0 4px; letter-spacing: -0.01em; }
h3 { font-size: 16px; line-height: 1.4; margin: 0; }
p { margin: 0; }
a { color: var(--accent); }
code { font: 0.875em ui-monospace, "SF Mono", Menlo, Consolas, monospace; background: var(--idle-bg); border-radius: 4px; padding: 1px 4px; }
.brand { font-weight: 700; letter-spacing: 0.08em; text-transform: uppercase; font-size: 13px; color: var(--accent); }
.soft, .lead-in { color: var(--soft); }
.lead-in { margin-bottom: 16px; }
.small { font-size: 14px; }
.legend { margin-top: 10px; }
.day { white-space: nowrap; }
.verdict { background: var(--card); border: 1px solid var(--line); border-left: 8px solid var(--tone); border-radius: 12px; padding: 24px 28px; }
.verdict h1 { color: var(--tone); }
.verdict .about { font-size: 18px; font-weight: 600; }
.good { --tone: var(--good); --tint: var(--good-bg); } .bad { --tone: var(--bad); --tint: var(--bad-bg); }
.warn { --tone: var(--warn); --tint: var(--warn-bg); } .idle { --tone: var(--idle); --tint: var(--idle-bg); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(148px, 1fr)); gap: 12px; margin: 16px 0 0; padding: 0; list-style: none; }
.tiles li { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 14px 18px; }
.tiles b { display: block; font-size: 26px; line-height: 1.2; font-variant-numeric: tabular-nums; color: var(--tone, var(--ink)); }
.tiles span { font-size: 14px; color: var(--soft); }
.chip { display: inline-flex; align-items: center; gap: 6px; white-space: nowrap; font-size: 13px; font-weight: 600; line-height: 1.4;
  color: var(--tone); background: var(--tint); border: 1px solid var(--tint); border-radius: 999px; padding: 1px 10px; overflow-wrap: normal; }
.chip.part-of { background: none; border: 1px dashed var(--tone); }
.box { background: var(--card); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 9px 16px; border-top: 1px solid var(--line); }
thead th { border-top: 0; font-size: 13px; font-weight: 600; color: var(--soft); white-space: nowrap; overflow-wrap: normal; }
.map + table thead th { border-top: 1px solid var(--line); }
tbody th { font-weight: inherit; }
tr.part th { background: var(--page); font-size: 13px; font-weight: 700; color: var(--soft); padding: 6px 16px; }
td.key, th.key { font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; width: 1%; overflow-wrap: normal; }
.key code { display: inline-block; min-width: 4ch; white-space: normal; overflow-wrap: anywhere; }
.finding { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--tone); border-radius: 12px; padding: 18px 22px; margin-top: 12px; }
.finding header { display: flex; flex-wrap: wrap; gap: 6px 10px; align-items: baseline; margin-bottom: 6px; }
.finding h3 { flex: 1 1 320px; }
.finding > p.small { margin-top: 10px; }
.finding ul { margin: 10px 0; padding-left: 20px; }
.finding li { margin: 4px 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 6px 16px; margin: 12px 0 0; padding: 12px 16px; background: var(--page); border-radius: 8px; font-size: 15px; }
dt { font-weight: 600; } dd { margin: 0; min-width: 0; }
.map { display: block; width: 100%; height: auto; padding: 12px; }
.land { fill: none; stroke: var(--land); stroke-width: 4.4; stroke-linecap: round; stroke-dasharray: 0 7; }
.other { fill: var(--card); stroke: var(--other); stroke-width: 1.5; }
.place circle { fill: var(--accent); stroke: var(--card); stroke-width: 2; } .place.short circle { fill: var(--bad); }
.lead { stroke: var(--soft); stroke-width: 1.2; }
.plate { fill: var(--card); stroke: var(--line); }
.map text { fill: var(--ink); font: 600 13px ui-monospace, "SF Mono", Menlo, Consolas, monospace; text-anchor: middle; dominant-baseline: central; }
footer { margin-top: 48px; padding-top: 16px; border-top: 1px solid var(--line); }
@media (max-width: 640px) {
  main { padding: 20px 14px 48px; } h1 { font-size: 24px; } .verdict { padding: 18px; } .finding { padding: 16px; }
  .tiles { grid-template-columns: 1fr 1fr; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { display: flex; flex-wrap: wrap; align-items: baseline; gap: 3px 10px; padding: 10px 14px; border-top: 1px solid var(--line); }
  tr.part { padding: 0; border: 0; }
  tbody:first-of-type > tr:first-child { border-top: 0; }
  th, td { display: block; border: 0; padding: 0; flex: 1 1 100%; order: 1; } tr.part th { padding: 6px 14px; }
  td.key, th.key { width: auto; max-width: 100%; flex: 0 1 auto; order: 0; } td.beside, th.beside { flex: 1 1 0; order: 0; }
  td.beside:has(.chip) { flex: 0 0 auto; margin-left: auto; }
  td:empty { display: none; }
  .finding h3 { flex-basis: 100%; order: 1; }
  dl { grid-template-columns: 1fr; gap: 2px; } dd { margin-bottom: 8px; }
  .map text, .plate, .lead { display: none; } .place circle { r: 14px; } .other { display: none; } .land { stroke-width: 5.6; }
}
@media print {
  :root { color-scheme: light; --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --accent: #2f25a0; --land: #bbb; --other: #777;
    --good: #14602f; --good-bg: #fff; --bad: #98150e; --bad-bg: #fff; --warn: #6b4300; --warn-bg: #fff; --idle: #333; --idle-bg: #fff; }
  body { font-size: 11pt; } main { max-width: none; padding: 0; } .chip { border: 1px solid currentColor; }
  .finding, tr, .tiles li, .map { break-inside: avoid; } h2, h3, tr.part { break-after: avoid; }
  .finding a::after { content: " " attr(href); font-size: 0.85em; }
}
`;
