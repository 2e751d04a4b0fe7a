// Text: HTML that escapes all inserted values, and formatted numbers.

class Markup {
  constructor(text) { this.text = text; }
  toString() { return this.text; }
}

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = text => String(text).replace(/[&<>"']/g, character => ESCAPES[character]);

const markup = value =>
  value instanceof Markup ? value.text
    : Array.isArray(value) ? value.map(markup).join("")
      : value === null || value === undefined || value === false ? ""
        : escaped(value);

// html`<b>${name}</b>` escapes name. Markup and lists of Markup are inserted as they
// are; null, undefined and false become empty.
const html = (parts, ...values) =>
  new Markup(parts.reduce((text, part, i) => text + markup(values[i - 1]) + part));

// Markup without its tags and line breaks, for labels.
const plain = value => new Markup(markup(value).replace(/<[^>]*>/g, "").replace(/\s+/g, " "));

// Results may be submitted by anyone: only web addresses become links.
const webAddress = address => /^https?:\/\//i.test(address ?? "") ? address : null;
const link = (text, address) => address ? html`<a href="${address}">${text}</a>` : html`${text}`;

const MINUS = "−";
const withMinus = text => text.replace("-", MINUS);
const fixed = (value, digits = 1) => withMinus(value.toFixed(digits));
const whole = value => Math.round(value).toLocaleString("en");
const percent = share => share === null || share === undefined ? "–" : `${Math.round(100 * share)}%`;

// "+7.0", "−0.3"; a value that rounds to zero has no sign.
function signed(value, digits = 1) {
  const text = Math.abs(value).toFixed(digits);
  return (Number(text) === 0 ? "" : value > 0 ? "+" : MINUS) + text;
}

// ".040"; "p = .040; .018 to .310 with one dataset left out"
const pOf = p => (p + 1e-9).toFixed(3).replace(/^0/, "");
const pText = ({ p, low, high }) => `p = ${pOf(p)}; ${pOf(low)} to ${pOf(high)} with one dataset left out`;

const interval = ({ low, high }) => low === null ? "" : `[${signed(low)}, ${signed(high)}]`;

function seconds(value) {
  if (value === null || value === undefined) return "–";
  if (value < .00095) return "< 1 ms";
  if (value < .995) return `${Number((value * 1000).toPrecision(2))} ms`;
  return value < 9.95 ? `${value.toFixed(1)} s` : `${Math.round(value)} s`;
}

const count = (n, one, many = `${one}s`) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

// "A", "A and B", "A, B and C", "A, B and 4 more"; items are strings or markup.
function listed(items, most = items.length) {
  const shown = items.length > most ? items.slice(0, most) : items.slice(0, -1);
  const last = items.length > most ? `${items.length - most} more` : items.at(-1);
  if (!shown.length) return html`${last}`;
  return html`${shown.map((item, i) => html`${i ? ", " : ""}${item}`)} and ${last}`;
}

// A table in a scrolling box; the first cell of each row is its header.
const plainTable = (label, heads, rows, { cls = "", caption = "" } = {}) => html`
  <div class="scroll" tabindex="0" role="region" aria-label="${label}"><table class="plain-table ${cls}">
  ${caption && html`<caption class="vh">${caption}</caption>`}
  <thead><tr>${heads.map(head => html`<th scope="col">${head}</th>`)}</tr></thead>
  <tbody>${rows.map(([name, ...cells]) => html`<tr><th scope="row">${name}</th>${
  cells.map(cell => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;

// A score in Python's format ".3f" or ".1%", as the terminal prints it.
function formatted(value, format) {
  if (value === null || value === undefined) return "–";
  const [, digits, kind] = format.match(/\.(\d+)([f%])$/) ?? [null, 3, "f"];
  return kind === "%" ? `${fixed(100 * value, Number(digits))}%` : fixed(value, Number(digits));
}
