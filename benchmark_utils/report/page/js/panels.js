// The panel of a method, of a dataset, or of two methods.

const lines = items => items.map((item, i) => html`${i > 0 && html`<br>`}${item}`);
const definitions = (pairs, cls = "") => html`<dl class="${cls}">${pairs.filter(([, value]) => markup(value) !== "")
  .map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}</dl>`;
const papersOf = entry => lines(entry.papers.map(([text, address]) => link(text, webAddress(address))));
const codeOf = entry => html`<a href="${fileLink(entry.code)}">${entry.code}</a>`;

// ---- run it again -------------------------------------------------------------------

// benchopt reads 1to20 as a number and a word, unless it is in quotes.
const quotedName = full => full.replace(/=([0-9.]+[A-Za-z_][\w.]*)(?=[,\]])/g, "='$1'");
const MOST_LISTED = 3;
// One command per result file that these cells come from: its configuration with these
// datasets and methods, if they are few, and the number of repetitions.
function runAgain(cells) {
  const given = (flag, values) => values.length > MOST_LISTED ? ""
    : values.map(value => ` ${flag} "${value}"`).join("");
  return [...new Set(cells.map(cell => cell.by))].map(by => {
    const own = cells.filter(cell => cell.by === by), { config, file, status } = sourceOf(own[0]) ?? {};
    if (status && !config) {
      return `python -m benchmark_utils.report rerun ${file} > again.yml && ${
        "OMP_NUM_THREADS=1 benchopt run . --config again.yml"}`;
    }
    const n = [...new Set(own.map(cell => cell.n))], unique = values => [...new Set(values)];
    return `OMP_NUM_THREADS=1 benchopt run .${config ? ` --config ${config}` : ""}${
      given("-d", unique(own.map(cell => quotedName(DATASET.get(cell.d).full))))}${
      given("-s", unique(own.map(cell => METHOD.get(cell.m).full)))}${n.length === 1 ? ` -r ${n[0]}` : ""} --no-cache`;
  });
}
const runAgainText = cells => html`<h3>Run it again</h3>${runAgain(cells).map(command)}`;

const pointsText = ({ title, than }) => `${title}: percentage points of improvement over ${than}`;
const CLOSE = html`<button type="button" class="close" data-do="close" aria-label="Close">×</button>`;
const panelHead = (eyebrow, name, text) => html`${CLOSE}<p class="eyebrow">${eyebrow}</p>
  <h2 id="panel-title" tabindex="-1" autofocus>${name}</h2><p class="idea">${text}</p>`;

// items: [{label, opens (a data attribute), gain, low, high, n, crowd}].
function gainList(items) {
  const axis = percentAxis(items.flatMap(x => [x.gain, x.low, x.high].filter(v => v !== null)));
  const line = x => html`<li><button type="button" class="open" ${x.opens}>${x.label}</button>
    <svg aria-hidden="true" width="100%" height="26">${axisLines(axis)}
      ${x.low !== null && bandOf(axis, x, "interval", 13)}
      <circle class="${x.crowd}" cx="${axis.at(x.gain)}%" cy="13" r="3.6"/></svg>
    <span><b>${signed(x.gain)}</b>${x.low === null ? badge(x.n === 1 ? "1 run" : "no interval", true)
    : html`<small>${interval(x)}</small>`}</span></li>`;
  return html`<ol class="gains"><li class="scale" aria-hidden="true"><span></span>${axisText(axis)}<span></span></li>
    ${items.map(line)}</ol>`;
}

// The selected score, if there are values of it, else the first score with values.
function measureWith(state, has) {
  const asked = MEASURE.get(scoreOf(state));
  return has(asked) ? asked : DATA.measures.find(has) ?? null;
}

// ---- a method -----------------------------------------------------------------------

function publishedTable({ published = [] }) {
  if (!published.length) return "";
  const line = ([dataset, id, theirs, ours, source]) => {
    const score = DATA.scores.find(other => other.id === id);
    return [DATASET.get(dataset)?.name ?? dataset, score?.title ?? id, theirs,
      known(ours) ? formatted(ours, score.format) : "not run", source];
  };
  return html`<h3>Published results</h3>${plainTable("Published results",
    ["Dataset", "Score", "Published", "Here", "Source"], published.map(line))}`;
}

function arrivalsOf(method) {
  return lines(DATA.cells.filter(cell => cell.m === method.id && cell.to95).map(({ d, to95 }) => {
    const text = reached(to95);
    return html`${DATASET.get(d).name}: ${to95[1] === to95[2] ? text : badge(text, true)}`;
  }));
}

function timeText(method, cells) {
  const aggregate = geometric(cells.map(cell => cell.s[0])), train = geometric(cells.map(cell => cell.s[1]));
  return `${seconds(aggregate)} to aggregate${train !== null ? `, ${seconds(train)} to train`
    : method.trains && method.setting !== "aggregation" ? ", training included" : ""}`;
}

function methodPanel(method, state) {
  const gainOn = measure => DATA.datasets.map(d => ({
    d, cell: CELL.get(d.id).get(method.id), ...gainIn(d.id, method.id, measure.id),
  })).filter(x => x.gain !== undefined);
  const measure = measureWith(state, other => gainOn(other).length > 0);
  const items = measure ? gainOn(measure).sort((a, b) => b.gain - a.gain) : [];
  const base = measure?.baseline === method.id, cells = DATA.cells.filter(cell => cell.m === method.id);
  const say = (found, where) => found.length
    ? listed(found.map(x => `${x.d.name} (${signed(x.gain)})`), 3) : `no dataset with an interval ${where} 0`;
  const wins = items.filter(x => x.low !== null && x.low > 0);
  const loses = items.filter(x => x.high !== null && x.high < 0).reverse();
  const variant = Object.entries(method.variant ?? {}).map(([name, value]) => `${name} = ${value}`).join(", ");
  const others = DATA.methods.filter(m => m !== method && items.some(x => gainIn(x.d.id, m.id, measure.id)));
  const facts = [
    ["Needs", needsOf(method)], ["Variant", variant], ["Of this project", method.chosen],
    ["Better on", base ? "" : say(wins, "above")], ["Worse on", base ? "" : say(loses, "below")],
    ["Time", timeText(method, cells)], ["Votes to 95%", arrivalsOf(method)],
    ["Results", [...new Set(cells.map(cell => sourceOf(cell)?.status).filter(Boolean))].join(", ")],
    ["Paper", papersOf(method)], ["Code", codeOf(method)],
  ];
  const gains = items.map(x => ({
    ...x, label: x.d.name, opens: html`data-d="${x.d.id}"`, n: x.cell.n, crowd: x.d.crowd,
  }));
  return html`${panelHead(SETTINGS[method.setting], method.name,
    `${method.title && `${method.title}: `}${method.idea}`)}
    ${definitions(facts)}${publishedTable(method)}
    ${!base && items.length > 0 && html`<h3>${pointsText(measure)}</h3>${gainList(gains)}`}
    ${others.length > 0 && html`<label class="pick with"><span>Compare ${method.name} with</span>
      <select data-with="${method.id}">${option("", "Choose a method")}${
  others.map(m => option(m.id, m.name))}</select></label>`}
    ${runAgainText(cells)}`;
}

// ---- a dataset ------------------------------------------------------------------------

const agreement = alpha => alpha > .8 ? "high" : alpha > .5 ? "fair" : alpha > .2 ? "low" : "close to chance";
const INPUTS = { none: "none, votes only", points: "simulated points", text: "texts" };
// The resampling unit of an interval.
const UNITS = { t: () => "resampled tasks", e: () => "resampled test examples", r: d => count(d.reps, "repetition") };

// ".17 [.15, .20]" and, of people and models, each: see errors in data.py.
const withInterval = (values, digits) => {
  const [value, low, high] = values.map(x => x.toFixed(digits));
  return `${value} [${low}, ${high}]`;
};
const byKind = (values, digits, names) => Object.entries(names)
  .filter(([kind]) => values[kind]).map(([kind, name]) => `${name} ${withInterval(values[kind], digits)}`).join("; ");

function crowdFacts(d) {
  const spread = d.spread?.every(known)
    && `; 90% of workers between ${percent(d.spread[0])} and ${percent(d.spread[1])}`;
  const truths = known(d.truth_share) && d.truth_share < 1 && `, ${percent(d.truth_share)} with known truth`;
  const repeated = d.repeated > 0 && `; ${whole(d.repeated)} repeated votes`;
  return definitions([
    ["Question", d.question], ["Year", d.year], ["Tasks", html`${number(d.tasks)}${truths}`],
    ["Workers", known(d.workers) && whole(d.workers)], ["Classes", d.classes],
    ["Votes per task", html`${votesOf(d)}${d.buy && ", queried one at a time"}${repeated}`],
    ["Inputs", INPUTS[d.inputs] ?? d.inputs],
    ["Worker accuracy", known(d.accuracy) && html`${percent(d.accuracy)} on average${spread}`],
    ["Agreement", known(d.alpha) && `${d.alpha} (Krippendorff's alpha), ${agreement(d.alpha)}`],
    ["Correlation of errors", d.errors && byKind(d.errors.rho, 2,
      { people: "people", models: "models", between: "between people and models" })],
    ["Effective votes per task", d.errors && `${byKind(d.errors.effective, 1,
      { people: "people", models: "models", both: "both" })} of ${d.errors.votes.people} votes of people and ${
      d.errors.votes.models} of models`],
    ["Majority vote", `label accuracy ${rightBy(d, "mv")}`],
    ["Seen when defaults were chosen", seenOf(d)],
    ["Truth", d.truth], ["Contamination", d.contamination],
    ["Repetitions", html`${runsOf(d)}${d.same && d.reps > 1 && ", all on the same votes"}`],
    ["Licence", d.licence], ["Source", known(d.source) && link(d.source, webAddress(d.source))],
    ["Paper", papersOf(d)], ["Code", codeOf(d)],
  ]);
}

function crowdGains(d, state) {
  const gainOf = measure => DATA.methods.filter(m => m.id !== measure.baseline).map(m => ({
    m, cell: CELL.get(d.id).get(m.id), ...gainIn(d.id, m.id, measure.id),
  })).filter(x => x.gain !== undefined);
  const measure = measureWith(state, other => gainOf(other).length > 0);
  if (!measure) return "";
  const items = gainOf(measure).sort((a, b) => b.gain - a.gain), unit = UNITS[items.find(x => x.how !== "n")?.how]?.(d);
  const gains = items.map(x => ({
    ...x, label: x.m.name, opens: html`data-m="${x.m.id}"`, n: x.cell.n, crowd: d.crowd,
  }));
  return html`<h3>${pointsText(measure)}</h3>${gainList(gains)}
    ${unit && html`<p class="fine">95% intervals from ${unit}.</p>`}`;
}

function allScores(d) {
  const cells = [...CELL.get(d.id).values()].filter(cell => cell.all?.some(known));
  const used = (DATA.scores ?? []).map((score, i) => ({ ...score, i }))
    .filter(({ i }) => cells.some(cell => known(cell.all[i])));
  if (!used.length) return "";
  const line = cell => [METHOD.get(cell.m).name, ...used.map(({ i, format }) => formatted(cell.all[i], format))];
  return html`<details class="fold"><summary>All scores of all methods</summary>
    ${plainTable("All scores", ["Method", ...used.map(score => score.title)], cells.map(line))}
    ${definitions(used.map(score => [score.title, score.help]), "scores-help")}</details>`;
}

function crowdPanel(d, state, width) {
  const curves = DATA.subsampled?.[d.id];
  return html`${panelHead(`${ANNOTATED[d.crowd]} dataset`, d.name, d.summary)}
    ${crowdFacts(d)}${crowdGains(d, state)}${allScores(d)}
    ${curves && votesFigure({ id: "panel-votes", curves, name: d.name, pinned: pinnedIn(state), width })}
    ${looksOf(d)}${workersOf(d, width)}
    ${runAgainText([...CELL.get(d.id).values()])}`;
}

// ---- open and close -------------------------------------------------------------------

function drawPanel(state) {
  const panel = $("panel"), method = METHOD.get(state.m), dataset = DATASET.get(state.d);
  if (!method && !dataset && !state.c) {
    if (panel.open) panel.close();
    return;
  }
  if (!panel.open) panel.showModal();
  const width = Math.floor(panel.clientWidth - 2 * parseFloat(getComputedStyle(panel).paddingLeft));
  const kept = document.activeElement?.dataset?.which;   // the choice of a method keeps its focus
  panel.innerHTML = method ? methodPanel(method, state)
    : dataset ? crowdPanel(dataset, state, width) : comparePanel(state);
  panel.scrollTop = 0;
  (panel.querySelector(`[data-which="${kept}"]`) ?? $("panel-title")).focus();
}
