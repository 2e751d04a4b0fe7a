// Label accuracy by votes per task: how many votes are enough?

const MEANS_OF = ["human", "llm"];
const levelOf = votes => Math.round(votes);          // tasks with fewer votes keep all of them

// Mean curves over datasets, at the numbers of votes per task that the baseline has
// on all datasets, and with all votes, placed at the median of the datasets. Only
// methods with all of these points are included. Subsamples of different datasets
// are independent, and so are their deviations.
function meanCurves(ids) {
  const all = ids.map(id => DATA.subsampled[id]), n = all.length;
  const given = Object.keys(all[0]).filter(m => all.every(curves => curves[m]));
  if (!given.length) return {};
  const { baseline } = DATA.measures[0], first = given.includes(baseline) ? baseline : given[0];
  const levels = all[0][first][0].slice(0, -1).map(levelOf)
    .filter((level, i, every) => every.indexOf(level) === i && all.every(curves => placeOf(curves[first], level) >= 0));
  const whole = (curves, m) => Math.abs(curves[m][0].at(-1) - curves[first][0].at(-1)) < 1;
  const methods = given.filter(m => all.every(curves =>
    whole(curves, m) && levels.every(level => placeOf(curves[m], level) >= 0)));
  const most = median(all.map(curves => curves[first][0].at(-1)));
  const parts = (m, part, level) => all.map(curves => level === undefined ? curves[m][part].at(-1)
    : curves[m][part][placeOf(curves[m], level)]);
  return Object.fromEntries(methods.map(m => [m, [[...levels, most],
    [...levels, undefined].map(level => mean(parts(m, 1, level))),
    [...levels, undefined].map(level => Math.sqrt(parts(m, 2, level).reduce((sum, sd) => sum + sd ** 2, 0)) / n)]]));
}

const levelsOf = series => [...new Set(series.flatMap(s => s.x))].sort((a, b) => a - b);
const atLevel = (s, votes) => s.y[s.x.indexOf(votes)];

// The best method with few votes and with all votes, compared with the baseline.
function leadsText(series) {
  const levels = levelsOf(series), base = series.find(s => s.id === DATA.measures[0].baseline);
  const few = levels.reduce((best, v) => Math.abs(v - FEW) < Math.abs(best - FEW) ? v : best);
  const ahead = votes => {
    const there = series.filter(s => known(atLevel(s, votes)));
    const best = there.reduce((a, b) => atLevel(b, votes) > atLevel(a, votes) ? b : a);
    const against = base && best !== base && known(atLevel(base, votes));
    return `${best.name} is best with ${fixed(atLevel(best, votes))}%${
      against ? ` (${base.name}: ${fixed(atLevel(base, votes))}%)` : ""}`;
  };
  return `At ${count(levelOf(few), "vote")} per task ${ahead(few)}; with all votes ${ahead(levels.at(-1))}.`;
}

// ids: of the datasets of a mean.
function votesFigure({ id = "votes", curves, name, pinned, width, choose = "", ids = [] }) {
  const title = "How many votes are enough?";
  const series = seriesOf(curves).sort((a, b) => b.y.at(-1) - a.y.at(-1));
  if (!series.length) return figure({ id, title, text: NOTHING, picker: choose });
  const votes = levelsOf(series), base = series.find(s => s.id === DATA.measures[0].baseline);
  // The curves of the figure: improvements over majority vote with as many votes.
  const over = !base ? series : series.filter(s => s !== base && s.x.every(v => base.x.includes(v)))
    .map(s => ({ ...s, sd: [], y: s.x.map((v, i) => s.y[i] - atLevel(base, v)) }));
  if (!over.length) return figure({ id, title, text: NOTHING, picker: choose });
  const slots = slotsOf(pinned, over.map(s => s.id)), ends = usualSpan([0, ...over.flatMap(s => s.y)]);
  const room = Math.max(.5, .06 * (ends[1] - ends[0])), { than } = DATA.measures[0];
  const levelText = v => v === votes.at(-1) ? "all" : levelOf(v);
  const text = html`${name}. Improvement over ${than} with as many votes. ${leadsText(series)} Each task keeps a random
    subsample of its votes, or all if it has fewer. In the data, ± is the standard deviation over the draws, not
    over datasets: it does not show which method is better on others.`;
  const cell = (s, v) => {
    const i = s.x.indexOf(v);
    return i < 0 ? "–" : `${fixed(s.y[i])}%${s.sd[i] > 0 ? ` ± ${fixed(s.sd[i])}` : ""}`;
  };
  const drawn = [...base ? [base.id] : [], ...slots.keys()];
  const needed = curve => !curve ? "–" : enoughOn(curve) < Infinity ? votesText(enoughOn(curve))
    : `more than ${votesText(curve[0].at(-2))}`;
  const enough = ids.map(d => [DATASET.get(d).name, votesText(DATASET.get(d).vpt),
    ...drawn.map(m => needed(DATA.subsampled[d][m]))]);
  return figure({
    id, title, text, picker: choose,
    plot: lineChart({
      series: over, slots, width, log: true, x: [votes[0], votes.at(-1)], label: text, xText: levelText,
      y: [ends[0] - room, ends[1] + room], xTicks: votes, yText: v => signed(v), yTitle: `Points over ${than}`,
      xTitle: "votes per task", marks: s => s.x.map((v, i) => [v, s.y[i]]),
    }),
    data: html`${dataFold(["Method", ...votes.map(v => v === votes.at(-1) ? "All votes" : count(levelOf(v), "vote"))],
      series.map(s => [s.name, ...votes.map(v => cell(s, v))]), title)}${
      enough.length > 0 && dataFold(["Dataset", "All votes", ...drawn.map(m => METHOD.get(m).name)], enough,
        "sufficient votes", `Votes per task to come within ${ENOUGH.within} point of all votes, by dataset`)}`,
  });
}

const MEAN = crowd => crowd === "human" ? "mean" : `mean-${crowd}`;
const meant = () => MEANS_OF.filter(crowd => manyVotes(crowd).length >= MIN_CROWDS);

// The figure of the page: the mean over datasets of one source, or a single dataset.
function votesPlot(state, width) {
  const pinned = pinnedIn(state), options = crowdOptions(DATA.subsampled);
  if (!options.length) return "";
  const means = meant().map(crowd => [MEAN(crowd), `Mean of ${
    count(manyVotes(crowd).length, `${ANNOTATED[crowd]} dataset`)}`]);
  const all = [...means, ...options], chosen = chosenOf(all, state.vd, all[0][0]);
  const crowd = meant().find(kind => MEAN(kind) === chosen), ids = crowd ? manyVotes(crowd).map(d => d.id) : [];
  return votesFigure({
    curves: crowd ? meanCurves(ids) : DATA.subsampled[chosen], ids, pinned, width,
    name: crowd ? `${means.find(([id]) => id === chosen)[1]} with at least ${ENOUGH.votes} votes per task`
      : DATASET.get(chosen).name,
    choose: picker("vd", "Dataset of the curves by votes per task", all, chosen),
  });
}
