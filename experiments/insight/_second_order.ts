import { type HostTensor, Key, linalg, normal } from "@verbatim/core";
import { autoMpg, breastCancer, columnOf, type Split } from "@verbatim/data";
import type { RunContext } from "../define_experiment.ts";
import { readAll } from "../read_all.ts";
import { type Fit, linearFit, logisticFit, networkFit, type Table } from "./_fits.ts";
import { descend, exactRate, lengthOf, limitedBfgs, moved, newton } from "./_minimisers.ts";

/** Hyper-parameters of all trials. */
export interface SecondOrderConfig {
  readonly hidden: number;
  readonly penalty: number;
  readonly networkPenalty: number;
  readonly tolerance: number;
  /** Steps after which gradient descent and L-BFGS give up. */
  readonly steps: number;
  readonly rates: readonly number[];
  readonly batch: number;
  readonly passes: number;
  readonly fitIterations: number;
  readonly scaleStarts: number;
  readonly scaleIterations: number;
  /** How near to the least f, relatively, a scaled and an unscaled fit must come. */
  readonly nearness: number;
  readonly lineRates: readonly number[];
}

const CAR_COLUMNS = ["cylinders", "displacement", "horsepower", "weight", "acceleration", "year"];
const CAR_INPUTS = CAR_COLUMNS.length + 2;

/** Columns with their mean and deviation in the training rows. */
interface Columns {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly width: number;
}

/** Means and deviations of columns. */
function momentsOf({ x, y, width }: Columns) {
  const rows = y.length;
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width);
  for (let k = 0; k < width; k++) {
    for (let row = 0; row < rows; row++) mean[k]! += x[row * width + k]! / rows;
    let squares = 0;
    for (let row = 0; row < rows; row++) {
      const error = x[row * width + k]! - mean[k]!;
      squares += error * error;
    }
    deviation[k] = Math.sqrt(squares / rows);
  }
  return { mean, deviation };
}

async function carsOf(split: Split): Promise<Columns> {
  const rows = await readAll(split);
  const columns = CAR_COLUMNS.map((name) => columnOf(rows, name));
  const origin = columnOf(rows, "origin");
  const x = new Float64Array(split.rows * CAR_INPUTS);
  for (let row = 0; row < split.rows; row++) {
    columns.forEach((values, k) => x[row * CAR_INPUTS + k] = Number(values[row]!));
    // Europe and Japan; neither is the USA.
    x[row * CAR_INPUTS + CAR_COLUMNS.length] = origin[row] === 1 ? 1 : 0;
    x[row * CAR_INPUTS + CAR_COLUMNS.length + 1] = origin[row] === 2 ? 1 : 0;
  }
  return { x, y: Float64Array.from(columnOf(rows, "mpg")), width: CAR_INPUTS };
}

async function tumoursOf(split: Split): Promise<Columns> {
  const rows = await readAll(split);
  return {
    x: Float64Array.from(columnOf(rows, "features")),
    y: Float64Array.from(columnOf(rows, "label")),
    width: 30,
  };
}

/** Columns less their means, over their deviations if they are scaled; targets likewise if they have moments. */
function tableOf(
  { x, y, width }: Columns,
  moments: ReturnType<typeof momentsOf>,
  { scaled, target }: { readonly scaled: boolean; readonly target?: ReturnType<typeof momentsOf> },
): Table {
  return {
    x: x.map((value, i) => (value - moments.mean[i % width]!) / (scaled ? moments.deviation[i % width]! : 1)),
    y: target ? y.map((value) => (value - target.mean[0]!) / target.deviation[0]!) : y,
  };
}

async function drawn(key: Key, count: number, scale: number): Promise<Float64Array> {
  using values = normal(key, [count]);
  return Float64Array.from(await values.read(), (value) => value * scale);
}

/** The models of the race. */
export const MODELS = ["linear", "logistic", "network"] as const;
/** What reports call them. */
export const TITLES = {
  linear: "linear regression of cars",
  logistic: "logistic regression of tumours",
  network: "network of cars",
} as const;

/** What gradient descent's best rate, Newton's method and L-BFGS spend until the gradient is short. */
function race(fit: Fit, start: Float64Array, config: SecondOrderConfig) {
  const { steps, tolerance } = config;
  const found = config.rates.map((rate) => ({ rate, ...descend(fit, start, rate, { steps, tolerance }) }))
    .filter(({ gradientNorm }) => gradientNorm <= tolerance)
    .toSorted((a, b) => a.units - b.units)[0];
  const { hessian } = fit;
  const byNewton = hessian && newton({ ...fit, hessian }, start, { steps: 100, tolerance });
  const byBfgs = limitedBfgs(fit, start, { steps, tolerance });
  const units = (result: { units: number; gradientNorm: number } | undefined) =>
    result !== undefined && result.gradientNorm <= tolerance ? result.units : undefined;
  return {
    descent: found?.units,
    rate: found?.rate,
    newton: units(byNewton),
    bfgs: units(byBfgs),
    end: byBfgs.theta,
  };
}

/** Final training losses of both methods on all rows, after steps on all rows and after steps on batches. */
function compareBatches(fit: Required<Fit>, start: Float64Array, key: Key, config: SecondOrderConfig) {
  const perPass = Math.floor(fit.rows / config.batch);
  const rowsAt = (step: number) => {
    const order = key.fold(Math.floor(step / perPass)).permutation(fit.rows);
    const at = step % perPass * config.batch;
    return order.slice(at, at + config.batch);
  };
  const lossAfter = (method: typeof limitedBfgs | typeof newton, batches: boolean) => {
    const { theta } = method(fit, start, {
      steps: batches ? config.passes * perPass : config.passes,
      tolerance: 0,
      ...(batches ? { rowsAt } : {}),
    });
    return fit.evaluate(theta).loss;
  };
  return {
    newtonFull: lossAfter(newton, false),
    newtonBatches: lossAfter(newton, true),
    bfgsFull: lossAfter(limitedBfgs, false),
    bfgsBatches: lossAfter(limitedBfgs, true),
  };
}

/** What lambda multiplies, and how large it is at first. */
export const SCALINGS = ["diagonal", "identityOne", "identityLargest"] as const;
/** What reports call that. */
export const SCALING_TITLES = {
  diagonal: "lambda on the diagonal",
  identityOne: "lambda on the identity, at first 1",
  identityLargest: "lambda on the identity, at first the largest element",
} as const;
/** All trials of one seed. */
export async function trySecondOrder(context: RunContext<SecondOrderConfig>): Promise<void> {
  const { config } = context;
  const key = Key.from(context.seed);
  const [cars, heldOut] = [
    await carsOf(context.data(autoMpg).split("train")),
    await carsOf(context.data(autoMpg).split("test")),
  ];
  const tumours = await tumoursOf(context.data(breastCancer).split("train"));
  const moments = momentsOf(cars);
  const target = momentsOf({ x: cars.y, y: cars.y, width: 1 });
  const table = tableOf(cars, moments, { scaled: true, target });
  const fits = {
    linear: linearFit(table, 0),
    logistic: logisticFit(tableOf(tumours, momentsOf(tumours), { scaled: true }), config.penalty),
    network: networkFit(table, config.hidden, config.networkPenalty),
  };

  // Until the gradient is short.
  const races: string[][] = [];
  for (const name of MODELS) {
    const start = await drawn(
      key.fold("race").fold(name),
      fits[name].parameters,
      name === "network" ? 0.5 : 1,
    );
    const found = race(fits[name], start, config);
    const arrived = Math.min(found.newton ?? Infinity, found.bfgs ?? Infinity);
    const value: HostTensor = {
      dtype: "f32",
      shape: [found.end.length],
      values: Float32Array.from(found.end),
    };
    context.fitted(name === "network" ? "main" : name, { theta: value });
    // Two more than the steps that were allowed, which no run that arrives can spend, stand for "did not arrive".
    context.metric(`${name}Descent`, found.descent ?? config.steps + 2);
    context.metric(`${name}SecondOrder`, Math.min(arrived, config.steps + 2));
    const words = (units: number | undefined) => units === undefined ? "did not arrive" : `${units}`;
    races.push([
      TITLES[name],
      found.rate === undefined ? words(undefined) : `${found.descent} (rate ${found.rate})`,
      "hessian" in fits[name] ? words(found.newton) : "not tried",
      words(found.bfgs),
    ]);
  }

  // Batches.
  const batches = compareBatches(
    fits.logistic,
    await drawn(key.fold("batches"), fits.logistic.parameters, 1),
    key.fold("order"),
    config,
  );
  for (const [name, loss] of Object.entries(batches)) context.metric(name, loss);

  // Levenberg and Marquardt, and undamped steps, on the network without its penalty.
  const bare = networkFit(table, config.hidden, 0);
  const start = await drawn(key.fold("levenberg"), bare.parameters, 0.5);
  const fitted = linalg.levenbergMarquardt(bare.linearise, linalg.column(start), {
    iterations: config.fitIterations,
    scaling: "identity",
    damping: 1,
  });
  const squaresAt = (theta: Float64Array) => 2 * bare.rows * bare.evaluate(theta).loss;
  const first = squaresAt(start);
  const taken = [first, ...fitted.steps.filter(({ accepted }) => accepted).map(({ value }) => value)];
  context.metric("acceptedSteps", taken.length - 1);
  context.metric("raisingSteps", taken.filter((value, i) => i > 0 && !(value < taken[i - 1]!)).length);
  context.metric("refusedSteps", fitted.steps.filter(({ accepted }) => !accepted).length);
  context.metric("fitStart", first);
  context.metric("fitEnd", squaresAt(fitted.x.values));
  const undamped = linalg.levenbergMarquardt(bare.linearise, linalg.column(start), {
    iterations: 1,
    damping: 0,
  });
  context.metric("undampedStep", undamped.steps[0]!.value);

  // One neuron on columns in their own units, from the same functions as start.
  const raw = networkFit(tableOf(cars, moments, { scaled: false, target }), 1, 0);
  for (let i = 0; i < config.scaleStarts; i++) {
    const from = await drawn(key.fold("scale").fold(i), raw.parameters, 0.5);
    for (let k = 0; k < CAR_INPUTS; k++) from[k]! /= moments.deviation[k]!;
    const { jacobian } = raw.linearise(linalg.column(from));
    const gram = linalg.multiply(linalg.transpose(jacobian), jacobian).values;
    const largest = gram.reduce((most, value) => Math.max(most, value), 0);
    const paths = ([["diagonal", 1], ["identity", 1], ["identity", largest]] as const).map((
      [scaling, damping],
    ) =>
      linalg.levenbergMarquardt(raw.linearise, linalg.column(from), {
        iterations: config.scaleIterations,
        scaling,
        damping,
      }).steps
    );
    const least = Math.min(...paths.flatMap((steps) => steps.map(({ value }) => value)));
    SCALINGS.forEach((name, j) => {
      const at = paths[j]!.findIndex(({ value }) => value <= least * (1 + config.nearness));
      context.metric(`${name}${i}`, at < 0 ? config.scaleIterations + 1 : at + 1);
    });
  }

  // One step along the gradient.
  const test = networkFit(
    tableOf(heldOut, moments, { scaled: true, target }),
    config.hidden,
    config.networkPenalty,
  );
  const from = await drawn(key.fold("line"), fits.network.parameters, 0.5);
  const { gradient, loss } = fits.network.evaluate(from);
  const after = (rate: number, fit: Fit) => fit.evaluate(moved(from, gradient, -rate)).loss;
  const best = exactRate(fits.network, from);
  const fixed = (fit: Fit) => Math.min(...config.lineRates.map((rate) => after(rate, fit)));
  context.metric("lineStart", loss);
  context.metric("lineRate", best);
  context.metric("lineSearch", after(best, fits.network));
  context.metric("lineFixed", fixed(fits.network));
  context.metric("lineSearchHeldOut", after(best, test));
  context.metric("lineFixedHeldOut", fixed(test));

  context.exhibit({
    kind: "table",
    name: "units",
    title: "Units of work until the gradient is 1e-6 long",
    caption:
      "One unit is the loss and the gradient over all rows; a Hessian counts as many as there are parameters. The best rate of the grid stands for gradient descent, and the search for it is free.",
    columns: ["model", "gradient descent", "Newton", "L-BFGS"],
    rows: races,
  });
  context.exhibit({
    kind: "plot",
    name: "levenberg",
    title: "Sum of squares of the network by the steps taken",
    caption: "Levenberg's damping; the steps that would have raised the sum were refused.",
    x: { title: "accepted step", scale: "linear" },
    y: { title: "sum of squares", scale: "logarithmic", format: "number" },
    series: [{ label: "Levenberg", mark: "line", points: taken.map((y, x) => ({ x, y })) }],
  });
  context.metric("lineGradient", lengthOf(gradient));
}
