// Controls change the state and the address; the state determines what is drawn.

let state = stateOf(location.hash);
const CHART_GAP = 48, NARROWEST = 200;

// Each part of the page with the parts of the state that it shows. It is redrawn
// when one of them changes. Parts below the table are drawn after the table.
const VIEW = ["v", "score", ...FILTERS];
const PARTS = [
  { part: drawBar, shows: [...VIEW, "q"] },
  { part: drawBoard, shows: [...VIEW, "q", "sort", "hl"] },
  { part: drawFigures, shows: [...VIEW, "hl", ...CHOSEN], below: true },
  { part: drawMore, shows: ["hl", "xd"], below: true },
  { part: drawCrowds, shows: [...VIEW, "q"], below: true },
  { part: drawPanel, shows: ["m", "d", "v", "score", "hl"] },
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

// Width of a figure in a box of one or two columns. The width of the box is kept,
// because reading it forces a layout.
let drawnWidth = $("figures").clientWidth;
const figureWidth = () => Math.floor(drawnWidth > 900 ? (drawnWidth - CHART_GAP) / 2 : drawnWidth);

function drawFigures() {
  const box = $("figures");
  if (drawnWidth < NARROWEST) return;                  // drawn after the first layout
  const table = headline(state), pinned = pinnedIn(state), width = figureWidth();
  const active = crowdOptions(DATA.curves), budget = chosenOf(active, state.bd, "digits-buy");
  const ofBudget = picker("bd", "Dataset of the learning curves", active, budget);
  box.innerHTML = html`${timeFigure(table, pinned, width)}${winFigure(table, width)}
    ${votesPlot(state, width)}${reliabilityFigure("ld", state, width)}
    ${costFigure(state, pinned, width)}${budget && budgetFigure(budget, pinned, width, ofBudget)}
    ${reliabilityFigure("rd", state, width)}`;
}

// ---- state ------------------------------------------------------------------------------

const CONTROLS = ["score", "sort", "pin", "m", "d", "f"];
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
  else go({ m: "", d: "" }, { replace: true });
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
  const open = $("more").classList.toggle("shown");
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
  all: () => saveFile("results.json", $("data").textContent, "application/json"),
  reset: () => go(Object.fromEntries([...FILTERS, "q"].map(key => [key, defaultsOf(state.v)[key]]))),
  close: closePanel, more: toggleFilters,
};

// ---- events -------------------------------------------------------------------------------

addEventListener("click", event => {
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
  const { v, score, sort, pin: pinned, m, d, copy } = control.dataset;
  if (v) switchProblem(v);
  else if (score) go({ score: score === scoreOf({ ...state, score: "" }) ? "" : score });
  else if (sort) sortBy(sort);
  else if (pinned) pin(pinned);
  else if (m || d) go({ m: m ?? "", d: d ?? "" }, { panel: true });
  else if (copy) copyText(copy, "Command copied");
  else ACTIONS[control.dataset.do]?.(control);
});
addEventListener("input", event => {
  if (event.target.dataset?.f === "q") go({ q: event.target.value }, { replace: true });
});
addEventListener("change", event => {
  const field = event.target.dataset?.f;
  if (field && field !== "q") go({ [field]: event.target.value }, { replace: CHOSEN.includes(field) });
});
addEventListener("beforeprint", () => draw());
addEventListener("popstate", () => {
  state = stateOf(location.hash);
  draw();
  if (!history.state) showSection(state.at);           // a typed or pasted address
});
$("panel").addEventListener("cancel", event => { event.preventDefault(); closePanel(); });

// The table's head sticks below the bar, whatever its height.
const stick = () => document.documentElement.style.setProperty("--bar-height",
  `${getComputedStyle($("bar")).position === "sticky" ? $("bar").offsetHeight : 0}px`);

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
