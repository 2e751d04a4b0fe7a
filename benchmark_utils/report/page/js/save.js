// Downloads of the current table: link, CSV, JSON, BibTeX.

function toast(text) {
  $("toast").textContent = text;
  $("toast").className = "on";
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { $("toast").className = ""; }, 2200);
}

async function copyText(text, said) {
  try {
    await navigator.clipboard.writeText(text);
    toast(said);
  } catch {                                          // the page may not use the clipboard
    prompt("Copy:", text);
  }
}

function saveFile(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
  toast(`Saved ${name}`);
}

const rounded = (value, digits = 4) => value === null || value === undefined ? null : Number(value.toFixed(digits));

function tableRows({ rows, sourceGroups: crowds }) {
  return rows.map(row => ({
    method: row.id, name: row.name, variant_of: row.variantOf ?? null, needs: needsOf(row.method),
    letters: row.letters ?? null, gain: rounded(row.mean), low: rounded(row.low), high: rounded(row.high),
    p: rounded(row.stability?.p), p_smallest: rounded(row.stability?.low), p_largest: rounded(row.stability?.high),
    significant_vs_baseline: row.letters && !row.base ? row.beats : null,
    aggregate_seconds: rounded(row.aggregate, 6), train_seconds: rounded(row.train, 6), crowds: crowds.length,
    status: row.status.join(" and ") || null,
    per_crowd: Object.fromEntries(row.cells.map(({ dataset, score, gain, low, high }) =>
      [dataset.id, { score, gain, low, high }])),
  }));
}

const viewJson = table => JSON.stringify({
  version: DATA.version, link: location.href, commit: DATA.commit, date: DATA.date, score: table.measure.id,
  baseline: table.measure.baseline, crowds: table.datasets.map(d => d.id), rows: tableRows(table),
}, null, 1);

// Cells are quoted for CSV and cannot be read as formulas by a spreadsheet.
function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

const csvText = rows => rows.map(cells => `${cells.map(csvCell).join(",")}\r\n`).join("");

function viewCsv(table) {
  const rows = tableRows(table), facts = Object.keys(rows[0] ?? {}).filter(key => key !== "per_crowd");
  const crowds = table.datasets.map(d => d.id);
  const line = row => [...facts.map(key => row[key]), ...crowds.map(id => row.per_crowd[id].gain)];
  return csvText([[...facts, ...crowds], ...rows.map(line)]);
}

// This benchmark, as CITATION.cff says it.
function ownBib() {
  const { name } = DATA.release ?? {};
  const fields = ["  author = {{The contributors}}", "  title = {Crowd labels benchmark}", `  year = {${DATA.date.slice(0, 4)}}`,
    `  note = {${name ? `Version ${name}, commit` : "Commit"} ${DATA.commit}}`, ...(repository ? [`  url = {${repository}}`] : [])];
  return `@misc{crowdlabels,\n${fields.join(",\n")}\n}`;
}

// The papers of the table's methods and datasets, and an entry for this page.
function viewBib(table) {
  const papers = [...table.rows.map(row => row.method), ...table.datasets].flatMap(entry => entry.papers);
  return [ownBib(), ...new Set(papers.map(([text]) => DATA.bib?.[text]).filter(Boolean))].join("\n\n") + "\n";
}
