// Line charts, and the learning curves of label acquisition.

// A curve from where it enters the frame from below to its right end.
function curvePath({ x, y }, frame) {
  const points = [];
  for (let i = 0; i < x.length && x[i] <= frame.x[1] * 1.0001; i++) {
    if (y[i] < frame.y[0]) continue;
    if (i && y[i - 1] < frame.y[0]) {
      const share = (frame.y[0] - y[i - 1]) / (y[i] - y[i - 1]);
      points.push([x[i - 1] + share * (x[i] - x[i - 1]), frame.y[0]]);
    }
    points.push([x[i], y[i]]);
  }
  return points.map(([a, b], i) => `${i ? "L" : "M"}${frame.X(a).toFixed(1)} ${frame.Y(b).toFixed(1)}`).join("");
}

// A band of one standard deviation, if every point has a standard deviation.
function bandPath({ x, y, sd }, slot, frame) {
  if (!sd.some(v => v > 0) || sd.some(v => !known(v))) return "";
  const within = v => frame.Y(Math.max(frame.y[0], Math.min(frame.y[1], v))).toFixed(1);
  const shown = x.filter(v => v <= frame.x[1] * 1.0001);  // as far as the curve
  const side = sign => shown.map((v, i) => `${frame.X(v).toFixed(1)} ${within(y[i] + sign * sd[i])}`);
  return html`<path class="c${slot} spread" d="M${[...side(1), ...side(-1).reverse()].join("L")}Z"/>`;
}

// Where a curve first reaches a level, interpolated; null if it never does.
function crossing({ x, y }, level) {
  const i = y.findIndex(v => v >= level);
  if (i < 1) return i < 0 ? null : x[0];
  return x[i - 1] + (level - y[i - 1]) / (y[i] - y[i - 1]) * (x[i] - x[i - 1]);
}

const percentText = (v, digits = 0) => `${Number(v.toFixed(digits))}%`;

// Ticks whose texts do not touch: the last one, and from it leftwards those that fit.
function apart(ticks, frame) {
  const kept = [];
  for (const v of [...ticks].reverse()) if (!kept.length || frame.X(kept.at(-1)) - frame.X(v) > 26) kept.push(v);
  return kept.reverse();
}

// series: [{id, name, x, y, sd}], named at their right ends. level: {y, name} of a
// horizontal line; goal: height of a dotted line.
function lineChart({
  series, slots, width, x, y, log, xTicks, xTitle, yTitle = "Label accuracy", label, level, goal, marks,
  xText = v => Number(v.toFixed(2)), yText = percentText,
}) {
  const sample = 34, wanted = sample + Math.max(...[...series, level].map(s => s ? textWidth(s.name) : 0));
  const right = Math.min(wanted, width * (width > 460 ? .42 : .48));
  const frame = chartFrame({ width, height: figureHeight(width), x, y, log, right });
  const yTicks = ticksOf(...y, 5).filter(v => [goal, level?.y].every(other =>
    other === undefined || Math.abs(frame.Y(v) - frame.Y(other)) > 14 || v === other));
  const across = (v, cls, digits = 0) => acrossAt(frame, v, cls, yText(v, digits));
  const styled = (s, d) => {
    const slot = slots.get(s.id), title = html`<title>${s.name}</title>`;
    return slot === undefined ? html`<path class="other-line" d="${d}">${title}</path>`
      : html`<path class="c${slot} line" stroke-dasharray="${DASHES[slot]}" d="${d}">${title}</path>`;
  };
  const mark = (s, [x, y], r) => html`<g class="c${slots.get(s.id)} mark">${MARKERS[slots.get(s.id)](x, y, r)}</g>`;
  const inFront = [...series].sort((a, b) => slots.has(a.id) - slots.has(b.id));
  const last = s => frame.Y(Math.max(y[0], s.y[s.x.findLastIndex(v => v <= x[1] * 1.0001)]));
  const ends = spread([...series.map(s => ({ s, y: last(s), from: last(s) })),
    ...(level ? [{ level, y: frame.Y(level.y), from: frame.Y(level.y) }] : [])], frame);
  const named = ({ s, y: at, from }) => html`<path class="leader" d="M${frame.end + 1} ${from}L${frame.end + 7} ${at}"/>
    ${s ? styled(s, `M${frame.end + 8} ${at}h20`) : html`<path class="level" d="M${frame.end + 8} ${at}h20"/>`}
    ${s && slots.has(s.id) && mark(s, [frame.end + 18, at], 3.6)}
    <text class="${s && slots.has(s.id) && "name"}" x="${frame.end + sample}" y="${at + 4}">${
  clipped((s ?? level).name, right - sample - 8)}<title>${(s ?? level).name}</title></text>`;
  return svg(frame, label, html`
    ${yTicks.map(v => across(v, "grid", 1))}
    ${xAxis(frame, apart(xTicks ?? ticksOf(...x, width > 460 ? 5 : 4), frame), xText)}
    ${level && across(level.y, "level")}${goal !== undefined && across(goal, "goal")}
    ${axisTitles(frame, yTitle, xTitle)}
    ${series.filter(s => slots.has(s.id)).map(s => bandPath(s, slots.get(s.id), frame))}
    ${inFront.map(s => styled(s, curvePath(s, frame)))}
    ${inFront.filter(s => slots.has(s.id)).map(s => marks(s).filter(([, b]) => b >= y[0] && b <= y[1])
    .map(([a, b]) => mark(s, [frame.X(a), frame.Y(b)], 4.5)))}
    ${ends.map(named)}`);
}

const seriesOf = curves => Object.entries(curves).filter(([id]) => METHOD.has(id))
  .map(([id, [x, y, sd]]) => ({ id, name: METHOD.get(id).name, x, y, sd: sd ?? [] }));

// ---- label acquisition -----------------------------------------------------------

const GOAL = 95;
const votesText = v => Number(v.toFixed(2));
function reached([votes, runs, all]) {
  if (runs === all) return `${votesText(votes)} votes per task`;
  const never = `never in ${runs ? `${all - runs} of ` : ""}${count(all, "run")}`;
  return runs && votes !== null ? `${votesText(votes)} votes per task, ${never}` : never;
}

function budgetFigure(id, pinned, width, choose) {
  const dataset = DATASET.get(id), cells = CELL.get(id), floor = cells.get("mv")?.labels?.[0];
  const quality = s => cells.get(s.id)?.buying?.[0] ?? -Infinity;
  const series = seriesOf(DATA.curves[id]).filter(s => METHOD.get(s.id).setting === "active")
    .sort((a, b) => quality(b) - quality(a));
  // The axes end where all curves are flat and start at majority vote.
  const still = ({ x, y }) => x[Math.max(0, y.findLastIndex(v => Math.abs(v - y.at(-1)) >= .06)) + 1] ?? x.at(-1);
  const end = Math.min(Math.max(...series.map(s => s.x.at(-1))), 1.12 * Math.max(...series.map(still)));
  const lasts = series.map(s => s.y.at(-1)), top = Math.min(100, Math.max(...series.flatMap(s => s.y)) + 1);
  const low = floor < median(lasts) ? floor : Math.max(0, Math.min(...lasts) - 5);
  const arrival = s => cells.get(s.id)?.to95;
  const first = series.filter(s => arrival(s)?.[1] === arrival(s)?.[2] && arrival(s))
    .sort((a, b) => arrival(a)[0] - arrival(b)[0])[0];
  const text = html`${dataset.name}, mean of ${count(dataset.reps, "run")}. ${first
    ? `${first.name} reaches ${GOAL}% with the fewest votes, ${votesText(arrival(first)[0])} per task.`
    : `No method reaches ${GOAL}% in all runs.`} ${
    top >= GOAL && `Marks show where a mean curve crosses ${GOAL}%. `}${
    low === floor && `The axis starts at the accuracy of majority vote with the whole budget (${fixed(floor)}%).`}`;
  return figure({
    id: "budget", title: "Learning curves", text, picker: choose,
    plot: lineChart({
      series, slots: slotsOf(pinned, series.map(s => s.id)), width, x: [0, end], y: [low, top], label: text,
      xTitle: "cost per task, in votes", goal: top >= GOAL && low < GOAL ? GOAL : undefined,
      level: low === floor ? { y: floor, name: METHOD.get("mv").name } : undefined,
      marks: s => { const at = crossing(s, GOAL); return at === null || at > end ? [] : [[at, GOAL]]; },
    }),
    data: dataFold(
      ["Method", "Mean over the budget", "Final label accuracy", "Cost per task, in votes", `Reaches ${GOAL}%`],
      series.map(s => [s.name, `${fixed(quality(s))}%`, `${fixed(s.y.at(-1))}%`, votesText(cells.get(s.id).cost),
        arrival(s) ? reached(arrival(s)) : "–"]), "learning curves"),
  });
}
