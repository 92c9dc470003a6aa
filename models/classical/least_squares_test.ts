import { createDevice, type DenseParams, disposeTree, setDefaultDevice, tensor } from "@verbatim/core";
import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import { testMethod } from "../_model_contract.ts";
import { leastSquares, leastSquaresMethod } from "./least_squares.ts";

testMethod(leastSquaresMethod);

/** Anscombe's quartet, whose lines are all y = 3.00 + 0.500 x (Anscombe 1973). */
const X = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
const QUARTET = [
  { x: X, y: [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68] },
  { x: X, y: [9.14, 8.14, 8.74, 8.77, 9.26, 8.1, 6.13, 3.1, 9.13, 7.26, 4.74] },
  { x: X, y: [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73] },
  {
    x: [8, 8, 8, 8, 8, 8, 8, 19, 8, 8, 8],
    y: [6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.5, 5.56, 7.91, 6.89],
  },
];

/** Numbers in (-1, 1), the same in every process. */
function numbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  });
}

async function fit(
  x: Float32Array,
  y: Float32Array,
  rows: number,
): Promise<Record<keyof DenseParams, number[]>> {
  using inputs = tensor(x, [rows, x.length / rows]);
  using outputs = tensor(y, [rows, y.length / rows]);
  const params = leastSquares(inputs, outputs);
  const found = { w: [...await params.w.read()], b: [...await params.b.read()] };
  disposeTree(params);
  return found;
}

Deno.test("least squares: the lines of Anscombe's quartet", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  for (const { x, y } of QUARTET) {
    const { w, b } = await fit(Float32Array.from(x), Float32Array.from(y), x.length);
    // The published digits.
    assertAlmostEquals(w[0]!, 0.5, 5e-4);
    assertAlmostEquals(b[0]!, 3, 5e-3);
  }
});

Deno.test("least squares: the residuals of several targets are orthogonal to every column", async () => {
  await using device = await createDevice({ workers: 2 });
  setDefaultDevice(device);
  const [rows, features, targets] = [600, 12, 3];
  // Far from the origin, and of sizes that differ: the columns are far from orthogonal.
  const x = numbers(rows * features, 1).map((value, i) => 50 + value * (1 + i % features));
  const y = numbers(rows * targets, 2).map((value) => 20 + value);
  const { w, b } = await fit(x, y, rows);
  for (let k = 0; k < targets; k++) {
    const residuals = Array.from({ length: rows }, (_, row) => {
      let sum = b[k]! - y[row * targets + k]!;
      for (let d = 0; d < features; d++) sum += x[row * features + d]! * w[d * targets + k]!;
      return sum;
    });
    const norm = Math.sqrt(residuals.reduce((sum, value) => sum + value * value, 0));
    for (let column = 0; column <= features; column++) {
      const values = residuals.map((_, row) => column === 0 ? 1 : x[row * features + column - 1]!);
      const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
      const cosine = values.reduce((sum, value, row) => sum + value * residuals[row]!, 0) / (norm * length);
      // Rounding of binary32, times the condition number, which is a few hundred.
      assert(Math.abs(cosine) < 1e-4, `target ${k}, column ${column}: ${cosine}`);
    }
  }
});

Deno.test("least squares: too few rows, and rows that do not fit, are refused", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using wide = tensor([[1, 2], [3, 4]]);
  using tall = tensor([[1], [2], [3]]);
  assertThrows(() => leastSquares(wide, wide), RangeError, "N above D");
  assertThrows(() => leastSquares(wide, tall), RangeError, "N above D");
});
