// Statistics, independent of the document and the state. The Python versions are in
// benchmark_utils/report/comparison/; a test compares the two.

const LEVEL = .05;
const TINY = 1e-9;

const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length;
const geometricMean = values => Math.exp(mean(values.map(Math.log)));
function deviation(values) {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (values.length - 1));
}
function median(values) {
  const sorted = [...values].sort((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

// ---- Student's t ---------------------------------------------------------------

// log Gamma, Lanczos' series.
function logGamma(x) {
  const series = [76.18009172947146, -86.50532032941677, 24.01409824083091,
    -1.231739572450155, .1208650973866179e-2, -.5395239384953e-5];
  const shifted = x + 5.5;
  const sum = series.reduce((total, c, i) => total + c / (x + i + 1), 1.000000000190015);
  return (x + .5) * Math.log(shifted) - shifted + Math.log(2.5066282746310005 * sum / x);
}

// Regularised incomplete beta function by its continued fraction (Lentz).
function incompleteBeta(a, b, x) {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x);
  const nonzero = value => Math.abs(value) < 1e-30 ? 1e-30 : value;
  let c = 1, d = 1 / nonzero(1 - (a + b) * x / (a + 1)), fraction = d;
  for (let m = 1; m <= 200; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    let step = 1;
    for (const term of [even, odd]) {
      d = 1 / nonzero(1 + term * d);
      c = nonzero(1 + term / c);
      step = d * c;
      fraction *= step;
    }
    if (Math.abs(step - 1) < 3e-12) break;
  }
  const front = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x);
  return Math.exp(front) * fraction / a;
}

const twoSided = (t, freedom) => incompleteBeta(freedom / 2, .5, freedom / (freedom + t * t));

const quantiles = new Map();
function studentQuantile(freedom) {
  if (!quantiles.has(freedom)) {
    let low = 0, high = 1000;
    for (let i = 0; i < 80; i++) {
      const middle = (low + high) / 2;
      if (twoSided(middle, freedom) > LEVEL) low = middle; else high = middle;
    }
    quantiles.set(freedom, (low + high) / 2);
  }
  return quantiles.get(freedom);
}

// Mean of one value per dataset with Student's 95% interval, null below three.
function overDatasets(values) {
  const n = values.length, centre = mean(values);
  if (n < 3) return { mean: centre, low: null, high: null, n };
  const half = studentQuantile(n - 1) * deviation(values) / Math.sqrt(n);
  return { mean: centre, low: centre - half, high: centre + half, n };
}

// Median with its 95% interval from order statistics, null below six.
function medianOverDatasets(values) {
  const n = values.length, sorted = [...values].sort((a, b) => a - b);
  let below = .5 ** n, k = 0;                        // P(Binomial(n, 1/2) <= k)
  for (let term = below; ; k++) {
    term *= (n - k) / (k + 1);
    if (below + term > LEVEL / 2) break;
    below += term;
  }
  const known = n >= 6;
  return { median: median(values), low: known ? sorted[k] : null,
    high: known ? sorted[n - 1 - k] : null, n };
}

// ---- multiple comparisons -------------------------------------------------------

const EXACT = 12;                                    // datasets up to which all 2^11 patterns are tried
const MODERATION = 2;                                // weight of the median variance, in datasets

// The i-th word of mulberry32, as a function of i.
function randomWord(i, seed) {
  const a = (seed + Math.imul(i + 1, 0x6D2B79F5)) | 0;
  let t = Math.imul(a ^ a >>> 15, a | 1);
  t ^= t + Math.imul(t ^ t >>> 7, t | 61);
  return (t ^ t >>> 14) >>> 0;
}

const patterns = new Map();
// Sign patterns of n datasets: all of them, or a random sample. The first sign
// stays +, because a pattern and its negative give the same maximum.
function signPatterns(n, { seed, n: drawn }) {
  if (!patterns.has(n)) {
    const total = n <= EXACT ? 2 ** (n - 1) : drawn, signs = new Int8Array(total * n);
    for (let b = 0; b < total; b++) for (let k = 0; k < n; k++) {
      const negative = n <= EXACT ? k > 0 && b >> (k - 1) & 1 : randomWord(b * n + k, seed) >>> 31;
      signs[b * n + k] = negative ? -1 : 1;
    }
    patterns.set(n, { signs, total });
  }
  return patterns.get(n);
}

// A method's sum over datasets with the signs of each pattern.
function turnedSums(row, resampling) {
  const n = row.length, { signs, total } = signPatterns(n, resampling), gains = Float64Array.from(row);
  const sums = new Float64Array(total);
  for (let b = 0, at = 0; b < total; b++) {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += signs[at++] * gains[k];
    sums[b] = sum;
  }
  return sums;
}

const isSignificant = p => p <= LEVEL + TINY;

// The p-value of each pair of methods. gains[i][k]: method i on dataset k. Step-down
// maxT: the ratio of the mean difference to s is compared with the largest ratio of
// this pair and of all pairs with a smaller ratio, in each of the sign patterns. s^2
// is the mean square, shrunk towards the median mean square as by MODERATION further
// datasets. The comparisons are tested together, so choosing the best method first
// does not increase the error rate.
function adjustedP(gains, pairs, resampling, turned) {
  const n = gains[0]?.length ?? 0, p = pairs.map(() => 1);
  if (n < 2) return p;
  const sums = new Float64Array(pairs.length), squares = new Float64Array(pairs.length);
  pairs.forEach(([i, j], c) => {
    const ours = gains[i], theirs = gains[j];
    for (let k = 0; k < n; k++) {
      const x = ours[k] - theirs[k];
      sums[c] += x;
      squares[c] += x * x;
    }
    squares[c] /= n;
  });
  const known = pairs.map((_, c) => c).filter(c => squares[c] >= 1e-12);
  if (!known.length) return p;
  const usual = median(known.map(c => squares[c]));
  const ratios = known.map(c => {
    const scale = n * Math.sqrt((n * squares[c] + MODERATION * usual) / (n + MODERATION)), [i, j] = pairs[c];
    return { c, i, j, scale, seen: Math.abs(sums[c]) / scale };
  }).sort((a, b) => a.seen - b.seen);
  const { total } = signPatterns(n, resampling);
  const extra = n <= EXACT ? 0 : 1;                  // the observed pattern is among all
  const reached = new Float64Array(ratios.length).fill(extra), largest = new Float64Array(total);
  ratios.forEach(({ i, j, scale, seen }, place) => { // a million steps: plain loops over numbers
    const ours = turned[i], theirs = turned[j], limit = seen - TINY;
    let count = 0;
    for (let b = 0; b < total; b++) {
      const ratio = Math.abs(ours[b] - theirs[b]) / scale;
      if (ratio > largest[b]) largest[b] = ratio;
      if (largest[b] >= limit) count++;
    }
    reached[place] += count;
  });
  for (let place = ratios.length - 1, most = 0; place >= 0; place--) {
    most = Math.max(most, reached[place]);
    p[ratios[place].c] = most / (total + extra);
  }
  return p;
}

const allTurned = (gains, resampling) => gains.map(row => turnedSums(row, resampling));
// Do methods i and j differ significantly? All pairs are tested together.
function pairwiseSignificance(gains, resampling) {
  const place = (i, j) => i * (i - 1) / 2 + j;       // j < i
  const pairs = gains.flatMap((_, i) => gains.slice(0, i).map((_, j) => [i, j]));
  const p = adjustedP(gains, pairs, resampling, allTurned(gains, resampling));
  return (i, j) => i !== j && isSignificant(p[place(Math.max(i, j), Math.min(i, j))]);
}

const withLast = gains => gains.map((_, i) => [i, gains.length]);
// The p-value of each method's comparison with the baseline, apart from the pairs.
const pValuesVsBaseline = (gains, base, resampling) =>
  adjustedP([...gains, base], withLast(gains), resampling, allTurned([...gains, base], resampling));

// The same without each dataset in turn. The sums of a case differ from those of the one
// before by a single dataset: it was left out there, and is back in place of its successor.
function pValuesLeavingOut(gains, base, resampling) {
  const all = [...gains, base], pairs = withLast(gains), n = base.length - 1;
  const turned = allTurned(all.map(row => row.slice(1)), resampling), { signs, total } = signPatterns(n, resampling);
  return base.map((_, out) => {
    all.forEach((row, i) => {
      const change = out ? row[out - 1] - row[out] : 0, sums = turned[i];
      if (change) for (let b = 0, at = out - 1; b < total; b++, at += n) sums[b] += signs[at] * change;
    });
    return adjustedP(all.map(row => row.filter((_, k) => k !== out)), pairs, resampling, turned);
  });
}

// ---- other rankings ----------------------------------------------------------------

// wins[i][j]: number of datasets on which i is better than j; a tie counts 1/2.
const winMatrix = gains => gains.map((a, i) => gains.map((b, j) => i === j ? 0
  : a.reduce((sum, x, k) => sum + (Math.abs(x - b[k]) < TINY ? .5 : x > b[k] ? 1 : 0), 0)));

// Solves A x = b for a symmetric positive definite A by elimination, in place.
function solved(A, b) {
  for (let k = 0; k < b.length; k++) for (let i = k + 1; i < b.length; i++) {
    const factor = A[i][k] / A[k][k];
    for (let j = k; j < b.length; j++) A[i][j] -= factor * A[k][j];
    b[i] -= factor * b[k];
  }
  for (let i = b.length - 1; i >= 0; i--) {
    for (let j = i + 1; j < b.length; j++) b[i] -= A[i][j] * b[j];
    b[i] /= A[i][i];
  }
  return b;
}

// Bradley-Terry ratings on Elo's scale, the anchor at 1000. Every other method
// has one additional tie with the anchor, which keeps all ratings finite. Newton's
// method on the concave likelihood.
function eloRatings(wins, anchor) {
  const tie = (i, j) => i !== j && (i === anchor || j === anchor) ? .5 : 0;
  const won = wins.map((row, i) => row.map((w, j) => w + tie(i, j)));
  const players = wins.map((_, i) => i), others = players.filter(i => i !== anchor);
  const theta = players.map(() => 0);
  for (let step = 0, change = 1; step < 100 && change > TINY; step++) {
    const chance = (i, j) => 1 / (1 + Math.exp(theta[j] - theta[i])), played = (i, j) => won[i][j] + won[j][i];
    const slope = others.map(i => players.reduce((sum, j) => sum + won[i][j] - played(i, j) * chance(i, j), 0));
    const bend = (i, j) => played(i, j) * chance(i, j) * chance(j, i);
    const curvature = others.map(i => others.map(j => i !== j ? -bend(i, j)
      : players.reduce((sum, k) => sum + bend(i, k), 0)));
    const steps = solved(curvature, slope).map(value => Math.max(-1, Math.min(1, value)));
    others.forEach((i, k) => { theta[i] += steps[k]; });
    change = Math.max(0, ...steps.map(Math.abs));
  }
  return theta.map(value => 1000 + 400 / Math.LN10 * value);
}

// Elo, mean rank and share of wins of methods over datasets.
function rankings(gains, anchor) {
  const wins = winMatrix(gains), datasets = gains[0].length, others = gains.length - 1;
  const elo = eloRatings(wins, anchor);
  return gains.map((_, i) => {
    const won = wins[i].reduce((sum, w) => sum + w, 0) / datasets;
    return { elo: elo[i], rank: 1 + others - won, wins: others ? won / others : 0 };
  });
}
