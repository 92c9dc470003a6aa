import { assert, assertEquals } from "@std/assert";
import { grad } from "../autodiff/mod.ts";
import { checkCompiled } from "./check_compiled.ts";
import { createDevice, setDefaultDevice, type Shape, sizeOf, type Tensor, tensor } from "../tensor/mod.ts";
import "../ops/install.ts";

const COMPILER_BYTES = 67108864;

/** An operation held against an independent float64 implementation. */
export interface OperationCheck {
  /** The operands' values, or shapes to be filled with values in (-2, 2) away from 0. */
  readonly operands: readonly { readonly shape: Shape; readonly values?: readonly number[] }[];
  readonly operation: (...operands: Tensor[]) => Tensor;
  /** The same in float64, written without the project's code; row-major in and out. */
  readonly reference: (...operands: number[][]) => number[];
  readonly shape: Shape;
  /** Tolerance of values and gradients, relative to 1 + their size; binary32 against float64. */
  readonly tolerance?: number;
  /** False where the operation has no second derivative worth checking. Default true. */
  readonly second?: boolean;
}

/** A small generator for tests: the same numbers in every process, in (-1, 1). */
export function testNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  };
}

/**
 * Checks values, the gradient in every coordinate and along a random direction against central differences of the
 * float64 reference, and the second derivative along the direction; and that all of them have the same bits compiled.
 */
export async function checkOperation(check: OperationCheck): Promise<void> {
  const { operation, reference, shape, tolerance = 1e-4, second = true } = check;
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const next = testNumbers(7);
  const values = check.operands.map(({ shape, values }) =>
    (values ?? Array.from({ length: sizeOf(shape) }, () => {
      const value = next();
      return 2 * value + Math.sign(value) * 0.05;
    })).map(Math.fround)
  );
  const tensors = values.map((list, i) => tensor(Float32Array.from(list), check.operands[i]!.shape));
  const near = (got: number, expected: number, what: string) =>
    assert(
      Math.abs(got - expected) <= tolerance * (1 + Math.abs(expected)),
      `${what}: expected ${expected}, got ${got}`,
    );

  using result = operation(...tensors);
  assertEquals(result.shape, shape);
  const got = await result.read();
  reference(...values).forEach((expected, i) => near(got[i]!, expected, `value ${i}`));

  // F(x) = sum w f(x) with random weights w
  const weights = Array.from(got, () => Math.fround(next()));
  const w = tensor(Float32Array.from(weights), shape);
  const total = (lists: number[][]) =>
    reference(...lists).reduce((sum, value, i) => sum + weights[i]! * value, 0);
  const loss = (operands: readonly Tensor[]) => operation(...operands).mul(w).sum();
  const gradients = grad(loss)(tensors);
  const directions = values.map((list) => list.map(() => Math.fround(next())));
  const moved = (step: number) =>
    values.map((list, k) => list.map((value, i) => value + step * directions[k]![i]!));

  let along = 0;
  for (const [k, gradient] of gradients.entries()) {
    const analytic = await gradient.read();
    for (let i = 0; i < analytic.length; i++) {
      const at = (step: number) =>
        total(values.map((list, j) => j === k ? list.with(i, list[i]! + step) : list));
      near(analytic[i]!, (at(1e-6) - at(-1e-6)) / 2e-6, `gradient of operand ${k} at ${i}`);
      along += analytic[i]! * directions[k]![i]!;
    }
  }
  near(along, (total(moved(1e-6)) - total(moved(-1e-6))) / 2e-6, "gradient along a direction");

  if (second) {
    const d = directions.map((list, k) => tensor(Float32Array.from(list), check.operands[k]!.shape));
    const slope = (operands: readonly Tensor[]) =>
      grad(loss)(operands).map((g, k) => g.mul(d[k]!).sum()).reduce((a, b) => a.add(b));
    const curvatures = grad(slope)(tensors);
    let curvature = 0;
    for (const [k, hessian] of curvatures.entries()) {
      (await hessian.read()).forEach((value, i) => curvature += value * directions[k]![i]!);
    }
    const h = 1e-4;
    near(
      curvature,
      (total(moved(h)) - 2 * total(moved(0)) + total(moved(-h))) / (h * h),
      "second derivative",
    );
    for (const x of [...d, ...curvatures]) x.dispose();
  }
  for (const x of [...tensors, ...gradients, w]) x.dispose();

  const make = (list: readonly number[], k: number) =>
    tensor(Float32Array.from(list), check.operands[k]!.shape);
  for (const backend of ["reference", "wasm"] as const) {
    await using compiler = await createDevice({ backend, workers: 2, bytes: COMPILER_BYTES });
    setDefaultDevice(compiler);
    const operands = values.map(make);
    using factors = tensor(Float32Array.from(weights), shape);
    const weighted = (list: readonly Tensor[]) => operation(...list).mul(factors).sum();
    const slope = (list: readonly Tensor[]) =>
      grad(weighted)(list).map((g) => g.sum()).reduce((a, b) => a.add(b));
    await checkCompiled(
      (...list) => [operation(...list), ...grad(weighted)(list), ...(second ? grad(slope)(list) : [])],
      operands,
    );
    for (const x of operands) x.dispose();
  }
}
