/**
 * Principal component analysis: the orthogonal directions along which the samples vary most.
 *
 * Axes: N samples, D features, K components, B samples to transform.
 *
 * @module
 */
import { composition, linalg, matmul, type Tensor, tensor, uniform } from "@verbatim/core";
import { defineMethod, type RegisteredMethod } from "../define_model.ts";

/** What a fit found. */
export type Pca = {
  /** Mean of the samples [D]. */
  readonly mean: Tensor;
  /** The directions [K, D], orthonormal rows, those of most variance first. */
  readonly components: Tensor;
  /** The samples' variance along each [K], with N - 1 in the denominator. */
  readonly variances: Tensor;
  /** The variance of all features together: what all min(N, D) components would have. */
  readonly totalVariance: number;
};

function checkMatrix(what: string, x: Tensor, least: number): void {
  if (x.rank !== 2 || x.shape[0]! < least) {
    throw new RangeError(
      `Cannot ${what}: expected a matrix of at least ${least} rows, got [${x.shape}]`,
    );
  }
}

/**
 * The first principal components by the singular value decomposition of the centred samples: X - 1 mean^T = U S V^T; the
 * rows of V^T are the components and s_k^2 / (N - 1) the variances.
 *
 * Computed in binary64 on the host and rounded once at the end: the squares of the samples are never formed, so small
 * variances keep their digits, but N x D should be a few million at most. Of each component the element of largest size is
 * positive. Components of equal variance are any orthogonal directions of their plane.
 *
 * *Shapes* x [N, D] -> mean [D], components [K, D], variances [K]. *Dtypes* f32. *Order* sums of the mean and the total
 * ascending over the samples, then over the features; `linalg.svd`. *Source* K. Pearson (1901). On lines and planes of closest fit to systems of
 * points in space; i2dl, lecture 2.
 *
 * @throws {RangeError} if x is no matrix of at least two samples, a value is not finite, or the number of components is not from 1 to
 * min(N, D).
 *
 * @example Points along the line y = 2 x
 * ```ts
 * import { createDevice, disposeTree, setDefaultDevice, tensor } from "@verbatim/core";
 * import { fitPca } from "@verbatim/models";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[0, 1], [1, 3], [2, 5]]);
 * const pca = await fitPca(x, 1);
 * const [a, b] = await pca.components.read();
 * assertAlmostEquals(b! / a!, 2, 1e-6);
 * assertAlmostEquals(await pca.variances.item(), 5, 1e-6); // all there is
 * assertAlmostEquals(pca.totalVariance, 5, 1e-12);
 * disposeTree(pca);
 * ```
 */
export async function fitPca(x: Tensor, components: number): Promise<Pca> {
  checkMatrix("find principal components", x, 2);
  const { rows, columns, values } = await linalg.readMatrix(x);
  const most = Math.min(rows, columns);
  if (!Number.isInteger(components) || components < 1 || components > most) {
    throw new RangeError(
      `Cannot find principal components: expected from 1 to ${most} of them, got ${components}`,
    );
  }
  const mean = new Float64Array(columns);
  values.forEach((value, i) => mean[i % columns]! += value);
  for (let d = 0; d < columns; d++) mean[d]! /= rows;
  const centred = linalg.matrixOf(rows, columns, values.map((value, i) => value - mean[i % columns]!));
  let squares = 0;
  for (const value of centred.values) squares += value * value;
  const { s, v } = linalg.svd(centred);
  const directions = new Float32Array(components * columns);
  for (let k = 0; k < components; k++) {
    for (let d = 0; d < columns; d++) directions[k * columns + d] = v.values[d * v.columns + k]!;
  }
  const variances = Float32Array.from(s.subarray(0, components), (value) => value * value / (rows - 1));
  return {
    mean: tensor(Float32Array.from(mean)),
    components: tensor(directions, [components, columns]),
    variances: tensor(variances),
    totalVariance: squares / (rows - 1),
  };
}

/**
 * The coordinates of samples along the components: z = (x - mean) C^T.
 *
 * *Shapes* x [B, D] -> [B, K]. *Dtypes* f32. *Order* N4 over the features. *Gradient* as of its operations.
 *
 * @throws {RangeError} if the shapes do not fit.
 *
 * @example
 * ```ts
 * import { createDevice, disposeTree, setDefaultDevice, tensor } from "@verbatim/core";
 * import { fitPca, projectPca } from "@verbatim/models";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[0, 1], [1, 3], [2, 5]]);
 * const pca = await fitPca(x, 1);
 * using z = projectPca(pca, x);
 * const [first, middle, last] = await z.read();
 * assertAlmostEquals(middle!, 0, 1e-6);
 * assertAlmostEquals(last! - first!, Math.sqrt(20), 1e-5); // the length of the line
 * disposeTree(pca);
 * ```
 */
export function projectPca({ mean, components }: Pca, x: Tensor): Tensor {
  checkMatrix("project on principal components", x, 0);
  return composition(() => matmul(x.sub(mean), components.transpose()));
}

/**
 * The samples that have the given coordinates: x = z C + mean. What `projectPca` gave comes back as the nearest point of
 * the plane that the components span.
 *
 * *Shapes* z [B, K] -> [B, D]. *Dtypes* f32. *Order* N4 over the components. *Gradient* as of its operations.
 *
 * @throws {RangeError} if the shapes do not fit.
 *
 * @example The middle of the points has coordinate 0
 * ```ts
 * import { createDevice, disposeTree, setDefaultDevice, tensor } from "@verbatim/core";
 * import { fitPca, restorePca } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[0, 1], [1, 3], [2, 5]]);
 * const pca = await fitPca(x, 1);
 * using z = tensor([[0]]);
 * using middle = restorePca(pca, z);
 * assertEquals(await middle.read(), Float32Array.of(1, 3));
 * disposeTree(pca);
 * ```
 */
export function restorePca({ mean, components }: Pca, z: Tensor): Tensor {
  checkMatrix("restore from principal components", z, 0);
  return composition(() => matmul(z, components).add(mean));
}

/** Principal component analysis in the registry. */
export const pcaMethod: RegisteredMethod = defineMethod({
  id: "pca",
  family: "classical",
  title: "Principal component analysis",
  notes: [{ note: "i2dl", section: "lecture 2" }],
  paper: "K. Pearson (1901). On lines and planes of closest fit to systems of points in space.",
  trial: {
    async fit(key) {
      using x = uniform(key, [120, 9], -1, 1);
      const pca = await fitPca(x, 4);
      return { pca, z: projectPca(pca, x) };
    },
  },
});
