// The panel of a method or of a crowd.

const rowsOf = pairs => html`<dl>${pairs.filter(([, value]) => known(markup(value))).map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}</dl>`;
const lines = items => items.map((item, i) => html`${i > 0 && html`<br>`}${item}`);
const papersOf = entry => lines(entry.papers.map(([text, address]) => link(text, webAddress(address))));
const codeOf = entry => html`<a href="${fileLink(entry.code)}">${entry.code}</a>`;
const points = measure => `${measure.title}: ${measure.better < 0 ? "points less" : "points more"} than ${measure.than}`;

// items: [{label, open (data attribute), gain, low, high, n, crowd}].
function gainList(items) {
  const axis = percentAxis(items.flatMap(x => [x.gain, x.low, x.high].filter(v => v !== null)));
  const line = x => html`<li><button type="button" class="open" ${x.open}>${x.label}</button>
    <svg aria-hidden="true" width="100%" height="26">${axisLines(axis)}${x.low !== null && html`<line class="interval" x1="${axis.at(x.low)}%" x2="${axis.at(x.high)}%" y1="13" y2="13"/>`}
      <circle class="${x.crowd}" cx="${axis.at(x.gain)}%" cy="13" r="3.6"/></svg>
    <span><b>${signed(x.gain)}</b>${x.low === null ? badge(x.n === 1 ? "1 run" : "no interval", true) : html`<small>${interval(x)}</small>`}</span></li>`;
  return html`<ol class="gains"><li class="scale" aria-hidden="true"><span></span><svg class="axis" width="100%" height="18">${axisText(axis)}</svg><span></span></li>${items.map(line)}</ol>`;
}

const panelHead = (eyebrow, name, text) => html`<button type="button" class="close" data-do="close" aria-label="Close">×</button>
  <p class="eyebrow">${eyebrow}</p><h2 id="panel-title" tabindex="-1" autofocus>${name}</h2><p class="idea">${text}</p>`;

// ---- a method -----------------------------------------------------------------------

function publishedTable(method) {
  if (!method.published?.length) return "";
  return html`<h3>Published numbers</h3><div class="scroll" tabindex="0" role="region" aria-label="Published numbers"><table class="plain-table">
    <thead><tr><th scope="col">Crowd</th><th scope="col">Score</th><th scope="col">Published</th><th scope="col">Here</th><th scope="col">Source</th></tr></thead>
    <tbody>${method.published.map(([dataset, id, theirs, ours, source]) => {
      const score = DATA.scores.find(x => x.id === id);
      return html`<tr><th scope="row">${DATASET.get(dataset)?.name ?? dataset}</th><td>${score?.title ?? id}</td><td>${theirs}</td>
        <td>${known(ours) ? formatted(ours, score.format) : "not run"}</td><td>${source}</td></tr>`;
    })}</tbody></table></div>`;
}

const variantOf = method => Object.entries(method.variant ?? {}).map(([name, value]) => `${name} = ${value}`).join(", ");

function arrivals(method) {
  const cells = DATA.cells.filter(c => c.m === method.id && c.to95);
  return lines(cells.map(({ d, to95 }) => to95[1] === to95[2] ? html`${DATASET.get(d).name}: ${reached(to95)}`
    : html`${DATASET.get(d).name}: ${badge(reached(to95), true)}`));
}

function methodPanel(method, state) {
  const asked = MEASURE.get(scoreOf(state)), has = measure => DATA.datasets.some(d => gainIn(d.id, method.id, measure.id));
  const measure = has(asked) ? asked : DATA.measures.find(has) ?? asked, base = isBaseline(method.id) && method.id === measure.baseline;
  const items = DATA.datasets.map(d => ({ d, cell: CELL.get(d.id).get(method.id), ...gainIn(d.id, method.id, measure.id) }))
    .filter(x => x.cell && x.gain !== undefined).sort((a, b) => b.gain - a.gain);
  const say = found => listed(found.map(x => `${x.d.name} (${signed(x.gain)})`), 3);
  const wins = items.filter(x => x.low !== null && x.low > 0), loses = items.filter(x => x.high !== null && x.high < 0).reverse();
  const aggregate = geometric(items.map(x => x.cell.s[0])), train = geometric(items.map(x => x.cell.s[1]));
  const status = [...new Set(items.map(x => sourceOf(x.cell)?.status).filter(Boolean))];
  return html`${panelHead(KINDS[method.kind], method.name, method.idea)}
    ${rowsOf([
    ["Needs", needsOf(method)], ["Variant", variantOf(method)],
    ["Wins", base ? "" : wins.length ? say(wins) : "nowhere with an interval above 0"],
    ["Loses", base ? "" : loses.length ? say(loses) : "nowhere with an interval below 0"],
    ["Time", html`${seconds(aggregate)} to aggregate${train !== null ? `, ${seconds(train)} to train` : method.trains && method.kind !== "votes" && ", training included"}`],
    ["To 95% right", arrivals(method)], ["Results", status.join(", ")],
    ["Paper", papersOf(method)], ["Code", codeOf(method)]])}
    ${publishedTable(method)}
    ${!base && items.length > 0 && html`<h3>${points(measure)}</h3>${gainList(items.map(x => ({
    ...x, label: x.d.name, open: html`data-d="${x.d.id}"`, n: x.cell.n, crowd: x.d.crowd })))}`}
    <h3>Run it again</h3>${command(`benchopt run . --config configs/published.yml -s "${method.base ?? method.full.split("[")[0]}"`)}`;
}

// ---- a crowd --------------------------------------------------------------------------

const agreement = alpha => alpha > .8 ? "high" : alpha > .5 ? "fair" : alpha > .2 ? "low" : "hardly above chance";
const INPUTS = { none: "none: votes alone", points: "points, simulated", text: "texts" };

function crowdFacts(d) {
  const spread = d.spread?.every(known) && ` on average; the middle 90% of workers ${percent(d.spread[0])} to ${percent(d.spread[1])}`;
  return rowsOf([
    ["What is asked", d.question], ["Year", d.year], ["Tasks", html`${number(d.tasks)}${known(d.truth_share) && d.truth_share < 1 && `, the truth of ${percent(d.truth_share)} is known`}`],
    ["Workers", known(d.workers) && `${whole(d.workers)} who voted`], ["Classes", d.classes],
    ["Votes per task", html`${votesOf(d)}${d.buy && ", sold one by one"}${d.repeated > 0 && `; ${whole(d.repeated)} repeated`}`],
    ["Inputs", INPUTS[d.inputs] ?? d.inputs], ["Worker accuracy", known(d.accuracy) && html`${percent(d.accuracy)}${spread}`],
    ["Agreement", known(d.alpha) && `${d.alpha} (Krippendorff's alpha), ${agreement(d.alpha)}`],
    ["Majority vote", rightBy(d, "mv") !== null && `${fixed(rightBy(d, "mv"))}% of labels right`],
    ["Truth", d.truth], ["Contamination", d.contamination],
    ["Repetitions", html`${runsOf(d)}${d.same && d.reps > 1 && ", all on the same votes"}`],
    ["Licence", d.licence], ["Source", known(d.source) && link(d.source, webAddress(d.source))],
    ["Paper", papersOf(d)], ["Code", codeOf(d)]]);
}

const HOW = {
  t: () => "tasks drawn anew", e: () => "test examples drawn anew", r: d => count(d.reps, "repetition"), n: () => "",
};

function crowdGains(d, state) {
  const list = measure => DATA.methods.filter(m => m.id !== measure.baseline)
    .map(m => ({ m, cell: CELL.get(d.id).get(m.id), ...gainIn(d.id, m.id, measure.id) })).filter(x => x.gain !== undefined);
  const asked = MEASURE.get(scoreOf(state)), measure = list(asked).length ? asked : DATA.measures.find(x => list(x).length);
  if (!measure) return "";
  const items = list(measure).sort((a, b) => b.gain - a.gain), how = HOW[items.find(x => x.how !== "n")?.how]?.(d);
  return html`<h3>${points(measure)}</h3>${gainList(items.map(x => ({
    ...x, label: x.m.name, open: html`data-m="${x.m.id}"`, n: x.cell.n, crowd: d.crowd })))}
    ${how && html`<p class="fine">95% intervals from ${how}.</p>`}`;
}

function allScores(d) {
  const cells = [...CELL.get(d.id).values()].filter(cell => cell.all?.some(known));
  const used = (DATA.scores ?? []).map((score, i) => ({ ...score, i })).filter(({ i }) => cells.some(cell => known(cell.all[i])));
  if (!used.length) return "";
  return html`<details class="fold"><summary>All scores of all methods</summary><div class="scroll" tabindex="0" role="region" aria-label="All scores"><table class="plain-table">
    <thead><tr><th scope="col">Method</th>${used.map(score => html`<th scope="col" title="${score.help}">${score.title}</th>`)}</tr></thead>
    <tbody>${cells.map(cell => html`<tr><th scope="row">${METHOD.get(cell.m).name}</th>${used.map(({ i, format }) => html`<td>${formatted(cell.all[i], format)}</td>`)}</tr>`)}</tbody></table></div>
    <dl class="scores-help">${used.map(score => html`<dt>${score.title}</dt><dd>${score.help}</dd>`)}</dl></details>`;
}

function crowdPanel(d, state, width) {
  const curves = DATA.subsampled?.[d.id];
  return html`${panelHead(crowdOf[d.crowd], d.name, d.summary)}${crowdFacts(d)}${crowdGains(d, state)}${allScores(d)}
    ${curves && votesFigure(curves, html`${d.name}: votes drawn at random from those given, mean of several draws.`, pinnedIn(state), width, "", "panel-votes")}
    ${looksOf(d)}${workersOf(d, width)}
    <h3>Run it again</h3>${command(`benchopt run . -d "${d.full}"`)}`;
}

// ---- open and close -------------------------------------------------------------------

function drawPanel(state) {
  const panel = $("panel"), method = METHOD.get(state.m), dataset = DATASET.get(state.d);
  if (!method && !dataset) {
    if (panel.open) panel.close();
    return;
  }
  if (!panel.open) panel.showModal();
  const width = Math.floor(panel.clientWidth - 2 * parseFloat(getComputedStyle(panel).paddingLeft));
  panel.innerHTML = method ? methodPanel(method, state) : crowdPanel(dataset, state, width);
  panel.scrollTop = 0;
  $("panel-title").focus();
}
