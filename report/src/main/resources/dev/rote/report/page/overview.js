// The table of runs: a row for each group of seeds, its runs below it when it is opened.
import { byId, count, duration, el, number, soon } from "./dom.js";

const COLUMNS = [
  ["study", "study"], ["loss", "loss"], ["noise", "noise"], ["setting", "network and data"], ["seed", "seeds"], ["state", "state"], ["progress", "epochs"],
  ["j1", "J1"], ["j2", "J2, last"], ["best_j2", "J2, best"], ["memorized", "memorized"], ["corrected", "corrected"], ["test", "test, last"], ["best_test", "test, best"], ["left", "time left"],
];
const NUMERIC = new Set(["j1", "j2", "best_j2", "memorized", "corrected", "test", "best_test"]);
const ALIGNED = new Set([...NUMERIC, "seed", "left"]);
const ORDER = ["failed", "did not fit", "running", "stopped", "waiting", "done"];

/** Text that may be broken before parentheses. */
const breakable = text => text.split(/(?=\()/).flatMap((part, i) => i ? [el("wbr"), part] : [part]);

/**
 * Shows the table. `chosen` holds the keys whose curves are shown, `changed` is called when it changes;
 * `studiesOf` names the studies of a group.
 */
export function overviewTable(chosen, colourOf, studiesOf, changed) {
  const table = byId("run-table");
  const opened = new Set();
  let sort = null;
  let runs = new Map();
  let groups = [];

  const draw = () => {
    const key = document.activeElement && table.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    drawHead();
    drawBody();
    if (key) table.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
  };
  const drawSoon = soon(draw);

  function drawHead() {
    const oneSetting = new Set(groups.map(group => group.setting)).size < 2;
    table.classList.toggle("one-setting", oneSetting);
    table.classList.toggle("one-study", new Set([...runs.values()].map(run => run.study)).size < 2);
    table.tHead.replaceChildren(el("tr", {}, el("th", { scope: "col", class: "pick" }, el("span", { class: "unseen" }, "curves")), ...COLUMNS.map(([name, label]) =>
      el("th", { scope: "col", class: (ALIGNED.has(name) ? "number c-" : "c-") + name, "aria-sort": sort && sort.name === name ? (sort.up ? "ascending" : "descending") : null },
        el("button", { type: "button", "data-key": "sort-" + name, onclick: () => {
          sort = { name, up: !(sort && sort.name === name && sort.up) };
          draw();
        } }, label)))));
  }

  const stateOf = list => {
    const counts = new Map();
    list.forEach(run => counts.set(run.state, (counts.get(run.state) || 0) + 1));
    return ORDER.filter(state => counts.has(state)).map(state => counts.size === 1 ? state : `${counts.get(state)} ${state}`).join(", ");
  };
  const leftOf = list => list.reduce((sum, run) => sum + (run.state === "running" || run.state === "waiting" ? run.seconds_left || 0 : 0), 0);

  function value(item, name) {
    switch (name) {
      case "study": case "loss": case "noise": case "setting": return item[name];
      case "seed": return item.list.length === 1 ? item.list[0].seed : item.list.length;
      case "state": return item.list.length === 1 ? item.list[0].state : stateOf(item.list);
      case "progress": return item.list.reduce((sum, run) => sum + run.epochs, 0) / item.list.reduce((sum, run) => sum + run.of, 0);
      case "left": return leftOf(item.list);
      default: return item.means[name] ? item.means[name].mean : -Infinity;
    }
  }

  // Every word must occur in a run; "seed 2" asks for the seed.
  function matcher() {
    const words = byId("filter").value.toLowerCase().replace(/seed\s+(\d+)/g, "seed:$1").split(/\s+/).filter(Boolean);
    return (run, group) => {
      const text = [run.study, group.setting, run.loss, run.noise, run.state, run.reason].join(" ").toLowerCase();
      return words.every(word => word.startsWith("seed:") ? run.seed === Number(word.slice(5)) : text.includes(word));
    };
  }

  const asMeans = run => Object.fromEntries([...["j1", "j2", "memorized", "corrected", "test"].map(name => [name, { seeds: 1, mean: run.last[name] }]), ["best_j2", { seeds: 1, mean: run.best_j2 }], ["best_test", { seeds: 1, mean: run.best_test }]]);

  function drawBody() {
    const matches = matcher();
    const fold = byId("fold").checked;
    let items = [];
    let shown = 0;
    for (const group of groups) {
      const list = group.runs.map(id => runs.get(id)).filter(run => run && matches(run, group));
      shown += list.length;
      if (list.length === 0) continue;
      const all = group.runs.map(id => runs.get(id)).filter(Boolean);
      if (fold && all.length > 1) items.push({ ...group, study: studiesOf(group), key: "group:" + group.key, list: all, children: list });
      else list.forEach(run => items.push(runItem(run, group, all.length === 1)));
    }
    byId("shown").textContent = `${count(shown)} of ${count(runs.size)} runs`;
    if (sort) {
      items = items.map(item => [value(item, sort.name), item])
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0) * (sort.up ? 1 : -1)).map(([, item]) => item);
    }
    const by = byId("group-by").value;
    const rows = [];
    if (by) {
      const heads = new Map();
      items.forEach(item => heads.set(item[by], [...(heads.get(item[by]) || []), item]));
      for (const [head, list] of heads) {
        rows.push(el("tr", { class: "head" }, el("th", { colspan: COLUMNS.length + 1, scope: "rowgroup" }, head)));
        list.forEach(item => addRows(item, rows));
      }
    } else {
      items.forEach(item => addRows(item, rows));
    }
    table.tBodies[0].replaceChildren(...rows);
  }

  const runItem = (run, group, alone) => ({ ...group, key: alone ? "group:" + group.key : "run:" + run.id, study: run.study, loss: run.loss, list: [run], children: [], means: asMeans(run) });

  function addRows(item, rows) {
    rows.push(row(item));
    if (opened.has(item.key)) item.children.forEach(run => rows.push(row(runItem(run, item, false), true)));
  }

  function row(item, child) {
    const picked = chosen.has(item.key);
    const label = `${item.loss}, ${item.noise}` + (item.list.length === 1 ? `, seed ${item.list[0].seed}` : "");
    const box = el("input", { type: "checkbox", "data-key": item.key, "aria-label": "curves of " + label, disabled: !item.list.some(run => run.epochs > 0) });
    box.checked = picked;
    box.addEventListener("change", () => {
      if (box.checked) chosen.add(item.key); else chosen.delete(item.key);
      changed();
      draw();
    });
    const swatch = el("span", { class: "swatch", "aria-hidden": "true" });
    if (picked) swatch.style.background = colourOf(item.key);
    const line = el("tr", { class: child ? "child" : null, "data-row": item.key }, el("td", { class: "pick" }, box, swatch));
    for (const [name] of COLUMNS) line.append(cell(item, name, child));
    return line;
  }

  function cell(item, name, child) {
    if (NUMERIC.has(name)) {
      const mean = item.means[name];
      const node = el("td", { class: "number c-" + name }, mean ? number(mean.mean) : "–");
      if (mean && mean.seeds > 1 && mean.sd !== null) node.append(el("small", {}, " ± " + mean.sd.toFixed(3)));
      return node;
    }
    if (name === "seed") {
      if (item.list.length === 1) return el("td", { class: "number c-seed" }, child ? "seed " + item.list[0].seed : String(item.list[0].seed));
      const open = opened.has(item.key);
      return el("td", { class: "number c-seed" }, el("button", { type: "button", class: "open", "data-key": "open-" + item.key, "aria-expanded": String(open), onclick: () => {
        if (open) opened.delete(item.key); else opened.add(item.key);
        draw();
      } }, `${item.list.length} ${open ? "▾" : "▸"}`));
    }
    if (name === "state") {
      const reason = item.list.map(run => run.reason).filter(Boolean)[0];
      return el("td", { class: "c-state", title: reason || null }, el("span", { class: "state-" + ORDER.find(state => item.list.some(run => run.state === state)).replaceAll(" ", "-") }, value(item, "state")), reason ? el("small", { class: "reason" }, reason) : null);
    }
    if (name === "progress") {
      const done = item.list.reduce((sum, run) => sum + run.epochs, 0);
      const of = item.list.reduce((sum, run) => sum + run.of, 0);
      const bar = el("span", { class: "bar", "aria-hidden": "true" }, el("span", {}));
      bar.firstChild.style.width = 100 * done / of + "%";
      return el("td", { class: "c-progress" }, bar, el("span", {}, `${done}/${of}`));
    }
    if (name === "left") return el("td", { class: "number c-left" }, leftOf(item.list) > 0 ? duration(leftOf(item.list)) : "");
    return el("td", { class: "c-" + name }, ...(child ? [] : breakable(item[name])));
  }

  byId("filter").addEventListener("input", draw);
  for (const id of ["group-by", "fold"]) byId(id).addEventListener("change", draw);
  return {
    update(newRuns, newGroups) {
      runs = newRuns;
      groups = newGroups;
      drawSoon();
    },
    draw,
  };
}
