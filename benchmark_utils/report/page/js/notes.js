// Below the headline table: what selection and the number of datasets do to it,
// methods left out, other rankings, how to read it.

function caution({ others, sourceGroups, datasets, measure, halves, detectable: least, grouped }) {
  if (!grouped || others.length < 2) return "";
  return html`<p class="caution"><b>Choosing the best of ${others.length} methods:</b> the best method on a random half
    of the datasets has a mean improvement of ${signed(halves.here)} points there and ${signed(halves.there)} on the
    other half. <b>What ${count(sourceGroups.length, "dataset")} can show:</b> an improvement over ${measure.than} of
    ${least.toFixed(1)} points would be significant in 80% of cases by a t test of one method with the spread of
    ${others[0].name}; a smaller one is often missed. <b>Seen:</b> ${
  datasets.every(isSeen) ? "all of these datasets were" : `of these datasets, ${
    familyCount(datasets.filter(isSeen))} were`} at hand when the defaults of the methods were chosen${
  !datasets.every(isSeen) && html`, ${familyCount(datasets.filter(d => !isSeen(d)))} were not; versions of one
    dataset may be of both kinds and count in both columns`}.${
  datasets.some(d => d.crowd === "llm") && html` <b>Models:</b> the same models
    labelled the LLM-annotated datasets; intervals and p-values are for these models. ${otherModels()}`}</p>`;
}

function otherModels() {
  if (!DATA.panel) return "";
  const { models, tasks, draws, improvement } = DATA.panel;
  const said = DATA.methods.filter(method => improvement[method.id]).map(({ id, name }) => {
    const [mean, low, high] = improvement[id];
    return `${name} ${signed(mean)} [${low.toFixed(1)}, ${high.toFixed(1)}]`;
  });
  return `On the ${tasks} tasks of LLMAnnotators, the improvements for models like these are ${said.join(", ")}
    (from ${draws} random halves of the ${models} models).`;
}

// Each name opens the view in which its method stands: the datasets that it ran on.
function leftOut({ left, within, state }) {
  if (!left.length) return "";
  const present = Object.keys(SETTINGS).filter(setting => left.some(run => run.method.setting === setting));
  const view = ({ method, datasets }, i) => html`${i > 0 && ", "}<a href="${viewLink({
    ...state, with: method.id, setting: ANY, q: "", m: "", d: "", c: "" })}">${method.name}</a> (${datasets.length})`;
  const line = setting => html`<li><b>${SETTINGS[setting]}:</b> ${
    left.filter(run => run.method.setting === setting).map(view)}</li>`;
  return html`<div class="left"><h3>Methods that did not run on all datasets of this table</h3>
    <p>With the number of versions, out of ${within.length}. A name opens the comparison on these.</p>
    <ul>${present.map(line)}</ul></div>`;
}

function rankingsFold({ rows: all, base, measure, ranked }) {
  if (!ranked || !base) return "";
  const rows = all.filter(row => !row.variantOf);
  const ranks = rankings(rows.map(row => row.bySourceGroup), rows.indexOf(base));
  const ordered = rows.map((row, i) => ({ ...ranks[i], name: row.name })).sort((a, b) => b.elo - a.elo);
  const cells = ordered.map(r => [r.name, Math.round(r.elo), r.rank.toFixed(2), percent(r.wins)]);
  return html`<details class="fold"><summary>Other rankings: Elo, mean rank, share of wins</summary>
    <p>Computed from the datasets of the table above, with one match per dataset and pair of methods. Elo is a
    Bradley–Terry model of the wins, with ${measure.than} at 1000; a difference of 400 means odds of 10 to 1. These
    rankings do not show the size of a difference.</p>
    ${plainTable("Other rankings", ["Method", "Elo", "Mean rank", "Wins"], cells, { cls: "rankings" })}</details>`;
}

const howToRead = ({ measure }) => html`<details class="fold"><summary>How to read this table</summary>
  <p>The <b>improvement</b> is the method's score minus that of ${measure.than} on the same votes, in
  percentage points, averaged over datasets. Datasets that share their votes are averaged first and count once. The 95%
  interval (Student's t) treats the datasets as a sample of datasets of this kind. It needs at least
  ${MIN_CROWDS} datasets.</p>
  <p><b>Letters:</b> methods that share a letter do not differ significantly; methods that share none do. All pairs are
  compared, the baseline among them, with the step-down maxT test of Westfall and Young, which draws the sign of each
  dataset's differences at random. The probability of any false positive is about 5%. The test needs at least
  ${MIN_GROUPED} datasets. Only methods at their defaults compete. Variants are listed below their method, without
  letters. A method whose scores equal the baseline's does not compete either.</p>
  <p><b>p</b> is the p-value of the comparison with the baseline by the same test, adjusted for the number of methods.
  In brackets are the smallest and the largest p when one dataset is left out. An improvement in <b>bold</b> is
  significant: p is at most .05 with all datasets and in 90% of the cases with one left out. This test has fewer
  comparisons than the letters and therefore detects smaller differences.</p>
  <p><b>Aggregate</b> is the time from votes to labels. <b>Train</b> is the time to train a network on these labels.
  Both are geometric means over datasets. “Joint” marks methods that do both together.</p>
  <p><b>✓</b> marks results that this repository has run. <b>Submitted</b> marks results as measured by their
  author.</p></details>`;
