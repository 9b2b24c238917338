/** The few tail areas and quantiles that tests and intervals need, to about 14 digits. */

/** Lanczos' approximation with g = 7: the coefficients that Godfrey computed, good for 15 digits. */
const lanczos = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Natural logarithm of the gamma function, for x > 0. */
export function logGamma(x: number): number {
  const sum = lanczos.reduce((total, coefficient, index) => total + coefficient / (x + index), 0.99999999999980993);
  const t = x + 6.5;
  return Math.log(Math.sqrt(2 * Math.PI) * sum) + (x - 0.5) * Math.log(t) - t;
}

/**
 * The regularised upper incomplete gamma function Q(a, x) = Γ(a, x) / Γ(a), for a > 0 and x ≥ 0.
 * Below x = a + 1 the series converges fast, above it the continued fraction (Abramowitz and Stegun 6.5.29, 6.5.31).
 */
export function upperGamma(a: number, x: number): number {
  if (!(a > 0) || !(x >= 0))
    throw new RangeError(`the incomplete gamma function needs a > 0 and x ≥ 0, not ${a}, ${x}`);
  if (x === 0) return 1;
  if (x === Infinity) return 0;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  return x < a + 1 ? 1 - front * lowerSeries(a, x) : front * upperFraction(a, x);
}

/** Σ xᵏ / (a (a+1) … (a+k)). */
function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let k = 1; term > sum * Number.EPSILON; k++) {
    term *= x / (a + k);
    sum += term;
  }
  return sum;
}

/** The continued fraction 1/(x+1−a− 1(1−a)/(x+3−a− 2(2−a)/…)), by the method of Lentz. */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = Infinity;
  let d = 1 / b;
  let fraction = d;
  for (let k = 1, change = 0; Math.abs(change - 1) > 4 * Number.EPSILON; k++) {
    const numerator = k * (a - k);
    b += 2;
    d = 1 / (b + numerator * d);
    c = b + numerator / c;
    change = c * d;
    fraction *= change;
  }
  return fraction;
}

/** P(χ² > statistic) with a number of degrees of freedom: the p value of a χ² test. */
export function chiSquareUpperTail(statistic: number, degreesOfFreedom: number): number {
  return upperGamma(degreesOfFreedom / 2, statistic / 2);
}

/** P(Z > z) of the standard normal distribution. */
export function normalUpperTail(z: number): number {
  const beyond = upperGamma(0.5, (z * z) / 2) / 2;
  return z < 0 ? 1 - beyond : beyond;
}

/**
 * z with P(Z ≤ z) = probability: starts within 0.00045 (Abramowitz and Stegun 26.2.23), then three steps of Halley, each
 * of which triples the number of right digits.
 */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1))
    throw new RangeError(`a probability inside (0, 1) is needed, not ${probability}`);
  const tail = Math.min(probability, 1 - probability);
  const t = Math.sqrt(-2 * Math.log(tail));
  let z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let step = 0; step < 3; step++) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const error = (normalUpperTail(z) - tail) / density;
    z += error / (1 - (z * error) / 2);
  }
  return probability < 0.5 ? -z : z;
}
