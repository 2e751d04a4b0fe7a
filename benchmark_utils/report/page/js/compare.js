// Two methods side by side, in the panel, and all methods x datasets as a heat map.

const methodPicker = (which, chosen, methods) => html`<label class="pick">
  <span>${which ? "Compared with" : "Method"}</span><select data-which="${which}">${methods.map(m =>
  option(m.id, m.name, m.id === chosen && html` selected`))}</select></label>`;

function comparePanel(state) {
  const [a, b] = state.c.split(",").map(id => METHOD.get(id)), here = MEASURE.get(scoreOf(state));
  const measures = [here, ...DATA.measures.filter(m => offered(m, state) && m !== here)];
  const measure = measures.find(m => difference(state, a.id, b.id, m).over) ?? here;
  const { cells, over } = difference(state, a.id, b.id, measure);
  const known = DATA.methods.filter(m => DATA.datasets.some(d => fits(d, state) && gainIn(d.id, m.id, measure.id)));
  const pickers = html`<div class="pair">${[a, b].map((m, i) =>
    methodPicker(i, m.id, [...new Set([m, ...known])]))}</div>`;
  const title = html`${a.name} minus ${b.name}`, kinds = datasetsText(cells.map(x => x.d));
  if (!over) {
    return html`${panelHead("Comparison", title, "No dataset with these filters has both methods.")}${pickers}`;
  }
  const clear = cells.filter(x => x.low > 0).length, worse = cells.filter(x => x.high !== null && x.high < 0).length;
  const verdict = over.low === null ? `an interval needs ${MIN_CROWDS} datasets`
    : over.low > 0 ? `${a.name} is better on average` : over.high < 0 ? `${b.name} is better on average`
      : "the interval contains 0";
  const says = html`${measure.title}, percentage points. Over ${kinds}: <b>${points(over)}</b>; ${verdict}. The interval
    on a dataset lies above 0 on ${clear} and below 0 on ${worse} of ${cells.length}.`;
  const items = cells.sort((x, y) => y.gain - x.gain).map(x => ({
    ...x, label: x.d.name, opens: html`data-d="${x.d.id}"`, n: CELL.get(x.d.id).get(a.id).n, crowd: x.d.crowd }));
  return html`${panelHead("Comparison", title, says)}${pickers}${gainList(items)}
    <p class="fine">Both methods had the same votes. 95% intervals on a dataset resample its tasks, or test examples, or
    repetitions of a simulation. The interval over datasets is Student's t; datasets that share their votes count
    once. It is of this one comparison: after choosing the pair among many, use the letters of the table.</p>`;
}

// ---- methods x datasets -------------------------------------------------------------

const FULL_COLOUR = 10;                              // points

// Methods by their mean improvement, datasets by the mean over methods.
function heatTable({ measure, rows, left, within }) {
  const methods = [...rows.filter(row => !row.base && !row.variantOf).map(row => row.method),
    ...left.map(run => run.method).filter(m => !isVariant(m))];
  const datasets = within.map(d => {
    const cells = methods.map(m => gainIn(d.id, m.id, measure.id)), known = cells.filter(Boolean);
    return { d, cells, gain: mean(known.map(x => x.gain)) };
  }).filter(({ cells }) => cells.some(Boolean)).sort((a, b) => b.gain - a.gain);
  return { methods, datasets };
}

function heatCell(cell, method, { d }) {
  if (!cell) return html`<td></td>`;
  const share = Math.round(60 * Math.min(1, Math.abs(cell.gain) / FULL_COLOUR));
  const clear = cell.low !== null && (cell.low > 0 || cell.high < 0);
  return html`<td class="${cell.gain < 0 ? "below" : "above"}" style="--s:${share}%" title="${method.name} on ${
    d.name}: ${signed(cell.gain)} ${interval(cell)}">${
  clear ? html`<b>${signed(cell.gain)}</b>` : signed(cell.gain)}</td>`;
}

function drawHeat(state) {
  const table = headline(state), { methods, datasets } = heatTable(table), { measure } = table, box = $("heat-table");
  $("heat").hidden = methods.length < 2 || !datasets.length;
  if ($("heat").hidden) return;
  $("heat-text").textContent = `${measure.title}: improvement over ${measure.than} in percentage points, methods in the
    order of the table, datasets by their mean. Bold: the 95% interval on this dataset does not contain 0. Full
    colour from ${FULL_COLOUR} points on.`;
  const head = ({ d }) => html`<th scope="col"><button type="button" class="open" data-d="${d.id}" title="${
    votesText(d.vpt)} votes per task, ${d.classes} classes">${d.name}</button></th>`;
  box.innerHTML = html`<div class="scroll" tabindex="0" role="region" aria-label="Table of methods and datasets">
    <table class="heat"><caption class="vh">${measure.title}: improvement of each method on each dataset</caption>
    <thead><tr><th scope="col">Method</th>${datasets.map(head)}</tr></thead>
    <tbody>${methods.map((m, i) => html`<tr><th scope="row">${m.name}</th>${
  datasets.map(entry => heatCell(entry.cells[i], m, entry))}</tr>`)}</tbody></table></div>`;
}

function heatCsv(state) {
  const { methods, datasets } = heatTable(headline(state));
  const lines = methods.map((m, i) => [m.id, ...datasets.map(({ cells }) => cells[i]?.gain)]);
  return csvText([["method", ...datasets.map(({ d }) => d.id)], ...lines]);
}
