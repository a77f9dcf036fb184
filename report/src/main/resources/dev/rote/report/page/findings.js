// Verdicts, tables, gaps, settings, and the index of studies and audits.
import { byId, count, duration, el, factTable, number } from "./dom.js";

const BADGES = { "holds": "yes", "does not hold": "no" };

export function showFindings(findings) {
  byId("claims").replaceChildren(...findings.verdicts.map(claim => {
    const item = el("li", { class: "claim", "data-verdict": claim.verdict },
      el("p", {}, el("span", { class: "badge " + (BADGES[claim.verdict] || "open") }, claim.verdict), " " + claim.claim),
      el("p", { class: "quiet" }, claim.summary));
    if (claim.figures.length) {
      item.append(el("details", {}, el("summary", {}, claim.figures.length + (claim.figures.length === 1 ? " figure" : " figures")), factTable({
        caption: "Rests on: " + claim.runs.join(", "),
        columns: ["setting", "loss", "noise", "quantity", "value", "95% interval", "n", "asked", "verdict"],
        rows: claim.figures.map(figure => [figure.setting, figure.loss, figure.noise, figure.quantity, number(figure.value.mean), figure.value.low === null ? "–" : `[${number(figure.value.low)}, ${number(figure.value.high)}]`, String(figure.value.seeds), figure.asked, figure.reason ? `${figure.answer}: ${figure.reason}` : figure.answer]),
      })));
    }
    return item;
  }));
  byId("tables").replaceChildren(...findings.tables.flatMap(table => [el("h3", {}, table.heading), factTable(table)]));
  byId("gaps").replaceChildren(findings.gaps.length ? el("ul", {}, ...findings.gaps.map(gap => el("li", {}, gap))) : el("p", {}, "Nothing: every loss ran with every noise at every seed, and fitted."));
  byId("repeat").replaceChildren(...findings.commands.map(command => el("pre", {}, command)), factTable(findings.settings), el("h3", {}, "Made with"), el("ul", {}, ...findings.made_with.map(line => el("li", {}, line))));
}

/** Shows a section and its link, or neither. */
export function reveal(id, shown) {
  byId(id).hidden = document.querySelector(`nav a[href='#${id}']`).hidden = !shown;
}

/** How far runs are, in words. */
export function progressOf(totals) {
  const parts = [`${count(totals.done)} of ${count(totals.runs)} ${totals.runs === 1 ? "run" : "runs"} done`];
  if (totals.running) parts.push(`${count(totals.running)} running`);
  if (totals.failed) parts.push(`${count(totals.failed)} failed`);
  if (totals.seconds_left) parts.push(`about ${duration(totals.seconds_left)} left`);
  return parts;
}

export function showStudies(studies) {
  reveal("studies", studies.length > 0);
  byId("study-list").replaceChildren(...studies.map(study => el("li", {},
    el("a", { href: `study/${study.number}/` }, study.name),
    el("p", {}, study.title),
    el("p", { class: "quiet" }, progressOf(study.totals).join(" · ")))));
}

export function showAudits(audits) {
  reveal("audits", audits.length > 0);
  byId("audit-list").replaceChildren(...audits.map(audit => el("article", { class: "audit" },
    el("h3", {}, audit.name),
    audit.ready ? el("p", {}, el("a", { href: `audit/${audit.number}/` }, "Review the labels")) : el("p", {}, "The review page appears when all networks are trained."),
    audit.networks.length === 0 ? null : audit.ready ? el("details", {}, el("summary", {}, `${count(audit.networks.length)} networks`), networks(audit)) : networks(audit))));
}

function networks(audit) {
  return factTable({
    caption: "Networks of this audit",
    columns: ["network", "state", "epochs", "time left"],
    rows: audit.networks.map(net => [net.name, net.state, `${net.epochs}/${net.of}`, net.seconds_left ? duration(net.seconds_left) : ""]),
  });
}
