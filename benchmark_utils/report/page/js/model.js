// What the page knows and the tables it computes; benchmark_utils/report/
// data.py documents the data.

const DATA = JSON.parse(document.getElementById("data").textContent);
const indexed = entries => new Map(entries.map(entry => [entry.id, entry]));
const METHOD = indexed(DATA.methods), DATASET = indexed(DATA.datasets), MEASURE = indexed(DATA.measures);
const CELL = new Map(DATA.datasets.map(d => [d.id, new Map()]));
for (const cell of DATA.cells) CELL.get(cell.d).set(cell.m, cell);
const RESAMPLING = DATA.resampling ?? { seed: 0, n: 1999 };
const MIN_CROWDS = 3, MIN_GROUPED = 6;               // for an interval, for groups
const isTrained = measure => measure.train ?? ["network", "calibration"].includes(measure.id);

// A cell's score: {score, gain, low, high, how}, gain null without a baseline.
function scoreIn(dataset, method, measure) {
  const values = CELL.get(dataset)?.get(method)?.[measure];
  if (!values) return null;
  const [score, gain, low, high, how] = values;
  return { score, gain, low, high, how };
}
const gainIn = (dataset, method, measure) => {
  const found = scoreIn(dataset, method, measure);
  return found?.gain === null ? null : found;
};
// One run says how sure labels of recorded votes are, their tasks drawn anew;
// of networks, buying and simulations it says nothing.
const oneRun = (d, trained) => d.reps === 1 && (!d.same || d.buy || trained);
const sourceOf = cell => DATA.sources?.[cell.by] ?? null;
const familiesOf = datasets => [...new Set(datasets.map(d => d.family))];
const positive = values => values.filter(value => value > 0);
const geometric = values => positive(values).length ? geometricMean(positive(values)) : null;

const isBaseline = id => DATA.measures.some(measure => measure.baseline === id);
const needsOf = method => method.needs.join(" + ");

// ---- the headline table ----------------------------------------------------------

// Of the parts "the crowds of one method x all methods that ran on them", the
// one with most crowds x methods: methods are compared where all of them ran.
function commonPart(runs, baseline) {
  let best = { size: 0, datasets: [], runs: [] };
  for (const { method, datasets } of runs) {
    if (method.id === baseline && runs.length > 1) continue;
    const covering = runs.filter(run => datasets.every(d => run.on.has(d.id)));
    const size = familiesOf(datasets).length * covering.length;
    if (size > best.size || (size === best.size && datasets.length > best.datasets.length)) {
      best = { size, datasets, runs: covering };
    }
  }
  return best;
}

function rowOf(method, datasets, families, measure) {
  const cells = datasets.map(d => ({
    dataset: d, cell: CELL.get(d.id).get(method.id), ...gainIn(d.id, method.id, measure.id),
  }));
  const byFamily = families.map(family =>
    mean(cells.filter(x => x.dataset.family === family).map(x => x.gain)));
  const aggregate = geometric(cells.map(x => x.cell.s[0]));
  const train = geometric(cells.map(x => x.cell.s[1]));
  const base = method.id === measure.baseline, over = overCrowds(byFamily);
  // One setting: its own interval, which says nothing of other crowds.
  const own = cells.length === 1 ? { low: cells[0].low, high: cells[0].high } : {};
  return {
    id: method.id, name: method.name, method, cells, byFamily, ...over, ...own, base,
    aggregate, train, total: (aggregate ?? 0) + (isTrained(measure) ? train ?? 0 : 0),
    asBaseline: !base && byFamily.every(gain => Math.abs(gain) < TINY),
    blind: base ? 0 : cells.filter(x => x.how === "n").length,
    // Trains its own network while it aggregates: one clock for both.
    joint: method.trains && method.setting !== "aggregation" && train === null,
    status: [...new Set(cells.map(x => sourceOf(x.cell)?.status).filter(Boolean))],
  };
}

function computeHeadline(state) {
  const measure = MEASURE.get(scoreOf(state)), { baseline } = measure;
  const within = DATA.datasets.filter(d => fits(d, state));
  const runs = DATA.methods
    .filter(method => state.setting === ANY || method.setting === state.setting || method.id === baseline)
    .map(method => {
      const datasets = within.filter(d => gainIn(d.id, method.id, measure.id));
      return { method, datasets, on: new Set(datasets.map(d => d.id)) };
    })
    .filter(run => run.datasets.length);
  const part = commonPart(runs, baseline), families = familiesOf(part.datasets);
  const rows = part.runs.map(run => rowOf(run.method, part.datasets, families, measure))
    .sort((a, b) => b.mean - a.mean || a.base - b.base || a.name.localeCompare(b.name));
  const others = rows.filter(row => !row.base), base = rows.find(row => row.base);
  const place = new Map(others.map((row, i) => [row.id, i])), gains = others.map(row => row.byFamily);
  const turned = allTurned(gains, RESAMPLING), pairs = pairwiseSignificance(gains, RESAMPLING, turned);
  const fromBase = base ? significanceVsBaseline(gains, base.byFamily, RESAMPLING, turned) : () => false;
  const differ = (a, b) => a.base ? fromBase(place.get(b.id)) : b.base ? fromBase(place.get(a.id))
    : pairs(place.get(a.id), place.get(b.id));
  const grouped = families.length >= MIN_GROUPED;
  groups(others.length, pairs).forEach((group, i) => { others[i].group = grouped ? group : null; });
  for (const row of others) row.beats = !!base && row.mean > 0 && differ(row, base);
  const shown = new Set(rows.map(row => row.id));
  return {
    state, measure, rows, others, base, families, within, grouped,
    datasets: part.datasets, ranked: families.length >= MIN_CROWDS, differ,
    left: runs.filter(run => !shown.has(run.method.id)),
  };
}

const headlines = new Map();
// The table of a state; what does not change it (sort, search, panels) is no
// part of its key.
function headline(state) {
  const key = ["v", "score", ...FILTERS].map(name => state[name]).join("|");
  if (!headlines.has(key)) headlines.set(key, computeHeadline(state));
  return { ...headlines.get(key), state };
}

// ---- the answers under the title -----------------------------------------------

function answer(title, choices) {
  const state = { ...defaultsOf(choices.v ?? "fixed"), ...choices }, table = headline(state), [top] = table.others;
  const tied = table.grouped && top ? table.others.filter(row => row !== top && row.group === top.group) : [];
  return { title, state, table, top, tied, decided: !!top?.beats };
}

const overAll = () => answer("Votes only, all crowds", { setting: "aggregation", crowd: ANY });
const ofPeople = () => answer("Votes only, people", { setting: "aggregation", crowd: "human" });
const answers = () => [
  ofPeople(),
  answer("Votes only, language models", { setting: "aggregation", crowd: "llm" }),
  answer("Images or other inputs, few votes", { in: "any", vpt: "le3", score: "network", crowd: ANY }),
  answer("Which votes to buy?", { v: "buy", setting: "active" }),
];

// The fastest of those within one point of the best, and what it loses.
function fastest(all) {
  const [best] = all.table.others;
  if (!best) return null;
  const quick = all.table.others.filter(row => row.mean >= best.mean - 1)
    .reduce((a, b) => b.total < a.total ? b : a);
  return {
    best, quick, state: { ...all.state, sort: "seconds" }, table: all.table,
    loss: quick === best ? null : overCrowds(quick.byFamily.map((gain, k) => gain - best.byFamily[k])),
  };
}

const ENOUGH = DATA.enough;
// The recorded crowds of a kind with many votes a task, those with the same
// votes once.
function manyVotes(crowd = "human") {
  const crowds = DATA.datasets.filter(d => d.crowd === crowd && d.vpt >= ENOUGH.votes && DATA.subsampled?.[d.id]);
  return familiesOf(crowds).map(family => crowds.find(d => d.family === family));
}
// How many votes a task until a method is within a point of what it makes of
// all of them: the first level from which it stays there.
function enoughOn([votes, right]) {
  const far = right.findLastIndex(v => v < right.at(-1) - ENOUGH.within);
  return votes[far + 1];
}
// The same over crowds, for the first of some methods with curves on enough of
// them: {method, median, low, high, n}, or null.
function enoughVotes(methods, crowd = "human") {
  for (const id of methods) {
    const curves = manyVotes(crowd).map(d => DATA.subsampled[d.id][id]).filter(Boolean);
    if (curves.length >= MIN_CROWDS) return { method: METHOD.get(id), ...medianOverCrowds(curves.map(enoughOn)) };
  }
  return null;
}
