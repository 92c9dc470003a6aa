/**
 * The error function in binary64: 2 / sqrt(pi) e^(-x^2) sum over n of 2^n x^(2n + 1) / (1 3 5 ... (2n + 1)). All terms have
 * one sign, so nothing cancels.
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  // 1 - erf(6) is 2e-17
  if (size >= 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= 2 * x * x / (2 * n + 1);
    sum += term;
  }
  return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
}

/**
 * The upper tail of the normal distribution relative to its density, (1 - Phi(a)) / phi(a) for a >= 0, in binary64.
 *
 * Below 1.5 by the series of the error function, of which at most three bits cancel; above by Laplace's continued
 * fraction 1 / (a + 1 / (a + 2 / (a + 3 / ...))), with as many terms as leave an error below 2^-60.
 */
export function millsRatio(a: number): number {
  if (a < 1.5) {
    let term = a;
    let sum = a;
    for (let n = 1; term > 1e-18 * sum; n++) {
      term *= a * a / (2 * n + 1);
      sum += term;
    }
    return Math.sqrt(Math.PI / 2) * Math.exp(a * a / 2) - sum;
  }
  let fraction = 0;
  for (let n = Math.ceil(300 / (a * a)) + 20; n > 0; n--) fraction = n / (a + fraction);
  return 1 / (a + fraction);
}

/** The Gaussian error linear unit x Phi(x) in binary64. */
export function gelu(x: number): number {
  const a = Math.abs(x);
  if (a >= 40) return x > 0 ? x : -0;
  const tail = a * millsRatio(a) * Math.exp(-a * a / 2) / Math.sqrt(2 * Math.PI);
  return x > 0 ? x - tail : x === 0 || x !== x ? x : -tail;
}
