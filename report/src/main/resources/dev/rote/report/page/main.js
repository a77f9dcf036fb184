// The page: one source of data, and the sections that show it.
import { byId, colour } from "./dom.js";
import { openSource, Unreachable } from "./source.js";
import { overviewTable } from "./overview.js";
import { curveCharts } from "./curves.js";
import { samplesOverTime } from "./samples.js";
import { progressOf, reveal, showAudits, showFindings, showStudies } from "./findings.js";

const FIRST_CHOICES = 4;
const source = openSource();
const runs = new Map();
const groups = new Map();
const chosen = new Set();
const colours = new Map();

function colourOf(key) {
  if (!colours.has(key)) {
    const used = new Set([...chosen].map(other => colours.get(other)));
    let free = 0;
    while (used.has(free)) free++;
    colours.set(key, free);
  }
  return colour(`--series-${colours.get(key) % 8 + 1}`);
}

/** Names a row; network, study and learning rate are added where another row has the same name. */
function describe(key) {
  const [kind, name] = [key.slice(0, key.indexOf(":")), key.slice(key.indexOf(":") + 1)];
  const group = kind === "group" ? groups.get(name) : groups.get(runs.get(name)?.group);
  if (!group) return { label: name, rate: 0 };
  const alike = [...groups.values()].filter(other => other.loss === group.loss && other.noise === group.noise);
  const parts = [group.loss, group.noise];
  if (kind === "run") parts.push("seed " + runs.get(name).seed);
  for (const part of [g => g.setting, studiesOf, g => g.learning_rate ? "rate " + g.learning_rate : ""]) {
    if (part(group) && new Set(alike.map(part)).size > 1) parts.push(part(group));
  }
  return { label: parts.join(", "), rate: group.rate || 0 };
}

const studiesOf = group => [...new Set(group.runs.map(id => runs.get(id)?.study).filter(Boolean))].join(" and ");

const charts = curveCharts(source, chosen, colourOf, describe);
const table = overviewTable(chosen, colourOf, studiesOf, () => charts.load());
const samples = samplesOverTime(source);

/** At first: the losses at the highest noise rate. */
function choose() {
  const begun = [...groups.values()].filter(group => group.means.j1);
  const highest = Math.max(...begun.map(group => group.rate || 0));
  begun.filter(group => (group.rate || 0) > highest - 0.02).slice(0, FIRST_CHOICES).forEach(group => chosen.add("group:" + group.key));
}

function status() {
  const parts = runs.size ? progressOf(totals) : [];
  if (source.live) parts.push(connected ? "live" : "not connected; updates continue when the server is back");
  byId("status").textContent = parts.join(" · ");
  const list = [...runs.values()];
  const share = list.reduce((sum, run) => sum + run.epochs, 0) / Math.max(1, list.reduce((sum, run) => sum + run.of, 0));
  byId("total").hidden = !source.live || runs.size === 0 || share === 1;
  byId("total").setAttribute("aria-valuenow", Math.floor(100 * share));
  byId("total").firstElementChild.style.width = 100 * share + "%";
}

let totals = null;
let connected = true;

function takeRows(rows) {
  (rows.gone || []).forEach(key => { groups.delete(key); chosen.delete("group:" + key); });
  rows.runs.forEach(run => runs.set(run.id, run));
  rows.groups.forEach(group => groups.set(group.key, group));
  totals = rows.totals;
  status();
  table.update(runs, [...groups.values()]);
}

/** A page of audits, or of studies that have pages of their own, has no runs itself. */
const isIndex = model => runs.size === 0 && model.overview.runs.length === 0 && model.audits.length + model.studies.length > 0;

function showTitle(model) {
  const title = model.overview.runs.length === 0 && model.studies.length ? "Studies and audits"
    : model.overview.runs.length === 0 && model.audits.length ? "Label audit"
    : (model.name ? model.name + ": " : "") + model.title;
  byId("title").textContent = title;
  document.title = source.live ? "Rote: " + title : document.title;
}

async function load() {
  const model = await source.model();
  runs.clear();
  groups.clear();
  showTitle(model);
  takeRows(model.overview);
  [...chosen].filter(key => !(key.startsWith("run:") ? runs.has(key.slice(4)) : groups.has(key.slice(6)))).forEach(key => chosen.delete(key));
  if (chosen.size === 0) choose();
  table.draw();
  showFindings(model.findings);
  showStudies(model.studies);
  showAudits(model.audits);
  samples.update(model.draws);
  const index = isIndex(model);
  for (const id of ["runs", "curves", "verdicts", "results", "missing", "settings"]) reveal(id, !index);
  byId("up").href = "../../";
  byId("up").hidden = !model.name;
  await charts.load([...chosen]);
  document.body.dataset.ready = "true";
}

// Verdicts, tables and draws follow the rows, but not every time: they take longer.
let due = 0;
function refreshLater() {
  if (due) return;
  due = setTimeout(async () => {
    due = 0;
    const model = await source.model();
    showTitle(model);
    showFindings(model.findings);
    samples.update(model.draws);
  }, 3000);
}

function problem(message) {
  byId("problem").textContent = message;
  byId("problem").hidden = !message;
}

// Without a server, the status line says so; what a request missed is read when the server is back.
let behind = false;
addEventListener("unhandledrejection", event => {
  if (!(event.reason instanceof Unreachable)) return;
  behind = true;
  event.preventDefault();
});

async function start() {
  await load();
  const figures = document.querySelector("#figures .figures");
  byId("figures").hidden = document.querySelector("nav a[href='#figures']").hidden = figures.children.length === 0;
  source.follow({
    rows(rows) {
      const keys = [...rows.groups.map(group => "group:" + group.key), ...rows.runs.map(run => "run:" + run.id), ...rows.runs.map(run => "group:" + run.group)];
      takeRows(rows);
      if (chosen.size === 0) choose();
      const stale = [...new Set(keys)].filter(key => chosen.has(key));
      if (stale.length) charts.load(stale);
      refreshLater();
    },
    studies: showStudies,
    audits: showAudits,
    reset: () => load(),
    problem: event => problem(event.message),
  }, now => {
    connected = now;
    if (totals) status();
    if (now && behind) {
      behind = false;
      load();
    }
  });
}

addEventListener("beforeprint", () => { document.documentElement.classList.add("print"); charts.draw(); });
addEventListener("afterprint", () => { document.documentElement.classList.remove("print"); charts.draw(); });
start().catch(error => problem("The page could not be loaded: " + error.message));
