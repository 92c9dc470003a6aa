/**
 * The k-nearest-neighbours classifier: the training samples themselves, and a vote.
 *
 * Axes: N training samples, B samples to classify, D features, C classes.
 *
 * @module
 */
import {
  absolute,
  gather,
  matmul,
  oneHot,
  scope,
  square,
  type Tensor,
  tensor,
  topK,
  uniform,
} from "@verbatim/core";
import { defineMethod, type RegisteredMethod } from "../define_model.ts";

/** How samples are compared: by the sum of the features' absolute differences, or by the Euclidean distance. */
export type Distance = "l1" | "l2";

/** How many neighbours are looked for, and by which distance. */
export interface NeighboursConfig {
  /** Number of neighbours. */
  readonly k: number;
  /** Default: "l2". */
  readonly distance?: Distance;
}

/** How many neighbours vote, and for what. */
export interface KNearestNeighboursConfig extends NeighboursConfig {
  /** Number of classes. */
  readonly classes: number;
}

/** The samples that are looked up: x [N, D] and their labels [N], u32. */
export type LabelledSamples = { readonly x: Tensor; readonly labels: Tensor };

/**
 * The rows of the k samples that are nearest to each query, the nearest first.
 *
 * L1: sum_d |a_d - b_d|. L2: |a - b|^2 = |a|^2 - 2 a b + |b|^2, of which |a|^2 is the same for every neighbour b of a and is
 * left out. On whole numbers whose sums stay below 2^24 both are exact. Of equally distant samples the first counts.
 *
 * *Shapes* samples [N, D], x [B, D] -> [B, k]. *Dtypes* f32 -> u32. *Order* N4 (L2) or N5 (L1) over the features. L1 takes
 * room for B N D numbers: ask for some dozen rows at a time.
 *
 * @throws {RangeError} if the shapes do not fit, k is no positive integer, or there are fewer than k samples.
 *
 * @example One corner against two sides
 * ```ts
 * import { createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { nearestNeighbours } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using samples = tensor([[2, 2], [3, 0]]);
 * using query = tensor([[0, 0]]);
 * using byL1 = nearestNeighbours(samples, query, { k: 1, distance: "l1" });
 * using byL2 = nearestNeighbours(samples, query, { k: 1, distance: "l2" });
 * assertEquals([...await byL1.read(), ...await byL2.read()], [1, 0]);
 * ```
 */
export function nearestNeighbours(
  samples: Tensor,
  x: Tensor,
  { k, distance = "l2" }: NeighboursConfig,
): Tensor {
  if (!Number.isInteger(k) || k < 1) {
    throw new RangeError(`Cannot find nearest neighbours: expected at least one neighbour, got ${k}`);
  }
  const [rows, features] = samples.shape;
  if (samples.rank !== 2 || x.rank !== 2 || x.shape[1] !== features) {
    throw new RangeError(
      `Cannot find nearest neighbours: expected samples [N, D] and queries [B, D], got ` +
        `[${samples.shape}] and [${x.shape}]`,
    );
  }
  return scope(() => {
    const distances = distance === "l1"
      ? absolute(x.reshape([-1, 1, features!]).sub(samples.reshape([1, rows!, features!]))).sum(2) // [B, N]
      : square(samples).sum(1).sub(matmul(x, samples.transpose()).mul(2)); // [B, N]
    return topK(distances, k, 1, { smallest: true }).indices;
  });
}

/**
 * Votes of the k training samples that are nearest: votes[b, c] is how many of them have class c. Where classes have equally
 * many votes, argmax takes the first.
 *
 * *Shapes* x [B, D] -> [B, C]. *Dtypes* f32, labels u32. *Order* that of `nearestNeighbours`.
 * *Source* T. Cover, P. Hart (1967). Nearest neighbor pattern classification.
 *
 * @throws {RangeError} if the shapes do not fit, k is no positive integer, or there are fewer than k samples.
 *
 * @example Two of the three nearest have class 1
 * ```ts
 * import { createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { kNearestNeighbours } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[0, 0], [1, 0], [0, 2], [9, 9]]);
 * using labels = tensor(Uint32Array.of(0, 1, 1, 0));
 * using query = tensor([[0.25, 0]]);
 * using votes = kNearestNeighbours({ x, labels }, query, { k: 3, classes: 2 });
 * assertEquals(await votes.read(), Float32Array.of(1, 2));
 * ```
 */
export function kNearestNeighbours(
  samples: LabelledSamples,
  x: Tensor,
  { classes, ...config }: KNearestNeighboursConfig,
): Tensor {
  if (samples.labels.size !== samples.x.shape[0]) {
    throw new RangeError(
      `Cannot classify by nearest neighbours: expected samples [N, D] and labels [N], got ` +
        `[${samples.x.shape}] and [${samples.labels.shape}]`,
    );
  }
  return scope(() => {
    const indices = nearestNeighbours(samples.x, x, config);
    return oneHot(gather(samples.labels, indices), classes).sum(1); // [B, C]
  });
}

/** Nearest neighbours in the registry. */
export const kNearestNeighboursMethod: RegisteredMethod = defineMethod({
  id: "k-nearest-neighbours",
  family: "classical",
  title: "k nearest neighbours",
  notes: [{ note: "i2dl", section: "lecture 2" }],
  paper: "T. Cover, P. Hart (1967). Nearest neighbor pattern classification.",
  trial: {
    fit: (key) =>
      scope(() => {
        const labels = tensor(Uint32Array.from({ length: 300 }, (_, i) => i % 4));
        const samples = { x: uniform(key.fold("samples"), [300, 7], -1, 1), labels };
        return kNearestNeighbours(samples, uniform(key.fold("queries"), [41, 7], -1, 1), {
          k: 5,
          classes: 4,
        });
      }),
  },
});
