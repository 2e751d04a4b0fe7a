// The state of the page and the address that holds it:
//   v fixed|buy   crowd all|human|llm|mixed|simulated   vpt, w, in, k: filters of datasets
//   setting: of methods   q: search   score   sort [-]gain|seconds|train|name
//   with: only datasets that this method ran on, so that it stands in the table
//   hl: up to five methods in colour   bd, vd, ld, rd, xd: datasets of plots
//   m, d, c: open panel: a method, a dataset, two methods "a,b" that are compared
//   at: section to scroll to
// Defaults are left out of the address. Unknown values fall back to the default.

const SETTINGS = {
  aggregation: "Votes only", inputs: "Uses inputs", active: "Queries votes",
  gold: "Needs a validation set", label_sets: "Label sets",
};
const CROWDS = {
  human: "People", llm: "Language models", mixed: "People and models", simulated: "Simulation",
};
const ranges = (value, ...limits) => limits.find(([, most]) => value <= most)?.[0];

// Filters of datasets by properties that users know of their own votes.
const FACETS = {
  crowd: { title: "Labels from", all: "All sources", options: CROWDS, of: d => [d.crowd] },
  vpt: {
    title: "Votes per task", all: "Any",
    options: { le3: "Up to 3", "4to10": "4 to 10", gt10: "More than 10" },
    of: d => [ranges(d.vpt, ["le3", 3], ["4to10", 10], ["gt10", Infinity])],
  },
  w: {
    title: "Workers", all: "Any",
    options: { le20: "Up to 20", "21to100": "21 to 100", gt100: "More than 100" },
    of: d => [ranges(d.workers, ["le20", 20], ["21to100", 100], ["gt100", Infinity])],
  },
  in: {
    title: "Inputs", all: "Any",
    options: { any: "With inputs", images: "Images", text: "Texts", features: "Features", none: "Votes only" },
    of: d => d.inputs === "none" ? ["none"] : ["any", d.inputs === "points" ? "features" : d.inputs],
  },
  k: {
    title: "Classes", all: "Any",
    options: { 2: "2", "3to9": "3 to 9", ge10: "10 or more" },
    of: d => [ranges(d.classes, ["2", 2], ["3to9", 9], ["ge10", Infinity])],
  },
};
const FILTERS = [...Object.keys(FACETS), "setting", "with"];
const SORTS = ["gain", "seconds", "train", "name"];
const CHOSEN = ["bd", "vd", "ld", "rd", "xd"];        // datasets of plots
const MOST_PINNED = 5;

// Names of settings in addresses from before they were renamed.
const FORMER_SETTINGS = new Map([["votes", "aggregation"], ["buys", "active"], ["panel", "label_sets"]]);

const ANY = "all";                                   // value of an inactive filter
// Labels from people, language models and simulations differ too much for one mean:
// the page starts with one source, and averages over all of them only on request.
const defaultsOf = v => ({
  v, crowd: DATA.default?.[v]?.crowd || ANY, vpt: ANY, w: ANY, in: ANY, k: ANY, setting: ANY, q: "", score: "",
  with: "", sort: "gain", hl: "", m: "", d: "", c: "", bd: "", vd: "", ld: "", rd: "", xd: "", at: "",
});

function stateOf(hash) {
  const text = hash.replace(/^#/, ""), given = new URLSearchParams(text.includes("=") ? text : "");
  const defaults = defaultsOf(given.get("v") === "buy" ? "buy" : "fixed"), state = { ...defaults };
  if (!text.includes("=")) return { ...state, at: text };
  const kind = given.get("kind");
  if (kind) given.set("setting", FORMER_SETTINGS.get(kind) ?? kind);
  for (const [key, value] of given) if (key in defaults && key !== "v") state[key] = value;
  const fallBack = (key, known) => { if (!known) state[key] = defaults[key]; };
  const among = (options, value) => value === ANY || Object.hasOwn(options, value);
  for (const facet in FACETS) fallBack(facet, among(FACETS[facet].options, state[facet]));
  fallBack("setting", among(SETTINGS, state.setting));
  fallBack("score", MEASURE.has(state.score) && offered(MEASURE.get(state.score), state));
  fallBack("sort", SORTS.includes(state.sort.replace(/^-/, "")));
  fallBack("with", METHOD.has(state.with));
  fallBack("m", METHOD.has(state.m));
  fallBack("d", DATASET.has(state.d) && !state.m);
  fallBack("c", /^[^,]+,[^,]+$/.test(state.c) && state.c.split(",").every(id => METHOD.has(id)) && !state.m && !state.d);
  for (const key of CHOSEN) fallBack(key, DATASET.has(state[key]) || /^mean(-\w+)?$/.test(state[key]));
  state.hl = pinnedIn(state).filter(id => METHOD.has(id)).slice(0, MOST_PINNED).join(",");
  return state;
}

function hashOf(state) {
  const defaults = { ...defaultsOf(state.v), v: "fixed" };
  const changed = Object.entries(state).filter(([key, value]) => value !== defaults[key]);
  return `#${new URLSearchParams(changed)}`;
}

const pinnedIn = state => state.hl.split(",").filter(Boolean);
const scoreOf = state => state.score || (state.v === "buy" ? "buying" : "labels");
const filtersChanged = state => FILTERS.filter(key => state[key] !== defaultsOf(state.v)[key]).length;
// The score of label acquisition is offered only there.
const offered = (measure, state) => state.v === "buy" || measure.id !== "buying";

// Does a dataset pass all filters, except the one called ``but``?
const fits = (dataset, state, but) =>
  dataset.buy === (state.v === "buy") && Object.entries(FACETS).every(([facet, { of }]) =>
    facet === but || state[facet] === ANY || of(dataset).includes(state[facet]));

const searched = state => state.q.trim().toLowerCase();
const names = (entry, query) =>
  `${entry.name} ${entry.title ?? ""} ${entry.idea ?? entry.summary ?? ""}`.toLowerCase().includes(query);
