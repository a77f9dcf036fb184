"use strict";
// Columns sort by a click or a key on their heading; numbers as numbers, by their first number.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  table.querySelectorAll("th").forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.textContent = "";
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      table.querySelectorAll("th").forEach(other => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const key = row => {
        const cell = row.cells[column];
        if (!cell.classList.contains("number")) return cell.textContent;
        const number = parseFloat(cell.textContent);
        return Number.isNaN(number) ? -Infinity : number;
      };
      const rows = [...body.rows].map(row => [key(row), row]);
      rows.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0) * (up ? 1 : -1));
      body.append(...rows.map(([, row]) => row));
    });
  });
}
// Every word of the filter must occur in a run's row; "seed 2" asks for the seed.
const filter = document.getElementById("filter");
const shown = document.getElementById("shown");
const rows = [...document.getElementById("run-table").tBodies[0].rows];
function apply() {
  const words = filter.value.toLowerCase().replace(/seed\s+(\d+)/g, "seed:$1").split(/\s+/).filter(Boolean);
  let count = 0;
  for (const row of rows) {
    const text = row.textContent.toLowerCase() + " seed:" + row.cells[4].textContent + " ";
    row.hidden = !words.every(word => word.startsWith("seed:") ? text.includes(word + " ") : text.includes(word));
    if (!row.hidden) count++;
  }
  shown.textContent = count + " of " + rows.length;
}
filter.addEventListener("input", apply);
apply();
