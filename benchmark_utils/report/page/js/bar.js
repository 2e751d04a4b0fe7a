// The bar of filters.

const PROBLEMS = { fixed: "Votes are given", buy: "Votes are queried" };

// Built once and then updated in place, so that a field keeps its focus and its text.
function buildBar() {
  const select = (key, title) => html`<label class="pick"><span>${title}</span>
    <select data-f="${key}"></select></label>`;
  const { crowd, ...others } = FACETS;
  $("bar").innerHTML = html`${select("crowd", crowd.title)}
  <button type="button" class="more-button" data-do="more" aria-expanded="false" aria-controls="filters">More filters</button>
  <div id="filters" class="more">${Object.entries(others).map(([key, { title }]) => select(key, title))}
    ${select("setting", "Methods")}${select("v", "Problem")}
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
  const problem = bar.querySelector("[data-f=v]");
  problem.innerHTML = html`${Object.entries(PROBLEMS).map(([v, text]) => option(v, text))}`;
  problem.value = state.v;
  bar.querySelector(".more-button").textContent = `More filters${on ? ` (${on} set)` : ""}`;
  bar.querySelector(".reset").disabled = !on && !state.q;
}
