import { assert, assertEquals } from "@std/assert";
import "../ops/mod.ts";
import { type Shape, sizeOf, type Tensor, tensor } from "../tensor/mod.ts";

/**
 * Tensors of the numbers that an independent implementation was given too, one tensor after the other:
 * s <- 1664525 s + 1013904223 mod 2^32 from the seed, s / 2^31 - 1 rounded to f32.
 */
export function sharedNumbers(seed: number): (...shape: Shape) => Tensor {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  };
  return (...shape) => tensor(Float32Array.from({ length: sizeOf(shape) }, next), shape);
}

/** Compares the first values of a tensor with published ones; binary32 against binary64 rounded to seven digits. */
export async function assertNear(got: Tensor, expected: readonly number[], what: string): Promise<void> {
  const values = Array.from(await got.read());
  assertEquals(values.length >= expected.length, true, what);
  expected.forEach((value, i) =>
    assert(
      Math.abs(values[i]! - value) <= 2e-6 * (1 + Math.abs(value)),
      `${what} ${i}: ${values[i]} not ${value}`,
    )
  );
}

/** The sum of y w: a scalar whose gradient reaches every value of y. */
export function weighted(y: Tensor, w: Tensor): Tensor {
  return y.mul(w).sum();
}

/** Rows of a flat list. */
export function rowsOf(list: readonly number[], width: number): number[][] {
  return Array.from({ length: list.length / width }, (_, i) => list.slice(i * width, (i + 1) * width));
}

/** a b in float64, row-major. */
export function product(a: readonly number[], b: readonly number[], inner: number): number[] {
  const columns = rowsOf(b, b.length / inner);
  return rowsOf(a, inner).flatMap((row) =>
    columns[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * columns[k]![j]!, 0))
  );
}
