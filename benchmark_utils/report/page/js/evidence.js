// Parts of a dataset's panel: its lowest-scored tasks and its workers.

const isImage = image => /^[A-Za-z0-9+/]+=*$/.test(image ?? "");  // a PNG as base64
const byNumber = votes => Object.entries(votes ?? {}).sort(([, a], [, b]) => b - a);

function lookOf({ task, image, text, votes, truth }) {
  const given = listed(byNumber(votes).map(([name, n]) => `${n} × ${name}`));
  const shown = isImage(image) ? html`<img alt="Task ${task}" src="data:image/png;base64,${image}">`
    : known(text) && html`<blockquote>${text}</blockquote>`;
  return html`<li>${shown}
    <p>Task ${task}: ${given}${known(truth) && html`; truth: <b>${truth}</b>`}</p></li>`;
}

function looksOf(d) {
  const looks = Object.entries(DATA.looks?.[d.id] ?? {}).filter(([id, tasks]) => METHOD.has(id) && tasks.length);
  if (!looks.length) return "";
  const fold = ([id, tasks], i) => html`<details class="look"${i === 0 && html` open`}>
    <summary>By ${METHOD.get(id).name}</summary>
    <ul class="looks${tasks.some(task => !task.image) && " words"}">${tasks.map(lookOf)}</ul></details>`;
  return html`<h3>Lowest-scored tasks</h3>
    <p class="fine">Tasks with the lowest scores of a method. They may be ambiguous, difficult or carelessly
    labelled.</p>${looks.map(fold)}`;
}

// Workers by their number of votes and their score. The method is the one with the
// largest improvement on this dataset among those that score workers.
function workersOf(d, width) {
  const workers = DATA.workers?.[d.id], gain = id => gainIn(d.id, id, "labels")?.gain ?? 0;
  const scored = Object.keys(workers?.scores ?? {}).filter(id => METHOD.has(id)).sort((a, b) => gain(b) - gain(a));
  const [method] = scored, name = METHOD.get(method)?.name;
  const points = !method ? [] : workers.votes
    .map((votes, i) => ({ i, votes, score: workers.scores[method][i], spammer: workers.spammer?.[i] }))
    .filter(worker => known(worker.score) && worker.votes > 0);
  if (points.length < 2) return "";
  const span = values => [Math.min(...values), Math.max(...values)];
  const [low, high] = span(points.map(w => w.score)), [least, most] = span(points.map(w => w.votes));
  const room = .08 * (high - low || 1);
  const frame = chartFrame({
    width, height: 260, log: true, x: [least / 1.1, most * 1.1], y: [low - room, high + room],
  });
  const bad = points.filter(worker => worker.spammer).length;
  const text = html`${count(points.length, "worker")} of ${d.name}: number of votes and score by ${name}; higher scores
    are better. ${bad > 0 && `Hollow dots: ${count(bad, "worker")} known to vote at random.`}`;
  const dotOf = w => html`<circle class="${w.spammer ? "simulated" : "human"} many" cx="${frame.X(w.votes).toFixed(1)}"
    cy="${frame.Y(w.score).toFixed(1)}" r="3"><title>Worker ${w.i}: ${w.votes} votes, ${
  fixed(w.score, 2)}</title></circle>`;
  const drawn = html`${yAxis(frame, ticksOf(...frame.y, 4), v => Number(v.toFixed(2)))}
    ${xAxis(frame, logTicks(...frame.x), v => v)}
    ${axisTitles(frame, `Worker score by ${name}`, "number of votes")}${points.map(dotOf)}`;
  const scoreOfWorker = (id, i) => known(workers.scores[id][i]) ? fixed(workers.scores[id][i], 3) : "–";
  return figure({
    id: "panel-workers", title: "Workers", text, plot: svg(frame, text, drawn),
    data: dataFold(["Worker", "Votes", ...scored.map(id => METHOD.get(id).name)],
      points.map(w => [w.i, w.votes, ...scored.map(id => scoreOfWorker(id, w.i))]), "workers"),
  });
}
