import {
  absolute,
  dense,
  type DenseParams,
  disposeTree,
  Key,
  linearDecay,
  momentum,
  normal,
  readTree,
  type Schedule,
  scope,
  silentMonitor,
  square,
  type Tensor,
  tensor,
  train,
  type TrainingMonitor,
  valueAndGrad,
  zeros,
} from "@verbatim/core";
import { autoMpg } from "@verbatim/data";
import { leastSquares, linearRegressionModel } from "@verbatim/models";
import { prepareCars } from "../auto_mpg.ts";
import { decideBySeeds } from "../classification_words.ts";
import { defineExperiment, type RunContext } from "../define_experiment.ts";
import { describeModel } from "../describe_model.ts";
import { errorsOf } from "../errors_of.ts";
import { decidePaired } from "../paired_tests.ts";

interface Config {
  readonly features: readonly string[];
  /** Share of the training cars with a gross error, and by how much it multiplies their miles per gallon. */
  readonly share: number;
  readonly factor: number;
  readonly steps: number;
  readonly rate: number;
  readonly beta: number;
  /** Constant rates of which each loss may take the fastest, and steps for each. */
  readonly rates: readonly number[];
  readonly raceSteps: number;
}

type Cars = { readonly x: Tensor; readonly y: Tensor };
type Loss = (params: DenseParams, cars: Cars) => Tensor;
type Inputs = Cars & { readonly rate: Tensor };

const l2: Loss = (params, { x, y }) => square(dense(params, x).sub(y)).mean();
const l1: Loss = (params, { x, y }) => absolute(dense(params, x).sub(y)).mean();

/** How far above the least loss counts as near, and as there. */
const [NEAR, THERE] = [1.01, 1.0001];

async function run(context: RunContext<Config>): Promise<void> {
  const { config, seed } = context;
  const key = Key.from(seed);
  const data = context.data(autoMpg);
  const training = await prepareCars(data.split("train"), data.split("train"), config.features);
  const test = await prepareCars(data.split("test"), data.split("train"), config.features);
  const inputs = 8;

  const count = Math.round(config.share * training.mpg.length);
  const wrong = key.fold("errors").permutation(training.mpg.length).subarray(0, count);
  const spoiled = Float32Array.from(training.mpg);
  for (const car of wrong) spoiled[car] = spoiled[car]! * config.factor;
  const clean = () => training.make();
  const dirty = () => ({ x: training.make().x, y: tensor(spoiled, [spoiled.length, 1]) });

  const descend = async (
    loss: Loss,
    cars: () => Cars,
    start: () => DenseParams,
    steps: number,
    rate: Schedule,
    monitor: TrainingMonitor,
  ) => {
    const optimiser = momentum({ beta: config.beta, form: "sum" });
    const init = () => {
      const params = start();
      return { params, state: {}, optimiser: optimiser.init(params) };
    };
    const { params, optimiser: memory } = await train<ReturnType<typeof init>, Inputs>({
      init,
      steps,
      inputs: (step) => Promise.resolve({ ...scope(cars), rate: rate(step) }),
      step(carry, { x, y, rate }) {
        const [value, gradient] = valueAndGrad((params: DenseParams) => loss(params, { x, y }))(carry.params);
        const next = optimiser.update(carry.params, gradient, carry.optimiser, rate);
        return { carry: { params: next.params, state: {}, optimiser: next.state }, out: { loss: value } };
      },
      monitor,
    });
    disposeTree(memory);
    return params;
  };
  const zero = (): DenseParams => ({ w: zeros([inputs, 1]), b: zeros([1]) });
  const fitL2 = (cars: () => Cars) =>
    scope(() => {
      const { x, y } = cars();
      return leastSquares(x, y);
    });
  const fitL1 = (cars: () => Cars, name: string) =>
    descend(l1, cars, zero, config.steps, linearDecay(config.rate, config.steps), context.monitor(name));

  const forecasts = async (params: DenseParams) => {
    using forecast = scope(() => dense(params, test.make().x));
    return await forecast.read();
  };
  const lossOf = async (loss: Loss, params: DenseParams) => {
    using value = scope(() => loss(params, clean()));
    return await value.item();
  };

  const fits = {
    l2Clean: fitL2(clean),
    l2Dirty: fitL2(dirty),
    l1Clean: await fitL1(clean, "clean"),
    l1Dirty: await fitL1(dirty, "main"),
  };
  context.fitted("least-squares", await readTree({ clean: fits.l2Clean, dirty: fits.l2Dirty }));
  for (const name of ["l1Dirty", "l2Dirty", "l1Clean", "l2Clean"] as const) {
    context.metric(`${name}Error`, errorsOf(await forecasts(fits[name]), test.mpg).mae);
  }
  context.metric("l1Moved", errorsOf(await forecasts(fits.l1Dirty), await forecasts(fits.l1Clean)).rmse);
  context.metric("l2Moved", errorsOf(await forecasts(fits.l2Dirty), await forecasts(fits.l2Clean)).rmse);

  // From one random start, the fewest steps to near the least loss and to it, over the rates.
  const start = () => ({ w: normal(key.fold("start"), [inputs, 1]), b: zeros([1]) });
  for (const [name, loss, best] of [["l1", l1, fits.l1Clean], ["l2", l2, fits.l2Clean]] as const) {
    const least = await lossOf(loss, best);
    let [near, there] = [config.raceSteps, config.raceSteps];
    for (const rate of config.rates) {
      const losses: number[] = [];
      const monitor = {
        ...silentMonitor,
        losses: (_: number, values: Float32Array) => void losses.push(...values),
      };
      disposeTree(await descend(loss, clean, start, config.raceSteps, () => rate, monitor));
      const reach = (share: number, most: number) => {
        const step = losses.findIndex((value) => value <= share * least);
        return step < 0 ? most : Math.min(step, most);
      };
      [near, there] = [reach(NEAR, near), reach(THERE, there)];
    }
    context.metric(`${name}Least`, least);
    context.metric(`${name}Near`, near);
    context.metric(`${name}There`, there);
  }
  disposeTree(fits);
}

const shared = {
  features: ["cylinders", "displacement", "horsepower", "weight", "acceleration", "year"],
  share: 0.05,
  factor: 10,
  rate: 0.1,
  beta: 0.9,
};

/** How much the test error of a robust fit may rise. */
const ROBUST = 1.1;

export default defineExperiment({
  id: "robust-regression",
  family: "classical",
  title: "Lines under L1 and L2 loss, with gross errors",
  question: "What do a few wrong values do to a linear regression, and what does a robust loss cost?",
  notes: [
    { note: "i2dl", section: "Lecture 7, L2 loss", quote: "Prone to outliers" },
    { note: "i2dl", section: "Lecture 7, L1 loss", quote: "Robust (cost of outliers is linear)" },
    { note: "i2dl", section: "Lecture 7, L1 loss", quote: "Costly to optimize" },
  ],
  datasets: [autoMpg],
  model: describeModel(linearRegressionModel, "LINEAR_REGRESSION_AUTO_MPG"),
  method: [
    "Miles per gallon by six features with mean 0 and deviation 1 in the training set, and two inputs for the origin, as in the baseline by least squares.",
    "For each seed, 16 of the 314 training cars (5%) get ten times their miles per gallon, as if a decimal point were lost; the test cars are right. Lines are fitted with and without these errors: to the squares by least squares, in closed form; to the absolute values by gradient descent with momentum on all cars, from zero, the rate falling in a straight line to zero.",
    "How far a line moves: the root of the mean squared difference of its forecasts for the test cars, with errors and without.",
    "The cost: from one random start for each seed, without errors, the fewest steps of gradient descent with momentum until the loss is at most 1%, and at most 0.01%, above the least, over the constant rates of a list, for each loss its own best; what is never reached counts as all steps.",
  ],
  profiles: {
    quick: {
      seeds: [1],
      config: { ...shared, steps: 1000, rates: [0.01, 0.1], raceSteps: 500 },
    },
    full: {
      seeds: [1, 2, 3, 4, 5],
      config: {
        ...shared,
        steps: 5000,
        rates: [0.01, 0.015, 0.022, 0.033, 0.05, 0.075, 0.11, 0.17, 0.25, 0.38, 0.57, 0.85, 1.3],
        raceSteps: 2000,
      },
    },
  },
  metrics: [
    ...([["l1Dirty", "L1, with errors"], ["l2Dirty", "L2, with errors"], ["l1Clean", "L1, without errors"], [
      "l2Clean",
      "L2, without errors",
    ]] as const).map(([name, words]) => ({
      name: `${name}Error`,
      title: `Mean absolute test error (miles per gallon), ${words}`,
      format: "number" as const,
      better: "lower" as const,
    })),
    { name: "l1Moved", title: "How far the errors move the line, L1", format: "number", better: "lower" },
    { name: "l2Moved", title: "How far the errors move the line, L2", format: "number", better: "lower" },
    { name: "l1Near", title: "Steps to 1% above the least loss, L1", format: "count", better: "lower" },
    { name: "l2Near", title: "Steps to 1% above the least loss, L2", format: "count", better: "lower" },
    { name: "l1There", title: "Steps to 0.01% above the least loss, L1", format: "count", better: "lower" },
    { name: "l2There", title: "Steps to 0.01% above the least loss, L2", format: "count", better: "lower" },
    { name: "l1Least", title: "Least training loss, L1", format: "number", better: "lower" },
    { name: "l2Least", title: "Least training loss, L2", format: "number", better: "lower" },
  ],
  comparisons: [
    {
      kind: "baseline",
      label: "the training set's mean, without errors",
      metric: "l1DirtyError",
      value: 6.819402215139316,
      source: "computed with NumPy on the same columns",
    },
    {
      kind: "independent",
      label: "the same line",
      metric: "l1CleanError",
      value: 2.5475966871439946,
      tolerance: 0.005,
      source: "scikit-learn's QuantileRegressor(alpha=0) on the same columns",
    },
    {
      kind: "independent",
      label: "the same line",
      metric: "l1Least",
      value: 2.409130423763782,
      tolerance: 0.00005,
      source: "scikit-learn's QuantileRegressor(alpha=0) on the same columns",
    },
    {
      kind: "independent",
      label: "the same line",
      metric: "l2CleanError",
      value: 2.6096569892982426,
      tolerance: 0.0001,
      source: "scikit-learn's LinearRegression on the same columns",
    },
  ],
  claims: [
    {
      id: "l2-outliers",
      quote: "Prone to outliers",
      where: "i2dl:1318",
      rule:
        "Confirmed if the gross errors move the line under L2 loss further than that under L1, in every seed (sign test over the five seeds, p at most 0.05); refuted if less far.",
      decide: (metrics) =>
        decidePaired(
          metrics.map(({ l1Moved, l2Moved }) => l2Moved! - l1Moved!),
          "how much further L2's line moved, in miles per gallon",
        ),
    },
    {
      id: "l1-robust",
      quote: "Robust (cost of outliers is linear)",
      where: "i2dl:1328",
      rule:
        "Confirmed if, for every seed, the gross errors raise the test error of the line under L1 loss by at most 10%; refuted if by more for every seed.",
      decide: (metrics) =>
        decideBySeeds(
          metrics,
          ({ l1DirtyError, l1CleanError }) => l1DirtyError! <= ROBUST * l1CleanError!,
          ({ l1DirtyError, l1CleanError }) => `${l1CleanError!.toFixed(3)} to ${l1DirtyError!.toFixed(3)}`,
        ),
    },
    {
      id: "l1-costly",
      quote: "Costly to optimize",
      where: "i2dl:1329",
      rule:
        "Confirmed if L1 loss needs more steps than L2 to 1% and to 0.01% above its own least value, each at its fastest rate, in every seed (sign test over the five seeds, p at most 0.05); refuted if as many or fewer to both. It depends on the accuracy if the sign test says fewer to 1% and more to 0.01%.",
      decide(metrics) {
        const format = (value: number) => `${value}`;
        const near = decidePaired(metrics.map(({ l1Near, l2Near }) => l1Near! - l2Near!), "to 1%", {
          format,
        });
        const there = decidePaired(metrics.map(({ l1There, l2There }) => l1There! - l2There!), "to 0.01%", {
          format,
        });
        const evidence = `More steps under L1 ${near.evidence}; ${there.evidence}`;
        if (near.verdict === there.verdict) return { verdict: near.verdict, evidence };
        return near.verdict === "refuted" && there.verdict === "confirmed"
          ? {
            verdict: "depends",
            evidence,
            condition: "how near to the least loss: to 1% L1 is no slower, to 0.01% it is",
          }
          : { verdict: "inconclusive", evidence };
      },
    },
  ],
  differences: [
    "The notes compare the losses on values; here they are compared on lines that are fitted by them.",
  ],
  run,
});
