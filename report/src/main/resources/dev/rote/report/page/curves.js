// Curves of the chosen rows: three charts with one pointer, one legend and one zoom.
import { byId, colour, download, el, number } from "./dom.js";
import { toPng, toSvg } from "./drawing.js";

const SOLID = [], DASHED = [8, 4], DOTTED = [2, 3];
const PANELS = [
  { title: "Accuracy", share: true, measures: [["j1", "J1", SOLID], ["j2", "J2", DASHED], ["test", "test", DOTTED]] },
  { title: "Loss", share: false, measures: [["loss", "loss", SOLID]] },
  { title: "Altered samples", share: true, measures: [["memorized", "memorized", SOLID], ["corrected", "corrected", DASHED], ["other", "other", DOTTED]] },
];
const MEASURES = PANELS.flatMap(panel => panel.measures);
const CHART_HEIGHT = 260;
const PADDING = 20;

/** Shows the curves of `chosen`; `describe` gives a key's label and noise rate. */
export function curveCharts(source, chosen, colourOf, describe) {
  let curves = {};
  let epochs = [];
  let plots = [];
  let zoom = null;
  let at = null; // epoch under the pointer or of the slider; null for the last one
  let fixed = null; // epoch of the slider, while it is not at its end
  let dragging = false;
  let late = false; // there is something new to draw when the pointer is released
  const hidden = new Set();
  const container = byId("charts");
  const legend = byId("legend");

  async function load(keys) {
    const wanted = keys || [...chosen];
    const missing = wanted.filter(key => keys || !curves[key]);
    if (missing.length) Object.assign(curves, await source.curves(missing));
    draw();
  }

  const shownKeys = () => [...chosen].filter(key => curves[key] && !hidden.has(key));

  function lines(panel) {
    return panel.measures.filter(([name]) => !hidden.has(name)).flatMap(([name, label, dash]) => shownKeys().map(key => {
      const line = curves[key].lines[name];
      const place = new Map(curves[key].epochs.map((epoch, i) => [epoch, i]));
      const spread = values => epochs.map(epoch => place.has(epoch) ? values[place.get(epoch)] ?? null : null);
      return { name: `${label} of ${describe(key).label}`, group: describe(key).label, colour: colourOf(key), dash, mean: spread(line.mean), sd: line.sd.length ? spread(line.sd) : null };
    })).filter(line => line.mean.some(value => value !== null));
  }

  function levels(panel) {
    if (panel.title !== "Accuracy") return [];
    const rates = [...new Set(shownKeys().map(key => describe(key).rate).filter(rate => rate > 0).map(rate => rate.toFixed(2)))];
    return rates.map(rate => ({ label: "1−η = " + (1 - rate).toFixed(2), at: 1 - rate }));
  }

  function range(panel, of) {
    if (panel.share) return [0, 1];
    const values = of.flatMap(line => line.mean).filter(value => value !== null);
    return values.length ? [Math.min(0, ...values), Math.max(...values) * 1.03 || 1] : [0, 1];
  }

  const view = () => ({ min: zoom ? zoom[0] : epochs[0] || 0, max: zoom ? zoom[1] : epochs[epochs.length - 1] || 1, log: byId("scale").value === "log" });

  function draw() {
    late = dragging;
    if (dragging) return;
    plots.forEach(plot => plot.destroy());
    plots = [];
    epochs = [...new Set(shownKeys().flatMap(key => curves[key].epochs))].sort((a, b) => a - b);
    container.replaceChildren();
    if (epochs.length === 0) {
      container.append(el("p", { class: "none" }, chosen.size ? "Nothing to draw yet." : "No row is ticked."));
    }
    for (const panel of epochs.length ? PANELS : []) {
      const of = lines(panel);
      if (of.length) chart(panel, of);
    }
    const slider = byId("epoch");
    slider.min = epochs[0] || 1;
    slider.max = epochs[epochs.length - 1] || 1;
    slider.value = at === null ? slider.max : at;
    drawLegend();
  }

  function chart(panel, of) {
    const box = el("figure", { class: "chart", role: "group", "aria-label": `${panel.title}: ${of.map(line => `${line.name} ends at ${number([...line.mean].reverse().find(value => value !== null))}`).join("; ")}` }, el("figcaption", {}, panel.title));
    container.append(box);
    const series = [{}];
    const data = [epochs];
    const bands = [];
    for (const line of of) {
      if (line.sd) {
        const edge = sign => line.mean.map((value, i) => value === null || line.sd[i] === null ? null : value + sign * line.sd[i]);
        bands.push({ series: [series.length, series.length + 1], fill: line.colour + "2e" });
        for (const sign of [1, -1]) {
          data.push(edge(sign));
          series.push({ stroke: "transparent", width: 0, points: { show: false } });
        }
      }
      data.push(line.mean);
      series.push({ label: line.name, stroke: line.colour, width: 2, dash: line.dash, spanGaps: false, points: { show: epochs.length < 3 } });
    }
    const ink = colour("--ink"), faint = colour("--faint");
    const axis = { stroke: ink, grid: { stroke: faint, width: 1 }, ticks: { stroke: faint, width: 1 }, font: "12px sans-serif" };
    const now = view();
    const plot = new uPlot({
      width: Math.max(260, box.clientWidth - PADDING), height: CHART_HEIGHT, legend: { show: false }, bands, series,
      padding: [8, levels(panel).length ? 78 : 12, 0, 0],
      scales: { x: { time: false, distr: now.log ? 3 : 1, log: 10, range: () => [view().min, view().max === view().min ? view().min + 1 : view().max] }, y: { range: range(panel, of) } },
      axes: [{ ...axis, size: 34, values: (u, splits) => splits.map(value => value !== null && Number.isInteger(value) ? String(value) : "") }, { ...axis, size: 48 }],
      cursor: { sync: { key: "rote" }, drag: { x: true, y: false, setScale: false }, points: { size: 6 } },
      hooks: {
        setSelect: [u => {
          if (u.select.width < 8) return;
          zoom = [u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x")];
          u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
          draw();
        }],
        setCursor: [u => {
          if (u.cursor.idx === null || u.cursor.idx === undefined) return;
          point(epochs[u.cursor.idx]);
        }],
        draw: [u => {
          const pixels = devicePixelRatio;
          for (const level of levels(panel)) {
            const y = u.valToPos(level.at, "y", true);
            u.ctx.save();
            u.ctx.strokeStyle = ink;
            u.ctx.fillStyle = ink;
            u.ctx.setLineDash([2 * pixels, 3 * pixels]);
            u.ctx.lineWidth = pixels;
            u.ctx.beginPath();
            u.ctx.moveTo(u.bbox.left, y);
            u.ctx.lineTo(u.bbox.left + u.bbox.width, y);
            u.ctx.stroke();
            u.ctx.font = 11 * pixels + "px sans-serif";
            u.ctx.textAlign = "left";
            u.ctx.textBaseline = "middle";
            u.ctx.fillText(level.label, u.bbox.left + u.bbox.width + 5 * pixels, y);
            u.ctx.restore();
          }
        }],
      },
    }, data, box);
    plots.push(plot);
  }

  function point(epoch) {
    if (epoch === at) return;
    at = epoch;
    byId("epoch").value = epoch;
    drawValues();
  }

  const toggle = (key, label, colours) => {
    const button = el("button", { type: "button", class: "toggle", "aria-pressed": String(!hidden.has(key)), "data-key": key, onclick: () => {
      if (hidden.has(key)) hidden.delete(key); else hidden.add(key);
      draw();
      legend.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
    } }, label);
    if (colours) {
      const swatch = el("span", { class: "swatch", "aria-hidden": "true" });
      swatch.style.background = colours;
      button.prepend(swatch);
    }
    return button;
  };

  function drawLegend() {
    legend.hidden = chosen.size === 0;
    legend.tHead.replaceChildren(el("tr", {}, el("th", { scope: "col" }, "run"), ...MEASURES.map(([name, label]) => el("th", { scope: "col", class: "number" }, toggle(name, label)))));
    legend.tBodies[0].replaceChildren(...[...chosen].filter(key => curves[key]).map(key => el("tr", { "data-curve": key },
      el("th", { scope: "row" }, toggle(key, describe(key).label, colourOf(key))), ...MEASURES.map(() => el("td", { class: "number" })))));
    drawValues();
  }

  function drawValues() {
    const epoch = at === null ? Number(byId("epoch").max) : at;
    byId("epoch-shown").textContent = epoch;
    for (const row of legend.tBodies[0].rows) {
      const of = curves[row.dataset.curve];
      const i = at === null ? of.epochs.length - 1 : of.epochs.indexOf(epoch);
      MEASURES.forEach(([name], m) => { row.cells[m + 1].textContent = i < 0 ? "–" : number(of.lines[name].mean[i]); });
    }
  }

  byId("epoch").addEventListener("input", () => {
    const slider = byId("epoch");
    fixed = at = slider.value === slider.max ? null : Number(slider.value);
    drawValues();
    const epoch = Number(slider.value);
    plots.forEach(plot => epochs.includes(epoch) && plot.setCursor({ left: plot.valToPos(epoch, "x"), top: 10 }, false));
  });
  container.addEventListener("pointerleave", () => {
    at = fixed;
    byId("epoch").value = at === null ? byId("epoch").max : at;
    drawValues();
  });
  container.addEventListener("pointerdown", () => { dragging = true; });
  for (const end of ["pointerup", "pointercancel"]) {
    addEventListener(end, () => {
      if (!dragging) return;
      dragging = false;
      if (late) setTimeout(draw); // after the chart has taken its new zoom
    });
  }
  byId("scale").addEventListener("change", draw);
  byId("unzoom").addEventListener("click", () => { zoom = null; draw(); });

  function panels() {
    return PANELS.map(panel => ({ panel, of: lines(panel) })).filter(({ of }) => of.length)
      .map(({ panel, of }) => ({ title: panel.title, y: range(panel, of), lines: of, levels: levels(panel) }));
  }

  function csv() {
    const columns = panels().flatMap(panel => panel.lines).flatMap(line => [[line.name, line.mean], ...(line.sd ? [[line.name + ", sd", line.sd]] : [])]);
    const quoted = text => /[",\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
    const shown = epochs.map((epoch, i) => [epoch, i]).filter(([epoch]) => epoch >= view().min && epoch <= view().max);
    return [["epoch", ...columns.map(([name]) => quoted(name))].join(","), ...shown.map(([epoch, i]) => [epoch, ...columns.map(([, values]) => values[i] ?? "")].join(","))].join("\n") + "\n";
  }

  const theme = () => ({ ink: colour("--ink"), faint: colour("--faint"), paper: colour("--paper") });
  for (const button of document.querySelectorAll("[data-export]")) {
    button.addEventListener("click", async () => {
      if (button.dataset.export === "csv") return download("curves.csv", csv(), "text/csv");
      const svg = toSvg(panels(), epochs, view(), theme());
      if (button.dataset.export === "svg") download("curves.svg", svg, "image/svg+xml");
      else download("curves.png", await toPng(svg), "image/png");
    });
  }
  let width = 0;
  new ResizeObserver(() => {
    if (container.clientWidth !== width) {
      width = container.clientWidth;
      if (plots.length) draw();
    }
  }).observe(container);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  return { load, draw };
}
