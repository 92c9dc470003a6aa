import { type HostTensor, linalg } from "@verbatim/core";
import { breastCancer, columnOf } from "@verbatim/data";
import { defineExperiment } from "../define_experiment.ts";
import { readAll } from "../read_all.ts";

interface Config {
  /** Products with the matrix that each method may spend. */
  readonly products: number;
  readonly relativeError: number;
  readonly conditions: readonly number[];
}

const MEASURES = 30;
const COLUMNS = 2 * MEASURES;

/** In the order of the table; each takes a system, the ends of its spectrum and how it is watched. */
const METHODS = [
  { name: "descent", title: "gradient descent" },
  { name: "jacobi", title: "Jacobi" },
  { name: "gaussSeidel", title: "Gauss and Seidel" },
  { name: "conjugate", title: "conjugate gradients" },
  { name: "preconditioned", title: "conjugate gradients, diagonal preconditioner" },
] as const;
type Method = typeof METHODS[number]["name"];
/** Those of which every number is a metric; the others stand in the table. */
const PINNED = METHODS.filter(({ name }) => name === "descent" || name === "conjugate");

/** 10 as "1e1": metrics and labels of one condition number. */
const powerOf = (condition: number) => `1e${Math.round(condition).toString().length - 1}`;
const CONDITIONS = [1e1, 1e2, 1e3, 1e4, 1e5, 1e6];
const NEEDED = 1e-6;
/** An error of this many times the solution is on its way to infinity. */
const FAR = 1e12;

/** The normal equations: columns of the thirty measures and of their squares, each with mean 0 and deviation 1; y likewise centred. */
function normalEquations(features: Float32Array, labels: ArrayLike<number>) {
  const rows = labels.length;
  const x = linalg.matrixOf(rows, COLUMNS);
  const mean = (of: (row: number) => number) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += of(row);
    return sum / rows;
  };
  const standardise = (from: (row: number) => number, column: number) => {
    const centre = mean(from);
    const deviation = Math.sqrt(mean((row) => (from(row) - centre) * (from(row) - centre)));
    for (let row = 0; row < rows; row++) x.values[row * COLUMNS + column] = (from(row) - centre) / deviation;
  };
  for (let j = 0; j < MEASURES; j++) {
    const measure = (row: number) => features[row * MEASURES + j]!;
    standardise(measure, j);
    standardise((row) => measure(row) * measure(row), MEASURES + j);
  }
  const share = mean((row) => labels[row]!);
  const y = linalg.column(Float64Array.from({ length: rows }, (_, row) => labels[row]! - share));
  const transposed = linalg.transpose(x);
  const scaled = (m: linalg.Matrix) =>
    linalg.matrixOf(m.rows, m.columns, m.values.map((value) => value / rows));
  return { gram: scaled(linalg.multiply(transposed, x)), right: scaled(linalg.multiply(transposed, y)) };
}

function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) * (a[i]! - b[i]!);
  return Math.sqrt(sum);
}

/** The relative error after each product, counted from 1, until it is small enough or the products are spent. */
function errorsOf(
  method: Method,
  { a, b, truth, low, high }: {
    readonly a: linalg.Matrix;
    readonly b: linalg.Matrix;
    readonly truth: Float64Array;
    readonly low: number;
    readonly high: number;
  },
  { products, relativeError }: Config,
): number[] {
  const errors: number[] = [];
  const size = distance(truth, new Float64Array(truth.length));
  const watch = (x: Float64Array) => {
    const error = distance(x, truth) / size;
    errors.push(error);
    return error <= relativeError || !(error < FAR);
  };
  const options = { products, watch };
  if (method === "descent") linalg.gradientDescent(a, b, { ...options, rate: 2 / (low + high) });
  if (method === "jacobi") linalg.jacobi(a, b, options);
  if (method === "gaussSeidel") linalg.gaussSeidel(a, b, options);
  if (method === "conjugate") linalg.conjugateGradients(a, b, options);
  if (method === "preconditioned") {
    linalg.conjugateGradients(a, b, { ...options, preconditioner: "diagonal" });
  }
  return errors;
}

const show = (error: number) => error.toExponential(1);

/** A cell of the table. */
function inWords(errors: readonly number[], { relativeError }: Config): string {
  const last = errors.at(-1)!;
  if (last <= relativeError) return `${errors.length}`;
  return last < FAR ? `leaves ${show(last)}` : "diverges";
}

export default defineExperiment<Config>({
  id: "ridge-systems",
  family: "insight",
  title: "Ridge regressions of tumours by descent, by sweeps and by conjugate gradients",
  question:
    "Which linear systems can gradient descent solve, and at what price beside methods made for them?",
  notes: [{
    note: "i2dl",
    section: "Lecture 5, Scaling Optimization",
    quote: "GD or SGD is not a way to solve a linear system!",
  }],
  datasets: [breastCancer],
  model: {
    name: "ridge regression of 30 measures and their squares",
    layers: [{ name: "weights", shape: "[60]", parameters: COLUMNS }],
    counts: [
      { label: "(measures + squares) x systems", count: "(30 + 30) x 6 = 360", source: "arithmetic" },
    ],
  },
  method: [
    "Thirty measures of each tumour and their squares, each column brought to mean 0 and deviation 1, give X; the diagnosis, less its mean, is y. The systems are the normal equations (X^T X / n + r I) x = X^T y / n of all training rows.",
    "The ridge r is chosen so that the condition number is exactly the one that is stated: r = (L - c l) / (c - 1) for eigenvalues from l to L.",
    "Every method starts at 0 and may spend the same number of products with the matrix (a sweep of Gauss and Seidel costs as much as one). It has arrived when |x - x*| / |x*| is 1e-6, where x* is Cholesky's solution; for n = 60 Cholesky's factorisation costs n^3 / 6 multiplications, as much as 10 products.",
    "Gradient descent has the best constant rate there is, 2 / (l + L), which a user would not know.",
    "All in binary64 on the host.",
  ],
  deterministic: true,
  profiles: {
    quick: { seeds: [1], config: { products: 100, relativeError: NEEDED, conditions: CONDITIONS } },
    full: { seeds: [1], config: { products: 1000, relativeError: NEEDED, conditions: CONDITIONS } },
  },
  metrics: [
    ...CONDITIONS.flatMap((condition) =>
      PINNED.flatMap(({ name, title }) => [{
        name: `${name}Products${powerOf(condition)}`,
        title: `Products spent, condition ${powerOf(condition)}, ${title}`,
        format: "count" as const,
        better: "lower" as const,
      }, {
        name: `${name}Error${powerOf(condition)}`,
        title: `Relative error at the end, condition ${powerOf(condition)}, ${title}`,
        format: "number" as const,
        better: "lower" as const,
      }])
    ),
    ...CONDITIONS.map((condition) => ({
      name: `descentBeside${powerOf(condition)}`,
      title: `Relative error of gradient descent after the products of conjugate gradients, condition ${
        powerOf(condition)
      }`,
      format: "number" as const,
      better: "lower" as const,
    })),
  ],
  comparisons: [],
  claims: [{
    id: "gd-linear-system",
    quote: "GD or SGD is not a way to solve a linear system!",
    where: "i2dl:1000",
    rule:
      "At equal products with the matrix, counted once as 1,000 and once as many as conjugate gradients need: confirmed if gradient descent does not reach the relative error 1e-6 at any condition number from 10 to 1e6; refuted if it reaches it at some condition number; depends if one count confirms it and the other refutes it.",
    decide(metrics) {
      const of = (name: string) => CONDITIONS.map((condition) => metrics[0]![name + powerOf(condition)]!);
      const [allowed, beside] = [of("descentError"), of("descentBeside")];
      const [long, short] = [allowed, beside].map((errors) => errors.some((error) => error <= NEEDED));
      const list = (errors: readonly number[]) => errors.map(show).join(", ");
      const evidence = `Relative errors of gradient descent at conditions ${
        CONDITIONS.map(powerOf).join(", ")
      }: ${list(allowed)} at the end (after ${of("descentProducts").join(", ")} products), ${
        list(beside)
      } after as many products as conjugate gradients need (${of("conjugateProducts").join(", ")}).`;
      if (long !== short) {
        const reached = CONDITIONS.filter((_, i) => allowed[i]! <= NEEDED).map(powerOf);
        return {
          verdict: "depends",
          evidence,
          condition:
            `whether it may spend more products than conjugate gradients, and the condition number (with ${
              Math.max(...of("descentProducts"))
            } it arrives at ${reached.join(", ")})`,
        };
      }
      return { verdict: long ? "refuted" : "confirmed", evidence };
    },
  }],
  differences: [
    "Stochastic gradient descent, which the notes name too, is not tried: with a constant rate it does not settle, and its steps are not products with the matrix.",
  ],
  async run(context) {
    const { config } = context;
    const rows = await readAll(context.data(breastCancer).split("train"));
    const { gram, right } = normalEquations(
      Float32Array.from(columnOf(rows, "features")),
      columnOf(rows, "label"),
    );
    const eigenvalues = linalg.symmetricEigenvalues(gram);
    const [least, most] = [eigenvalues[0]!, eigenvalues.at(-1)!];
    const table: string[][] = [];
    const curves: { label: string; mark: "line"; points: { x: number; y: number }[] }[] = [];
    const solutions: Record<string, HostTensor> = {};
    for (const condition of config.conditions) {
      const power = powerOf(condition);
      const ridge = (most - condition * least) / (condition - 1);
      if (!(ridge >= 0)) {
        throw new RangeError(
          `Cannot make a system of condition ${power}: expected a ridge of 0 or more, got ${ridge}`,
        );
      }
      const a = linalg.matrixOf(
        COLUMNS,
        COLUMNS,
        gram.values.map((value, k) => k % (COLUMNS + 1) === 0 ? value + ridge : value),
      );
      const truth = linalg.choleskySolve(linalg.cholesky(a), right).values;
      solutions[power] = { dtype: "f32", shape: [COLUMNS], values: Float32Array.from(truth) };
      const system = { a, b: right, truth, low: least + ridge, high: most + ridge };
      const errors = Object.fromEntries(METHODS.map(({ name }) => [name, errorsOf(name, system, config)]));
      table.push([power, ...METHODS.map(({ name }) => inWords(errors[name]!, config))]);
      for (const { name, title } of PINNED) {
        const found = errors[name]!;
        context.metric(`${name}Error${power}`, found.at(-1)!);
        context.metric(`${name}Products${power}`, found.length);
        curves.push({
          label: `${title}, ${power}`,
          mark: "line",
          points: found.map((y, i) => ({ x: i + 1, y })),
        });
      }
      const beside = Math.min(errors.conjugate!.length, errors.descent!.length);
      context.metric(`descentBeside${power}`, errors.descent![beside - 1]!);
    }
    context.fitted("main", solutions);
    context.exhibit({
      kind: "table",
      name: "products",
      title: "Products until the relative error is 1e-6",
      caption:
        `Of at most ${config.products}; where they do not suffice, the error they leave. Jacobi's iteration diverges because these columns are too much alike: its spectral radius is above 1. The diagonal of these matrices is constant, so a diagonal preconditioner changes nothing but the rounding.`,
      columns: ["condition", ...METHODS.map(({ title }) => title)],
      rows: table,
    });
    context.exhibit({
      kind: "plot",
      name: "error",
      title: "Relative error by products",
      caption: "Gradient descent with the best constant rate, and conjugate gradients.",
      x: { title: "products with the matrix", scale: "logarithmic" },
      y: { title: "relative error", scale: "logarithmic", format: "number" },
      series: curves.filter(({ label }) => /1e(1|3|6)$/.test(label)),
    });
  },
});
