import {
  dense,
  type DenseParams,
  disposeTree,
  linearDecay,
  momentum,
  relu,
  scope,
  square,
  squareRoot,
  type Tensor,
  tensor,
  train,
  valueAndGrad,
  zeros,
} from "@verbatim/core";
import { columnOf, featureStatistics, iris, normalise, type Split } from "@verbatim/data";
import { defineExperiment, type RunContext } from "../define_experiment.ts";
import { readAll } from "../read_all.ts";

interface Config {
  readonly steps: number;
  readonly beta: number;
  readonly squaredRate: number;
  readonly hingeRate: number;
  /** C of the support vector machine: the objective is |w|^2 / (2 C n) plus the mean hinge loss. */
  readonly c: number;
}

const FEATURES = 4;
const [SETOSA, VERSICOLOR] = [0, 1];

type Flowers = { readonly x: Tensor; readonly y: Tensor };
type Inputs = Flowers & { readonly rate: Tensor };

/** Setosa is 1, versicolor -1; lengths are normalised by all of the training split. */
async function flowersOf(split: Split, training: Split) {
  const rows = await readAll(split);
  const species = columnOf(rows, "label");
  const all = normalise(columnOf(rows, "features"), await featureStatistics(training, "features"));
  const chosen = Array.from(species.keys()).filter((i) => species[i] === SETOSA || species[i] === VERSICOLOR);
  const x = Float32Array.from(
    chosen.flatMap((i) => Array.from(all.subarray(i * FEATURES, (i + 1) * FEATURES))),
  );
  const y = Float32Array.from(chosen, (i) => species[i] === SETOSA ? 1 : -1);
  return {
    count: chosen.length,
    tensors: (): Flowers => ({ x: tensor(x, [chosen.length, FEATURES]), y: tensor(y, [chosen.length, 1]) }),
  };
}

async function run(context: RunContext<Config>): Promise<void> {
  const { config } = context;
  const data = context.data(iris);
  const training = await flowersOf(data.split("train"), data.split("train"));
  const test = await flowersOf(data.split("test"), data.split("train"));

  const squared = (params: DenseParams, { x, y }: Flowers) => square(dense(params, x).sub(y)).mean();
  const penalty = 1 / (2 * config.c * training.count);
  const hinge = (params: DenseParams, { x, y }: Flowers) =>
    relu(dense(params, x).mul(y).neg().add(1)).mean().add(square(params.w).sum().mul(penalty));

  const fit = async (name: string, loss: typeof squared, initialRate: number) => {
    const optimiser = momentum({ beta: config.beta, form: "sum" });
    const rate = linearDecay(initialRate, config.steps);
    const init = () => {
      const params: DenseParams = { w: zeros([FEATURES, 1]), b: zeros([1]) };
      return { params, state: {}, optimiser: optimiser.init(params) };
    };
    const { params, optimiser: memory } = await train<ReturnType<typeof init>, Inputs>({
      init,
      steps: config.steps,
      inputs: (step) => Promise.resolve({ ...training.tensors(), rate: rate(step) }),
      step(carry, { x, y, rate }) {
        const [value, gradient] = valueAndGrad((params: DenseParams) => loss(params, { x, y }))(carry.params);
        const next = optimiser.update(carry.params, gradient, carry.optimiser, rate);
        return { carry: { params: next.params, state: {}, optimiser: next.state }, out: { loss: value } };
      },
      monitor: context.monitor(name),
    });
    disposeTree(memory);
    const found = scope(() => {
      const flowers = training.tensors();
      const distances = (some: Flowers) =>
        dense(params, some.x).mul(some.y).div(squareRoot(square(params.w).sum()));
      return {
        margin: distances(flowers).neg().max().neg(),
        objective: hinge(params, flowers),
        tested: distances(test.tensors()),
      };
    });
    const w = Array.from(await params.w.read());
    const result = {
      w,
      margin: await found.margin.item(),
      objective: await found.objective.item(),
      accuracy: (await found.tested.read()).filter((distance) => distance > 0).length / test.count,
    };
    disposeTree([params, found]);
    return result;
  };

  const machine = await fit("main", hinge, config.hingeRate);
  const neuron = await fit("squared-error", squared, config.squaredRate);
  const product = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
  context.metric("hingeMargin", machine.margin);
  context.metric("squaredMargin", neuron.margin);
  context.metric(
    "directionCosine",
    product(machine.w, neuron.w) / Math.sqrt(product(machine.w, machine.w) * product(neuron.w, neuron.w)),
  );
  context.metric("hingeObjective", machine.objective);
  context.metric("squaredObjective", neuron.objective);
  context.metric("hingeTestAccuracy", machine.accuracy);
  context.metric("squaredTestAccuracy", neuron.accuracy);
}

/** The cosine of one degree. */
const COSINE_OF_ONE_DEGREE = 0.9998476951563913;
/** The margin of the support vector machine, by another program. */
const LARGEST_MARGIN = 0.725672;
/** How near to it gradient descent should come. */
const NEAR = 0.01;

export default defineExperiment({
  id: "linear-neuron",
  family: "classical",
  title: "A linear neuron and a support vector machine on iris",
  question: "Is a neuron with a linear activation a support vector machine?",
  notes: [{
    note: "aps360",
    section: "Week 2, neurons",
    quote: "When f is linear, this becomes a support vector machine",
  }],
  datasets: [iris],
  model: {
    name: "linear neuron",
    layers: [{ name: "dense", shape: "[B, 1]", parameters: 5 }],
    counts: [{ label: "inputs + bias", count: "4 + 1 = 5", source: "arithmetic" }],
  },
  method: [
    "One neuron w x + b for setosa (1) against versicolor (-1), which planes separate; lengths have mean 0 and deviation 1 in the training set.",
    "It is trained twice, from zero, by gradient descent with momentum on all training flowers at each step, the learning rate falling in a straight line to zero: on the mean squared error, and on the mean of max(0, 1 - y (w x + b)) plus |w|^2 / (2 C n), which is the support vector machine's objective.",
    "The margin is the distance of the nearest training flower from the plane w x + b = 0. The test split is read once for each; nothing was selected on it.",
  ],
  deterministic: true,
  profiles: {
    quick: { seeds: [1], config: { steps: 500, beta: 0.9, squaredRate: 0.02, hingeRate: 0.05, c: 1 } },
    full: { seeds: [1], config: { steps: 20000, beta: 0.9, squaredRate: 0.02, hingeRate: 0.05, c: 1 } },
  },
  metrics: [
    { name: "hingeMargin", title: "Margin, hinge loss and |w|²", format: "number", better: "higher" },
    { name: "squaredMargin", title: "Margin, squared error", format: "number", better: "higher" },
    { name: "directionCosine", title: "Cosine of the two directions", format: "number", better: "neither" },
    {
      name: "hingeObjective",
      title: "Support vector machine's objective, hinge loss and |w|²",
      format: "number",
      better: "lower",
    },
    {
      name: "squaredObjective",
      title: "Support vector machine's objective, squared error",
      format: "number",
      better: "lower",
    },
    {
      name: "hingeTestAccuracy",
      title: "Test accuracy, hinge loss and |w|²",
      format: "percent",
      better: "higher",
    },
    {
      name: "squaredTestAccuracy",
      title: "Test accuracy, squared error",
      format: "percent",
      better: "higher",
    },
  ],
  comparisons: [
    {
      kind: "baseline",
      label: "always setosa",
      metric: "hingeTestAccuracy",
      value: 0.5,
      source: "counted on the same columns",
    },
    {
      kind: "independent",
      label: "the largest margin",
      metric: "hingeMargin",
      value: LARGEST_MARGIN,
      tolerance: NEAR,
      source: 'scikit-learn\'s SVC(kernel="linear", C=1) on the same columns',
    },
    {
      kind: "independent",
      label: "the least objective",
      metric: "hingeObjective",
      value: 0.0118685921,
      tolerance: 0.0001,
      source: 'scikit-learn\'s SVC(kernel="linear", C=1) on the same columns',
    },
    {
      kind: "independent",
      label: "the plane of least squares",
      metric: "squaredMargin",
      value: 0.5884906,
      tolerance: 0.0001,
      source: "NumPy's lstsq on the same columns",
    },
  ],
  claims: [{
    id: "svm-linear-f",
    measured:
      "On setosa and versicolor. A margin is the largest there is if it is within 0.01 of the one that another program finds.",
    decide(metrics) {
      const { hingeMargin, squaredMargin, directionCosine } = metrics[0]!;
      const isLargest = (margin: number) => Math.abs(margin - LARGEST_MARGIN) <= NEAR;
      const evidence = `Margins ${squaredMargin!.toFixed(4)} under squared error and ${
        hingeMargin!.toFixed(4)
      } under hinge loss with an L2 term, of ${
        LARGEST_MARGIN.toFixed(4)
      } at most; the cosine of their directions is ${directionCosine!.toFixed(4)}.`;
      if (isLargest(squaredMargin!)) return { verdict: "confirmed", evidence };
      if (!isLargest(hingeMargin!)) return { verdict: "inconclusive", evidence };
      const differs = squaredMargin! < hingeMargin! && directionCosine! < COSINE_OF_ONE_DEGREE;
      return { verdict: differs ? "erratum" : "inconclusive", evidence };
    },
  }],
  differences: [
    "The notes make the activation decide; it is the loss and the penalty that make a support vector machine, and both neurons here have the same linear activation.",
  ],
  run,
});
