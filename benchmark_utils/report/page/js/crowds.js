// The table of datasets, and the section on how the numbers are made.

const known = value => value !== null && value !== undefined && value !== "";
const votesOf = d => html`${d.buy && "up to "}${votesText(d.vpt)}`;
const number = value => known(value) ? whole(value) : "–";
const runsOf = d => oneRun(d) ? badge("1 run", true) : d.reps;
const rightBy = (d, method) => {
  const found = scoreIn(d.id, method, "labels");
  return found ? `${fixed(found.score)}%` : "–";
};

// The method with the largest improvement in label accuracy, at its defaults; a dash if there is none.
function leaderText(d) {
  const gains = [...CELL.get(d.id).keys()].filter(id => !isVariant(METHOD.get(id)))
    .map(id => ({ id, gain: gainIn(d.id, id, "labels")?.gain ?? 0 }));
  const best = gains.reduce((a, b) => b.gain > a.gain ? b : a, { gain: TINY });
  return best.id ? `${METHOD.get(best.id).name} ${signed(best.gain)}` : "–";
}

const CROWD_COLUMNS = [
  ["Labels from", d => html`${dot(d.crowd)} ${CROWDS[d.crowd].toLowerCase()}`],
  ["Tasks", d => number(d.tasks)], ["Workers", d => number(d.workers)], ["Classes", d => number(d.classes)],
  ["Votes per task", votesOf], ["Mean worker accuracy", d => percent(d.accuracy)], ["Seen", seenOf],
  ["Runs", runsOf],
  ["Accuracy of majority vote", d => rightBy(d, "mv")], ["Largest improvement", leaderText],
];

function drawCrowds(state) {
  const query = searched(state), { rows } = headline(state), byMethod = rows.some(row => names(row.method, query));
  const shown = DATA.datasets.filter(d => fits(d, state) && (!query || byMethod || names(d, query)));
  const line = d => [html`<button type="button" class="open" data-d="${d.id}">${d.name}</button>`,
    ...CROWD_COLUMNS.map(([, of]) => of(d))];
  $("crowds-text").textContent = `${count(shown.length, "dataset")} with the filters above, each version on a row of its
    own. Largest improvement: percentage points of label accuracy over ${DATA.measures[0].than}.`;
  $("crowd-table").innerHTML = !shown.length ? "" : plainTable(
    "Table of datasets", ["Dataset", ...CROWD_COLUMNS.map(([title]) => title)], shown.map(line),
    { cls: "crowds", caption: "Datasets and their properties" });
}

// ---- about ------------------------------------------------------------------------

const repository = webAddress(DATA.repository);
// Address of a file: in the repository on the web, else in the local checkout.
const fileLink = path => repository ? `${repository}/blob/main/${path}` : `${DATA.root}/${path}`;
const command = text => html`<div class="command"><code>${text}</code>
  <button type="button" data-copy="${text}">Copy</button></div>`;

function sourceLine({ file, rows, status, commit, date }) {
  const clean = (commit ?? "").replace(/\+$/, ""), at = repository && clean && `${repository}/commit/${clean}`;
  return html`<li>${file}: ${count(rows, "row")}${status && `, ${status}`}, commit <code>${link(commit, at)}</code>,
    ${date}</li>`;
}

const SUBMIT = [                                     // as in CONTRIBUTING
  "OMP_NUM_THREADS=1 benchopt run . --config configs/published/published.yml -s YourMethod --output yours"
    + " --no-cache --no-display",
  "python -m benchmark_utils.report add outputs/yours.parquet", "python -m benchmark_utils.report page",
];

function drawAbout() {
  const { machine, versions, sources = [], files = [] } = DATA, first = values => values?.[0] ?? "unknown";
  const { name, working, new: news, earlier = [] } = DATA.release ?? {};
  const block = (title, content, anchor = "") => html`<div${anchor}><h3>${title}</h3>${content}</div>`;
  const made = Object.entries(versions).map(([name, v]) => `${name} ${first(v)}`).join(", ");
  $("about-text").innerHTML = html`
  ${block("The same data for all methods", html`<p>All methods get the same votes and seeds. Networks share one training
    recipe. True labels are hidden from the methods; methods that need a validation set are marked. Every result
    contains a hash of its data.</p>`)}
  ${block("Intervals", html`<p>On recorded votes, tasks (for networks: test examples) are resampled with replacement. In
    simulations, every repetition draws new tasks and workers. Intervals over datasets are Student's t intervals. A
    single run of a simulation has no interval and is marked.</p>`)}
  ${block("Times", html`<p>Measured on one machine: ${first(machine.processor)}, ${first(machine.cores)} cores,
    ${first(machine.threads)} thread, networks on ${first(machine.device)}. Times from different machines are not
    comparable.</p>`)}
  ${block("Add your method", html`<p>A method is one file in <code>solvers/</code>, see
    <a href="${fileLink("CONTRIBUTING.md")}">CONTRIBUTING</a>. Commit it, run these commands and send
    <code>leaderboard/</code> as a pull request. The page marks it as “submitted” until this repository has rerun
    it.</p>
    ${SUBMIT.map(command)}`)}
  ${block("Your own votes", html`<p>From a table of votes, without true labels: the most probable labels with their
    probabilities, the quality of each worker and the tasks to label again. See the
    <a href="${fileLink("README.md")}">README</a>.</p>
    ${command("python -m benchmark_utils.own_votes votes.csv --output results")}`, html` id="own-votes" tabindex="-1"`)}
  ${block("Reproduce all results", html`<p>In a clone without edits:</p>
    ${command("python -m pip install -r requirements.txt")}${command("bash leaderboard/publish.sh")}
    <p>The numbers of this page were made at commit <code>${DATA.commit}</code>. Takes about an hour on two cores.
    Protocol ${DATA.protocol}, seed ${DATA.seed}, ${count(DATA.rows, "row")}; ${made}.</p>`)}
  ${block("Cite", html`<p>The benchmark as below; each panel names the papers of a method or dataset, and “BibTeX” under
    the table saves their entries.</p><pre>${ownBib()}</pre>
    <button type="button" class="link" data-copy="${ownBib()}">Copy this entry</button>`,
  html` id="cite" tabindex="-1"`)}
  ${block("Versions", html`<p>${name ? html`This is version ${name}${working && html`, a <b>working run</b>: its numbers
    may still change`}. ${news}` : "These results are not a published version."} ${earlier.length > 0 &&
    html`Earlier: ${listed(earlier.map(folder => link(folder, `${folder}/index.html`)))}.`}</p>`,
  html` id="versions" tabindex="-1"`)}
  ${block("All numbers", html`<p><button type="button" class="link" data-do="all">Download all data as JSON</button>${
    files.length > 0 && html`. Files beside this page: ${listed(files.map(file => link(file, file)))}`}.</p>
    ${sources.length > 0 && html`<ul class="sources">${sources.map(sourceLine)}</ul>`}`)}`;
}
