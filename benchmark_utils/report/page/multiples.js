// Small multiples of reliability, and the matrix of wins.

const RARE = .01;                                    // bins with fewer predictions are not drawn

function reliabilityPlot(id, method, slot) {
  const [confidence, right, n] = DATA.reliability[id][method], total = n.reduce((a, b) => a + b, 0);
  const edge = 8, side = 100, X = v => (edge + v * side).toFixed(1), Y = v => (edge + (1 - v) * side).toFixed(1);
  const bins = confidence.map((c, i) => ({ c, right: right[i], share: n[i] / total })).filter(b => b.share >= RARE);
  const line = bins.map(b => `${X(b.c)} ${Y(b.right)}`).join("L");
  const back = [...bins].reverse().map(b => `L${X(b.c)} ${Y(b.c)}`).join("");
  const error = `${fixed(CELL.get(id).get(method).calibration[0])} points`, { name } = METHOD.get(method);
  const cls = slot === undefined ? "cx" : `c${slot}`;
  return html`<li><svg role="img" aria-label="${name}: calibration error ${error}" viewBox="0 0 116 116">
    <rect class="frame" x="${edge}" y="${edge}" width="${side}" height="${side}"/>
    <path class="diagonal" d="M${X(0)} ${Y(0)}L${X(1)} ${Y(1)}"/>
    <path class="gap ${cls}" d="M${line}${back}Z"/><path class="line ${cls}" d="M${line}"/>
    <g class="mark ${cls}">${bins.map(b =>
    html`<circle cx="${X(b.c)}" cy="${Y(b.right)}" r="${(1.2 + 5 * Math.sqrt(b.share)).toFixed(1)}"/>`)}</g>
    </svg><p><b>${name}</b><br>${error}</p></li>`;
}

function reliabilityFigure(id, pinned, width, choose) {
  const cells = CELL.get(id), error = m => cells.get(m).calibration[0];
  const methods = Object.keys(DATA.reliability[id]).filter(m => cells.get(m)?.calibration)
    .sort((a, b) => error(a) - error(b));
  const slots = slotsOf(pinned, methods), most = width < 500 ? 9 : 12;
  const shown = [...slots.keys(), ...methods.filter(m => !slots.has(m))].slice(0, most);
  const text = html`${DATASET.get(id).name}: how often a network is right (up) against how sure it is (across), both
    from 0 to 100%. On the diagonal it is as sure as it is right; below, too sure. ${METHOD.get(methods[0]).name} is
    closest, ${fixed(error(methods[0]))} points off. Dots grow with the share of test predictions; bins with less than
    ${percent(RARE)} of them are left out.`;
  return figure({
    id: "reliability", title: "Is the network as sure as it is right?", text, picker: choose,
    plot: html`<ul class="multiples">${methods.filter(m => shown.includes(m))
      .map(m => reliabilityPlot(id, m, slots.get(m)))}</ul>`,
    data: dataFold(["Method", "Calibration error", "Network accuracy", "Runs"], methods.map(m => [
      METHOD.get(m).name, `${fixed(error(m))} points`,
      cells.get(m).network ? `${fixed(cells.get(m).network[0])}%` : "–", cells.get(m).n]),
    "is the network as sure as it is right"),
  });
}

const SMALLEST = 22;                                 // a square that holds its number

// On how many of the shared crowds a row's method is above a column's.
function winFigure(table, width) {
  const title = "Who beats whom", crowds = table.families.length;
  if (table.rows.length < 2) return figure({ id: "wins", title, text: NOTHING });
  const label = Math.min(170, Math.max(...table.rows.map(row => textWidth(row.name) + 20)), width * .34);
  const rows = table.rows.slice(0, Math.floor((width - label - 4) / SMALLEST)), n = rows.length;
  const size = Math.min(40, (width - label - 4) / n), head = 24;
  const wins = winMatrix(rows.map(row => row.byFamily));
  const always = rows.find((_, i) => wins[i].every((w, j) => i === j || w > crowds / 2));
  const text = html`${n < table.rows.length && `The first ${n} methods of the table above. `}On how many of ${
    count(crowds, "crowd")} the method of a row is above that of a column; a tie counts half. ${always
    ? `${always.name} is above every other on more than half of them.`
    : "No method is above every other on more than half of them."}
    A frame: told apart (see “How to read this table”).`;
  const cell = (i, j) => {
    if (i === j) return "";
    const share = wins[i][j] / crowds, x = label + j * size, y = head + i * size, told = table.told(rows[i], rows[j]);
    const depth = (Math.abs(share - .5) * 1.5).toFixed(2);
    return html`<rect class="${share > .5 ? "above" : "below"}${told && " told"}" fill-opacity="${depth}"
        x="${x + 1.5}" y="${y + 1.5}" width="${size - 3}" height="${size - 3}"><title>${rows[i].name} above ${
      rows[j].name} on ${wins[i][j]} of ${crowds}${told && ", told apart"}</title></rect>
      <text x="${x + size / 2}" y="${y + size / 2 + 4}" text-anchor="middle">${wins[i][j]}</text>`;
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

function clipped(text, width) {
  let kept = text;
  while (kept && textWidth(kept) - 8 > width) kept = kept.slice(0, -1);
  return kept === text ? text : `${kept.slice(0, -1)}…`;
}
