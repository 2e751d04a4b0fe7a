// The answers under the title and below the table.

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

const card = ({ title, href, name, number = "", fine }) => html`<li><h3><a href="${href}">${title}</a></h3>
  <p class="answer">${name}${number && html` <span>${number}</span>`}</p><p class="fine">${fine}</p></li>`;
const viewLink = (state, at = "table") => hashOf({ ...state, at });

// Datasets of one source may be of both kinds.
function seenText(datasets) {
  if (datasets.every(isSeen)) return "all seen";
  const seen = familyCount(datasets.filter(isSeen)), unseen = familyCount(datasets.filter(d => !isSeen(d)));
  const both = seen + unseen - familyCount(datasets);
  return `${seen} seen, ${unseen} not seen${both ? ` (${both} of them both)` : ""}`;
}
// The improvement on the datasets that were, or were not, at hand when defaults were
// chosen: {n (sources), mean, low, high}, null without any.
function partOf({ cells }, seen) {
  const own = cells.filter(x => isSeen(x.dataset) === seen);
  return own.length ? overGroups(own) : null;
}
function unseenText(row) {
  const over = partOf(row, false);
  return over ? html` ${row.name} on the ${over.n} not seen: ${points(over)}.` : "";
}

// The interval of an improvement for other language models like these.
function modelsText({ id }, datasets) {
  const found = datasets.some(d => d.crowd === "llm") && DATA.panel?.improvement[id];
  return found && html` These intervals are for the ${DATA.panel.models} models that voted; for other models like them:
    ${points({ mean: found[0], low: found[1], high: found[2] })}.`;
}

const points = ({ mean: gain, low, high }) => `${signed(gain)} ${interval({ low, high })}`.trim();
const lossText = ({ mean: loss, low, high }) =>
  `${fixed(-loss)}${low === null ? "" : ` [${fixed(-high)}, ${fixed(-low)}]`}`;
const scoreText = ({ id, title }) =>
  id === "buying" ? "label accuracy, averaged over the budget," : title.toLowerCase();
const chosenText = ({ method }) => method.chosen
  && html` ${method.name} is a method of this project; ${method.chosen}.`;
// "EBCC +3.1 on Music (4.2 votes per task)": where there are too few datasets to rank.
const onEach = ({ d, method, gain, low, high }) =>
  html`${d.name} (${votesText(d.vpt)} votes per task): ${method.name} ${points({ mean: gain, low, high })}`;
const NAMED = 3, MOST_EACH = 3;                      // methods; datasets after the first

function notRanked({ title, state, table, each }) {
  const { measure } = table, n = sourceGroupsOf(each.map(x => x.d)).length;
  return card({
    title, href: viewLink(state), name: each.length ? "Not ranked" : "No results yet",
    fine: each.length ? html`${count(n, "dataset")}; a test needs ${MIN_GROUPED}. Best<span class="more-detail"> on
      each</span>, in points of ${scoreText(measure)} over ${measure.than}: ${onEach(each[0])}${each.length > 1
      && html`<span class="more-detail">; ${listed(each.slice(1).map(onEach), MOST_EACH)}</span>`}.`
      : "These results compare no two methods on such datasets.",
  });
}

// Rows with a positive mean that do not lead, those that are significant with all datasets apart.
const weakText = (rows, p = "") => listed([true, false].map(significant => {
  const own = rows.filter(row => isSignificant(row.stability.p) === significant);
  return own.length > 0 && html`${listed(own.map(row => html`${row.name} (${signed(row.mean)})`), NAMED)} ${
    own.length > 1 ? "are" : "is"} better on average, not ${significant ? "robustly" : "significantly"}${p}`;
}).filter(Boolean));

// The methods that lead, and those with a larger mean that does not hold. more: sentences.
function answerCard(found, more = "") {
  const { title, state, at, table, rows: [top], leading: [best, ...rest], larger } = found;
  if (!top || !table.grouped) return notRanked(found);
  const { measure, datasets } = table, row = best ?? top;
  const p = html`(${pText(row.stability)})`;
  const also = rest.length > 0 && html` So ${rest.length > 1 ? "do" : "does"} ${
    listed(rest.map(other => other.name), NAMED)}.`;
  const says = best ? html`${best.name} exceeds ${measure.than} ${p}.${also}${
    larger.length > 0 && html` ${weakText(larger)}.`}`
    : top.mean > 0 ? html`${weakText([top], html` ${p}`)}.` : html`No method has a larger mean than ${measure.than}.`;
  return card({
    title, href: viewLink(state, at), number: best && points(best),
    name: best ? best.name : `No ${isSignificant(top.stability.p) ? "robust" : "significant"} difference`,
    fine: html`Points of ${scoreText(measure)} over ${measure.than}; ${datasetsText(datasets)}, ${
      seenText(datasets)}. ${says}${more}${unseenText(row)}${modelsText(row, datasets)}${
      [...new Set([row, ...larger.slice(0, NAMED)])].map(chosenText)}`,
  });
}

function fastestCard({ state, table, best, quick, loss }) {
  return card({
    title: `Fastest, at most ${WITHIN} point worse than the best`, href: viewLink(state), name: quick.name,
    number: seconds(quick.total),
    fine: html`${loss ? html`${best.name} has the largest mean and takes ${seconds(best.total)}; ${quick.name} differs
      from it by ${points(loss)} points.` : html`It has the largest mean. For each faster method, the 95% interval of
      the difference includes more than ${WITHIN} point worse.`} ${datasetsText(table.datasets)}.`,
  });
}

const manyText = () => `human-annotated datasets with at least ${ENOUGH.votes} votes per task`;
const tooFew = title => card({ title, href: viewLink(defaultsOf("fixed"), "fig-votes"), name: "No results yet",
  fine: `This needs ${MIN_CROWDS} ${manyText()}.` });

function fewCard() {
  const title = `Which method with ${FEW} votes per task?`, found = withFewVotes(title);
  if (!found?.rows.length) return tooFew(title);
  const { rows, loss, table: { measure: { than } } } = found;
  return answerCard(found, html` ${rows.length} methods were tried on ${FEW} random votes of each task: ${
    listed(rows.map(row => html`${row.name} ${points(row)}`), NAMED)}. With ${FEW} votes, ${
    than} loses ${lossText(loss)} points of its accuracy with all votes.`);
}

function enoughCard(found) {
  const title = "How many votes are enough?", href = viewLink(defaultsOf("fixed"), "fig-votes"), many = manyText();
  if (!found) return tooFew(title);
  const { method, n, fewer, low, high, median: middle, losses } = found;
  const few = Number.isFinite(middle), end = Number.isFinite(high) ? votesText(high) : "more than were tried";
  const lost = losses.map(own => html` With ${own.level} votes per task, it loses ${lossText(own)} points.`);
  return card({
    title, href, name: few ? `${votesText(middle)} votes per task` : "More than were tried",
    number: few && low !== null && `[${votesText(low)}, ${end}]`,
    fine: html`On ${fewer} of ${n} ${many}, fewer than all votes keep ${method.name} within ${ENOUGH.within} point of
      its label accuracy with all votes.${lost}`,
  });
}

function drawLead() {
  const people = ofPeople(), quick = fastest(people), { baseline } = DATA.measures[0];
  const enough = enoughVotes([...people.rows.map(row => row.id), baseline]);
  $("answers").innerHTML = html`${answers().map(found => answerCard(found))}`;
  $("more-answers").innerHTML = html`${[
    fewCard(), enoughCard(enough), quick && fastestCard(quick), answerCard(acquisition())].filter(Boolean)}`;
  const { name, working, new: news } = DATA.release ?? {};
  $("news").hidden = !news;
  $("news").innerHTML = html`<b>What is new in ${name}${
    working && html` <span class="badge warn">working run</span>`}:</b> ${news}`;
}

