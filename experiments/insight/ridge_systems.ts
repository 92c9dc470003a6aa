import { type HostTensor, Key, linalg } from "@verbatim/core";
import { breastCancer, columnOf } from "@verbatim/data";
import { defineExperiment, type Verdict } from "../define_experiment.ts";
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
  { name: "stochastic", title: "stochastic gradient descent" },
  { name: "jacobi", title: "Jacobi" },
  { name: "gaussSeidel", title: "Gauss and Seidel" },
  { name: "conjugate", title: "conjugate gradients" },
  { name: "preconditioned", title: "conjugate gradients, diagonal preconditioner" },
] as const;
type Method = typeof METHODS[number]["name"];
/** Those of which every number is a metric; the others stand in the table. */
const PINNED = METHODS.filter(({ name }) =>
  name === "descent" || name === "stochastic" || name === "conjugate"
);
/** Both descents of the notes: they are also compared after the products that conjugate gradients need. */
const DESCENTS = METHODS.filter(({ name }) => name === "descent" || name === "stochastic");

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
  { a, b, truth, low, high, key }: {
    readonly a: linalg.Matrix;
    readonly b: linalg.Matrix;
    readonly truth: Float64Array;
    readonly low: number;
    readonly high: number;
    /** Of the order of the equations. */
    readonly key: Key;
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
  if (method === "stochastic") {
    linalg.kaczmarz(a, b, { ...options, order: (sweep) => key.fold(sweep).permutation(COLUMNS) });
  }
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
    "Gradient descent has the best constant rate there is, 2 / (l + L), which a user would not know. Its stochastic form takes one equation after the other, in an order that the seed draws anew for each sweep, each step as long as makes that equation right (Kaczmarz's iteration): a constant rate would not settle. A sweep of it costs one product.",
    "All in binary64 on the host. Only the order of the equations is drawn: every other method does the same for every seed.",
  ],
  profiles: {
    quick: { seeds: [1], config: { products: 100, relativeError: NEEDED, conditions: CONDITIONS } },
    full: {
      seeds: [1, 2, 3, 4, 5],
      config: { products: 1000, relativeError: NEEDED, conditions: CONDITIONS },
    },
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
    ...DESCENTS.flatMap(({ name, title }) =>
      CONDITIONS.map((condition) => ({
        name: `${name}Beside${powerOf(condition)}`,
        title: `Relative error of ${title} after the products of conjugate gradients, condition ${
          powerOf(condition)
        }`,
        format: "number" as const,
        better: "lower" as const,
      }))
    ),
  ],
  comparisons: [],
  claims: [{
    id: "gd-linear-system",
    measured:
      "In every seed. Gradient descent, at the best constant rate, and its stochastic form, which the notes name too: either of them may reach it. Equal products are counted twice, each of them a condition: 1,000 for all methods, and as many as conjugate gradients need to 1e-6.",
    revised:
      "The first results were of gradient descent alone (9e43b2f); its stochastic form joined after them (6be8e5c), with the same verdict.",
    decide(metrics): Verdict {
      const errors = (name: string, kind: string) =>
        metrics.map((seed) => CONDITIONS.map((condition) => seed[`${name}${kind}${powerOf(condition)}`]!));
      const count = (kind: "Error" | "Beside"): Verdict["verdict"] => {
        const reached = metrics.map((_, seed) =>
          DESCENTS.some(({ name }) => errors(name, kind)[seed]!.some((error) => error <= NEEDED))
        );
        if (reached.every((one) => one)) return "refuted";
        return reached.some((one) => one) ? "inconclusive" : "confirmed";
      };
      const worst = (rows: readonly number[][]) =>
        CONDITIONS.map((_, i) => rows.reduce((most, row) => Math.max(most, row[i]!), 0));
      const list = (values: readonly number[]) => values.map(show).join(", ");
      const evidence = `Relative errors at conditions ${CONDITIONS.map(powerOf).join(", ")}, the largest of ${
        metrics.length === 1 ? "one seed" : `${metrics.length} seeds`
      }: ${
        DESCENTS.map(({ name, title }) =>
          `${title} ${list(worst(errors(name, "Error")))} at the end (after ${
            worst(errors(name, "Products")).join(", ")
          } products), ${
            list(worst(errors(name, "Beside")))
          } after as many products as conjugate gradients need`
        ).join("; ")
      } (${worst(errors("conjugate", "Products")).join(", ")}).`;
      const [long, short] = [count("Error"), count("Beside")];
      if (long === short) return { verdict: long, evidence };
      if (long === "inconclusive" || short === "inconclusive") return { verdict: "inconclusive", evidence };
      const arrives = DESCENTS.map(({ name, title }) => {
        const found = worst(errors(name, "Error"));
        const reached = CONDITIONS.filter((_, i) => found[i]! <= NEEDED).map(powerOf);
        return `${title} at ${reached.length === 0 ? "none" : reached.join(", ")}`;
      });
      return {
        verdict: "depends",
        evidence,
        condition:
          `whether it may spend more products than conjugate gradients, and the condition number (with ${
            Math.max(...worst(errors("descent", "Products")))
          } ${arrives.join(" and ")} for every seed)`,
      };
    },
  }],
  differences: [
    "The notes mean large systems that must be solved exactly; here the condition number and the products that may be spent tell when descent is no way.",
  ],
  async run(context) {
    const { config, seed } = context;
    const key = Key.from(seed);
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
      const ends = { low: least + ridge, high: most + ridge };
      const system = { a, b: right, truth, ...ends, key: key.fold(power) };
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
      for (const { name } of DESCENTS) {
        const found = errors[name]!;
        context.metric(`${name}Beside${power}`, found[Math.min(errors.conjugate!.length, found.length) - 1]!);
      }
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
      caption: "Gradient descent with the best constant rate, its stochastic form, and conjugate gradients.",
      x: { title: "products with the matrix", scale: "logarithmic" },
      y: { title: "relative error", scale: "logarithmic", format: "number" },
      series: curves.filter(({ label }) => /1e(1|3|6)$/.test(label)),
    });
  },
});
