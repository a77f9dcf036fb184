// Elements and numbers. All text goes in as text, never as markup.

export const byId = id => document.getElementById(id);

/** Makes an element: attributes, listeners (onclick …) and children, which are elements or text. */
export function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter(child => child !== null && child !== undefined));
  return node;
}

export function number(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  return value !== 0 && Math.abs(value) < 5e-4 ? value.toExponential(1) : value.toFixed(3);
}

export const count = value => value.toLocaleString("en");

/** Two units at most: 2 d 3 h, 1 h 20 min, 40 s. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  const minutes = Math.round(seconds / 60);
  if (seconds < 90) return Math.ceil(seconds) + " s";
  if (minutes < 60) return minutes + " min";
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A table of text cells; columns whose cells look like numbers are set right. */
export function factTable(table) {
  const right = table.columns.map((_, c) => table.rows.length > 0 && table.rows.every(row => /^[-+–]?[\d.,]*( .*)?$/.test(row[c]) && /\d|^–$/.test(row[c])));
  return el("div", { class: "wide" }, el("table", { class: "facts" },
    el("caption", {}, table.caption),
    el("thead", {}, el("tr", {}, ...table.columns.map(name => el("th", { scope: "col" }, name)))),
    el("tbody", {}, ...table.rows.map(row => el("tr", {}, ...row.map((cell, c) => el("td", { class: right[c] ? "number" : /^[0-9a-f]{64}$/.test(cell) ? "hash" : null }, cell)))))));
}

export function download(name, content, type) {
  const link = el("a", { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/** Calls a function once, soon, however often it is asked for. */
export function soon(call) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => { waiting = false; call(); }, 50);
  };
}

export const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
