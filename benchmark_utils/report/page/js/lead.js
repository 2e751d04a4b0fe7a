// The top of the page: answers, and the bar of filters.

const $ = id => document.getElementById(id);

const familyCount = (datasets, crowd) => familiesOf(datasets.filter(d => !crowd || d.crowd === crowd)).length;

// "13 crowds: 3 of people, 10 simulated"
const OF_KIND = { human: "of people", llm: "of language models", simulated: "simulated" };
function crowdsText(datasets) {
  const all = familyCount(datasets), present = Object.keys(OF_KIND).filter(kind => familyCount(datasets, kind));
  if (present.length === 1) {
    const [kind] = present;
    return kind === "simulated" ? count(all, "simulated crowd") : `${count(all, "crowd")} ${OF_KIND[kind]}`;
  }
  return `${count(all, "crowd")}: ${present.map(kind => `${familyCount(datasets, kind)} ${OF_KIND[kind]}`).join(", ")}`;
}

// ---- answers ----------------------------------------------------------------------

const card = ({ title, href, name, number, note, fine }) => html`<li><a href="${href}"><h2>${title}</h2>
  <p class="answer">${name}</p><p class="num">${number && html`<b>${number}</b> `}<span>${note}</span></p>
  <p class="fine">${fine}</p></a></li>`;
const viewLink = (state, at = "table") => hashOf({ ...state, at });

const openCard = (title, state, why, at) =>
  card({ title, href: viewLink(state, at), name: "Not decided", number: "", note: "no results yet", fine: why });

function answerCard({ title, state, table, top, tied, decided }) {
  if (!top) return openCard(title, state, "no two methods have been compared on such crowds in these results");
  const { measure, datasets } = table;
  const what = ["labels", "buying"].includes(measure.id) ? "" : `${measure.title.toLowerCase()} `;
  const rest = tied.length > 3 ? `; not significantly better than ${tied.length} other methods`
    : tied.length ? html`; not significantly better than ${listed(tied.map(row => row.name))}`
      : "; significantly better than all other methods";
  const why = table.grouped ? `; not significantly different from ${measure.than}`
    : `; at least ${MIN_GROUPED} datasets are needed for a test`;
  return card({
    title, href: viewLink(state), name: decided ? top.name : "Not decided",
    number: html`${!decided && html`<span class="leads">${top.name} leads, </span>`}${signed(top.mean)}`,
    note: interval(top) || "no interval",
    fine: html`points ${what}over ${measure.than}; ${crowdsText(datasets)}${decided ? rest : why}`,
  });
}

function fastestCard({ state, table, best, quick, loss }) {
  const against = loss ? `${signed(loss.mean)} points ${interval(loss)} from ${best.name}`
    : "the leader itself; none within 1 point of it is faster";
  return card({
    title: "Fastest within 1 point of the best", href: viewLink(state), name: quick.name, number: seconds(quick.total),
    note: loss ? `against ${seconds(best.total)}` : "to aggregate", fine: `${against}; ${crowdsText(table.datasets)}`,
  });
}

function enoughCard(found) {
  const title = "How many votes are enough?", state = defaultsOf("fixed"), at = "fig-votes";
  if (!found) {
    return openCard(title, state, `it takes ${MIN_CROWDS} crowds of people with ${ENOUGH.votes} votes a task or more
      of which fewer votes were drawn`, at);
  }
  const { method, median: middle, low, high, n } = found;
  return card({
    title, href: viewLink(state, at),
    name: `${votesText(middle)} votes a task`,
    note: low === null ? "no interval" : `[${votesText(low)}, ${votesText(high)}]`,
    fine: `until ${method.name} is within ${ENOUGH.within} point of what it makes of all votes; median of ${
      count(n, "crowd")} of people with ${ENOUGH.votes} votes a task or more, of which fewer were drawn`,
  });
}

const OWN_VOTES = card({
  title: "Votes of your own?", href: "#own-votes", name: "One command labels them", number: "", note: "no truth needed",
  fine: "labels with probabilities, which workers to trust, which tasks to label once more",
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

// Made once and changed in place, so that a field keeps the focus and what is
// being typed.
function buildBar() {
  const select = (key, title) => html`<label class="pick"><span>${title}</span>
    <select data-f="${key}"></select></label>`;
  $("bar").innerHTML = html`<div class="switch" role="group" aria-label="Problem">
    <button type="button" data-v="fixed">Fixed votes</button>
    <button type="button" data-v="buy">Buying votes</button></div>
  <button type="button" class="more-button" data-do="more" aria-expanded="false" aria-controls="more">Filters</button>
  <div id="more" class="more">${Object.entries(FACETS).map(([key, { title }]) => select(key, title))}
    ${select("setting", "Methods")}
    <label class="pick search"><span>Search</span>
      <input type="search" data-f="q" placeholder="Method or crowd" autocomplete="off"></label>
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
