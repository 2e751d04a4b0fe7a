// The headline table, who is not in it, and the other rankings.

// An axis in percent of its box, so that a row needs no redraw when it resizes.
function percentAxis(values) {
  const low = Math.min(0, ...values), high = Math.max(0, ...values), pad = Math.max(1, (high - low) * .06);
  const at = v => Math.max(0, Math.min(100, (v - low + pad) / (high - low + 2 * pad) * 100));
  return { low: low - pad, high: high + pad, ticks: ticksOf(low - .4 * pad, high + .4 * pad, 6), at };
}
const axisLines = axis => axis.ticks.map(v => html`<line class="${Math.abs(v) < TINY ? "zero" : "grid"}" x1="${axis.at(v)}%" x2="${axis.at(v)}%" y1="0" y2="100%"/>`);
const axisText = axis => axis.ticks.map(v => html`<text x="${axis.at(v)}%" y="13" text-anchor="middle">${signedTick(v, axis.ticks)}</text>`);

const MANY = 20;                                     // crowds, from which dots shrink
const CLEAR = 2;                                     // percent of the axis between dots in a lane
// A dot per crowd, stacked where they meet, over the mean and its interval.
function stripPlot(row, axis) {
  const lanes = [], many = row.cells.length > MANY, gap = many ? .7 : 1;
  const dots = row.base ? [] : [...row.cells].sort((a, b) => a.gain - b.gain).map(({ gain, dataset }) => {
    const x = axis.at(gain), free = lanes.findIndex(last => x - last >= CLEAR), lane = free < 0 ? lanes.length : free;
    lanes[lane] = x;
    const y = (lane % 2 ? -1 : 1) * Math.ceil(lane / 2) * 5 * gap;
    return html`<circle class="${dataset.crowd}${many && " many"}" cx="${x}%" cy="${Math.max(-17, Math.min(17, y))}" r="${many ? 2.6 : 3.6}"><title>${dataset.name}: ${signed(gain)}</title></circle>`;
  });
  const known = row.low !== null && !row.base && row.high - row.low > TINY;
  const band = cls => known && html`<line class="${cls}" x1="${axis.at(row.low)}%" x2="${axis.at(row.high)}%"/>`;
  return html`<svg class="strip" aria-hidden="true" width="100%" height="55">${axisLines(axis)}
    <svg y="50%" overflow="visible">${band("interval")}${dots}${many && band("interval-line")}
    <line class="mean" x1="${axis.at(row.mean)}%" x2="${axis.at(row.mean)}%" y1="-11" y2="11"/>
    ${known && row.low < axis.low && html`<text class="arrow" x="-8" y="5">‹</text>`}
    ${known && row.high > axis.high && html`<svg x="100%" overflow="visible"><text class="arrow" x="2" y="5">›</text></svg>`}</svg></svg>`;
}

const dot = crowd => html`<svg aria-hidden="true" width="9" height="9"><circle class="${crowd}" cx="4.5" cy="4.5" r="3.6"/></svg>`;
const dotKey = settings => html`<span class="key">${Object.entries(CROWDS).filter(([crowd]) => settings.some(d => d.crowd === crowd))
  .map(([crowd, text]) => html`<span>${dot(crowd)} ${text.toLowerCase()}</span>`)}
  <span><svg aria-hidden="true" width="18" height="12"><line class="interval" x1="1" x2="17" y1="6" y2="6"/><line class="mean" x1="9" x2="9" y1="0" y2="12"/></svg> mean, 95% interval</span></span>`;

const COMPARE = {
  name: (a, b) => a.name.localeCompare(b.name), gain: (a, b) => b.mean - a.mean,
  seconds: (a, b) => a.total - b.total, train: (a, b) => (a.train ?? Infinity) - (b.train ?? Infinity) || 0,
};
function sorted(rows, sort) {
  const ordered = [...rows].sort(COMPARE[sort.replace("-", "")]);
  return sort.startsWith("-") ? ordered.reverse() : ordered;
}

const against = measure => `${measure.better < 0 ? "points less than with" : "gain over"} ${METHOD.get(measure.baseline)?.name.toLowerCase()}`;

// ---- parts of a row -------------------------------------------------------------------

const badge = (text, warn, title) => html`<span class="badge${warn && " warn"}"${title && html` title="${title}"`}>${text}</span>`;
const verified = status => !status.length ? "" : status.includes("submitted")
  ? badge("submitted", true, "As its author measured it, not run again here yet")
  : html`<span class="verified" title="Verified here: run by this repository"><span aria-hidden="true">✓</span><span class="vh">verified here</span></span>`;

function nameCell(row, pinned) {
  const badges = [row.asBaseline && badge(`same as ${row.baseName.toLowerCase()}`),
    row.blind > 0 && badge(`no spread on ${row.blind} of ${row.cells.length}`, true, "The runs there do not vary, or there is one")].filter(Boolean);
  return html`<th role="rowheader" scope="row" class="name"><div><button type="button" class="open" data-m="${row.id}">${row.name}</button>${verified(row.status)}
    <button type="button" class="pin" data-pin="${row.id}" aria-pressed="${pinned}" aria-label="Draw ${row.name} in colour" title="Draw in colour"><svg aria-hidden="true" viewBox="0 0 16 16" width="14" height="14"><circle cx="8" cy="8" r="5"/></svg></button></div>
    <span class="needs">${row.base ? "the baseline" : needsOf(row.method)}</span>${badges.length > 0 && html`<span class="badges">${badges}</span>`}</th>`;
}

function gainCell(row) {
  if (row.base) return html`<td role="cell" class="gain"><b>0</b></td>`;
  return html`<td role="cell" class="gain"><b${row.beats && html` class="told"`}>${signed(row.mean)}</b>${row.beats && html`<span class="vh">, told from the baseline</span>`}<span>${interval(row) || "no interval"}</span></td>`;
}

function timeCells(row) {
  const cell = (label, text, joint) => html`<td role="cell" class="sec${joint && " joint"}" data-t="${label}">${text}</td>`;
  return row.joint ? [cell("aggregate", "in one", true), cell("train", seconds(row.aggregate))]
    : [cell("aggregate", seconds(row.aggregate)), cell("train", seconds(row.train))];
}

function arrivalCell(row) {
  const arrivals = row.cells.map(x => x.cell.to95).filter(Boolean), all = arrivals.filter(([, runs, n]) => runs === n).length;
  const text = row.method.kind !== "buys" || !arrivals.length ? "–"
    : all === row.cells.length ? "always" : all ? `on ${all} of ${row.cells.length}` : "never";
  return html`<td role="cell" class="sec" data-t="95% right">${text}</td>`;
}

// ---- the table --------------------------------------------------------------------------

function boardHead(table, axis, sort) {
  const key = sort.replace("-", "");
  const sortable = (id, text, cls) => {
    const order = (sort[0] === "-") === (id === "gain") ? "ascending" : "descending";
    return html`<th scope="col" role="columnheader" class="${cls}"${key === id && html` aria-sort="${order}"`}><button type="button" data-sort="${id}">${text}</button></th>`;
  };
  return html`<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader" class="group">Group</th>
    ${sortable("name", "Method", "name")}${sortable("gain", "Gain", "gain")}
    <th scope="col" role="columnheader" class="plot">${dotKey(table.settings)}<svg class="axis" aria-hidden="true" width="100%" height="18">${axisText(axis)}</svg></th>
    ${table.state.v === "buy" && html`<th scope="col" role="columnheader" class="sec">95% right</th>`}
    ${sortable("seconds", "Aggregate", "sec")}${sortable("train", "Train", "sec")}
    <th scope="col" role="columnheader" class="n">Crowds</th></tr></thead>`;
}

function boardTable(table, shown, state) {
  const axis = percentAxis(table.rows.flatMap(row => row.cells.map(x => x.gain)));
  const pinned = new Set(pinnedIn(state)), inGroups = state.sort === "gain" && !searched(state) && table.grouped;
  let above = null;
  const body = shown.map(row => {
    const cut = inGroups && !row.base && above !== null && row.group !== above;
    const again = inGroups && row.group === above;
    if (!row.base) above = row.group;
    return html`<tr role="row" class="${cut && "cut"}${row.base && " base"}"><td role="cell" class="group">${row.base ? ""
      : table.grouped ? html`<span class="vh">Group </span><span${again && html` class="again"`}>${row.group}</span>` : html`<span class="none">–</span>`}</td>
      ${nameCell({ ...row, baseName: table.base?.name ?? "the baseline" }, pinned.has(row.id))}${gainCell(row)}<td role="cell" class="plot">${stripPlot(row, axis)}</td>
      ${state.v === "buy" && arrivalCell(row)}${timeCells(row)}<td role="cell" class="n" data-t="crowds">${table.families.length}</td></tr>`;
  });
  return html`<table role="table" class="board${state.v === "buy" && " buy"}">
    <caption class="vh">${table.measure.title}, ${against(table.measure)}: methods with 95% intervals over ${crowdsText(table.settings)}</caption>
    ${boardHead(table, axis, state.sort)}<tbody role="rowgroup">${body}</tbody></table>`;
}

function statusText(table) {
  const { rows, settings, families: crowds } = table, single = settings.filter(d => d.reps === 1);
  const more = settings.length === crowds.length ? "" : ` (${settings.length} settings; settings with the same votes count once)`;
  const why = settings.length === 1 ? "the intervals are of this crowd alone; intervals over crowds need three crowds, groups six"
    : table.ranked ? "groups need six crowds" : "intervals over crowds need three crowds, groups six";
  return html`${count(rows.length, "method")} on ${crowdsText(settings)}, that all of them ran on${more}.
    ${single.length > 0 && html`${badge("1 run", true)} on ${single.length > 2 ? `${single.length} of them` : listed(single.map(d => d.name))}.`}
    ${!table.grouped && html`<strong>${table.ranked ? "No groups" : "Not ranked"}:</strong> ${why}.`}`;
}

function drawScores(state, table) {
  const has = ({ id, baseline }) => table.within.some(d => DATA.methods.some(m => m.id !== baseline && gainIn(d.id, m.id, id)));
  const tabs = $("scores");
  tabs.innerHTML = html`${DATA.measures.filter(measure => offered(measure, state)).map(measure => html`<button type="button" data-score="${measure.id}"
    aria-pressed="${measure.id === table.measure.id}"${!has(measure) && html` disabled`}>${measure.title}</button>`)}`;
  const on = tabs.querySelector("[aria-pressed=true]");
  if (on && tabs.scrollWidth > tabs.clientWidth) tabs.scrollLeft = on.offsetLeft - tabs.offsetLeft - 40;
}

function drawBoard(state) {
  const table = headline(state), { measure, rows } = table, query = searched(state);
  const title = `${measure.title}: ${against(measure)}`;
  const shown = sorted(rows, state.sort).filter(row => !query || names(row.method, query) || table.settings.some(d => names(d, query)));
  $("h-table").textContent = title;
  $("explain").textContent = measure.help;
  drawScores(state, table);
  const compared = rows.length > 1;
  $("status").innerHTML = compared ? statusText(table) : "";
  $("board").innerHTML = !compared
    ? html`<div class="empty"><p><b>No two methods have this score on these crowds.</b></p><p>Choose another score, or <button type="button" class="link" data-do="reset">show all crowds</button>.</p></div>`
    : html`${boardTable(table, shown, state)}${!shown.length && html`<div class="empty"><p>No method or crowd here matches “${state.q}”.</p></div>`}`;
  $("after").innerHTML = compared ? html`${leftOut(table)}${rankingsFold(table)}${howToRead(table)}` : "";
}
