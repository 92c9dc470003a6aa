import { assert, assertAlmostEquals } from "@std/assert";
import { linalg } from "@verbatim/core";
import {
  exponentialOfMinus,
  type Fit,
  linearFit,
  logarithmOfOneMore,
  logisticFit,
  networkFit,
} from "./_fits.ts";
import { descend, exactRate, limitedBfgs, newton } from "./_minimisers.ts";

const waves = (count: number, step: number) =>
  Float64Array.from({ length: count }, (_, i) => Math.sin(step * i + 1));
const table = { x: waves(60, 1.7), y: waves(20, 0.9) };
const labelled = { x: table.x, y: table.y.map((value) => value > 0 ? 1 : 0) };

Deno.test("exponential and logarithm are the engine's within some units of the last place", () => {
  for (const t of [0, 1e-9, 0.3, 0.5, 1, 2.7, 10, 36, 120, 600]) {
    assert(Math.abs(exponentialOfMinus(t) / Math.exp(-t) - 1) <= 1e-15 * (t + 2), `${t}`);
  }
  for (const e of [0, 1e-300, 1e-9, 0.1, 0.5, 1]) {
    assertAlmostEquals(logarithmOfOneMore(e), Math.log1p(e), 4e-16);
  }
});

Deno.test("gradients and second derivatives are those of differences", () => {
  const fits: Fit[] = [linearFit(table, 0.1), logisticFit(labelled, 0.1), networkFit(table, 2, 0.1)];
  for (const fit of fits) {
    const theta = waves(fit.parameters, 2.3);
    const rows = Uint32Array.of(3, 11, 4);
    const { gradient } = fit.evaluate(theta, rows);
    const hessian = fit.hessian?.(theta, rows);
    for (let k = 0; k < fit.parameters; k++) {
      const at = (by: number) => fit.evaluate(theta.map((value, i) => i === k ? value + by : value), rows);
      const [low, high] = [at(-1e-5), at(1e-5)];
      assertAlmostEquals(gradient[k]!, (high.loss - low.loss) / 2e-5, 1e-8);
      for (let j = 0; hessian && j < fit.parameters; j++) {
        const wanted = (high.gradient[j]! - low.gradient[j]!) / 2e-5;
        assertAlmostEquals(hessian.values[k * fit.parameters + j]!, wanted, 1e-8);
      }
    }
  }
});

Deno.test("a network's errors and their derivatives give its gradient", () => {
  const fit = networkFit(table, 2, 0);
  const theta = linalg.column(waves(fit.parameters, 2.3));
  const { residuals, jacobian } = fit.linearise(theta);
  const gradient = linalg.multiply(linalg.transpose(jacobian), residuals).values;
  const { loss, gradient: wanted } = fit.evaluate(theta.values);
  assertAlmostEquals(residuals.values.reduce((sum, r) => sum + r * r, 0) / 40, loss, 1e-14);
  gradient.forEach((value, k) => assertAlmostEquals(value / 20, wanted[k]!, 1e-14));
});

Deno.test("all minimisers of linear regression end where the normal equations do, Newton after one step", () => {
  const fit = linearFit(table, 0.1);
  const start = new Float64Array(4);
  const { gradient } = fit.evaluate(start);
  const truth = linalg.solve(fit.hessian(start), linalg.column(gradient.map((value) => -value))).values;
  const options = { steps: 5000, tolerance: 1e-10 };
  const byNewton = newton(fit, start, options);
  assert(byNewton.units === 2 + fit.parameters);
  for (const { theta } of [byNewton, limitedBfgs(fit, start, options), descend(fit, start, 0.5, options)]) {
    theta.forEach((value, k) => assertAlmostEquals(value, truth[k]!, 1e-8));
  }
});

Deno.test("the exact rate on a quadratic is |g|^2 / g^T H g", () => {
  const fit = linearFit(table, 0.1);
  const start = waves(4, 1);
  const { gradient } = fit.evaluate(start);
  const image = linalg.multiply(fit.hessian(start), linalg.column(gradient)).values;
  const product = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  assertAlmostEquals(exactRate(fit, start), product(gradient, gradient) / product(gradient, image), 1e-6);
});
