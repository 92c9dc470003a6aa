/**
 * t-SNE: points in the plane whose neighbours are those of the samples.
 *
 * Axes: N samples, D features.
 *
 * @module
 */
import {
  absolute,
  exp,
  greater,
  type Key,
  less,
  log,
  log1p,
  matmul,
  maximum,
  normal,
  scope,
  select,
  silentMonitor,
  square,
  type Tensor,
  tensor,
  train,
  type TrainingMonitor,
  uniform,
  zeros,
} from "@verbatim/core";
import { defineMethod, type RegisteredMethod } from "../define_model.ts";

/** How the points are moved. */
export interface TsneOptions {
  /** About how many neighbours each sample has. */
  readonly perplexity: number;
  /** Steps in all. */
  readonly steps: number;
  /** Steps at the beginning in which similar samples attract each other more, so that clusters form early. */
  readonly exaggeratedSteps: number;
  /** By how much more. */
  readonly exaggeration: number;
  /** Size of a step. */
  readonly learningRate: number;
  /** Momentum of the exaggerated steps. */
  readonly earlyMomentum: number;
  /** Momentum of the others. */
  readonly momentum: number;
}

/** The settings of van der Maaten's and scikit-learn's programs for some hundred to some thousand samples. */
export const TSNE_OPTIONS: TsneOptions = {
  perplexity: 30,
  steps: 1000,
  exaggeratedSteps: 250,
  exaggeration: 12,
  learningRate: 200,
  earlyMomentum: 0.5,
  momentum: 0.8,
};

/** Halvings of the interval of each precision: what is left is below the rounding of binary32. */
const BISECTIONS = 60;
/** A precision is at most this: samples with equal neighbours all around have no larger one. */
const LARGEST = 1e30;

/** Ones but for zeros on the diagonal. */
function offDiagonal(n: number): Tensor {
  const index = tensor(Float32Array.from({ length: n }, (_, i) => i));
  return select(greater(absolute(index.reshape([n, 1]).sub(index)), 0.5), 1, 0);
}

/**
 * The affinities of samples: p_ij = (p_j|i + p_i|j) / 2N with p_j|i proportional to exp(-beta_i |x_i - x_j|^2), where beta_i
 * is found by bisection such that the perplexity of p_.|i, e to its entropy, is the given one.
 *
 * *Shapes* [N, D] -> [N, N], symmetric, with zeros on the diagonal; its sum is 1. *Dtypes* f32. *Order* N4 over the features,
 * N5 over the samples. *Source* L. van der Maaten, G. Hinton (2008). Visualizing data using t-SNE.
 *
 * @throws {RangeError} if x is no matrix, or the perplexity is not from 1 to below N - 1.
 *
 * @example Two pairs: each has one neighbour
 * ```ts
 * import { createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { tsneAffinities } from "@verbatim/models";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[0, 0], [0, 1], [9, 9], [9, 8]]);
 * using affinities = tsneAffinities(x, 1.001);
 * const p = await affinities.read();
 * assertAlmostEquals(p[1]!, 0.25, 1e-3); // the first and the second
 * assertAlmostEquals(p[2]!, 0, 1e-3); // the first and the third
 * ```
 */
export function tsneAffinities(x: Tensor, perplexity: number): Tensor {
  const n = x.shape[0]!;
  if (x.rank !== 2 || !(perplexity >= 1 && perplexity < n - 1)) {
    throw new RangeError(
      `Cannot find affinities: expected x [N, D] and a perplexity from 1 to below N - 1, got [${x.shape}] and ${perplexity}`,
    );
  }
  return scope(() => {
    const others = offDiagonal(n);
    const lengths = square(x).sum(1); // [N]
    const raw = maximum(lengths.reshape([n, 1]).add(lengths).sub(matmul(x, x.transpose()).mul(2)), 0);
    // No probability changes if a row's distances are all lowered; so the nearest neighbour's never vanishes.
    const far = raw.add(others.neg().add(1).mul(LARGEST));
    const distances = raw.sub(far.neg().max(1).neg().reshape([n, 1])).mul(others); // [N, N]
    const target = log(tensor(perplexity));
    const weightsOf = (beta: Tensor) => exp(distances.mul(beta).neg()).mul(others);
    let beta = zeros([n, 1]).add(1).div(distances.mean(1).reshape([n, 1]));
    let [low, high] = [zeros([n, 1]), zeros([n, 1]).add(LARGEST)];
    for (let i = 0; i < BISECTIONS; i++) {
      [beta, low, high] = scope(() => {
        const weights = weightsOf(beta);
        const sum = weights.sum(1).reshape([n, 1]);
        const entropy = log(sum).add(weights.mul(distances).sum(1).reshape([n, 1]).mul(beta).div(sum));
        const tooWide = greater(entropy, target);
        const nextLow = select(tooWide, beta, low);
        const nextHigh = select(tooWide, high, beta);
        const bracketed = less(nextHigh, LARGEST);
        const next = select(bracketed, nextLow.add(nextHigh).div(2), beta.mul(2));
        return [next, nextLow, nextHigh] as [Tensor, Tensor, Tensor];
      });
    }
    const weights = weightsOf(beta);
    const conditional = weights.div(weights.sum(1).reshape([n, 1]));
    return conditional.add(conditional.transpose()).div(2 * n);
  });
}

/**
 * The divergence of the affinities q of points from those of samples, KL(p, q) = sum p log(p / q), and its gradient, with
 * q_ij proportional to n_ij = 1 / (1 + |y_i - y_j|^2):
 *
 * dKL/dy_i = 4 sum_j (a p_ij - q_ij) n_ij (y_i - y_j), where a is the exaggeration, 1 for the true gradient.
 *
 * *Shapes* y [N, 2], p [N, N], exaggeration [] -> [] and [N, 2]. *Dtypes* f32. *Order* N5 over the samples.
 * *Source* L. van der Maaten, G. Hinton (2008), section 3 and appendix A.
 *
 * @example Points that are too far apart are drawn to each other
 * ```ts
 * import { createDevice, disposeTree, scope, setDefaultDevice, tensor } from "@verbatim/core";
 * import { tsneGradient } from "@verbatim/models";
 * import { assert } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const given = { y: tensor([[0, 0], [5, 0], [0, 1]]), p: tensor([[0, 0.5, 0], [0.5, 0, 0], [0, 0, 0]]), a: tensor(1) };
 * const { gradient } = scope(() => tsneGradient(given.y, given.p, given.a));
 * assert((await gradient.read())[2]! > 0); // to lower the divergence, the second point goes left
 * disposeTree([given, gradient]);
 * ```
 */
export function tsneGradient(
  y: Tensor,
  p: Tensor,
  exaggeration: Tensor,
): { readonly divergence: Tensor; readonly gradient: Tensor } {
  const n = y.shape[0]!;
  const [a, b] = [y.slice([0, 0], [n, 1]), y.slice([0, 1], [n, 2])]; // [N, 1]
  const differences = [a.sub(a.reshape([1, n])), b.sub(b.reshape([1, n]))] as const; // [N, N]
  const apart = square(differences[0]).add(square(differences[1]));
  const near = tensor(1).div(apart.add(1));
  // The diagonal has 1 each; it is no pair, and adds nothing to the gradient.
  const total = near.sum().sub(n);
  const attraction = p.mul(near);
  const repulsion = square(near);
  const along = differences.map((difference) => {
    const pull = attraction.mul(difference).sum(1).mul(exaggeration);
    const push = repulsion.mul(difference).sum(1).div(total);
    return pull.sub(push).mul(4).reshape([n, 1]);
  });
  // sum p log p - sum p log n + log sum n: where p is zero, so is its term.
  const own = p.mul(log(maximum(p, SMALLEST))).sum();
  const divergence = own.add(p.mul(log1p(apart)).sum()).add(log(total).mul(p.sum()));
  const gradient = tensor([[1, 0]]).mul(along[0]!).add(tensor([[0, 1]]).mul(along[1]!));
  return { divergence, gradient };
}

/** Below it a probability counts as this in a logarithm. */
const SMALLEST = 1e-30;
/** How a coordinate's own share of the rate grows while it goes on, and shrinks when it turns. */
const GROWTH = 0.2;
const SHRINKAGE = 0.8;
const LEAST_GAIN = 0.01;
/** Deviation of the first points. */
const FIRST_DEVIATION = 1e-4;

/**
 * Points in the plane for the rows of x: descends the divergence with momentum, each coordinate with a gain of its own, from
 * points that the key draws from a normal distribution of deviation 1e-4.
 *
 * *Shapes* [N, D] -> [N, 2]. *Dtypes* f32. *Order* that of `tsneAffinities` and `tsneGradient`.
 * *Source* L. van der Maaten, G. Hinton (2008). Visualizing data using t-SNE; R. Jacobs (1988), for the gains.
 * *Differs* the exaggeration is scikit-learn's 12 where the paper has 4; every pair is computed, no tree approximates.
 *
 * @throws {RangeError} as `tsneAffinities` does.
 *
 * @example Two groups stay two groups
 * ```ts
 * import { createDevice, Key, setDefaultDevice, tensor } from "@verbatim/core";
 * import { fitTsne, TSNE_OPTIONS } from "@verbatim/models";
 * import { assert } from "@std/assert";
 *
 * await using device = await createDevice({ workers: 1 });
 * setDefaultDevice(device);
 * using x = tensor(Float32Array.from({ length: 60 }, (_, i) => (i < 30 ? 0 : 50) + (i * i) % 7), [20, 3]);
 * const options = { ...TSNE_OPTIONS, perplexity: 4, steps: 300, exaggeratedSteps: 50, learningRate: 10 };
 * using points = await fitTsne(x, options, Key.from(1));
 * const y = await points.read();
 * const near = (i: number, j: number) => Math.hypot(y[2 * i]! - y[2 * j]!, y[2 * i + 1]! - y[2 * j + 1]!);
 * assert(near(0, 15) > near(0, 5));
 * ```
 */
export async function fitTsne(
  x: Tensor,
  options: TsneOptions,
  key: Key,
  monitor: TrainingMonitor = silentMonitor,
): Promise<Tensor> {
  const n = x.shape[0]!;
  using affinities = tsneAffinities(x, options.perplexity);
  type Carry = {
    readonly params: { readonly y: Tensor };
    readonly state: { readonly p: Tensor };
    readonly optimiser: { readonly velocity: Tensor; readonly gains: Tensor };
  };
  type Inputs = { readonly exaggeration: Tensor; readonly momentum: Tensor; readonly rate: Tensor };
  const { params, state, optimiser } = await train<Carry, Inputs>({
    init: () => ({
      params: { y: normal(key, [n, 2]).mul(FIRST_DEVIATION) },
      state: { p: affinities.mul(1) },
      optimiser: { velocity: zeros([n, 2]), gains: zeros([n, 2]).add(1) },
    }),
    steps: options.steps,
    inputs(step) {
      const early = step < options.exaggeratedSteps;
      return Promise.resolve({
        exaggeration: early ? options.exaggeration : 1,
        momentum: early ? options.earlyMomentum : options.momentum,
        rate: options.learningRate,
      });
    },
    step({ params, state, optimiser }, { exaggeration, momentum, rate }) {
      const { divergence, gradient } = tsneGradient(params.y, state.p, exaggeration);
      // A step goes against the gradient: where the last one did too, both have different signs.
      const turned = greater(gradient.mul(optimiser.velocity), 0);
      const gains = maximum(
        select(turned, optimiser.gains.mul(SHRINKAGE), optimiser.gains.add(GROWTH)),
        LEAST_GAIN,
      );
      const velocity = optimiser.velocity.mul(momentum).sub(gradient.mul(gains).mul(rate));
      const moved = params.y.add(velocity);
      const y = moved.sub(moved.mean(0));
      return { carry: { params: { y }, state, optimiser: { velocity, gains } }, out: { loss: divergence } };
    },
    monitor,
  });
  for (const tensor of [state.p, optimiser.velocity, optimiser.gains]) tensor.dispose();
  return params.y;
}

/** t-SNE in the registry. */
export const tsneMethod: RegisteredMethod = defineMethod({
  id: "tsne",
  family: "classical",
  title: "t-SNE",
  notes: [{ note: "csw182", section: "lecture 11, review" }],
  paper: "L. van der Maaten, G. Hinton (2008). Visualizing data using t-SNE.",
  trial: {
    async fit(key) {
      using x = uniform(key.fold("x"), [40, 5], -1, 1);
      return await fitTsne(
        x,
        { ...TSNE_OPTIONS, perplexity: 5, steps: 30, exaggeratedSteps: 10 },
        key.fold("points"),
      );
    },
  },
});
