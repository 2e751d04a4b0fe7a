// In a crowd's panel: tasks worth a look, and its workers.

const imageOf = image => /^data:image\//.test(image) ? image : `data:image/png;base64,${image}`;

function lookOf(task) {
  const votes = Object.entries(task.votes ?? {}).sort(([, a], [, b]) => b - a).map(([name, n]) => `${n} × ${name}`).join(", ");
  const told = html`${votes}${known(task.truth) && html`; truth: <b>${task.truth}</b>`}`;
  return html`<li>${task.image ? html`<img alt="Task ${task.task}" src="${imageOf(task.image)}">` : html`<blockquote>${task.text}</blockquote>`}
    <p>Task ${task.task}: ${told}</p></li>`;
}

function looksOf(d) {
  const looks = Object.entries(DATA.looks?.[d.id] ?? {}).filter(([id, tasks]) => METHOD.has(id) && tasks.length);
  if (!looks.length) return "";
  return html`<h3>Tasks worth a look</h3><p class="fine">Those that a method trusts least: ambiguous, hard, or voted on carelessly.</p>
    ${looks.map(([id, tasks], i) => html`<details class="look"${i === 0 && html` open`}><summary>By ${METHOD.get(id).name}</summary>
      <ul class="looks${tasks.some(t => t.text) && " words"}">${tasks.map(lookOf)}</ul></details>`)}`;
}

// Workers by how much they voted and how far a method trusts them; the method
// is the one with the highest gain here that says so.
function workersOf(d, width) {
  const workers = DATA.workers?.[d.id];
  const scored = Object.keys(workers?.scores ?? {}).filter(id => METHOD.has(id))
    .sort((a, b) => (gainIn(d.id, b, "labels")?.gain ?? 0) - (gainIn(d.id, a, "labels")?.gain ?? 0));
  if (!scored.length) return "";
  const [method] = scored, { name } = METHOD.get(method), spammer = workers.spammer ?? [];
  const points = workers.votes.map((votes, i) => ({ i, votes, score: workers.scores[method][i], spammer: spammer[i] }))
    .filter(w => known(w.score) && w.votes > 0);
  if (points.length < 2) return "";
  const span = values => [Math.min(...values), Math.max(...values)];
  const [low, high] = span(points.map(w => w.score)), [least, most] = span(points.map(w => w.votes));
  const room = .08 * (high - low || 1);
  const frame = chartFrame({ width, height: 260, log: true, x: [least / 1.1, most * 1.1 + 1e-3], y: [low - room, high + room] });
  const ticks = ticksOf(...frame.y, 4), bad = points.filter(w => w.spammer).length;
  const text = html`${count(points.length, "worker")} of ${d.name}: votes given against the trust of ${name} (higher is better). ${
    bad > 0 && `Hollow: the ${bad} who are known to vote at random.`}`;
  const drawn = html`${yAxis(frame, ticks, v => Number(v.toFixed(2)))}${xAxis(frame, logTicks(...frame.x), v => v)}
    ${axisTitles(frame, `Worker score of ${name}`, "votes given")}
    ${points.map(w => html`<circle class="${w.spammer ? "simulated" : "human"} many" cx="${frame.X(w.votes).toFixed(1)}" cy="${frame.Y(w.score).toFixed(1)}" r="3"><title>Worker ${w.i}: ${w.votes} votes, ${fixed(w.score, 2)}</title></circle>`)}`;
  return figure({
    id: "panel-workers", title: "Workers", text, plot: svg(frame, text, drawn),
    data: dataFold(["Worker", "Votes", ...scored.map(id => METHOD.get(id).name)], points.map(w => [w.i, w.votes,
      ...scored.map(id => known(workers.scores[id][w.i]) ? fixed(workers.scores[id][w.i], 3) : "–")]), "workers"),
  });
}
