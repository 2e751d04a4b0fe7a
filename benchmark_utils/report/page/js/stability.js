// Would a claim survive other data? The Python version is
// benchmark_utils/report/comparison/stability.py; a test compares the two.

const ROBUST = .9;                                   // share of the cases "one source left out"
const SPLITS = 1000;
const POWER = .8;

// Comparisons with the baseline, and the same without each source: {p, low, high,
// robust} of each method, null below three sources.
function stabilityOf(gains, base, resampling) {
  const n = base.length;
  if (n < 3) return gains.map(() => null);
  const p = pValuesVsBaseline(gains, base, resampling), cases = pValuesLeavingOut(gains, base, resampling);
  return gains.map((_, i) => {
    const own = cases.map(found => found[i]), held = own.filter(isSignificant).length / n;
    return { p: p[i], low: Math.min(...own), high: Math.max(...own),
      robust: isSignificant(p[i]) && held >= ROBUST - TINY };
  });
}

// Compact letter display of n methods, best first: methods that share a letter do not
// differ significantly, and any two that share none do (Piepho 2004).
function letters(n, differ) {
  let sets = [Array.from({ length: n }, (_, i) => i)];
  const within = (own, other) => own.length < other.length && own.every(i => other.includes(i));
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) {
    if (!differ(i, j)) continue;
    const split = sets.flatMap(own => own.includes(i) && own.includes(j)
      ? [own.filter(k => k !== i), own.filter(k => k !== j)] : [own]);
    const distinct = [...new Map(split.map(own => [own.join(), own])).values()];
    sets = distinct.filter(own => !distinct.some(other => within(own, other)));
  }
  const first = (a, b) => {
    const at = a.findIndex((i, k) => i !== b[k]);
    return at < 0 ? a.length - b.length : at >= b.length ? 1 : a[at] - b[at];
  };
  sets.sort(first);
  return Array.from({ length: n }, (_, i) => sets.map((own, k) => own.includes(i) ? letter(k) : "").join(""));
}
const ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const letter = k => ALPHABET[k % ALPHABET.length] + (Math.floor(k / ALPHABET.length) || "");

const orders = new Map();
// The sources of each split in a random order.
function splitOrders(n, seed) {
  if (!orders.has(n)) {
    orders.set(n, Array.from({ length: SPLITS }, (_, split) => {
      const words = Array.from({ length: n }, (_, k) => randomWord(split * n + k, seed));
      return Uint16Array.from(words.keys()).sort((a, b) => words[a] - words[b]);
    }));
  }
  return orders.get(n);
}

// The method with the largest mean on a random half of the sources, scored on that
// half and on the other one: two means over all splits, null below four sources.
function winnersCurse(gains, seed) {
  const n = gains[0]?.length ?? 0, half = n >> 1;
  if (n < 4) return null;
  let here = 0, there = 0;
  for (const order of splitOrders(n, seed)) {
    const meanOf = (row, from, to) => {
      let sum = 0;
      for (let k = from; k < to; k++) sum += row[order[k]];
      return sum / (to - from);
    };
    let best = -Infinity, other = 0;
    for (const row of gains) {
      const own = meanOf(row, 0, half);
      if (own <= best) continue;
      best = own;
      other = meanOf(row, half, n);
    }
    here += best / SPLITS;
    there += other / SPLITS;
  }
  return { here, there };
}

// ---- the smallest improvement that would be found ---------------------------------

// Standard normal distribution function: the error function by its series, which is
// exact to 1e-12 within six standard deviations.
function normalBelow(x) {
  if (Math.abs(x) > 6) return x > 0 ? 1 : 0;
  let term = x, sum = x;
  for (let k = 1; Math.abs(term) > 1e-16; k++) {
    term *= x * x / (2 * k + 1);
    sum += term;
  }
  return .5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}

// P(noncentral t > bar), by Simpson's rule over the estimated standard deviation.
function noncentralAbove(bar, freedom, centre) {
  const steps = 400, most = 1 + 9 / Math.sqrt(freedom), width = most / steps;
  const scale = Math.log(2) + freedom / 2 * Math.log(freedom / 2) - logGamma(freedom / 2);
  let sum = 0;
  for (let i = 1; i <= steps; i++) {
    const s = i * width, weight = i === steps ? 1 : i % 2 ? 4 : 2;
    const density = Math.exp(scale + (freedom - 1) * Math.log(s) - freedom * s * s / 2);
    sum += weight * density * normalBelow(centre - bar * s);
  }
  return sum * width / 3;
}

// The smallest improvement that as many sources would show to be significant in 80%
// of cases, by Student's t with the spread of these values; null below three.
function detectable(values) {
  const n = values.length;
  if (n < 3) return null;
  const spread = deviation(values), bar = studentQuantile(n - 1);
  let low = 0, high = 2 * bar + 10;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (noncentralAbove(bar, n - 1, middle) < POWER) low = middle; else high = middle;
  }
  return high * spread / Math.sqrt(n);
}
