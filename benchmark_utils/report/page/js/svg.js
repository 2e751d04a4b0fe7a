// Parts of figures as strings of SVG. They are drawn at the width of their box, so
// that text keeps its size.

const DASHES = ["", "7 4", "2 3.5", "10 3 2 3", "5 2"];
// Colour, dash and marker each distinguish five methods.
const MARKERS = [
  (x, y, r) => html`<circle cx="${x}" cy="${y}" r="${r}"/>`,
  (x, y, r) => html`<rect x="${x - .9 * r}" y="${y - .9 * r}" width="${1.8 * r}" height="${1.8 * r}"/>`,
  (x, y, r) => html`<path d="M${x} ${y - 1.2 * r}L${x + 1.1 * r} ${y + .85 * r}H${x - 1.1 * r}Z"/>`,
  (x, y, r) => html`<path d="M${x} ${y - 1.3 * r}L${x + 1.3 * r} ${y}L${x} ${y + 1.3 * r}L${x - 1.3 * r} ${y}Z"/>`,
  (x, y, r) => html`<path d="M${x - 1.1 * r} ${y - .85 * r}H${x + 1.1 * r}L${x} ${y + 1.2 * r}Z"/>`,
];

// Pinned methods come first, then the best others, up to five: {id: slot}.
function slotsOf(pinned, order) {
  const taken = [...pinned.filter(id => order.includes(id)), ...order.filter(id => !pinned.includes(id))];
  return new Map(taken.slice(0, MARKERS.length).map((id, slot) => [id, slot]));
}

const canvas = document.createElement("canvas").getContext("2d"), widths = new Map();
canvas.font = `600 14px ${getComputedStyle(document.body).fontFamily}`;
// Width of a name in a figure, including a margin.
function textWidth(text) {
  if (!widths.has(text)) widths.set(text, canvas.measureText(text).width + 8);
  return widths.get(text);
}

// Text cut to a width.
function clipped(text, width) {
  let kept = text;
  while (kept && textWidth(kept) - 8 > width) kept = kept.slice(0, -1);
  return kept === text ? text : `${kept.slice(0, -1)}…`;
}

function ticksOf(low, high, n = 5) {
  const power = 10 ** Math.floor(Math.log10((high - low) / n));
  const step = [1, 2, 2.5, 5, 10].map(k => k * power).find(s => s >= (high - low) / n - 1e-12);
  const ticks = [];
  for (let v = Math.ceil(low / step - TINY) * step; v <= high + TINY; v += step) ticks.push(Number(v.toFixed(10)));
  return ticks;
}
// Powers of ten, with 2 and 5 between them if the axis spans less than two powers.
function logTicks(low, high) {
  const factors = high / low > 50 ? [1] : [1, 2, 5], ticks = [];
  for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e++) {
    for (const k of factors) ticks.push(Number((k * 10 ** e).toPrecision(1)));
  }
  return ticks.filter(v => v >= low && v <= high);
}
const digitsOf = ticks => ticks.every(v => Math.abs(v - Math.round(v)) < TINY) ? 0 : 1;
const signedTick = (value, ticks) => signed(value, digitsOf(ticks));

// A frame with an axis on the left and one below; x may be logarithmic.
function chartFrame({ width, height, x, y, right = 14, log = false }) {
  const pad = { left: 52, right, top: 30, bottom: 48 };
  const f = log ? Math.log10 : v => v;
  const X = v => pad.left + (f(v) - f(x[0])) / (f(x[1]) - f(x[0])) * (width - pad.left - pad.right);
  const Y = v => height - pad.bottom - (v - y[0]) / (y[1] - y[0]) * (height - pad.top - pad.bottom);
  return { width, height, pad, x, y, X, Y, end: width - pad.right, floor: height - pad.bottom };
}
const axisTitles = (frame, yTitle, xTitle) => html`
  <text class="axis-title" x="0" y="14">${yTitle}</text>
  <text class="axis-title" x="${frame.end}" y="${frame.height - 6}" text-anchor="end">${xTitle}</text>`;
// A horizontal line across the frame with its value beside it.
const acrossAt = (frame, v, cls, text) => html`
  <path class="${cls}" d="M${frame.pad.left} ${frame.Y(v)}H${frame.end}"/>
  <text x="${frame.pad.left - 8}" y="${frame.Y(v) + 4}" text-anchor="end">${text}</text>`;
const zeroOrGrid = v => Math.abs(v) < TINY ? "zero" : "grid";
const yAxis = (frame, ticks, text) => ticks.map(v => acrossAt(frame, v, zeroOrGrid(v), text(v)));
const xAxis = (frame, ticks, text) => ticks.map(v => html`
  <text x="${frame.X(v)}" y="${frame.floor + 18}" text-anchor="middle">${text(v)}</text>`);

const svg = ({ width, height }, label, content) => html`<svg role="img" aria-label="${plain(label)}"
  width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${content}</svg>`;

// ---- names beside points ----------------------------------------------------------

// Places of a name: distance from its point, and the text anchor.
const PLACES = [
  [10, -8, "start"], [-10, -8, "end"], [0, -25, "middle"], [0, 9, "middle"],
  [12, -24, "start"], [12, 8, "start"], [-12, -24, "end"], [-12, 8, "end"],
  [0, -40, "middle"], [0, 24, "middle"], [0, 40, "middle"], [26, 26, "start"],
  [-26, 26, "end"], [26, -44, "start"], [-26, -44, "end"], [30, 44, "start"], [-30, 44, "end"],
];
const LINE = 18;

// Each name at its first free place. A name without a free place is shown in the
// data of the figure only.
function placedNames(points, frame, taken = []) {
  const boxes = [...taken, ...points.map(p => ({ x: p.x - 6, y: p.y - 6, w: 12, h: 12 }))];
  const free = box => box.x >= frame.pad.left && box.x + box.w <= frame.width && box.y >= 0
    && box.y + box.h <= frame.floor && !boxes.some(other => box.x < other.x + other.w
      && other.x < box.x + box.w && box.y < other.y + other.h && other.y < box.y + box.h);
  return points.filter(p => p.label).flatMap(p => {
    const w = textWidth(p.label);
    for (const [dx, dy, anchor] of PLACES) {
      const shift = { start: 0, end: w, middle: w / 2 }[anchor];
      const box = { x: p.x + dx - shift, y: p.y + dy, w, h: LINE };
      if (!free(box)) continue;
      boxes.push(box);
      const far = Math.abs(dy + 8) > 20, edge = p.y + dy + (dy > 0 ? 2 : LINE);
      return [html`${far && html`<path class="leader" d="M${p.x} ${p.y}L${p.x + .8 * dx} ${edge}"/>`}
        <text class="name" x="${p.x + dx}" y="${p.y + dy + 12}" text-anchor="${anchor}">${p.label}</text>`];
    }
    return [];
  });
}

// Heights moved apart until the names do not overlap, within the frame.
function spread(ends, frame) {
  ends.sort((a, b) => a.y - b.y);
  for (let round = 0; round < 80; round++) for (let i = 1; i < ends.length; i++) {
    const missing = LINE - (ends[i].y - ends[i - 1].y);
    if (missing > 0) { ends[i].y += missing / 2; ends[i - 1].y -= missing / 2; }
  }
  const over = Math.max(0, 10 - ends[0].y), under = Math.max(0, ends.at(-1).y + over - frame.floor);
  for (const end of ends) end.y += over - under;
  return ends;
}

// ---- a figure with its caption and data ----------------------------------------------

const dataFold = (heads, rows, of, title = "Data of this figure") => html`<details class="data">
  <summary>${title}</summary>
  ${plainTable(`Data: ${of}`, heads, rows)}</details>`;

const figure = ({ id, title, text, plot = "", data = "", picker = "" }) => html`<figure id="fig-${id}" tabindex="-1">
  <div class="fig-head"><h3>${title}</h3>${picker}</div>
  <figcaption>${text}</figcaption>${plot}${data}</figure>`;

const option = (value, text, attributes) => html`<option value="${value}"${attributes}>${text}</option>`;
const picker = (key, title, options, chosen) => html`<label class="pick small"><span class="vh">${title}</span>
  <select data-f="${key}">${options.map(([id, name]) =>
  option(id, name, id === chosen && html` selected`))}</select></label>`;
