// Small multiples of calibration, and the matrix of pairwise wins.

const RARE = .01;                                    // bins with a smaller share are not drawn

// For networks and for labels: their curves, the calibration error of a cell in
// points, and the words of the figure.
const scoreOfCell = (cell, id) => cell.all?.[DATA.scores.findIndex(score => score.id === id)];
const SURE = {
  rd: {
    id: "reliability", title: "Calibration of networks", curves: () => DATA.reliability,
    error: cell => cell?.calibration?.[0], what: "test predictions", first: "labelme",
    other: ["Network accuracy", cell => cell.network ? `${fixed(cell.network[0])}%` : "–"],
  },
  ld: {
    id: "label-reliability", title: "Calibration of labels", curves: () => DATA.label_reliability,
    error: cell => cell && known(scoreOfCell(cell, "label_ece")) ? 100 * scoreOfCell(cell, "label_ece") : undefined,
    what: "labels", first: "",
    other: ["Label accuracy", cell => cell.labels ? `${fixed(cell.labels[0])}%` : "–"],
  },
};

function reliabilityPlot([confidence, right, n], name, error, slot) {
  const total = n.reduce((a, b) => a + b, 0), edge = 8, side = 100;
  const X = v => (edge + v * side).toFixed(1), Y = v => (edge + (1 - v) * side).toFixed(1);
  const bins = confidence.map((c, i) => ({ c, right: right[i], share: n[i] / total })).filter(b => b.share >= RARE);
  const line = bins.map(b => `${X(b.c)} ${Y(b.right)}`).join("L");
  const back = [...bins].reverse().map(b => `L${X(b.c)} ${Y(b.c)}`).join("");
  const cls = slot === undefined ? "cx" : `c${slot}`, off = `${fixed(error)} points`;
  return html`<li><svg role="img" aria-label="${name}: calibration error ${off}" viewBox="0 0 116 116">
    <rect class="frame" x="${edge}" y="${edge}" width="${side}" height="${side}"/>
    <path class="diagonal" d="M${X(0)} ${Y(0)}L${X(1)} ${Y(1)}"/>
    <path class="gap ${cls}" d="M${line}${back}Z"/><path class="line ${cls}" d="M${line}"/>
    <g class="mark ${cls}">${bins.map(b =>
    html`<circle cx="${X(b.c)}" cy="${Y(b.right)}" r="${(1.2 + 5 * Math.sqrt(b.share)).toFixed(1)}"/>`)}</g>
    </svg><p><b>${name}</b><br>${off}</p></li>`;
}

// key: rd for networks, ld for labels.
function reliabilityFigure(key, state, width) {
  const { id, title, curves, error: errorOf, what, first, other: [other, otherOf] } = SURE[key];
  const options = crowdOptions(curves()), chosen = chosenOf(options, state[key], first), pinned = pinnedIn(state);
  if (!chosen) return "";
  const cells = CELL.get(chosen), error = m => errorOf(cells.get(m)), own = curves()[chosen];
  const methods = Object.keys(own).filter(m => known(error(m))).sort((a, b) => error(a) - error(b));
  if (!methods.length) return "";
  const slots = slotsOf(pinned, methods), most = width < 500 ? 9 : 12;
  const shown = [...slots.keys(), ...methods.filter(m => !slots.has(m))].slice(0, most);
  const text = html`${DATASET.get(chosen).name}: accuracy (vertical) by confidence (horizontal), both from 0 to 100%.
    Points below the diagonal are overconfident. ${METHOD.get(methods[0]).name} has the smallest calibration error, ${
  fixed(error(methods[0]))} points. Larger dots stand for more ${what}; dots for less than ${
  percent(RARE)} of them are left out.`;
  return figure({
    id, title, text, picker: picker(key, `Dataset of: ${title}`, options, chosen),
    plot: html`<ul class="multiples">${methods.filter(m => shown.includes(m))
      .map(m => reliabilityPlot(own[m], METHOD.get(m).name, error(m), slots.get(m)))}</ul>`,
    data: dataFold(["Method", "Calibration error", other, "Runs"], methods.map(m => [
      METHOD.get(m).name, `${fixed(error(m))} points`, otherOf(cells.get(m)), cells.get(m).n]), title),
  });
}

// "7½": a tie counts 1/2.
const halves = wins => wins % 1 ? `${Math.floor(wins) || ""}½` : wins;
const MOST_MATCHED = 8;                              // methods of the matrix

// The number of shared datasets on which a row's method is better than a column's.
function winFigure(table, width) {
  const title = "Pairwise wins", total = table.sourceGroups.length, all = table.rows.filter(row => !row.variantOf);
  if (all.length < 2) return figure({ id: "wins", title, text: NOTHING });
  const label = Math.min(170, Math.max(...all.map(row => textWidth(row.name) + 20)), width * .34);
  const rows = all.slice(0, MOST_MATCHED), n = rows.length;
  const size = Math.min(46, (width - label - 4) / n), head = 26;
  const wins = winMatrix(rows.map(row => row.bySourceGroup));
  const always = rows.find((_, i) => wins[i].every((w, j) => i === j || w > total / 2));
  const text = html`${n < all.length && `The first ${n} methods of the table above. `}Squares show the number of
    datasets, out of ${total}, on which the method of the row is better than the method of the column; a tie counts
    1/2. ${always ? `${always.name} is better than every other method on more than half of the datasets.`
    : "No method is better than every other one on more than half of the datasets."}
    Frames mark significant differences (see “How to read this table”).`;
  const cell = (i, j) => {
    if (i === j) return "";
    const share = wins[i][j] / total, x = label + j * size, y = head + i * size;
    const apart = table.differ(rows[i], rows[j]);
    const depth = (Math.abs(share - .5) * 1.5).toFixed(2);
    return html`<rect class="${share > .5 ? "above" : "below"}${apart && " significant"}" fill-opacity="${depth}"
        x="${x + 1.5}" y="${y + 1.5}" width="${size - 3}" height="${size - 3}"><title>${rows[i].name} better than ${
      rows[j].name} on ${wins[i][j]} of ${total}${apart && ", significantly different"}</title></rect>
      <text x="${x + size / 2}" y="${y + size / 2 + 4}" text-anchor="middle">${
  halves(wins[i][j])}</text>`;
  };
  const drawn = rows.map((row, i) => html`
    <text class="${!row.base && "name"}" x="${label - 8}" y="${head + (i + .5) * size + 4}" text-anchor="end">${
    clipped(`${i + 1} ${row.name}`, label - 8)}</text>
    <text x="${label + (i + .5) * size}" y="${head - 8}" text-anchor="middle">${i + 1}</text>
    ${rows.map((_, j) => cell(i, j))}`);
  return figure({
    id: "wins", title, text, plot: svg({ width, height: head + n * size + 4 }, text, drawn),
    data: dataFold(["Method", ...rows.map(row => row.name)],
      rows.map((row, i) => [row.name, ...rows.map((_, j) => i === j ? "–" : wins[i][j])]), title),
  });
}
