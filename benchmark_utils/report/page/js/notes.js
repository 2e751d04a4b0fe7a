// Below the headline table: who is not in it, other rankings, how to read it.

function leftOut({ left, within, state }) {
  if (!left.length) return "";
  const kinds = Object.keys(KINDS).filter(kind => left.some(run => run.method.kind === kind));
  const button = ({ method }, i) =>
    html`${i > 0 && ", "}<button type="button" class="link" data-m="${method.id}">${method.name}</button>`;
  const line = kind => {
    const runs = left.filter(run => run.method.kind === kind), n = runs.map(run => run.settings.length);
    const least = Math.min(...n), most = Math.max(...n);
    const inputs = kind === "inputs" && state.in === ANY ? "any" : state.in;
    const compare = hashOf({ ...state, kind, in: inputs, q: "", m: "", d: "", at: "table" });
    return html`<li><b>${KINDS[kind]}:</b> ${runs.map(button)}
      <span>ran on ${least === most ? least : `${least} to ${most}`} of ${count(within.length, "setting")}.</span>
      <a href="${compare}">Compare ${runs.length > 1 ? "them" : "it"}<span class="vh">
      (${KINDS[kind]})</span></a></li>`;
  };
  return html`<div class="left"><h3>Not in this table, because they did not run on all these crowds</h3>
    <ul>${kinds.map(line)}</ul></div>`;
}

function rankingsFold({ rows, base, measure, ranked }) {
  if (!ranked || !base) return "";
  const ranks = rankings(rows.map(row => row.byFamily), rows.indexOf(base));
  const ordered = rows.map((row, i) => ({ ...ranks[i], name: row.name })).sort((a, b) => b.elo - a.elo);
  const cells = ordered.map(r => [r.name, Math.round(r.elo), r.rank.toFixed(2), percent(r.wins)]);
  return html`<details class="fold"><summary>Other ways to rank: Elo, mean rank, share of wins</summary>
    <p>From the same crowds as the table above, one match per crowd and pair. Elo is a Bradley–Terry model of who
    beats whom, with ${baselineName(measure)} at 1000; 400 points are odds of 10 to 1. None of the three says by how
    much a method is better.</p>
    ${plainTable("Other ways to rank", ["Method", "Elo", "Mean rank", "Wins"], cells, { cls: "rankings" })}</details>`;
}

const howToRead = ({ measure }) => html`<details class="fold"><summary>How to read this table</summary>
  <p>A <b>gain</b> is a method's score minus that of ${baselineName(measure)} on the same votes, averaged over crowds.
  Its interval (95%, Student's t) takes the crowds as drawn from more crowds of this kind; below three crowds there is
  none. Settings that share their votes are averaged first and count once.</p>
  <p>A <b>group</b> starts with its best method. The next group starts at the first method that is told from it. Inside
  a group the order means nothing. Two methods are <b>told apart</b> if their mean difference, relative to how much it
  varies between crowds, is larger than the largest of all pairs gets in 95% of the cases when the sign of every crowd's
  differences is drawn at random (below six crowds it can tell nothing). All pairs are tested at once, so that the
  chance of any false difference is at most about 5%.</p>
  <p>A gain in <b>bold</b> is told from the baseline by the same test, of these comparisons only: there are fewer of
  them, so that it sees smaller differences. The baseline itself is in no group.</p>
  <p><b>Aggregate</b> is the time from votes to labels, <b>train</b> that of the network learnt from them: geometric
  means over the crowds; “in one” where a method does both together.</p>
  <p><b>✓</b> was run by this repository; <b>submitted</b> is as its author measured it.</p></details>`;
