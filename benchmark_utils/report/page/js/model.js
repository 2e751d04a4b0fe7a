// The page's data and the tables computed from them. benchmark_utils/report/page/
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
// One run gives an interval for labels from recorded votes, by resampling tasks, but
// not for networks, label acquisition and simulations.
const oneRun = (d, trained) => d.reps === 1 && (!d.same || d.buy || trained);
const sourceOf = cell => DATA.sources?.[cell.by] ?? null;
const sourceGroupsOf = datasets => [...new Set(datasets.map(d => d.source_group))];
const positive = values => values.filter(value => value > 0);
const geometric = values => positive(values).length ? geometricMean(positive(values)) : null;

const isBaseline = id => DATA.measures.some(measure => measure.baseline === id);
const needsOf = method => method.needs.join(" + ");

// ---- the headline table ----------------------------------------------------------

// Methods are compared on datasets that all of them ran on. Candidates are the
// datasets of one method with all methods that ran on them; the one with the
// largest number of datasets x methods is chosen.
function commonPart(runs, baseline) {
  let best = { size: 0, datasets: [], runs: [] };
  for (const { method, datasets } of runs) {
    if (method.id === baseline && runs.length > 1) continue;
    const covering = runs.filter(run => datasets.every(d => run.on.has(d.id)));
    const size = sourceGroupsOf(datasets).length * covering.length;
    if (size > best.size || (size === best.size && datasets.length > best.datasets.length)) {
      best = { size, datasets, runs: covering };
    }
  }
  return best;
}

function rowOf(method, datasets, sourceGroups, measure) {
  const cells = datasets.map(d => ({
    dataset: d, cell: CELL.get(d.id).get(method.id), ...gainIn(d.id, method.id, measure.id),
  }));
  const bySourceGroup = sourceGroups.map(group =>
    mean(cells.filter(x => x.dataset.source_group === group).map(x => x.gain)));
  const aggregate = geometric(cells.map(x => x.cell.s[0]));
  const train = geometric(cells.map(x => x.cell.s[1]));
  const base = method.id === measure.baseline, over = overDatasets(bySourceGroup);
  // A single dataset has its own interval, which does not cover other datasets.
  const own = cells.length === 1 ? { low: cells[0].low, high: cells[0].high } : {};
  return {
    id: method.id, name: method.name, method, cells, bySourceGroup, ...over, ...own, base,
    aggregate, train, total: (aggregate ?? 0) + (isTrained(measure) ? train ?? 0 : 0),
    asBaseline: !base && bySourceGroup.every(gain => Math.abs(gain) < TINY),
    blind: base ? 0 : cells.filter(x => x.how === "n").length,
    // The method trains a network while it aggregates, so both share one time.
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
  const part = commonPart(runs, baseline), sourceGroups = sourceGroupsOf(part.datasets);
  const rows = part.runs.map(run => rowOf(run.method, part.datasets, sourceGroups, measure))
    .sort((a, b) => b.mean - a.mean || a.base - b.base || a.name.localeCompare(b.name));
  const others = rows.filter(row => !row.base), base = rows.find(row => row.base);
  const place = new Map(others.map((row, i) => [row.id, i])), gains = others.map(row => row.bySourceGroup);
  const turned = allTurned(gains, RESAMPLING), pairs = pairwiseSignificance(gains, RESAMPLING, turned);
  const fromBase = base ? significanceVsBaseline(gains, base.bySourceGroup, RESAMPLING, turned) : () => false;
  const differ = (a, b) => a.base ? fromBase(place.get(b.id)) : b.base ? fromBase(place.get(a.id))
    : pairs(place.get(a.id), place.get(b.id));
  const grouped = sourceGroups.length >= MIN_GROUPED;
  groups(others.length, pairs).forEach((group, i) => { others[i].group = grouped ? group : null; });
  for (const row of others) row.beats = !!base && row.mean > 0 && differ(row, base);
  const shown = new Set(rows.map(row => row.id));
  return {
    state, measure, rows, others, base, sourceGroups, within, grouped,
    datasets: part.datasets, ranked: sourceGroups.length >= MIN_CROWDS, differ,
    left: runs.filter(run => !shown.has(run.method.id)),
  };
}

const headlines = new Map();
// The table of a state. Its key leaves out what does not change it: the order, the
// search and the panels.
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

const overAll = () => answer("All labels, aggregation", { setting: "aggregation", crowd: ANY });
const ofPeople = () => answer("Human labels, aggregation", { setting: "aggregation", crowd: "human" });
const answers = () => [
  ofPeople(),
  answer("LLM labels, aggregation", { setting: "aggregation", crowd: "llm" }),
  answer("Training a classifier, up to 3 votes per task", { in: "any", vpt: "le3", score: "network", crowd: ANY }),
  answer("Label acquisition", { v: "buy", setting: "active" }),
];

// The fastest of the methods within one point of the best, and its difference to it.
function fastest(all) {
  const [best] = all.table.others;
  if (!best) return null;
  const quick = all.table.others.filter(row => row.mean >= best.mean - 1)
    .reduce((a, b) => b.total < a.total ? b : a);
  return {
    best, quick, state: { ...all.state, sort: "seconds" }, table: all.table,
    loss: quick === best ? null : overDatasets(quick.bySourceGroup.map((gain, k) => gain - best.bySourceGroup[k])),
  };
}

const ENOUGH = DATA.enough;
// Recorded datasets of one kind with many votes per task; datasets that share their
// votes count once.
function manyVotes(crowd = "human") {
  const crowds = DATA.datasets.filter(d => d.crowd === crowd && d.vpt >= ENOUGH.votes && DATA.subsampled?.[d.id]);
  return sourceGroupsOf(crowds).map(group => crowds.find(d => d.source_group === group));
}
// The smallest number of votes per task from which on a method stays within a point
// of its label accuracy with all votes.
function enoughOn([votes, right]) {
  const far = right.findLastIndex(v => v < right.at(-1) - ENOUGH.within);
  return votes[far + 1];
}
// Its median over datasets, for the first method with curves on enough of them:
// {method, median, low, high, n}, or null.
function enoughVotes(methods, crowd = "human") {
  for (const id of methods) {
    const curves = manyVotes(crowd).map(d => DATA.subsampled[d.id][id]).filter(Boolean);
    if (curves.length >= MIN_CROWDS) return { method: METHOD.get(id), ...medianOverDatasets(curves.map(enoughOn)) };
  }
  return null;
}
