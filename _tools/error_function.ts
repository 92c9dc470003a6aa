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
