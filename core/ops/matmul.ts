import { differentiable } from "../autodiff/differentiable.ts";
import type { MatmulKernel } from "../kernels/matmul.ts";
import { launch } from "../tensor/launch.ts";
import { formatShape, sameShape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Which operands are read transposed in their last two axes. */
export interface MatmulOptions {
  /** Reads a as [..., K, M]; default false. */
  readonly transposeA?: boolean;
  /** Reads b as [..., N, K]; default false. */
  readonly transposeB?: boolean;
}

const kernels = new Map<string, MatmulKernel>();

/**
 * The matrix product over the last two axes.
 *
 * *Shapes* [..., M, K] [..., K, N] -> [..., M, N], with equal leading axes; transposed operands are [..., K, M] and
 * [..., N, K]. *Dtypes* f32. *Order* N4 over [K].
 * *Gradient* g B^T to A, A^T g to B.
 * *Differs* leading axes do not broadcast: repeat or reshape an operand instead.
 *
 * @throws {RangeError} if the shapes do not fit.
 *
 * @example
 * ```ts
 * import { createDevice, matmul, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using a = tensor([[1, 2], [3, 4]]);
 * using b = tensor([[1, 1], [0, 1]]);
 * using c = matmul(a, b);
 * assertEquals(await c.read(), new Float32Array([1, 3, 3, 7]));
 * ```
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  const { transposeA = false, transposeB = false } = options;
  const kernel = kernelFor(a, b, transposeA, transposeB);
  const shape = [...a.shape.slice(0, -2), kernel.m, kernel.n];
  return differentiable([a, b], () => launch(kernel, [a, b], [{ dtype: "f32", shape }])[0]!, [
    (g) =>
      transposeA
        ? matmul(b, g, { transposeA: transposeB, transposeB: true })
        : matmul(g, b, { transposeB: !transposeB }),
    (g) =>
      transposeB
        ? matmul(g, a, { transposeA: true, transposeB: transposeA })
        : matmul(a, g, { transposeA: !transposeA }),
  ]);
}

function kernelFor(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): MatmulKernel {
  const key = `${a.dtype}${b.dtype}${a.shape}|${b.shape}|${transposeA}|${transposeB}`;
  let kernel = kernels.get(key);
  if (kernel !== undefined) return kernel;
  const fail = (expected: string): never => {
    const names = `${formatShape(a.shape)}${transposeA ? "^T" : ""} and ${formatShape(b.shape)}${
      transposeB ? "^T" : ""
    }`;
    throw new RangeError(`Cannot multiply matrices: expected ${expected}, got ${names}`);
  };
  if (a.dtype !== "f32" || b.dtype !== "f32") {
    throw new TypeError(`Cannot multiply matrices: expected f32, got ${a.dtype} and ${b.dtype}`);
  }
  if (a.rank < 2 || b.rank < 2) fail("at least two axes");
  if (!sameShape(a.shape.slice(0, -2), b.shape.slice(0, -2))) fail("equal leading axes");
  const [rows, columns] = a.shape.slice(-2) as [number, number];
  const [inner, outer] = b.shape.slice(-2) as [number, number];
  const [m, k] = transposeA ? [columns, rows] : [rows, columns];
  const [k2, n] = transposeB ? [outer, inner] : [inner, outer];
  if (k !== k2) fail("inner lengths that agree");
  kernel = { family: "matmul", batch: sizeOf(a.shape.slice(0, -2)), m, k, n, transposeA, transposeB };
  kernels.set(key, kernel);
  return kernel;
}
