// What is on screen as SVG, for export.
const WIDTH = 760, HEIGHT = 300, LEFT = 58, RIGHT = 74, TOP = 34, BOTTOM = 40;
const SVG = "http://www.w3.org/2000/svg";

function node(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

function ticks(min, max, about) {
  const raw = (max - min) / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find(factor => factor * power >= raw * 0.999) || 10);
  const list = [];
  for (let value = Math.ceil(min / step - 1e-9) * step; value <= max + step * 1e-9; value += step) list.push(Number(value.toPrecision(12)));
  return list;
}

/**
 * Draws panels below each other.
 *
 * panels: [{title, y: [min, max], lines: [{name, colour, dash, mean, sd}], levels: [{label, at}]}]; x: epochs; view: {min, max, log}.
 */
export function toSvg(panels, x, view, theme) {
  const names = [...new Map(panels.flatMap(panel => panel.lines).map(line => [line.group, line.colour]))];
  const legend = names.length * 20 + 16;
  const height = panels.length * HEIGHT + legend;
  const svg = node("svg", { xmlns: SVG, width: WIDTH, height, viewBox: `0 0 ${WIDTH} ${height}`, "font-family": "sans-serif", "font-size": 12, fill: theme.ink });
  svg.append(node("rect", { width: WIDTH, height, fill: theme.paper }));
  const along = view.log ? Math.log10 : value => value;
  const [from, to] = [along(Math.max(view.min, view.log ? 1 : -Infinity)), along(view.max)];
  const px = value => LEFT + (along(value) - from) / (to - from || 1) * (WIDTH - LEFT - RIGHT);
  panels.forEach((panel, index) => {
    const top = index * HEIGHT + TOP;
    const bottom = index * HEIGHT + HEIGHT - BOTTOM;
    const py = value => bottom - (Math.min(panel.y[1], Math.max(panel.y[0], value)) - panel.y[0]) / (panel.y[1] - panel.y[0] || 1) * (bottom - top);
    svg.append(node("text", { x: LEFT, y: top - 12, "font-weight": "bold" }, panel.title));
    for (const tick of ticks(...panel.y, 5)) {
      svg.append(node("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: py(tick), y2: py(tick), stroke: theme.faint }));
      svg.append(node("text", { x: LEFT - 8, y: py(tick) + 4, "text-anchor": "end" }, String(tick)));
    }
    const marks = view.log ? [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].filter(tick => tick >= view.min && tick <= view.max) : ticks(view.min, view.max, 8);
    for (const tick of marks) svg.append(node("text", { x: px(tick), y: bottom + 17, "text-anchor": "middle" }, String(tick)));
    svg.append(node("text", { x: (LEFT + WIDTH - RIGHT) / 2, y: bottom + 33, "text-anchor": "middle" }, "epoch"));
    for (const level of panel.levels) {
      svg.append(node("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: py(level.at), y2: py(level.at), stroke: theme.ink, "stroke-dasharray": "2 3" }));
      svg.append(node("text", { x: WIDTH - RIGHT + 4, y: py(level.at) + 4, "font-size": 11 }, level.label));
    }
    for (const line of panel.lines) {
      const points = x.map((epoch, i) => [epoch, line.mean[i], line.sd ? line.sd[i] : null]).filter(([epoch, y]) => y !== null && y !== undefined && epoch >= view.min && epoch <= view.max);
      const wide = points.filter(([, , sd]) => sd !== null && sd !== undefined);
      if (wide.length > 1) {
        const outline = [...wide.map(([e, y, sd]) => [e, y + sd]), ...wide.reverse().map(([e, y, sd]) => [e, y - sd])];
        svg.append(node("path", { d: outline.map(([e, y], i) => `${i ? "L" : "M"}${px(e).toFixed(1)} ${py(y).toFixed(1)}`).join("") + "Z", fill: line.colour, opacity: 0.18 }));
      }
      svg.append(node("path", { d: points.map(([e, y], i) => `${i ? "L" : "M"}${px(e).toFixed(1)} ${py(y).toFixed(1)}`).join(""), fill: "none", stroke: line.colour, "stroke-width": 1.8, "stroke-dasharray": line.dash.join(" ") }));
    }
  });
  names.forEach(([name, colour], i) => {
    const y = panels.length * HEIGHT + 14 + i * 20;
    svg.append(node("line", { x1: LEFT, x2: LEFT + 26, y1: y - 4, y2: y - 4, stroke: colour, "stroke-width": 3 }));
    svg.append(node("text", { x: LEFT + 34, y }, name));
  });
  return new XMLSerializer().serializeToString(svg);
}

/** Turns an SVG text into a PNG blob of twice its size. */
export async function toPng(text) {
  const image = new Image();
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = 2 * image.naturalWidth;
  canvas.height = 2 * image.naturalHeight;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise(resolve => canvas.toBlob(resolve, "image/png"));
}
