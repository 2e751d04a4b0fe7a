// The plots that files in plots/ add, for one dataset at a time.

const shortNumber = v => Number(v.toPrecision(3));
const numberTicks = v => Number(v.toFixed(3));

function linesOf({ id, title, help, x, y, log, series: all }, dataset, pinned, width) {
  const series = seriesOf(all[dataset.id]).filter(s => s.x.length > 1).map(s => ({ ...s, sd: [] }));
  const text = html`${dataset.name}. ${help}`, every = series.flatMap(s => s.y);
  if (!series.length) return "";
  const slots = slotsOf(pinned, series.map(s => s.id)), [low, high] = span(every), room = .06 * (high - low || 1);
  const dense = series.some(s => s.x.length > 12);
  return figure({
    id: `more-${id}`, title, text,
    plot: lineChart({
      series, slots, width, log, x: span(series.flatMap(s => s.x)), y: [low - room, high + room], label: text,
      xTitle: x, yTitle: y, yText: numberTicks,
      marks: s => dense ? [] : s.x.map((v, i) => [v, s.y[i]]),
    }),
    data: dataFold(["Method", x, y],
      series.flatMap(s => s.x.map((v, i) => [s.name, shortNumber(v), shortNumber(s.y[i])])), title),
  });
}

function pointsOf({ id, title, help, x, y, log, series }, dataset, pinned, width) {
  const points = seriesOf(series[dataset.id]).map(s => ({ id: s.id, name: s.name, x: s.x[0], y: s.y[0] }));
  const axis = name => ({ title: name, text: shortNumber, tick: numberTicks });
  return points.length < 2 ? "" : scatter({
    id: `more-${id}`, title, points, pinned, width, log, x: axis(x), y: axis(y), text: html`${dataset.name}. ${help}`,
  });
}

// Drawn when the fold is opened.
function drawMore(state) {
  const plots = DATA.plots ?? [], fold = $("more-plots"), box = $("more-figures");
  const drawn = new Set(plots.flatMap(plot => Object.keys(plot.series)));
  const options = crowdOptions(Object.fromEntries(DATA.datasets.filter(d => drawn.has(d.id)).map(d => [d.id, d])));
  fold.hidden = !options.length;
  if (fold.hidden || !fold.open) return;
  const dataset = DATASET.get(chosenOf(options, state.xd, options[0][0])), pinned = pinnedIn(state);
  const width = figureWidth();
  const figures = plots.filter(plot => plot.series[dataset.id])
    .map(plot => (plot.lines ? linesOf : pointsOf)(plot, dataset, pinned, width));
  $("more-picker").innerHTML = picker("xd", "Dataset of these plots", options, dataset.id);
  box.innerHTML = html`${figures}`;
}
