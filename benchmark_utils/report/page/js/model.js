// The page's data and the tables computed from them. benchmark_utils/report/page/
// data.py documents the data.

const DATA = JSON.parse(document.getElementById("data").textContent);
const indexed = entries => new Map(entries.map(entry => [entry.id, entry]));
const METHOD = indexed(DATA.methods), DATASET = indexed(DATA.datasets), MEASURE = indexed(DATA.measures);
const CELL = new Map(DATA.datasets.map(d => [d.id, new Map()]));
for (const cell of DATA.cells) CELL.get(cell.d).set(cell.m, cell);
const RESAMPLING = DATA.resampling ?? { seed: 0, n: 1999 };
const MIN_CROWDS = 3, MIN_GROUPED = 6;               // for an interval, for letters
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
// Was a dataset at hand when defaults were chosen?
const isSeen = d => d.seen ?? true;
// The same as text; simulations have no such fact.
const seenOf = d => d.crowd === "simulated" ? "–" : isSeen(d) ? "yes"
  : DATA.datasets.some(o => o.source_group === d.source_group && isSeen(o)) ? "no (its source: yes)" : "no";
const sourceGroupsOf = datasets => [...new Set(datasets.map(d => d.source_group))];
const groupMeans = (cells, groups = sourceGroupsOf(cells.map(x => x.dataset))) => groups.map(group =>
  mean(cells.filter(x => x.dataset.source_group === group).map(x => x.gain)));
const overGroups = cells => overDatasets(groupMeans(cells));
const positive = values => values.filter(value => value > 0);
const geometric = values => positive(values).length ? geometricMean(positive(values)) : null;

const isBaseline = id => DATA.measures.some(measure => measure.baseline === id);
const needsOf = method => method.needs.join(" + ");

// ---- the headline table ----------------------------------------------------------

// Methods are compared on datasets that all of them ran on. Candidates are the
// datasets of one method with all methods that ran on them; the one with the
// largest number of datasets x methods is chosen. With a wanted method: its datasets.
function commonPart(runs, baseline, wanted) {
  let best = { size: 0, datasets: [], runs: [] };
  for (const { method, datasets } of runs) {
    if (wanted ? method.id !== wanted : method.id === baseline && runs.length > 1) continue;
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
  const bySourceGroup = groupMeans(cells, sourceGroups);
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

// The methods and datasets of a table, best first, without tests.
function comparedIn(state) {
  const measure = MEASURE.get(scoreOf(state)), { baseline } = measure;
  // Too few datasets of people and models: beside others, they are shown apart and not ranked.
  const mixed = DATA.datasets.filter(d => d.crowd === "mixed"), few = mixed.length < DATA.datasets.length
    && sourceGroupsOf(mixed.filter(d => d.truth_share)).length < MIN_GROUPED;
  const within = DATA.datasets.filter(d => fits(d, state) && (
    state.crowd !== ANY || d.crowd !== "mixed" || !few));
  const runs = DATA.methods
    .filter(method => state.setting === ANY || method.setting === state.setting || method.id === baseline)
    .map(method => {
      const datasets = within.filter(d => gainIn(d.id, method.id, measure.id));
      return { method, datasets, on: new Set(datasets.map(d => d.id)) };
    })
    .filter(run => run.datasets.length);
  const variantOf = variantsOf(runs.map(run => run.method).filter(method => method.id !== state.with));
  const part = commonPart(runs.filter(run => !variantOf.has(run.method.id)), baseline, state.with);
  const { datasets } = part, sourceGroups = sourceGroupsOf(datasets);
  const methods = new Set(part.runs.map(run => run.method.id));
  const onPart = run => datasets.filter(d => run.on.has(d.id));   // a variant may lack some versions of a dataset
  const variants = runs.filter(run => methods.has(variantOf.get(run.method.id))
    && sourceGroupsOf(onPart(run)).length === sourceGroups.length);
  const rows = folded([...part.runs, ...variants]
    .map(run => ({ ...rowOf(run.method, onPart(run), sourceGroups, measure), variantOf: variantOf.get(run.method.id) }))
    .sort((a, b) => b.mean - a.mean || a.base - b.base || a.name.localeCompare(b.name)));
  const shown = new Set(rows.map(row => row.id));
  return { state, measure, rows, sourceGroups, within, datasets, left: runs.filter(run => !shown.has(run.method.id)) };
}

function computeHeadline(state) {
  const table = comparedIn(state), { rows, sourceGroups, datasets } = table;
  const others = rows.filter(row => !row.base && !row.variantOf && !row.asBaseline);
  const base = rows.find(row => row.base), grouped = sourceGroups.length >= MIN_GROUPED;
  const compared = rows.filter(row => row === base || others.includes(row));
  const pairs = pairwiseSignificance(compared.map(row => row.bySourceGroup), RESAMPLING);
  const place = new Map(compared.map((row, i) => [row.id, i]));
  const differ = (a, b) => place.has(a.id) && place.has(b.id) && pairs(place.get(a.id), place.get(b.id));
  if (grouped) letters(compared.length, pairs).forEach((own, i) => { compared[i].letters = own; });
  // Where language models voted, what was measured must hold for other models, too.
  const panel = datasets.some(d => d.crowd === "llm") && DATA.panel;
  if (base) judge(others, base.bySourceGroup, row => !panel || holdsForModels(panel, row.id));
  return {
    ...table, others, base, grouped, differ,
    ranked: sourceGroups.length >= (state.crowd === "mixed" ? MIN_GROUPED : MIN_CROWDS),
    halves: others.length ? winnersCurse(others.map(row => row.bySourceGroup), RESAMPLING.seed) : null,
    detectable: others.length ? detectable(others[0].bySourceGroup) : null,
  };
}

// Which rows are significantly better than the baseline, with the test of each.
function judge(rows, base, holds = () => true) {
  stabilityOf(rows.map(row => row.bySourceGroup), base, RESAMPLING).forEach((own, i) => {
    Object.assign(rows[i], { stability: own, beats: !!own?.robust && rows[i].mean > 0 && holds(rows[i]) });
  });
}
const holdsForModels = ({ better, improvement }, id) => better.includes(id) || !improvement[id];
const isVariant = method => Object.keys(method.variant ?? {}).length > 0;
// The method of each variant whose defaults ran as well: only defaults compete.
function variantsOf(methods) {
  const defaults = new Map(methods.filter(m => !isVariant(m)).map(m => [m.base, m.id]));
  return new Map(methods.filter(m => isVariant(m) && defaults.has(m.base)).map(m => [m.id, defaults.get(m.base)]));
}
// The rows with each variant moved below its method.
const folded = rows => rows.filter(row => !row.variantOf)
  .flatMap(row => [row, ...rows.filter(variant => variant.variantOf === row.id)]);
// Methods that share a letter do not differ significantly.
const shareLetter = (a, b) => [...a.letters].some(own => b.letters.includes(own));

const headlines = new Map();
// The table of a state. Its key leaves out what does not change it: the order, the
// search and the panels.
function headline(state) {
  const key = ["v", "score", ...FILTERS].map(name => state[name]).join("|");
  if (!headlines.has(key)) headlines.set(key, computeHeadline(state));
  return { ...headlines.get(key), state };
}

// ---- answers -------------------------------------------------------------------

// Only methods at their defaults may be an answer.
const atDefaults = rows => rows.filter(row => !isVariant(row.method));

// leading: significantly better than the baseline, best first; larger: methods with a
// larger mean that are not.
function answered(all) {
  const rows = atDefaults(all), leading = rows.filter(row => row.beats);
  return { rows, leading, larger: rows.filter(row => !row.beats && row.mean > Math.max(0, leading[0]?.mean ?? 0)) };
}
// each: without enough datasets, the best on each.
function answer(title, choices) {
  const state = { ...defaultsOf(choices.v ?? "fixed"), ...choices }, table = headline(state);
  return { title, state, table, ...answered(table.others), each: table.grouped ? [] : bestOnEach(table) };
}

const CLASSIFIER = { in: "any", score: "network", crowd: "human" };
const ofPeople = () => answer("Labels from people", { setting: "aggregation", crowd: "human" });
const answers = () => [
  ofPeople(),
  answer("Labels from language models", { setting: "aggregation", crowd: "llm" }),
  answer("Training a classifier on people's labels", CLASSIFIER),
];
const acquisition = () => answer("Label acquisition from people", { v: "buy", setting: "active", crowd: "human" });

// The method with the largest improvement on each dataset of a table's filters, fewest
// votes per task first. Of datasets that share their votes the first counts.
function bestOnEach({ state, measure, within }) {
  const known = DATA.methods.filter(m => !isVariant(m) && m.id !== measure.baseline
    && (state.setting === ANY || m.setting === state.setting));
  const groups = new Map(), has = d => DATA.methods.some(m => gainIn(d.id, m.id, measure.id));
  for (const d of within) if (!groups.has(d.source_group) && has(d)) groups.set(d.source_group, d);
  return [...groups.values()].sort((a, b) => a.vpt - b.vpt).flatMap(d => {
    const found = known.map(method => ({ d, method, ...gainIn(d.id, method.id, measure.id) }))
      .filter(x => x.gain !== undefined);
    return found.length ? [found.reduce((a, b) => b.gain > a.gain ? b : a)] : [];
  });
}

const WITHIN = 1;                                    // point
// The fastest of the methods that are at most a point worse than the best, with 95%
// confidence: the interval of its difference lies above minus one point.
function fastest({ state, table, rows }) {
  const [best] = rows;
  if (!best || !table.grouped) return null;
  const lossOf = row => overDatasets(row.bySourceGroup.map((gain, k) => gain - best.bySourceGroup[k]));
  const close = rows.filter(row => row === best || lossOf(row).low >= -WITHIN);
  const quick = close.reduce((a, b) => b.total < a.total ? b : a);
  return { best, quick, table, state: { ...state, sort: "seconds" }, loss: quick === best ? null : lossOf(quick) };
}

const ENOUGH = DATA.enough, FEW = 3;                 // votes per task
// Recorded datasets of one kind with many votes per task; datasets that share their
// votes count once.
function manyVotes(crowd = "human") {
  const crowds = DATA.datasets.filter(d => d.crowd === crowd && d.vpt >= ENOUGH.votes && DATA.subsampled?.[d.id]);
  return sourceGroupsOf(crowds).map(group => crowds.find(d => d.source_group === group));
}
// The smallest number of votes per task from which on a method stays within a point
// of its label accuracy with all votes; Infinity if only all votes are enough.
function enoughOn([votes, right]) {
  const far = right.findLastIndex(v => v < right.at(-1) - ENOUGH.within);
  return far + 1 < votes.length - 1 ? votes[far + 1] : Infinity;
}
// Where a curve has so many votes per task, -1 if not tried.
const placeOf = ([votes], level) => votes.slice(0, -1).findIndex(v => levelOf(v) === level);
// Label accuracy with so many votes per task, undefined if not tried, and that minus the one with all.
const rightAt = (curve, level) => curve?.[1][placeOf(curve, level)];
const lossAt = (curve, level) => rightAt(curve, level) - curve[1].at(-1);

// Over datasets, for the first method with curves on enough of them: median number of
// votes with its interval, n datasets, fewer: on how many fewer than all were enough.
function enoughVotes(methods) {
  for (const id of methods.filter(METHOD.has, METHOD)) {
    const curves = manyVotes().map(d => DATA.subsampled[d.id][id]).filter(Boolean), needed = curves.map(enoughOn);
    if (curves.length < MIN_CROWDS) continue;
    const losses = [FEW, 5].map(level => [level, curves.map(curve => lossAt(curve, level)).filter(Number.isFinite)])
      .filter(([, own]) => own.length).map(([level, own]) => ({ level, ...overDatasets(own) }));
    const fewer = needed.filter(Number.isFinite).length;
    return { method: METHOD.get(id), ...medianOverDatasets(needed), losses, fewer };
  }
  return null;
}

// An answer of the methods tried with FEW votes per task, null without enough datasets.
// loss: of the baseline, compared with all votes.
function withFewVotes(title) {
  const [measure] = DATA.measures, { baseline } = measure, right = (d, id) => rightAt(DATA.subsampled[d.id][id], FEW);
  const datasets = manyVotes().filter(d => known(right(d, baseline)));
  if (datasets.length < MIN_CROWDS) return null;
  const rows = DATA.methods.filter(m => m.id !== baseline && datasets.every(d => known(right(d, m.id)))).map(method => {
    const cells = datasets.map(d => ({ dataset: d, gain: right(d, method.id) - right(d, baseline) }));
    return { name: method.name, method, cells, bySourceGroup: cells.map(x => x.gain), ...overGroups(cells) };
  }).sort((a, b) => b.mean - a.mean);
  judge(rows, datasets.map(() => 0));
  return {
    title, state: defaultsOf("fixed"), at: "fig-votes", table: { measure, datasets, grouped: true }, ...answered(rows),
    loss: overDatasets(datasets.map(d => lossAt(DATA.subsampled[d.id][baseline], FEW))),
  };
}

// ---- two methods -----------------------------------------------------------------

const BASE_64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
// Half the width of the interval of the difference of two methods on a dataset.
function marginOf(dataset, a, b, measure) {
  const [ids, halves] = DATA.pairs?.[dataset]?.[measure] ?? [[], ""];
  const i = Math.max(ids.indexOf(a), ids.indexOf(b)), j = Math.min(ids.indexOf(a), ids.indexOf(b));
  if (j < 0 || i === j) return j < 0 ? null : 0;
  const [tens, ones] = [...halves.slice(i * (i - 1) + 2 * j, i * (i - 1) + 2 * j + 2)].map(c => BASE_64.indexOf(c));
  return tens < 0 ? null : .02 * (64 * tens + ones);
}

// Method a minus method b on all datasets of the filters that both ran on.
function difference(state, a, b, measure) {
  const cells = DATA.datasets.filter(d => fits(d, state)).flatMap(d => {
    const ours = gainIn(d.id, a, measure.id), theirs = gainIn(d.id, b, measure.id);
    if (!ours || !theirs) return [];
    const gain = ours.gain - theirs.gain, half = marginOf(d.id, a, b, measure.id);
    return [{ d, gain, low: half === null ? null : gain - half, high: half === null ? null : gain + half }];
  });
  return { cells, over: cells.length ? overGroups(cells.map(({ d, gain }) => ({ dataset: d, gain }))) : null };
}
