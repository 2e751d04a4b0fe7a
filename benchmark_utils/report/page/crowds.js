// The table of crowds, and what the project says of itself.

const crowdOf = { human: "Votes of real people", llm: "Votes of language models", simulated: "Simulated votes" };
const votesOf = d => html`${d.buy && "up to "}${votesText(d.vpt)}`;
const known = value => value !== null && value !== undefined && value !== "";
const number = value => known(value) ? whole(value) : "–";
const runsOf = d => d.reps === 1 ? badge("1 run", true) : d.reps;
const rightBy = (d, method) => scoreIn(d.id, method, "labels")?.score ?? null;

// The highest gain in labels right, null where nothing is above the baseline.
function leaderOn(d) {
  const cells = [...CELL.get(d.id).keys()].map(m => ({ m, gain: gainIn(d.id, m, "labels")?.gain ?? 0 }));
  const best = cells.reduce((a, b) => b.gain > a.gain ? b : a, { gain: TINY });
  return best.m ? best : null;
}

const CROWD_COLUMNS = [
  ["Votes of", d => html`${dot(d.crowd)} ${CROWDS[d.crowd].toLowerCase()}`],
  ["Tasks", d => number(d.tasks)], ["Workers", d => number(d.workers)], ["Classes", d => number(d.classes)],
  ["Votes per task", votesOf], ["Mean worker accuracy", d => percent(d.accuracy)], ["Runs", runsOf],
  ["Majority vote right", d => rightBy(d, "mv") === null ? "–" : `${fixed(rightBy(d, "mv"))}%`],
  ["Highest gain", d => {
    const leader = leaderOn(d);
    return leader ? `${METHOD.get(leader.m).name} ${signed(leader.gain)}` : "–";
  }],
];

function drawCrowds(state) {
  const query = searched(state), { rows } = headline(state), byMethod = rows.some(row => names(row.method, query));
  const shown = DATA.datasets.filter(d => fits(d, state) && (!query || byMethod || names(d, query)));
  $("crowds-text").textContent = `${count(shown.length, "setting")} with the filters above. Highest gain: of labels right over majority vote, a dash where nothing is above it.`;
  $("crowd-table").innerHTML = !shown.length ? "" : html`<div class="scroll" tabindex="0" role="region" aria-label="Table of crowds"><table class="plain-table crowds">
    <caption class="vh">Crowds and what is known of them</caption>
    <thead><tr><th scope="col">Crowd</th>${CROWD_COLUMNS.map(([title]) => html`<th scope="col">${title}</th>`)}</tr></thead>
    <tbody>${shown.map(d => html`<tr><th scope="row"><button type="button" class="open" data-d="${d.id}">${d.name}</button></th>
      ${CROWD_COLUMNS.map(([, of]) => html`<td>${of(d)}</td>`)}</tr>`)}</tbody></table></div>`;
}

// ---- about ------------------------------------------------------------------------

const repository = webAddress(DATA.repository);
// A file of the repository: on the web, or in the checkout the page lies in.
const fileLink = path => repository ? `${repository}/blob/main/${path}` : `${DATA.root ?? "."}/${path}`;
const command = text => html`<div class="command"><code>${text}</code><button type="button" data-copy="${text}">Copy</button></div>`;

function sourceLine(source) {
  const at = repository && source.commit ? link(source.commit, `${repository}/commit/${source.commit.replace(/\+$/, "")}`) : source.commit;
  return html`<li>${source.file}: ${count(source.rows, "row")}${source.status && `, ${source.status}`}, commit <code>${at}</code>, ${source.date}</li>`;
}

function drawAbout() {
  const { machine, versions } = DATA, first = values => values?.[0] ?? "unknown";
  const block = (title, content) => html`<div><h3>${title}</h3>${content}</div>`;
  $("about-text").innerHTML = html`
  ${block("Same data for all", html`<p>Every method gets the same votes, seeds and, where networks are trained, the same recipe. True
    labels are not handed to methods; those that need gold tasks say so. A hash of the data goes into every result.</p>`)}
  ${block("Intervals", html`<p>On recorded votes, tasks (for networks: test examples) are drawn anew many times; on simulated crowds every
    repetition draws tasks and workers anew. Over crowds: Student's t. One run of a simulation gives no interval, and the page says so.</p>`)}
  ${block("Seconds", html`<p>On one machine: ${first(machine.processor)}, ${first(machine.cores)} cores, ${first(machine.threads)} thread,
    networks on ${first(machine.device)}. Seconds compare within one machine only.</p>`)}
  ${block("Your method here", html`<p>One file in <code>solvers/</code>; <a href="${fileLink("CONTRIBUTING.md")}">how to add it</a>. Run it, then
    hand in the result; it stands here as “submitted” until it was run again by this repository.</p>
    ${command("benchopt run . --config configs/published.yml -s YourMethod")}
    ${command("python -m benchmark_utils.report.leaderboard add outputs/RESULT.parquet")}`)}
  ${block("Run it all again", html`${command("benchopt run . --config configs/published.yml")}
    <p>Protocol ${DATA.protocol}, seed ${DATA.seed}, ${count(DATA.rows, "row")}; ${Object.entries(versions).map(([name, v]) => `${name} ${first(v)}`).join(", ")}.</p>`)}
  ${block("All numbers", html`<p><button type="button" class="link" data-do="all">Download everything as JSON</button>${DATA.files?.length > 0 && html`; at fixed
    addresses beside this page: ${listed(DATA.files.map(file => html`<a href="${file}">${file}</a>`))}`}.</p>
    ${DATA.sources?.length > 0 && html`<ul class="sources">${DATA.sources.map(sourceLine)}</ul>`}`)}`;
}
