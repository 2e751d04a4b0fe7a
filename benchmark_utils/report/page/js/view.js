// Controls change the state and the address; the state determines what is drawn.

let state = stateOf(location.hash);
const CHART_GAP = 48, NARROWEST = 200;

// Each part of the page with the parts of the state that it shows. It is redrawn
// when one of them changes. Parts below the table are drawn after the table.
const VIEW = ["v", "score", ...FILTERS];
const MULTIPLE = 560;                                // least width of a column of figures
const PARTS = [
  { part: drawBar, shows: [...VIEW, "q"] },
  { part: drawBoard, shows: [...VIEW, "q", "sort", "hl"] },
  { part: drawHeat, shows: VIEW, below: true },
  { part: drawFigures, shows: [...VIEW, "hl", ...CHOSEN], below: true },
  { part: drawMore, shows: ["hl", "xd"], below: true },
  { part: drawCrowds, shows: [...VIEW, "q"], below: true },
  { part: drawPanel, shows: ["m", "d", "c", "hl", ...VIEW] },
];

function draw(parts = PARTS) {
  for (const entry of parts) {
    const drawn = entry.shows.map(key => state[key]).join("|");
    if (drawn === entry.drawn) continue;
    entry.drawn = drawn;
    entry.part(state);
  }
}

// ---- figures ------------------------------------------------------------------------

// The datasets that a figure can show, as options of its picker.
const crowdOptions = curves => Object.keys(curves ?? {}).filter(id => DATASET.has(id))
  .map(id => [id, DATASET.get(id).name]);
const chosenOf = (options, wanted, first) => options.some(([id]) => id === wanted) ? wanted
  : (options.find(([id]) => id === first) ?? options[0])?.[0];

// Width of a figure in a box of several columns (style.css has the same numbers). The
// width of the box is kept, because reading it forces a layout.
let drawnWidth = $("figures").clientWidth;
function figureWidth() {
  const columns = Math.max(1, Math.floor((drawnWidth + CHART_GAP) / MULTIPLE));
  return Math.floor((drawnWidth - (columns - 1) * CHART_GAP) / columns);
}

// The figures as they were drawn: only those that change are replaced.
let drawnFigures = [];
function drawFigures() {
  const box = $("figures");
  if (drawnWidth < NARROWEST) return;                  // drawn after the first layout
  const table = headline(state), pinned = pinnedIn(state), width = figureWidth();
  const active = crowdOptions(DATA.curves), budget = chosenOf(active, state.bd, "digits-buy");
  const ofBudget = picker("bd", "Dataset of the learning curves", active, budget);
  const figures = [timeFigure(table, pinned, width), winFigure(table, width),
    votesPlot(state, width), reliabilityFigure("ld", state, width),
    costFigure(state, pinned, width), budget && budgetFigure(budget, pinned, width, ofBudget),
    reliabilityFigure("rd", state, width)].map(markup).filter(Boolean);
  if (figures.length !== drawnFigures.length) box.innerHTML = figures.join("");
  else figures.forEach((text, i) => { if (text !== drawnFigures[i]) box.children[i].outerHTML = text; });
  drawnFigures = figures;
}

// ---- state ------------------------------------------------------------------------------

const CONTROLS = ["score", "sort", "pin", "m", "d", "c", "f"];
// Draws and moves the focus to the new control in place of the focused one.
function drawKeepingFocus(parts) {
  const active = document.activeElement, key = CONTROLS.find(name => active?.dataset?.[name] !== undefined);
  const place = active?.closest("[id]")?.id, wanted = key && `[data-${key}="${CSS.escape(active.dataset[key])}"]`;
  draw(parts);
  if (!key || active.isConnected) return;
  const successor = $(place)?.querySelector(wanted) ?? document.querySelector(wanted);
  successor?.focus({ preventScroll: true });
}

// depth: number of panels opened since the page, to close all of them at once.
function go(change, { replace = false, panel = false } = {}) {
  state = { ...state, at: "", ...change };
  const depth = history.state?.depth ?? 0, next = { depth: panel ? depth + 1 : replace ? depth : 0 };
  history[replace ? "replaceState" : "pushState"](next, "", hashOf(state));
  drawKeepingFocus(PARTS.filter(entry => !entry.below));
  requestAnimationFrame(() => setTimeout(drawKeepingFocus));
}

function closePanel() {
  const depth = history.state?.depth ?? 0;
  if (depth) history.go(-depth);
  else go({ m: "", d: "", c: "" }, { replace: true });
}

function showSection(id) {
  requestAnimationFrame(() => {
    draw();                                            // parts above it get their height
    const section = id ? $(id) : null;
    section?.scrollIntoView();
    section?.focus({ preventScroll: true });
  });
}

function follow(hash) {
  if (hash === "#") {
    go(defaultsOf("fixed"));
    scrollTo(0, 0);
  } else if (hash.includes("=")) {
    history.pushState({ depth: 0 }, "", hash);
    state = stateOf(hash);
    draw();
    showSection(state.at);
  } else {
    go({ at: hash.slice(1) }, { replace: true });
    showSection(state.at);
  }
}

function pin(id) {
  const pinned = pinnedIn(state), rest = pinned.filter(other => other !== id);
  go({ hl: (rest.length < pinned.length ? rest : [...pinned, id].slice(-MOST_PINNED)).join(",") }, { replace: true });
}

function toggleFilters(button) {
  const open = $("filters").classList.toggle("shown");
  $("bar").classList.toggle("tall", open);
  button.setAttribute("aria-expanded", open);
}

// Fixed votes or label acquisition: the scores and the initial datasets differ.
function switchProblem(v) {
  const crowd = state.crowd === defaultsOf(state.v).crowd ? defaultsOf(v).crowd : state.crowd;
  go({ v, crowd, score: "", sort: "gain", setting: state.setting === "active" && v === "fixed" ? ANY : state.setting });
}

const sortBy = key => go({ sort: state.sort === key ? `-${key}` : key });
const ACTIONS = {
  link: () => copyText(location.href, "Link to this view copied"),
  csv: () => saveFile("leaderboard.csv", viewCsv(headline(state)), "text/csv"),
  json: () => saveFile("leaderboard.json", viewJson(headline(state)), "application/json"),
  bib: () => saveFile("leaderboard.bib", viewBib(headline(state)), "text/plain"),
  heat: () => saveFile("heat_map.csv", heatCsv(state), "text/csv"),
  all: () => saveFile("results.json", $("data").textContent, "application/json"),
  reset: () => go(Object.fromEntries([...FILTERS, "q"].map(key => [key, defaultsOf(state.v)[key]]))),
  close: closePanel, more: toggleFilters,
};

// ---- events -------------------------------------------------------------------------------

addEventListener("click", event => {
  for (const menu of document.querySelectorAll(".menu[open]")) {
    if (!event.target.closest("summary")) menu.open = false;
  }
  const anchor = event.target.closest("a[href^='#']"), plainClick = !(event.ctrlKey || event.metaKey || event.shiftKey);
  if (anchor) {
    if (!plainClick) return;                         // the browser opens a tab
    event.preventDefault();
    follow(anchor.getAttribute("href"));
    return;
  }
  if (event.target === $("panel")) { closePanel(); return; }
  const control = event.target.closest("button");
  if (!control) return;
  const { score, sort, pin: pinned, m, d, c, copy } = control.dataset;
  if (score) go({ score: score === scoreOf({ ...state, score: "" }) ? "" : score });
  else if (sort) sortBy(sort);
  else if (pinned) pin(pinned);
  else if (m || d || c) go({ m: m ?? "", d: d ?? "", c: c ?? "" }, { panel: true });
  else if (copy) copyText(copy, "Command copied");
  else ACTIONS[control.dataset.do]?.(control);
});
addEventListener("input", event => {
  if (event.target.dataset?.f === "q") go({ q: event.target.value }, { replace: true });
});
addEventListener("change", event => {
  const { f: field, which, with: one } = event.target.dataset ?? {}, { value } = event.target;
  if (field === "v") switchProblem(value);
  else if (which) {
    go({ c: state.c.split(",").map((id, i) => i === Number(which) ? value : id).join() }, { replace: true });
  } else if (one && value) go({ m: "", c: `${one},${value}` }, { panel: true });
  else if (field && field !== "q") go({ [field]: value }, { replace: CHOSEN.includes(field) });
});
addEventListener("beforeprint", () => draw());
addEventListener("popstate", () => {
  state = stateOf(location.hash);
  draw();
  if (!history.state) showSection(state.at);           // a typed or pasted address
});
$("panel").addEventListener("cancel", event => { event.preventDefault(); closePanel(); });

// A group of buttons is one stop of the tab key; arrow keys move within it.
addEventListener("keydown", event => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key], group = event.target.closest?.("[data-roving]");
  if (!step || !group) return;
  const buttons = [...group.querySelectorAll("button:enabled")], at = buttons.indexOf(event.target);
  const next = buttons[(at + step + buttons.length) % buttons.length];
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next.focus();
  event.preventDefault();
});

// The table's head sticks below the bar, whatever its height.
const stick = () => document.documentElement.style.setProperty("--bar-height", `${
  getComputedStyle($("bar")).position === "sticky" ? $("bar").offsetHeight : 0}px`);

new ResizeObserver(() => {
  const width = $("figures").clientWidth;
  if (Math.abs(width - drawnWidth) > 8) { drawnWidth = width; drawFigures(); drawMore(state); }
}).observe($("figures"));

$("more-plots").addEventListener("toggle", () => drawMore(state));

// The title is shown before the numbers are computed.
requestAnimationFrame(() => setTimeout(() => {
  buildBar();
  drawLead();
  draw();
  drawAbout();
  new ResizeObserver(stick).observe($("bar"));
  showSection(state.at);
  performance.mark("drawn");
}));
