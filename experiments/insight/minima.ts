import {
  adam,
  dense,
  type DenseParams,
  disposeTree,
  Key,
  linearDecay,
  normal,
  scope,
  softplus,
  square,
  squareRoot,
  tanh,
  type Tensor,
  tensor,
  train,
  type Tree,
  valueAndGrad,
  zeros,
} from "@verbatim/core";
import { autoMpg, breastCancer, columnOf, featureStatistics, normalise } from "@verbatim/data";
import { prepareCars } from "../auto_mpg.ts";
import { decideBySeeds } from "../classification_words.ts";
import { defineExperiment, type RunContext, type Verdict } from "../define_experiment.ts";
import { readAll } from "../read_all.ts";

interface Config {
  readonly starts: number;
  readonly penalty: number;
  readonly convexSteps: number;
  readonly convexRate: number;
  readonly features: readonly string[];
  readonly hidden: number;
  readonly networkSteps: number;
  readonly networkRate: number;
}

type Metrics = readonly Readonly<Record<string, number>>[];
type Pair = { readonly x: Tensor; readonly y: Tensor };

const MEASURES = 30;
const CAR_INPUTS = 8;
/** Losses this near are one minimum's. */
const EQUAL = 1e-5;
/** A gradient this short is that of a minimum. */
const FLAT = 1e-4;

/**
 * Trains many models beside each other, whose parameters do not touch, by the sum of their losses.
 *
 * @returns the loss of each at the end, and the length of its gradient.
 */
async function trainAll<P extends Tree>(
  context: RunContext<Config>,
  name: string,
  many: {
    readonly init: () => P;
    readonly make: () => Pair;
    /** The losses [models]. */
    readonly losses: (params: P, pair: Pair) => Tensor;
    /** Squared lengths of the gradient [models]. */
    readonly squares: (gradient: P) => Tensor;
    readonly steps: number;
    readonly rate: number;
  },
) {
  const optimiser = adam();
  const rate = linearDecay(many.rate, many.steps);
  const init = () => {
    const params = many.init();
    return { params, state: {}, optimiser: optimiser.init(params) };
  };
  const gradientOf = (params: P, pair: Pair) =>
    valueAndGrad((params: P) => many.losses(params, pair).sum())(params);
  const { params, optimiser: memory } = await train<
    ReturnType<typeof init>,
    Pair & { readonly rate: Tensor }
  >({
    init,
    steps: many.steps,
    inputs: (step) => Promise.resolve({ ...scope(many.make), rate: rate(step) }),
    step(carry, { x, y, rate }) {
      const [loss, gradient] = gradientOf(carry.params, { x, y });
      const next = optimiser.update(carry.params, gradient, carry.optimiser, rate);
      return { carry: { params: next.params, state: {}, optimiser: next.state }, out: { loss } };
    },
    monitor: context.monitor(name),
  });
  const found = scope(() => {
    const pair = many.make();
    return {
      losses: many.losses(params, pair),
      lengths: squareRoot(many.squares(gradientOf(params, pair)[1])),
    };
  });
  const losses = Array.from(await found.losses.read());
  const lengths = Array.from(await found.lengths.read());
  disposeTree([params, memory, found]);
  const [least, most] = [
    losses.reduce((a, b) => Math.min(a, b)),
    losses.reduce((a, b) => Math.max(a, b)),
  ];
  return {
    losses,
    least,
    most,
    mean: losses.reduce((total, loss) => total + loss, 0) / losses.length,
    gradient: lengths.reduce((a, b) => Math.max(a, b)),
  };
}

/** Tumours, y is 1 for one diagnosis and -1 for the other: a column of weights for each start. */
async function logistic(context: RunContext<Config>) {
  const { starts, penalty, convexSteps, convexRate } = context.config;
  const split = context.data(breastCancer).split("train");
  const rows = await readAll(split);
  const x = normalise(columnOf(rows, "features"), await featureStatistics(split, "features"));
  const y = Float32Array.from(columnOf(rows, "label"), (label) => label === 1 ? 1 : -1);
  const key = Key.from(context.seed).fold("logistic");
  return trainAll<DenseParams>(context, "main", {
    init: () => ({
      w: normal(key.fold("w"), [MEASURES, starts]),
      b: normal(key.fold("b"), [starts]),
    }),
    make: () => ({ x: tensor(x, [split.rows, MEASURES]), y: tensor(y, [split.rows, 1]) }),
    losses: (params, { x, y }) =>
      softplus(dense(params, x).mul(y).neg()).mean(0).add(
        square(params.w).sum(0).add(square(params.b)).mul(penalty / 2),
      ),
    squares: ({ w, b }) => square(w).sum(0).add(square(b)),
    steps: convexSteps,
    rate: convexRate,
  });
}

type Networks = { readonly first: DenseParams; readonly w: Tensor; readonly b: Tensor };

/** Networks of cars, `starts` of them with `hidden` units each; mpg has mean 0 and deviation 1. */
async function networks(context: RunContext<Config>) {
  const { starts, hidden, features, networkSteps, networkRate } = context.config;
  const split = context.data(autoMpg).split("train");
  const cars = await prepareCars(split, split, features);
  const mpg = normalise(cars.mpg, await featureStatistics(split, "mpg"));
  const key = Key.from(context.seed).fold("networks");
  const units = starts * hidden;
  const byNetwork = (values: Tensor) => values.reshape([-1, starts, hidden]).sum(2);
  return trainAll<Networks>(context, "networks", {
    init: () => ({
      first: { w: normal(key.fold("w1"), [CAR_INPUTS, units]), b: normal(key.fold("b1"), [units]) },
      w: normal(key.fold("w2"), [units]),
      b: zeros([starts]),
    }),
    make: () => ({ x: cars.make().x, y: tensor(mpg, [split.rows, 1]) }),
    losses: (params, { x, y }) =>
      square(byNetwork(tanh(dense(params.first, x)).mul(params.w)).add(params.b).sub(y)).mean(0),
    squares: ({ first, w, b }) =>
      byNetwork(square(first.w).sum(0).add(square(first.b)).add(square(w))).reshape([starts]).add(square(b)),
    steps: networkSteps,
    rate: networkRate,
  });
}

function decideMany(metrics: Metrics): Verdict {
  const spread = (m: Readonly<Record<string, number>>) => (m.networkMost! - m.networkLeast!) / m.networkMean!;
  const flat = metrics.every((m) => m.networkGradient! < FLAT);
  const confirmed = flat && metrics.every((m) => spread(m) > 0.1);
  const refuted = flat && metrics.every((m) => spread(m) <= 0.01);
  return {
    verdict: confirmed ? "confirmed" : refuted ? "refuted" : "inconclusive",
    evidence: metrics.map((m) =>
      `from ${m.networkLeast!.toFixed(4)} to ${m.networkMost!.toFixed(4)}, ${
        (100 * spread(m)).toFixed(1)
      }% of the mean, gradients at most ${m.networkGradient!.toExponential(1)}`
    ).join("; "),
  };
}

const config: Config = {
  starts: 20,
  penalty: 0.01,
  convexSteps: 2000,
  convexRate: 0.05,
  features: ["cylinders", "displacement", "horsepower", "weight", "acceleration", "year"],
  hidden: 2,
  networkSteps: 20_000,
  networkRate: 0.05,
};

const number = (name: string, title: string) =>
  ({ name, title, format: "number", better: "neither" }) as const;

export default defineExperiment<Config>({
  id: "minima",
  family: "insight",
  title: "Where training ends from twenty starts: a convex loss and a network's",
  question: "Do different starts end at the same minimum?",
  notes: [
    {
      note: "i2dl",
      section: "Lecture 5, scaling optimisation",
      quote: "Convex function: all local minima are global minima",
    },
    { note: "i2dl", section: "Lecture 5, scaling optimisation", quote: "Many (different) local minima" },
  ],
  datasets: [breastCancer, autoMpg],
  model: {
    name: "twenty logistic regressions, and twenty networks of two units",
    of: [],
    layers: [
      { name: "logistic regression of 30 measures, 20 times", shape: "[B, 20]", parameters: 620 },
      { name: "cars: dense and tanh, 20 times", shape: "[B, 40]", parameters: 360, from: [] },
      { name: "cars: dense, 20 times", shape: "[B, 20]", parameters: 60 },
    ],
    counts: [
      { label: "20 logistic regressions", count: "20 x (30 + 1) = 620", source: "arithmetic" },
      { label: "20 networks", count: "20 x (8 x 2 + 2 + 2 + 1) = 420", source: "arithmetic" },
    ],
  },
  method: [
    "Each seed draws twenty starts of each model from a standard normal distribution; the twenty are trained beside each other and do not touch.",
    "Convex: logistic regression of the diagnosis by thirty measures with mean 0 and deviation 1, mean cross-entropy over the training rows plus half the penalty times the squared length of weights and bias, without which there is no minimum (planes separate the tumours).",
    "Network: miles per gallon, with mean 0 and deviation 1, by eight inputs and two tanh units, mean squared error over the training rows, no penalty.",
    "All rows at each step, Adam, the rate falling in a straight line to zero. Losses and lengths of gradients are of the last parameters and the training rows; test splits are not read.",
  ],
  profiles: {
    quick: {
      seeds: [1],
      config: { ...config, convexSteps: 200, convexRate: 0.2, networkSteps: 300 },
    },
    full: { seeds: [1, 2, 3, 4, 5], config },
  },
  metrics: [
    number("convexLeast", "Least final loss, logistic regression (nats, with penalty)"),
    number("convexRange", "Largest less least final loss, logistic regression"),
    number("convexGradient", "Longest gradient at the end, logistic regression"),
    number("networkLeast", "Least final loss, network"),
    number("networkMost", "Largest final loss, network"),
    number("networkMean", "Mean final loss, network"),
    number("networkGradient", "Longest gradient at the end, network"),
  ],
  comparisons: [{
    kind: "independent",
    label: "the least loss",
    metric: "convexLeast",
    value: 0.1018341,
    tolerance: 1e-6,
    source: "scikit-learn's LogisticRegression (lbfgs) on the same columns and a column of ones",
  }],
  claims: [
    {
      id: "convex-local-global",
      measured: "In every seed, on the tumours; losses with their penalty.",
      decide: (metrics) =>
        decideBySeeds(
          metrics,
          (m) => m.convexRange! <= EQUAL,
          (m) => `${m.convexRange!.toExponential(1)} apart at ${m.convexLeast!.toFixed(6)}`,
        ),
    },
    {
      id: "many-minima",
      measured:
        "In every seed, two tanh units on cars: the largest less the least loss of 20 starts; all gradients shorter than 1e-4.",
      revised:
        "A first run, of half the steps, left gradients of up to 1e-3; steps and rate were raised until all were shorter than 1e-4.",
      decide: decideMany,
    },
  ],
  differences: [
    "A short gradient does not tell a minimum from a saddle or a plain; that several starts end at one and the same loss speaks for minima.",
  ],
  async run(context) {
    const convex = await logistic(context);
    context.metric("convexLeast", convex.least);
    context.metric("convexRange", convex.most - convex.least);
    context.metric("convexGradient", convex.gradient);
    const network = await networks(context);
    context.metric("networkLeast", network.least);
    context.metric("networkMost", network.most);
    context.metric("networkMean", network.mean);
    context.metric("networkGradient", network.gradient);
    const sorted = (losses: readonly number[]) => losses.toSorted((a, b) => a - b);
    const series = (label: string, losses: readonly number[]) => ({
      label,
      mark: "points" as const,
      points: sorted(losses).map((loss, i) => ({ x: i + 1, y: loss })),
    });
    context.exhibit({
      kind: "plot",
      name: "final-losses",
      title: "Final losses of twenty starts, in ascending order",
      caption: "Nats with the penalty for logistic regression, squared deviations for the network.",
      x: { title: "rank", scale: "linear" },
      y: { title: "loss", scale: "linear", format: "number" },
      series: [series("logistic regression", convex.losses), series("network", network.losses)],
    });
  },
});
