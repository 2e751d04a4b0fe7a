// The top of the page: answers, and the bar of filters.

const $ = id => document.getElementById(id);

const familyCount = (datasets, crowd) => sourceGroupsOf(datasets.filter(d => !crowd || d.crowd === crowd)).length;

// "3 simulated datasets", "13 datasets: 3 human-annotated, 10 simulated"
const ANNOTATED = {
  human: "human-annotated", llm: "LLM-annotated", mixed: "human- and LLM-annotated", simulated: "simulated",
};
function datasetsText(datasets) {
  const all = familyCount(datasets), present = Object.keys(ANNOTATED).filter(kind => familyCount(datasets, kind));
  if (present.length === 1) return count(all, `${ANNOTATED[present[0]]} dataset`);
  return `${count(all, "dataset")}: ${present.map(kind =>
    `${familyCount(datasets, kind)} ${ANNOTATED[kind]}`).join(", ")}`;
}

// ---- answers ----------------------------------------------------------------------

const card = ({ title, href, name, number, note, fine }) => html`<li><a href="${href}"><h2>${title}</h2>
  <p class="answer">${name}</p><p class="num">${number && html`<b>${number}</b> `}<span>${note}</span></p>
  <p class="fine">${fine}</p></a></li>`;
const viewLink = (state, at = "table") => hashOf({ ...state, at });

const openCard = (title, state, why, at) =>
  card({ title, href: viewLink(state, at), name: "No results yet", number: "", note: "", fine: why });

function seenText(datasets) {
  const unseen = datasets.filter(d => !isSeen(d));
  return unseen.length ? `${familyCount(unseen)} of them not seen` : "all seen";
}

function answerCard({ title, state, table, top, best, tied }) {
  if (!top) return openCard(title, state, "these results compare no two methods on such datasets");
  const { measure, datasets, grouped } = table, row = best ?? top;
  const what = ["labels", "buying"].includes(measure.id) ? "" : `${measure.title.toLowerCase()}, `;
  const others = tied.length > 3 ? `; not significantly different from ${tied.length} other methods`
    : tied.length ? html`; not significantly different from ${listed(tied.map(other => other.name))}`
      : "; significantly different from all other methods";
  const weak = top.mean > 0 ? "better on average, not robustly" : "not better";
  const larger = best && best !== top && `; the mean of ${top.name} is larger, ${signed(top.mean)}, but it is ${weak}`;
  const why = !grouped ? `; at least ${MIN_GROUPED} datasets are needed for a test`
    : html`; ${best ? "significantly better" : weak}: ${pText(row.stability)}${best && others}${larger}`;
  return card({
    title, href: viewLink(state), name: best ? best.name : "No robust difference",
    number: html`${!best && html`<span class="leads">Best mean: ${top.name} </span>`}${signed(row.mean)}`,
    note: interval(row) || "no interval",
    fine: html`${what}percentage points over ${measure.than}; ${datasetsText(datasets)}, ${seenText(datasets)}${why}`,
  });
}

function fastestCard({ state, table, best, quick, loss }) {
  const against = loss ? `${signed(loss.mean)} points ${interval(loss)} relative to ${best.name}`
    : "the best method; no faster method is within 1 point of it";
  return card({
    title: "Fastest method within 1 point of the best", href: viewLink(state), name: quick.name,
    number: seconds(quick.total), note: loss ? `compared with ${seconds(best.total)}` : "to aggregate",
    fine: `${against}; ${datasetsText(table.datasets)}`,
  });
}

function enoughCard(found) {
  const title = "How many votes are enough?", state = defaultsOf("fixed"), at = "fig-votes";
  if (!found) {
    return openCard(title, state, `needs subsampled votes of ${MIN_CROWDS} human-annotated datasets with at least ${
      ENOUGH.votes} votes per task`, at);
  }
  const { method, median: middle, low, high, n } = found;
  return card({
    title, href: viewLink(state, at),
    name: `${votesText(middle)} votes per task`,
    note: low === null ? "no interval" : `[${votesText(low)}, ${votesText(high)}]`,
    fine: `bring ${method.name} within ${ENOUGH.within} point of its label accuracy with all votes; median of ${
      count(n, "human-annotated dataset")} with at least ${ENOUGH.votes} votes per task`,
  });
}

const OWN_VOTES = card({
  title: "Your own votes", href: "#own-votes", name: "One command aggregates them", number: "",
  note: "without true labels",
  fine: "labels with probabilities, the quality of each worker, tasks to label again",
});

const MOST_CARDS = 4;                                // side by side
function drawLead() {
  const all = overAll(), people = ofPeople(), quick = fastest(all);
  const enough = enoughVotes((people.top ? people : all).table.others.map(row => row.id));
  const cards = [...answers().map(answerCard), enoughCard(enough), quick && fastestCard(quick),
    all.top && answerCard(all), OWN_VOTES].filter(Boolean);
  const perRow = Math.ceil(cards.length / Math.ceil(cards.length / MOST_CARDS));
  $("answers").style.setProperty("--per-row", perRow);
  $("answers").innerHTML = html`${cards}`;
}

// ---- filters ------------------------------------------------------------------------

// Built once and then updated in place, so that a field keeps its focus and its text.
function buildBar() {
  const select = (key, title) => html`<label class="pick"><span>${title}</span>
    <select data-f="${key}"></select></label>`;
  $("bar").innerHTML = html`<div class="switch" role="group" aria-label="Problem">
    <button type="button" data-v="fixed">Fixed votes</button>
    <button type="button" data-v="buy">Label acquisition</button></div>
  <button type="button" class="more-button" data-do="more" aria-expanded="false" aria-controls="more">Filters</button>
  <div id="more" class="more">${Object.entries(FACETS).map(([key, { title }]) => select(key, title))}
    ${select("setting", "Methods")}
    <label class="pick search"><span>Search</span>
      <input type="search" data-f="q" placeholder="Name" autocomplete="off"></label>
    <button type="button" class="reset" data-do="reset">Reset</button></div>`;
}

// Options show how many datasets (methods) they leave. Options that leave none
// are disabled.
function drawBar(state) {
  const bar = $("bar"), within = DATA.datasets.filter(d => fits(d, state));
  const fill = (key, all, options, matches) => {
    const select = bar.querySelector(`[data-f=${key}]`);
    const optionOf = ([value, text]) => {
      const n = matches(value), chosen = state[key] === value;
      return option(value, html`${text}${!chosen && ` (${n})`}`, !n && !chosen && html` disabled`);
    };
    select.innerHTML = html`${option(ANY, all)}${Object.entries(options).map(optionOf)}`;
    select.value = state[key];
    select.parentElement.classList.toggle("on", state[key] !== ANY);
  };
  for (const [key, { all, options, of }] of Object.entries(FACETS)) {
    const rest = DATA.datasets.filter(d => fits(d, state, key));
    fill(key, all, options, value => rest.filter(d => of(d).includes(value)).length);
  }
  fill("setting", "All", SETTINGS, value => DATA.methods.filter(m =>
    m.setting === value && within.some(d => CELL.get(d.id).has(m.id))).length);
  const on = filtersChanged(state), search = bar.querySelector("[data-f=q]");
  if (search !== document.activeElement) search.value = state.q;
  for (const button of bar.querySelectorAll("[data-v]")) {
    button.setAttribute("aria-pressed", button.dataset.v === state.v);
  }
  bar.querySelector(".more-button").textContent = `Filters${on ? ` (${on})` : ""}`;
  bar.querySelector(".reset").disabled = !on && !state.q;
}
