// The table of crowds, and what the project says of itself.

const KIND_OF_VOTES = {
  human: "Votes of real people", llm: "Votes of language models", simulated: "Simulated votes",
};
const known = value => value !== null && value !== undefined && value !== "";
const votesOf = d => html`${d.buy && "up to "}${votesText(d.vpt)}`;
const number = value => known(value) ? whole(value) : "–";
const runsOf = d => oneRun(d) ? badge("1 run", true) : d.reps;
const rightBy = (d, method) => {
  const found = scoreIn(d.id, method, "labels");
  return found ? `${fixed(found.score)}%` : "–";
};

// The highest gain in labels right, a dash where nothing is above the baseline.
function leaderText(d) {
  const gains = [...CELL.get(d.id).keys()].map(id => ({ id, gain: gainIn(d.id, id, "labels")?.gain ?? 0 }));
  const best = gains.reduce((a, b) => b.gain > a.gain ? b : a, { gain: TINY });
  return best.id ? `${METHOD.get(best.id).name} ${signed(best.gain)}` : "–";
}

const CROWD_COLUMNS = [
  ["Votes of", d => html`${dot(d.crowd)} ${CROWDS[d.crowd].toLowerCase()}`],
  ["Tasks", d => number(d.tasks)], ["Workers", d => number(d.workers)], ["Classes", d => number(d.classes)],
  ["Votes per task", votesOf], ["Mean worker accuracy", d => percent(d.accuracy)], ["Runs", runsOf],
  ["Majority vote right", d => rightBy(d, "mv")], ["Highest gain", leaderText],
];

function drawCrowds(state) {
  const query = searched(state), { rows } = headline(state), byMethod = rows.some(row => names(row.method, query));
  const shown = DATA.datasets.filter(d => fits(d, state) && (!query || byMethod || names(d, query)));
  const line = d => [html`<button type="button" class="open" data-d="${d.id}">${d.name}</button>`,
    ...CROWD_COLUMNS.map(([, of]) => of(d))];
  $("crowds-text").textContent = `${count(shown.length, "setting")} with the filters above. Highest gain: of labels
    right over ${DATA.measures[0].than}, a dash where nothing is above it.`;
  $("crowd-table").innerHTML = !shown.length ? "" : plainTable(
    "Table of crowds", ["Crowd", ...CROWD_COLUMNS.map(([title]) => title)], shown.map(line),
    { cls: "crowds", caption: "Crowds and what is known of them" });
}

// ---- about ------------------------------------------------------------------------

const repository = webAddress(DATA.repository);
// A file of the repository: on the web, or in the checkout the page lies in.
const fileLink = path => repository ? `${repository}/blob/main/${path}` : `${DATA.root}/${path}`;
const command = text => html`<div class="command"><code>${text}</code>
  <button type="button" data-copy="${text}">Copy</button></div>`;

function sourceLine({ file, rows, status, commit, date }) {
  const clean = (commit ?? "").replace(/\+$/, ""), at = repository && clean && `${repository}/commit/${clean}`;
  return html`<li>${file}: ${count(rows, "row")}${status && `, ${status}`}, commit <code>${link(commit, at)}</code>,
    ${date}</li>`;
}

function drawAbout() {
  const { machine, versions, sources = [], files = [] } = DATA, first = values => values?.[0] ?? "unknown";
  const block = (title, content, anchor = "") => html`<div${anchor}><h3>${title}</h3>${content}</div>`;
  const made = Object.entries(versions).map(([name, v]) => `${name} ${first(v)}`).join(", ");
  $("about-text").innerHTML = html`
  ${block("Same data for all", html`<p>Every method gets the same votes, seeds and, where networks are trained, the same
    recipe. True labels are not handed to methods; those that need gold tasks say so. A hash of the data goes into every
    result.</p>`)}
  ${block("Intervals", html`<p>On recorded votes, tasks (for networks: test examples) are drawn anew many times; on
    simulated crowds every repetition draws tasks and workers anew. Over crowds: Student's t. One run of a simulation
    gives no interval, and the page says so.</p>`)}
  ${block("Seconds", html`<p>On one machine: ${first(machine.processor)}, ${first(machine.cores)} cores,
    ${first(machine.threads)} thread, networks on ${first(machine.device)}. Seconds compare within one machine
    only.</p>`)}
  ${block("Your method here", html`<p>One file in <code>solvers/</code>; <a href="${fileLink("CONTRIBUTING.md")}">how to
    add it</a>. Run it, then hand in the result; it stands here as “submitted” until it was run again by this
    repository.</p>
    ${command("benchopt run . --config configs/published/published.yml -s YourMethod --output yours")}
    ${command("python -m benchmark_utils.report add outputs/yours.parquet")}`)}
  ${block("Your own votes", html`<p>Labels with calibrated probabilities, what is known of each worker and which tasks
    to label once more, from a table of votes without truth; the <a href="${fileLink("README.md")}">README</a> has
    more.</p>
    ${command("python -m benchmark_utils.own_votes votes.csv --output results")}`, html` id="own-votes" tabindex="-1"`)}
  ${block("Run it all again", html`${command("bash leaderboard/publish.sh")}
    <p>Protocol ${DATA.protocol}, seed ${DATA.seed}, ${count(DATA.rows, "row")}; ${made}.</p>`)}
  ${block("All numbers", html`<p><button type="button" class="link" data-do="all">Download everything as JSON</button>${
    files.length > 0 && html`; at fixed addresses beside this page:
    ${listed(files.map(file => link(file, file)))}`}.</p>
    ${sources.length > 0 && html`<ul class="sources">${sources.map(sourceLine)}</ul>`}`)}`;
}
