// Scatter plots with a Pareto front: improvement and time, label accuracy and cost.

const NOTHING = "No data for this selection.";
const figureHeight = width => Math.min(400, Math.max(310, .62 * width));

// The points that no other point beats on both axes: lower x and higher y are better.
function paretoFront(points) {
  let best = -Infinity;
  return [...points].sort((a, b) => a.x - b.x || b.y - a.y).filter(({ y }) => {
    const better = y > best + TINY;
    if (better) best = y;
    return better;
  });
}

const onFront = (front, what) => html`On the Pareto front: ${listed(front.map(p => p.name))}. No other method is both
  ${what} and better.`;

const span = values => [Math.min(...values), Math.max(...values)];

// points: [{id, name, x, y}]. x, y: {title, text, tick} of the axes. front(points):
// the sentence on the Pareto front; without it no front is drawn.
function scatter({ id, title, points, pinned, width, log, x, y, zero, front: describe, dominated, text: said }) {
  if (points.length < 2) return figure({ id, title, text: NOTHING });
  const [left, right] = span(points.map(p => p.x)), every = [...zero ? [0] : [], ...points.map(p => p.y)];
  const [low, high] = zero ? usualSpan(every) : span(every);
  const stretch = (right / left) ** .08 || 1, wide = (right - left || right) * .08, tall = (high - low || 1) * .1;
  const frame = chartFrame({
    width, height: figureHeight(width), log,
    x: log ? [left / stretch / 1.05, right * stretch ** 1.6 * 1.05]
      : [left < 0 ? left - wide : Math.max(0, left - wide), right + 1.6 * wide],
    y: [low - tall, high + 1.4 * tall],
  });
  const front = describe ? paretoFront(points) : [], isFront = new Set(front.map(p => p.id));
  const best = [...points].sort((a, b) => b.y - a.y);
  const order = pinned.length ? best : [...[...front].reverse(), ...best.filter(p => !isFront.has(p.id))];
  const slots = slotsOf(pinned, order.map(p => p.id));
  const at = points.map(p => ({
    ...p, x: frame.X(p.x), y: Math.min(frame.floor - 6, frame.Y(p.y)), slot: slots.get(p.id),
    label: p.y < frame.y[0] ? `${p.name} ↓ ${y.text(p.y)}` : slots.has(p.id) || isFront.has(p.id) ? p.name : "",
  })).sort((a, b) => (b.slot !== undefined) - (a.slot !== undefined) || (a.slot ?? 0) - (b.slot ?? 0));
  const yTicks = ticksOf(...frame.y), xTicks = log ? logTicks(...frame.x) : ticksOf(...frame.x, width < 500 ? 4 : 5);
  const steps = front.map((p, i) => i ? `H${frame.X(p.x)}V${frame.Y(p.y)}` : `M${frame.X(p.x)} ${frame.Y(p.y)}`);
  const top = front.length && frame.Y(front.at(-1).y);
  const drawn = html`${yAxis(frame, yTicks, y.tick ?? (v => signedTick(v, yTicks)))}${xAxis(frame, xTicks, x.tick)}
    ${axisTitles(frame, y.title, x.title)}
    ${describe && html`<path class="front" d="${steps.join("")}H${frame.end}"/>
      <text class="front-name" x="${frame.end}" y="${top - 7}" text-anchor="end">Pareto front</text>`}
    ${[...at].reverse().map(p => p.slot === undefined
    ? html`<g class="other"><title>${p.name}</title><circle cx="${p.x}" cy="${p.y}" r="4"/></g>`
    : html`<g class="c${p.slot} mark"><title>${p.name}</title>${MARKERS[p.slot](p.x, p.y, 5.5)}</g>`)}
    ${placedNames(at, frame, front.length ? [{ x: frame.end - 92, y: top - 22, w: 92, h: 20 }] : [])}`;
  const text = describe ? describe(front) : said;
  return figure({
    id, title, text, plot: svg(frame, text, drawn),
    data: dataFold(["Method", y.title, x.title, ...describe ? [dominated] : []], best.map(p => [p.name, y.text(p.y),
      x.text(p.x), ...describe ? [isFront.has(p.id) ? "no" : "yes"] : []]), title),
  });
}

function timeFigure(table, pinned, width) {
  const buying = table.state.v === "buy", trained = isTrained(table.measure);
  return scatter({
    id: "time", title: "Improvement and time", width, pinned, log: true, zero: true,
    points: table.rows.filter(row => row.total > 0 && !row.variantOf)
      .map(row => ({ id: row.id, name: row.name, x: row.total, y: row.mean })),
    x: {
      title: `time to ${buying ? "choose and aggregate" : trained ? "aggregate and train" : "aggregate"}`,
      text: seconds, tick: v => v < 1 ? `${Number((v * 1000).toPrecision(1))} ms` : `${v} s`,
    },
    y: { title: "Improvement, percentage points", text: signed },
    front: front => html`The datasets of the table above. ${onFront(front, "faster")}`,
    dominated: "Another method is as good and faster",
  });
}

function costFigure(state, pinned, width) {
  if (!DATA.datasets.some(d => d.buy)) return "";
  let note = state.v === "buy" ? "The datasets of the table above."
    : "The datasets for label acquisition, with the same filters.";
  let table = comparedIn({ ...state, v: "buy", score: "labels", setting: state.setting === "active" ? "active" : ANY });
  if (table.rows.length < 3) {
    table = comparedIn({ ...defaultsOf("buy"), crowd: ANY, score: "labels", setting: "active" });
    note = "All datasets for label acquisition.";
  }
  const paid = row => mean(row.cells.map(x => x.cell.cost / CELL.get(x.dataset.id).get("mv").cost));
  return scatter({
    id: "cost", title: "Label accuracy and cost", width, pinned, zero: true,
    points: table.rows.map(row => ({ id: row.id, name: row.name, x: paid(row), y: row.mean })),
    x: { title: "share of the budget spent", text: percent, tick: percent },
    y: { title: "Label accuracy, points over majority vote", text: signed },
    front: front => html`${note} Methods that do not choose votes spend the whole budget on random votes. ${
      onFront(front, "cheaper")}`,
    dominated: "Another method is as good and cheaper",
  });
}
