# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The style sheet and the script of the report's page; both stand in the page, and the page is complete without the script."""

from __future__ import annotations

REGION_COLOURS = 8  # .r0 to .r7

STYLE = """
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --text: #1b2230; --muted: #5a6475; --line: #dde2ea; --accent: #2458c5;
  --failed: #c02626; --stop: #c02626; --failed-soft: #fdecec; --pending: #8a5a00; --pending-soft: #fff3d6; --migrated: #176b3a;
  --migrated-soft: #e0f5e8; --unchanged: #2458c5; --unchanged-soft: #e6eefc; --skipped: #5a6475; --skipped-soft: #eceff3;
  --r0: #3b76d6; --r1: #e08a1e; --r2: #1f9d78; --r3: #8b5fd1; --r4: #1597ab; --r5: #cf5aa2; --r6: #8d8b1f; --r7: #77849a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161d; --card: #1a2029; --text: #e6eaf1; --muted: #a0abbd; --line: #313a48; --accent: #8ab1ff;
    --failed: #ff8c85; --stop: #ff4d45; --failed-soft: #43201f; --pending: #f2c264; --pending-soft: #3c2f12; --migrated: #75d79c;
    --migrated-soft: #16351f; --unchanged: #8ab1ff; --unchanged-soft: #1c2c4d; --skipped: #a0abbd; --skipped-soft: #2a323e;
    --r0: #6ea0f5; --r1: #f0a94b; --r2: #43c79e; --r3: #b291f0; --r4: #45c4d8; --r5: #ec87c4; --r6: #c2c04a; --r7: #9aa7bd;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--page); color: var(--text); font: 14px/1.45 system-ui, -apple-system, "Segoe UI",
  Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1500px; margin: 0 auto; padding: 24px 28px 48px; }
h1 { font-size: 24px; margin: 0 0 2px; }
h2 { font-size: 17px; margin: 30px 0 10px; }
p { margin: 0 0 8px; }
a { color: var(--accent); }
bdi, li, td { overflow-wrap: anywhere; }
.muted { color: var(--muted); }
.small { font-size: 12px; }
.plan { display: inline-block; margin: 8px 0 0; padding: 6px 12px; border-radius: 6px; font-weight: 600;
  color: var(--pending); background: var(--pending-soft); border: 1px solid var(--pending); }
.tiles { display: flex; flex-wrap: wrap; gap: 10px; margin: 16px 0 10px; padding: 0; list-style: none; }
.tiles li { flex: 1 1 130px; padding: 10px 14px; background: var(--card); border: 1px solid var(--line);
  border-left: 5px solid var(--skipped); border-radius: 6px; }
.tiles b { display: block; font-size: 26px; line-height: 1.1; font-variant-numeric: tabular-nums; }
.tiles .failed { border-left-color: var(--failed); } .tiles .failed b { color: var(--failed); }
.tiles .pending { border-left-color: var(--pending); } .tiles .pending b { color: var(--pending); }
.tiles .migrated { border-left-color: var(--migrated); } .tiles .migrated b { color: var(--migrated); }
.tiles .unchanged { border-left-color: var(--unchanged); } .tiles .unchanged b { color: var(--unchanged); }
.tiles .zero b { color: var(--muted); }
nav { display: flex; flex-wrap: wrap; gap: 6px 18px; align-items: center; margin-top: 12px; }
#tools { display: flex; gap: 10px; align-items: center; }
#filter { width: 280px; padding: 5px 9px; font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--muted); border-radius: 5px; }
.failure { margin: 0 0 6px; padding: 7px 14px; background: var(--failed-soft); border-left: 5px solid var(--failed);
  border-radius: 6px; }
.failure h3 { display: inline; margin: 0 10px 0 0; font-size: 15px; }
.failure p { margin: 1px 0 0; overflow-wrap: anywhere; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 6px; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0 0 8px; padding: 0; list-style: none; font-size: 13px; }
.legend svg { width: 24px; height: 10px; margin-right: 6px; }
.axis, .row { display: grid; grid-template-columns: 250px minmax(0, 1fr) 92px; column-gap: 12px; padding: 0 12px; }
.axis { position: sticky; top: 0; z-index: 2; padding-top: 7px; background: var(--card); border-bottom: 1px solid var(--line);
  font-size: 12px; color: var(--muted); }
.axis svg { display: block; width: 100%; height: 19px; overflow: visible; }
.axis text { fill: var(--muted); font-size: 11px; }
.lanes { position: relative; }
.grid { position: absolute; inset: 0; display: grid; grid-template-columns: 250px minmax(0, 1fr) 92px; column-gap: 12px;
  padding: 0 12px; }
.grid svg { grid-column: 2; width: 100%; height: 100%; overflow: visible; }
.grid line { stroke: var(--line); stroke-width: 1; }
.row { position: relative; align-items: center; min-height: 20px; padding-top: 3px; padding-bottom: 3px; font-size: 12px;
  line-height: 1.2; border-bottom: 1px solid var(--line); }
.row:last-child { border-bottom: 0; }
.row:hover { background: color-mix(in srgb, var(--accent) 9%, transparent); }
.row .name { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.row .name.failed { color: var(--failed); font-weight: 600; }
.took { text-align: right; color: var(--muted); font-variant-numeric: tabular-nums; }
.row svg { display: block; width: 100%; overflow: visible; }
.r0 { fill: var(--r0); } .r1 { fill: var(--r1); } .r2 { fill: var(--r2); } .r3 { fill: var(--r3); }
.r4 { fill: var(--r4); } .r5 { fill: var(--r5); } .r6 { fill: var(--r6); } .r7 { fill: var(--r7); }
.wait { opacity: .3; }
.fail { fill: var(--stop); }
.open { fill: var(--pending-soft); stroke: var(--pending); stroke-width: 1; stroke-dasharray: 2 1.5; }
.key { fill: var(--muted); }
@media (max-width: 1200px) { .scroll { overflow-x: auto; } }
@media (max-width: 800px) {
  main { padding: 14px 10px 30px; }
  .axis, .row, .grid { grid-template-columns: 110px minmax(0, 1fr) 78px; column-gap: 8px; padding-left: 8px; padding-right: 8px; }
}
table { width: 100%; border-collapse: collapse; font-size: 13px; }
th, td { padding: 6px 10px; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { position: sticky; top: 0; background: var(--card); white-space: nowrap; font-size: 12px; color: var(--muted); }
th button { padding: 0; font: inherit; font-weight: 600; color: inherit; background: none; border: 0; cursor: pointer; }
th[aria-sort=ascending] button::after { content: " \\25B2"; } th[aria-sort=descending] button::after { content: " \\25BC"; }
tbody th { position: static; min-width: 130px; max-width: 260px; white-space: normal; font-weight: 600; font-size: 13px;
  color: var(--text); background: none; }
td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.text { min-width: 220px; overflow-wrap: anywhere; }
td.place { max-width: 280px; }
.pill { display: inline-block; padding: 1px 9px; border-radius: 10px; font-size: 12px; font-weight: 600; white-space: nowrap; }
.pill.failed { color: var(--failed); background: var(--failed-soft); }
.pill.pending { color: var(--pending); background: var(--pending-soft); }
.pill.migrated { color: var(--migrated); background: var(--migrated-soft); }
.pill.unchanged { color: var(--unchanged); background: var(--unchanged-soft); }
.pill.skipped { color: var(--skipped); background: var(--skipped-soft); }
.regions { min-width: 190px; margin: 0; padding: 0; list-style: none; }
.regions .Failed { color: var(--failed); font-weight: 600; }
footer { margin-top: 26px; }
@media print {
  .axis, th { position: static; } #tools { display: none; } .row, tr, .failure { break-inside: avoid; }
}
"""

SCRIPT = """
"use strict";
(function () {
  var rows = Array.prototype.slice.call(document.querySelectorAll("[data-text]"));
  var box = document.getElementById("filter"), shown = document.getElementById("shown");
  var body = document.querySelector("tbody");
  function filter() {
    var words = box.value.toLowerCase().split(/\\s+/).filter(Boolean), count = 0;
    rows.forEach(function (row) {
      var text = row.getAttribute("data-text");
      row.hidden = !words.every(function (word) { return text.indexOf(word) >= 0; });
      if (row.tagName === "TR" && !row.hidden) { count += 1; }
    });
    shown.textContent = words.length ? count + " shown" : "";
  }
  function sort(head, index) {
    var down = head.getAttribute("aria-sort") === "ascending", sign = down ? -1 : 1;
    Array.prototype.forEach.call(head.parentNode.cells, function (cell) { cell.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    function key(row) {
      var cell = row.cells[index], value = cell.getAttribute("data-value");
      return value === null ? cell.textContent.toLowerCase() : Number(value);
    }
    Array.prototype.slice.call(body.rows).map(function (row, place) { return [key(row), place, row]; })
      .sort(function (a, b) {
        var order = typeof a[0] === "string" ? a[0].localeCompare(b[0], undefined, {numeric: true}) : a[0] - b[0];
        return sign * order || a[1] - b[1];
      })
      .forEach(function (item) { body.appendChild(item[2]); });
  }
  if (body) {
    document.querySelectorAll("thead th").forEach(function (head, index) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.addEventListener("click", function () { sort(head, index); });
      head.textContent = "";
      head.appendChild(button);
    });
    box.addEventListener("input", filter);
    document.getElementById("tools").hidden = false;
  }
}());
"""
