// The headline table.

// Lowest and highest value, but not far beyond the quartiles: a single method that
// fails does not stretch an axis. Values outside are drawn at its ends.
const FAR = 3;                                       // interquartile ranges
function usualSpan(values) {
  const sorted = [...values].sort((a, b) => a - b), at = share => sorted[Math.floor(share * (sorted.length - 1))];
  const [first, third] = [at(.25), at(.75)], room = FAR * Math.max(third - first, 1);
  return [Math.max(sorted[0], first - room), Math.min(sorted.at(-1), third + room)];
}

// An axis in percent of its box: a row needs no redraw when its width changes.
function percentAxis(values, spanOf = span) {
  const [least, most] = values.length ? spanOf(values) : [0, 0];
  const low = Math.min(0, least), high = Math.max(0, most), pad = Math.max(1, (high - low) * .06);
  const at = v => Math.max(0, Math.min(100, (v - low + pad) / (high - low + 2 * pad) * 100));
  return { low: low - pad, high: high + pad, ticks: ticksOf(low - .4 * pad, high + .4 * pad, 6), at };
}
const upright = (axis, v, cls, from, to) =>
  html`<line class="${cls}" x1="${axis.at(v)}%" x2="${axis.at(v)}%" y1="${from}" y2="${to}"/>`;
const axisLines = axis => axis.ticks.map(v => upright(axis, v, zeroOrGrid(v), 0, "100%"));
const axisText = axis => html`<svg class="axis" aria-hidden="true" width="100%" height="18">${axis.ticks.map(v =>
  html`<text x="${axis.at(v)}%" y="13" text-anchor="middle">${signedTick(v, axis.ticks)}</text>`)}</svg>`;
const bandOf = (axis, { low, high }, cls, y = 0) =>
  html`<line class="${cls}" x1="${axis.at(low)}%" x2="${axis.at(high)}%" y1="${y}" y2="${y}"/>`;

const MANY = 20;                                     // more datasets get smaller dots
const MOST_NAMED = 40;                               // more datasets get dots without tooltips
const CLEAR = 2;                                     // percent of the axis between dots in a lane
const LANE = 5, MOST_LANES = 17;                     // pixels up and down

// Heights of dots at increasing places x. Dots that would overlap change the lane.
function lanesOf(places, height) {
  const lanes = [];
  return places.map(x => {
    const free = lanes.findIndex(last => x - last >= CLEAR), lane = free < 0 ? lanes.length : free;
    lanes[lane] = x;
    const y = (lane % 2 ? -1 : 1) * Math.ceil(lane / 2) * height;
    return Math.max(-MOST_LANES, Math.min(MOST_LANES, y));
  });
}

// The dots of one kind of labels as a single path of points with round ends: one
// element per dot would slow down large pages.
function dotPaths(cells, places, heights) {
  const paths = Object.keys(CROWDS).map(crowd => {
    const d = cells.map((x, i) => x.dataset.crowd === crowd ? `M${places[i].toFixed(2)} ${heights[i]}h0` : "").join("");
    return d && html`<path class="dots ${crowd}" d="${d}"/>${
      crowd === "simulated" && html`<path class="dots hollow" d="${d}"/>`}`;
  });
  return html`<svg class="many" y="-28" width="100%" height="56" viewBox="0 -28 100 56" overflow="visible"
    preserveAspectRatio="none">${paths}</svg>`;
}

// A dot per dataset over the mean and its interval.
function stripPlot(row, axis) {
  const cells = row.base ? [] : [...row.cells].sort((a, b) => a.gain - b.gain), many = cells.length > MANY;
  const places = cells.map(x => axis.at(x.gain)), heights = lanesOf(places, many ? .7 * LANE : LANE);
  const dots = cells.length > MOST_NAMED ? dotPaths(cells, places, heights) : cells.map(({ gain, dataset }, i) =>
    html`<circle class="${dataset.crowd}${many && " many"}" cx="${places[i].toFixed(2)}%" cy="${heights[i]}"
      r="${many ? 2.6 : 3.6}"><title>${dataset.name}: ${signed(gain)}</title></circle>`);
  const spread = row.low !== null && !row.base && row.high - row.low > TINY;
  const ends = [row.low, row.high, cells[0]?.gain, cells.at(-1)?.gain].filter(known), [least, most] = span(ends);
  return html`<svg class="strip" aria-hidden="true" width="100%" height="55">${axisLines(axis)}
    <svg y="50%" overflow="visible">${spread && bandOf(axis, row, "interval")}${dots}
    ${upright(axis, row.mean, "mean", -11, 11)}
    ${least < axis.low && html`<text class="arrow" x="-8" y="5">‹</text>`}
    ${most > axis.high && html`<svg x="100%" overflow="visible">
      <text class="arrow" x="2" y="5">›</text></svg>`}</svg></svg>`;
}

const dot = crowd => html`<svg aria-hidden="true" width="9" height="9"><circle class="${crowd}"
  cx="4.5" cy="4.5" r="3.6"/></svg>`;
function dotKey(datasets) {
  const present = Object.keys(CROWDS).filter(crowd => datasets.some(d => d.crowd === crowd));
  return html`<span class="key">${present.map(crowd => html`<span>${dot(crowd)} ${CROWDS[crowd].toLowerCase()}</span>`)}
    <span><svg aria-hidden="true" width="18" height="12"><line class="interval" x1="1" x2="17" y1="6" y2="6"/>
      <line class="mean" x1="9" x2="9" y1="0" y2="12"/></svg> mean, 95% interval</span></span>`;
}

// ---- parts of a row -------------------------------------------------------------------

const badge = (text, warn, title) =>
  html`<span class="badge${warn && " warn"}"${title && html` title="${title}"`}>${text}</span>`;
const CHECKED = html`<span class="verified" title="Run by this repository">
  <span aria-hidden="true">✓</span><span class="vh">verified here</span></span>`;
const verified = status => status.includes("submitted")
  ? badge("submitted", true, "As measured by its author; this repository has not rerun it yet")
  : status.includes("verified here") ? CHECKED : "";

const PIN = html`<svg aria-hidden="true" viewBox="0 0 16 16" width="14" height="14">
  <circle cx="8" cy="8" r="5"/></svg>`;
function nameCell(row, baseline, pinned) {
  const badges = [
    row.method.chosen && badge("of this project", false, row.method.chosen),
    row.asBaseline && badge(`equal to ${baseline}`),
    row.blind > 0 && badge(`no interval on ${row.blind} of ${row.cells.length}`, true,
      "Only one run, or runs with equal scores"),
  ].filter(Boolean);
  return html`<th role="rowheader" scope="row" class="name">
    <div><button type="button" class="open" data-m="${row.id}"${
  row.method.title && html` title="${row.method.title}"`}>${row.name}</button>
    <button type="button" class="pin" data-pin="${row.id}" aria-pressed="${String(pinned)}"
      title="Pin: colour it in the plots, or compare it with another" aria-label="Pin ${row.name}">${PIN}</button></div>
    <span class="needs">${row.base ? "baseline" : row.variantOf ? "variant" : needsOf(row.method)} ${
    verified(row.status)}</span>${badges.length > 0 && html`<span class="badges">${badges}</span>`}</th>`;
}

function gainCell(row) {
  const better = row.beats && html`<span class="vh">, significantly better than the baseline</span>`;
  const { p, low, high } = row.stability ?? {};
  const test = row.stability && row.letters && html`<span class="p" title="${pText(row.stability)}">p ${pOf(p)} (${
    pOf(low)}–${pOf(high)})</span>`;
  return html`<td role="cell" class="gain">${row.base ? html`<b>0</b>` : html`
    <b${row.beats && html` class="significant"`}>${signed(row.mean)}</b>${better} <span>${
  interval(row) || "no interval"}</span>${test}`}</td>`;
}

const numberCell = (label, text, joint, empty) =>
  html`<td role="cell" class="sec${joint && " joint"}${empty && " nothing"}" data-t="${label}">${text}</td>`;
const timeCells = ({ joint, aggregate, train }) => joint
  ? [numberCell("aggregate", "joint", true), numberCell("train", seconds(aggregate))]
  : [numberCell("aggregate", seconds(aggregate)), numberCell("train", seconds(train), false, train === null)];

// Improvements on seen and on unseen datasets, if the table has both kinds.
const SEEN_PARTS = [[true, "Seen"], [false, "Not seen"]];
const partsOf = ({ rows: [row] }) => row && SEEN_PARTS.every(([seen]) => partOf(row, seen)) ? SEEN_PARTS : [];
function partCell(row, [seen, title]) {
  const own = partOf(row, seen);
  return html`<td role="cell" class="sec part" data-t="${title.toLowerCase()}">${
    !row.base && html`${signed(own.mean)} <small>${interval(own)}</small>`}</td>`;
}

function arrivalCell({ method, cells }) {
  const arrivals = cells.map(x => x.cell.to95).filter(Boolean);
  const all = arrivals.filter(([, runs, n]) => runs === n).length;
  return numberCell("reaches 95%", method.setting !== "active" || !arrivals.length ? "–"
    : all === cells.length ? "always" : all ? `on ${all} of ${cells.length}` : "never");
}

// ---- the table --------------------------------------------------------------------------

const column = (cls, content, sort = "") =>
  html`<th scope="col" role="columnheader" class="${cls}"${sort}>${content}</th>`;

function boardHead(table, axis, sort) {
  const sortable = (id, text, cls) => {
    const order = (sort[0] === "-") === (id === "gain") ? "ascending" : "descending";
    return column(cls, html`<button type="button" data-sort="${id}" tabindex="${id === "name" ? 0 : -1}">${
      text}</button>`, sort.replace("-", "") === id && html` aria-sort="${order}"`);
  };
  return html`<thead role="rowgroup"><tr role="row" data-roving>${column("letters", "Letters")}
    ${sortable("name", "Method", "name")}${sortable("gain", "Improvement", "gain")}
    ${column("plot", html`${dotKey(table.datasets)}${axisText(axis)}`)}
    ${partsOf(table).map(([seen, title]) => column("sec part", `${title} (${partOf(table.rows[0], seen).n})`))}
    ${table.state.v === "buy" && column("sec", "Reaches 95%")}
    ${sortable("seconds", "Aggregate", "sec")}${sortable("train", "Train", "sec")}
    ${column("n", "Datasets")}</tr></thead>`;
}

function boardTable(table, shown, state) {
  const { measure, datasets, sourceGroups } = table, pinned = new Set(pinnedIn(state)), buying = state.v === "buy";
  const axis = percentAxis(table.rows.flatMap(row => row.cells.map(x => x.gain)), usualSpan);
  const lettersOf = row => row.letters ? html`<span class="vh">Letters </span>${row.letters}`
    : !row.variantOf && html`<span class="none">–</span>`;
  const body = shown.map(row => html`<tr role="row" class="${row.base && "base"}${row.variantOf && "variant"}">
      <td role="cell" class="letters">${lettersOf(row)}</td>
      ${nameCell(row, measure.than, pinned.has(row.id))}${gainCell(row)}
      <td role="cell" class="plot">${stripPlot(row, axis)}</td>
      ${partsOf(table).map(part => partCell(row, part))}${buying && arrivalCell(row)}${timeCells(row)}
      <td role="cell" class="n" data-t="datasets">${sourceGroups.length}</td></tr>`);
  return html`<table role="table" class="board${buying && " buy"}">
    <caption class="vh">${titleOf(measure)}: methods with 95% intervals over ${datasetsText(datasets)}</caption>
    ${boardHead(table, axis, state.sort)}<tbody role="rowgroup">${body}</tbody></table>`;
}

const titleOf = measure =>
  `${measure.title}: improvement over ${measure.than}`;

function statusText({ rows, datasets, sourceGroups, grouped, ranked, measure, state }, shown) {
  const single = datasets.filter(d => oneRun(d, isTrained(measure)));
  const more = datasets.length === sourceGroups.length ? ""
    : ` (${datasets.length} versions; versions with the same votes count once)`;
  const needed = `intervals over datasets need ${MIN_CROWDS} datasets, tests need ${MIN_GROUPED}`;
  const why = ranked ? `tests need ${MIN_GROUPED} datasets`
    : datasets.length === 1 ? `the intervals are for this dataset only; ${needed}` : needed;
  const only = METHOD.get(state.with);
  const variants = rows.filter(row => row.variantOf).length;
  const all = count(rows.length - variants, "method") + (variants ? ` and ${count(variants, "variant")}` : "");
  return html`${state.q && html`<strong>${shown.length} of ${rows.length} rows match “${state.q}”.</strong> `}${
    only && html`<strong>Only datasets that ${only.name} ran on.</strong> `}${all} on ${datasetsText(datasets)}.
    All methods ran on all of them${more}.
    ${single.length > 0 && html`${badge("1 run", true)} on ${
    single.length > 2 ? `${single.length} of them` : listed(single.map(d => d.name))}.`}
    ${!grouped && html`<strong>${ranked ? "No tests" : "Not ranked"}:</strong> ${why}.`}`;
}

function drawScores(state, { within, measure: shown }) {
  const has = ({ id, baseline }) => within.some(d =>
    DATA.methods.some(m => m.id !== baseline && gainIn(d.id, m.id, id)));
  const tab = measure => html`<button type="button" data-score="${measure.id}" aria-pressed="${
    String(measure === shown)}" tabindex="${measure === shown ? 0 : -1}"${
    !has(measure) && html` disabled`}>${measure.title}</button>`;
  $("scores").innerHTML = html`${DATA.measures.filter(measure => offered(measure, state)).map(tab)}`;
}

const COMPARE = {
  name: (a, b) => a.name.localeCompare(b.name), gain: (a, b) => b.mean - a.mean,
  seconds: (a, b) => a.total - b.total, train: (a, b) => (a.train ?? Infinity) - (b.train ?? Infinity) || 0,
};
function sorted(rows, sort) {
  const ordered = [...rows].sort(COMPARE[sort.replace("-", "")]);
  return folded(sort.startsWith("-") ? ordered.reverse() : ordered);
}

// The filters and the score of an empty view, each with the choice that would fill it.
function nothingShared(state) {
  const { q, ...rest } = { ...state, q: "" }, filled = change => comparedIn({ ...rest, q, ...change }).rows.length;
  const options = { ...FACETS, setting: { title: "Methods", all: "All", options: SETTINGS } };
  const choices = Object.entries(options).filter(([key]) => state[key] !== ANY)
    .flatMap(([key, { title, all, options: { ...texts } }]) => {
      const names = { ...texts, [ANY]: all.toLowerCase() };
      return Object.keys(names).filter(value => value !== state[key])
        .map(value => ({ change: { [key]: value }, text: `${title}: ${names[value]}` }));
    });
  const scores = DATA.measures.filter(measure => offered(measure, state) && measure.id !== scoreOf(state))
    .map(measure => ({ change: { score: measure.id }, text: `Score: ${measure.title}` }));
  const filling = [...choices, ...scores].map(choice => ({ ...choice, n: filled(choice.change) }))
    .filter(({ n }) => n > 1);
  return html`<div class="empty"><p><b>No two methods have this score on these datasets.</b></p>
    ${filling.length > 0 && html`<p>One change fills the table:</p><ul>${filling.map(({ change, text, n }) => html`<li>
      <a href="${viewLink({ ...state, ...change })}">${text}</a> (${count(n, "method")})</li>`)}</ul>`}
    <p>${filling.length ? "Or" : "No single change fills the table;"}
    <button type="button" class="link" data-do="reset">reset the filters</button>.</p></div>`;
}

// Two pinned methods can be compared.
function pinnedText(state) {
  const known = pinnedIn(state).filter(id => METHOD.has(id)), [a, b] = known.slice(-2);
  if (!known.length) return "";
  const name = id => METHOD.get(id).name;
  return html`Pinned: ${listed(known.map(name))}. ${b
    ? html`<button type="button" class="link" data-c="${a},${b}">Compare ${name(a)} with ${name(b)}</button>`
    : "Pin a second method to compare the two."}`;
}

function drawBoard(state) {
  const table = headline(state), { measure, rows, datasets } = table, query = searched(state);
  const shown = sorted(rows, state.sort)
    .filter(row => !query || names(row.method, query) || datasets.some(d => names(d, query)));
  const compared = rows.length > 1;
  $("h-table").textContent = titleOf(measure);
  $("explain").textContent = measure.help;
  drawScores(state, table);
  $("status").innerHTML = compared ? statusText(table, shown) : "";
  $("pinned").innerHTML = pinnedText(state);
  $("board").innerHTML = !compared ? nothingShared(state) : html`${boardTable(table, shown, state)}${
    !shown.length && html`<div class="empty"><p>No method or dataset matches “${state.q}”.</p></div>`}`;
  $("after").innerHTML = compared
    ? html`${caution(table)}${leftOut(table)}${rankingsFold(table)}${howToRead(table)}` : "";
}
