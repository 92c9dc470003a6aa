/**
 * k-means: k centres, each the mean of the samples that are nearer to it than to any other.
 *
 * Axes: N samples, D features, K centres, B samples to assign.
 *
 * @module
 */
import {
  argmin,
  gather,
  greater,
  type Key,
  matmul,
  maximum,
  oneHot,
  scope,
  select,
  square,
  type Tensor,
  tensor,
  uniform,
} from "@verbatim/core";
import { defineMethod, type RegisteredMethod } from "../define_model.ts";

/** What a fit found. */
export type KMeansFit = {
  /** [K, D]. */
  readonly centres: Tensor;
  /** The centre of each sample [N], u32. */
  readonly assignments: Tensor;
  /** Sum of the squared distances of all samples to their centres. */
  readonly inertia: number;
  /** How often the centres were moved. */
  readonly iterations: number;
  /** Whether nothing moved any more. */
  readonly converged: boolean;
};

/** When to stop at the latest. */
export interface KMeansOptions {
  /** Default: 300. */
  readonly maxIterations?: number;
}

function checkSamples(what: string, x: Tensor, centres: { readonly shape: readonly number[] }): void {
  const [k, features] = centres.shape;
  if (x.rank !== 2 || centres.shape.length !== 2 || x.shape[1] !== features || x.shape[0]! < k! || k! < 1) {
    throw new RangeError(
      `Cannot ${what}: expected samples [N, D] and centres [K, D] with K from 1 to N, got [${x.shape}] and [${centres.shape}]`,
    );
  }
}

/**
 * The nearest centre of each sample in Euclidean distance; of equally near ones the first.
 *
 * |x - c|^2 = |x|^2 - 2 x c + |c|^2, of which |x|^2 is the same for every centre and is left out. So the features should
 * not lie far from the origin.
 *
 * *Shapes* centres [K, D], x [B, D] -> [B], u32. *Dtypes* f32. *Order* N4 over the features.
 *
 * @throws {RangeError} if the shapes do not fit.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { nearestCentre } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using centres = tensor([[0, 0], [4, 0]]);
 * using x = tensor([[1, 5], [2, 0], [3, 0]]);
 * using nearest = nearestCentre(centres, x);
 * assertEquals(await nearest.read(), Uint32Array.of(0, 0, 1)); // the second is as far from both
 * ```
 */
export function nearestCentre(centres: Tensor, x: Tensor): Tensor {
  const [, features] = centres.shape;
  if (centres.rank !== 2 || x.rank !== 2 || x.shape[1] !== features) {
    throw new RangeError(
      `Cannot find the nearest centres: expected centres [K, D] and samples [B, D], got [${centres.shape}] and [${x.shape}]`,
    );
  }
  return scope(() => argmin(square(centres).sum(1).sub(matmul(x, centres.transpose()).mul(2)), 1));
}

/**
 * Draws k of the samples as first centres, far from each other: the first at random, each next one with a chance
 * proportional to its squared distance to the nearest that was drawn before (k-means++).
 *
 * *Shapes* x [N, D] -> [k, D]. *Dtypes* f32. *Order* Centre c takes word c of the key's draw, u = (w >>> 8) 2^-24: the
 * first is sample floor(u N), each next one the first sample whose cumulative squared distance (binary64, ascending) is
 * above u times the total. Where every sample is a centre already, it is sample floor(u N) again. *Source* D. Arthur,
 * S. Vassilvitskii (2007). k-means++: The Advantages of Careful Seeding. *Differs* scikit-learn draws several candidates for
 * each centre and keeps the best.
 *
 * @throws {RangeError} if x is no matrix or k is not from 1 to N.
 *
 * @example Two heaps get a centre each
 * ```ts
 * import { createDevice, Key, setDefaultDevice, tensor } from "@verbatim/core";
 * import { kMeansPlusPlus } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[1], [1], [9], [1]]);
 * using centres = await kMeansPlusPlus(x, 2, Key.from(1));
 * assertEquals([...await centres.read()].sort(), [1, 9]);
 * ```
 */
export async function kMeansPlusPlus(x: Tensor, k: number, key: Key): Promise<Tensor> {
  const [samples, features] = x.shape;
  if (!Number.isInteger(k)) throw new RangeError(`Cannot draw centres: expected a whole number, got ${k}`);
  checkSamples("draw centres", x, { shape: [k, features!] });
  const draws = Array.from(key.bits(k), (word) => (word >>> 8) / 16777216);
  const chosen = [Math.floor(draws[0]! * samples!)];
  const nearest = new Float64Array(samples!).fill(Infinity);
  for (const draw of draws.slice(1)) {
    using distances = scope(() => {
      const last = chosen.at(-1)!;
      return square(x.sub(x.slice([last, 0], [last + 1, features!]))).sum(1); // [N]
    });
    let total = 0;
    for (const [i, distance] of (await distances.read()).entries()) {
      nearest[i] = Math.min(nearest[i]!, distance);
      total += nearest[i]!;
    }
    let reached = 0;
    const next = nearest.findIndex((distance) => (reached += distance) > draw * total);
    chosen.push(next < 0 ? Math.floor(draw * samples!) : next);
  }
  return scope(() => gather(x, tensor(Uint32Array.from(chosen))));
}

/**
 * Moves centres until no sample changes its centre (Lloyd's algorithm): every sample goes to the nearest centre, every
 * centre to the mean of its samples. The sum of the squared distances never rises, but for rounding, and where it ends
 * depends on the start.
 *
 * Of equally near centres the first has the sample. A centre without samples stays where it is.
 *
 * *Shapes* x [N, D], start [K, D]. *Dtypes* f32. *Order* N4 over the features and over the samples. *Source* S. P. Lloyd
 * (1982). Least squares quantization in PCM; i2dl, lecture 2. *Differs* scikit-learn moves a centre without samples to the
 * sample that is farthest from its own, and centres the data first.
 *
 * @throws {RangeError} if the shapes do not fit, or there are more centres than samples.
 *
 * @example
 * ```ts
 * import { createDevice, disposeTree, setDefaultDevice, tensor } from "@verbatim/core";
 * import { fitKMeans } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[0], [2], [10], [12]]);
 * using start = tensor([[0], [2]]);
 * const fit = await fitKMeans(x, start);
 * assertEquals(await fit.centres.read(), Float32Array.of(1, 11));
 * assertEquals(await fit.assignments.read(), Uint32Array.of(0, 0, 1, 1));
 * assertEquals([fit.inertia, fit.converged], [4, true]);
 * disposeTree(fit);
 * ```
 */
export async function fitKMeans(x: Tensor, start: Tensor, options: KMeansOptions = {}): Promise<KMeansFit> {
  const { maxIterations = 300 } = options;
  checkSamples("fit k-means", x, start);
  if (!Number.isInteger(maxIterations) || maxIterations < 0) {
    throw new RangeError(`Cannot fit k-means: expected a whole number of iterations, got ${maxIterations}`);
  }
  let centres = scope(() => start.reshape(start.shape));
  let assignments = nearestCentre(centres, x);
  let known = await assignments.read();
  let [iterations, converged] = [0, false];
  while (!converged && iterations < maxIterations) {
    const moved = scope(() => means(x, assignments, centres));
    const next = nearestCentre(moved, x);
    const found = await next.read();
    converged = found.every((centre, i) => centre === known[i]);
    centres.dispose();
    assignments.dispose();
    [centres, assignments, known] = [moved, next, found];
    iterations++;
  }
  using squares = scope(() => square(x.sub(gather(centres, assignments))).sum());
  return { centres, assignments, inertia: await squares.item(), iterations, converged };
}

/** The mean of each centre's samples [K, D]; a centre without any stays. */
function means(x: Tensor, assignments: Tensor, centres: Tensor): Tensor {
  const members = oneHot(assignments, centres.shape[0]!); // [N, K]
  const counts = members.sum(0).reshape([-1, 1]); // [K, 1]
  const sums = matmul(members.transpose(), x); // [K, D]
  return select(greater(counts, 0), sums.div(maximum(counts, 1)), centres);
}

/** k-means in the registry. */
export const kMeansMethod: RegisteredMethod = defineMethod({
  id: "k-means",
  family: "classical",
  title: "k-means",
  notes: [{ note: "i2dl", section: "lecture 2" }, { note: "aps360", section: "week 6" }],
  paper: "S. P. Lloyd (1982). Least squares quantization in PCM.",
  trial: {
    async fit(key) {
      using x = uniform(key.fold("samples"), [300, 5], -1, 1);
      using start = await kMeansPlusPlus(x, 7, key.fold("start"));
      return await fitKMeans(x, start);
    },
  },
});
