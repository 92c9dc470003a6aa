/**
 * The k-nearest-neighbours classifier: the training samples themselves, and a vote.
 *
 * Axes: N training samples, B samples to classify, D features, C classes.
 *
 * @module
 */
import { gather, matmul, oneHot, scope, square, type Tensor, tensor, topK, uniform } from "@verbatim/core";
import { defineMethod, type RegisteredMethod } from "../define_model.ts";

/** How many neighbours vote, and for what. */
export interface KNearestNeighboursConfig {
  /** Number of neighbours. */
  readonly k: number;
  /** Number of classes. */
  readonly classes: number;
}

/** The samples that are looked up: x [N, D] and their labels [N], u32. */
export type LabelledSamples = { readonly x: Tensor; readonly labels: Tensor };

/**
 * Votes of the k training samples that are nearest in Euclidean distance: votes[b, c] is how many of them have class c.
 *
 * |a - b|^2 = |a|^2 - 2 a b + |b|^2, of which |a|^2 is the same for every neighbour b of a and is left out. On whole
 * numbers whose sums stay below 2^24 the distances are exact. Of equally distant samples the first counts; where classes
 * have equally many votes, argmax takes the first.
 *
 * *Shapes* x [B, D] -> [B, C]. *Dtypes* f32, labels u32. *Order* N4 over the features.
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
  { k, classes }: KNearestNeighboursConfig,
): Tensor {
  if (!Number.isInteger(k) || k < 1) {
    throw new RangeError(`Cannot classify by nearest neighbours: expected at least one neighbour, got ${k}`);
  }
  const [rows, features] = samples.x.shape;
  if (samples.x.rank !== 2 || samples.labels.size !== rows || x.rank !== 2 || x.shape[1] !== features) {
    throw new RangeError(
      `Cannot classify by nearest neighbours: expected samples [N, D], labels [N] and queries [B, D], got ` +
        `[${samples.x.shape}], [${samples.labels.shape}] and [${x.shape}]`,
    );
  }
  return scope(() => {
    const lengths = square(samples.x).sum(1); // [N]
    const distances = lengths.sub(matmul(x, samples.x.transpose()).mul(2)); // [B, N]
    const { indices } = topK(distances, k, 1, { smallest: true }); // [B, k]
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
