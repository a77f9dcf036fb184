// Altered samples over time: a slider moves over the epochs, the gallery shows what each loss predicts.
import { byId, count, el } from "./dom.js";

const MOST = 24;
const MOST_CLASSES = 30;

export function samplesOverTime(source) {
  let draws = [];
  let shown = null; // the histories of the draw that is shown
  let asked = 0;
  const draw = () => draws.find(d => d.key === byId("draw").value);

  function update(newDraws) {
    const before = byId("draw").value;
    const grown = draws.find(d => d.key === before)?.epochs !== newDraws.find(d => d.key === before)?.epochs;
    draws = newDraws;
    const select = byId("draw");
    if (select.length !== draws.length || grown) {
      select.replaceChildren(...draws.map(d => el("option", { value: d.key }, d.label)));
      select.value = draws.some(d => d.key === before) ? before : draws[0]?.key ?? "";
      choose(select.value === before);
    }
    byId("samples").hidden = document.querySelector("nav a[href='#samples']").hidden = draws.length === 0;
  }

  function choose(keep) {
    const now = draw();
    if (!now) return;
    const judge = byId("judge");
    const loss = keep ? judge.value : "0";
    judge.replaceChildren(...now.losses.map((name, i) => el("option", { value: i }, name)));
    judge.value = loss;
    const slider = byId("sample-epoch");
    const atEnd = !keep || slider.value === slider.max;
    slider.max = now.epochs;
    if (atEnd) slider.value = now.epochs;
    load();
  }

  async function load() {
    const now = draw();
    const ticket = ++asked;
    const answer = await source.samples(now.key, byId("judge").value, byId("sample-epoch").value, byId("kind").value, MOST);
    if (ticket !== asked) return;
    shown = answer;
    gallery(now);
    confusion();
  }

  const state = (sample, predicted) => predicted === undefined ? "" : predicted === sample.observed ? "memorized" : predicted === sample.original ? "corrected" : "other";

  function gallery(now) {
    const slider = byId("sample-epoch");
    byId("sample-epoch-shown").textContent = slider.value;
    byId("samples-shown").textContent = `${count(shown.samples.length)} of ${count(shown.matching)} samples` + (shown.matching < shown.altered ? `; ${count(shown.altered)} are altered in all` : ", spread over the training set") + "." + (source.imagesMissing ? ` Images cannot be shown: ${source.imagesMissing}.` : "");
    byId("gallery").replaceChildren(...shown.samples.map(sample => card(sample, now)));
    paint();
  }

  function card(sample, now) {
    const names = now.class_names;
    const address = source.image(now.runs[0], sample.position);
    const item = el("li", { "data-position": sample.position });
    if (address) {
      const picture = el("img", { src: address, width: 84, height: 84, loading: "lazy", alt: `training image ${sample.position}, originally ${names[sample.original]}` });
      picture.addEventListener("error", () => picture.replaceWith(el("span", { class: "no-picture" }, "no image")));
      item.append(picture);
    }
    item.append(el("p", {}, `${names[sample.original]} → ${names[sample.observed]}`));
    const list = el("ul", {});
    now.losses.forEach((loss, i) => {
      const predicted = sample.predicted[i];
      const strip = el("span", { class: "strip", "aria-hidden": "true" });
      strip.style.background = gradient(predicted.map(value => state(sample, value)));
      list.append(el("li", { "data-run": i }, el("span", { class: "loss" }, loss), el("span", { class: "now" }), strip, el("small", {}, since(sample, predicted))));
    });
    item.append(list);
    return item;
  }

  const COLOURS = { memorized: "var(--memorized)", corrected: "var(--corrected)", other: "var(--faint)" };

  function gradient(states) {
    const stops = [];
    states.forEach((name, i) => {
      if (i === 0 || states[i - 1] !== name) stops.push([name, i, i + 1]);
      else stops[stops.length - 1][2] = i + 1;
    });
    const percent = value => (100 * value / states.length).toFixed(2) + "%";
    return `linear-gradient(to right, ${stops.map(([name, from, to]) => `${COLOURS[name]} ${percent(from)} ${percent(to)}`).join(", ")})`;
  }

  /** From which epoch on the last state has not changed. */
  function since(sample, predicted) {
    const last = state(sample, predicted[predicted.length - 1]);
    let first = predicted.length;
    while (first > 1 && state(sample, predicted[first - 2]) === last) first--;
    return `${last} since epoch ${first}`;
  }

  /** What is predicted at the slider's epoch. */
  function paint() {
    const now = draw();
    const names = now.class_names;
    const epoch = Number(byId("sample-epoch").value);
    byId("sample-epoch-shown").textContent = `${epoch} of ${now.epochs}`;
    const cards = byId("gallery").children;
    shown.samples.forEach((sample, s) => {
      for (const line of cards[s].querySelectorAll("li")) {
        const predicted = sample.predicted[line.dataset.run][epoch - 1];
        const text = line.querySelector(".now");
        text.textContent = predicted === undefined ? "–" : names[predicted];
        text.className = "now " + state(sample, predicted);
        text.title = state(sample, predicted);
      }
    });
  }

  async function confusion() {
    if (!byId("confusion").open || !draw()) return;
    const now = draw();
    const run = now.runs[Number(byId("judge").value)];
    const answer = await source.confusion(run, Math.min(now.epochs, Number(byId("sample-epoch").value)));
    const table = byId("matrix");
    table.replaceChildren();
    const names = now.class_names;
    if (!answer) {
      table.createCaption().textContent = "This file has no table for that many classes; rote serve shows it.";
      return;
    }
    table.createCaption().textContent = `${now.losses[Number(byId("judge").value)]}, epoch ${answer.epoch}. Rows: observed label. Columns: predicted class.`;
    if (names.length > MOST_CLASSES) {
      const pairs = answer.counts.flatMap((row, i) => row.map((value, j) => [i, j, value])).filter(([i, j, value]) => i !== j && value > 0).sort((a, b) => b[2] - a[2]).slice(0, 30);
      table.append(el("tbody", {}, ...pairs.map(([i, j, value]) => el("tr", {}, el("td", {}, `${names[i]} → ${names[j]}`), el("td", { class: "number" }, count(value))))));
      return;
    }
    const most = Math.max(...answer.counts.flat(), 1);
    table.append(el("thead", {}, el("tr", {}, el("td", {}), ...names.map(name => el("th", { scope: "col" }, name)))), el("tbody", {}, ...answer.counts.map((row, i) => el("tr", {}, el("th", { scope: "row" }, names[i]), ...row.map(value => {
      const cell = el("td", {}, value ? count(value) : "·");
      cell.style.setProperty("--share", value / most);
      return cell;
    })))));
  }

  byId("draw").addEventListener("change", () => choose(false));
  byId("judge").addEventListener("change", load);
  byId("kind").addEventListener("change", load);
  byId("confusion").addEventListener("toggle", confusion);
  let moving = 0;
  byId("sample-epoch").addEventListener("input", () => {
    if (!shown) return;
    paint();
    clearTimeout(moving);
    moving = setTimeout(() => byId("kind").value === "altered" ? confusion() : load(), 150);
  });
  if (!source.live) byId("kind-label").hidden = true;
  return { update };
}
