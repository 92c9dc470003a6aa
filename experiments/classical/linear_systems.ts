import { Key } from "@verbatim/core";
import { defineExperiment, type RunContext } from "../define_experiment.ts";
import {
  conjugateGradients,
  descend,
  descendByRows,
  direct,
  gaussSeidel,
  geometricEigenvalues,
  type LinearSystem,
  makeSystem,
  relativeError,
} from "./_linear_systems.ts";

interface Config {
  readonly unknowns: number;
  readonly conditions: readonly number[];
  readonly products: number;
}

const CONDITIONS = [10, 100, 1000, 10000, 100000, 1000000] as const;

const METHODS = [
  { name: "descent", title: "gradient descent", solve: descend },
  { name: "stochastic", title: "stochastic gradient descent", solve: descendByRows },
  { name: "gaussSeidel", title: "Gauss-Seidel", solve: gaussSeidel },
  { name: "conjugate", title: "conjugate gradients", solve: conjugateGradients },
  { name: "cholesky", title: "Cholesky's factorisation", solve: direct },
] as const satisfies readonly {
  name: string;
  title: string;
  solve: (system: LinearSystem, products: number, key: Key) => Float64Array;
}[];

/** The metric that stands for the experiment: where descent ceases to be a way. */
const HEADLINE = "descent1000";
/** The relative error that counts as solved. */
const SOLVED = 1e-6;

async function run(context: RunContext<Config>): Promise<void> {
  const { config, seed } = context;
  const key = Key.from(seed);
  const errors: { readonly condition: number; readonly name: string; readonly error: number }[] = [];
  for (const condition of config.conditions) {
    const part = key.fold(condition);
    const system = await makeSystem(
      config.unknowns,
      geometricEigenvalues(config.unknowns, condition),
      part.fold("system"),
    );
    for (const { name, solve } of METHODS) {
      const error = relativeError(solve(system, config.products, part.fold(name)), system.solution);
      context.metric(`${name}${condition}`, error);
      errors.push({ condition, name, error });
    }
  }
  context.exhibit({
    kind: "plot",
    name: "errors",
    title: "Error of the solution by the condition of the matrix",
    caption:
      `The distance from the solution over its length, after ${config.products} products with the matrix (Cholesky: after the factorisation).`,
    x: { title: "condition number", scale: "logarithmic" },
    y: { title: "relative error", scale: "logarithmic", format: "number" },
    series: METHODS.map(({ name, title }) => ({
      label: title,
      mark: "line" as const,
      points: errors.filter((one) => one.name === name).map(({ condition, error }) => ({
        x: condition,
        // A logarithm has no place for an exact zero.
        y: Math.max(error, 1e-17),
      })),
    })),
  });
}

export default defineExperiment({
  id: "linear-systems",
  family: "classical",
  title: "Gradient descent as a way to solve a linear system",
  question: "Does gradient descent solve a linear system, and at what condition of its matrix?",
  notes: [{
    note: "i2dl",
    section: "Lecture 5, optimisation methods",
    quote: "GD or SGD is not a way to solve a linear system!",
  }],
  datasets: [],
  model: { name: "five ways to solve A x = b", layers: [], counts: [] },
  method: [
    "Symmetric positive definite matrices with the given condition number: eigenvalues from 1 down, each the same share of the one before, along orthogonal directions that the seed draws, with a solution that it draws too. This is a question on arithmetic, so the matrices are made and no data are used. All in binary64.",
    "Every method begins at zero and has the same number of products with the matrix. Gradient descent has the best constant rate, 2 / (largest + least eigenvalue), which nobody knows beforehand; stochastic gradient descent takes one equation after the other in random order, each step as long as makes that equation right; as many of these as unknowns cost a product, and so does a pass of Gauss-Seidel.",
    "Conjugate gradients and Cholesky's factorisation stand beside them. Nothing was selected.",
  ],
  profiles: {
    quick: { seeds: [1], config: { unknowns: 20, conditions: CONDITIONS, products: 50 } },
    full: { seeds: [1, 2, 3, 4, 5], config: { unknowns: 100, conditions: CONDITIONS, products: 1000 } },
  },
  metrics: METHODS.flatMap(({ name, title }) =>
    CONDITIONS.map((condition) => ({
      name: `${name}${condition}`,
      title: `Relative error, ${title}, condition ${condition}`,
      format: "number" as const,
      better: "lower" as const,
    }))
  ).toSorted((a, b) => Number(b.name === HEADLINE) - Number(a.name === HEADLINE)),
  comparisons: [],
  claims: [{
    id: "gd-linear-system",
    quote: "GD or SGD is not a way to solve a linear system!",
    where: "i2dl:1000",
    rule:
      "Confirmed if, for every seed, neither gradient descent nor its stochastic form comes to a relative error of 1e-6 at any condition number, while Cholesky's factorisation does at each; refuted if one of them does at every condition number. It depends on the condition if, for every seed, gradient descent comes there at some condition numbers and not at others.",
    decide(metrics) {
      const solvedBy = (seed: Readonly<Record<string, number>>, names: readonly string[]) =>
        CONDITIONS.filter((condition) => names.some((name) => seed[`${name}${condition}`]! <= SOLVED));
      const evidence = `${
        METHODS.map(({ name, title }) => {
          const solved = CONDITIONS.filter((condition) =>
            metrics.every((seed) => seed[`${name}${condition}`]! <= SOLVED)
          );
          const words = solved.length === 0 ? "at none" : `at ${solved.map((one) => `${one}`).join(", ")}`;
          return `${title} ${words}`;
        }).join("; ")
      } (condition numbers at which every seed comes to 1e-6)`;
      const counts = metrics.map((seed) => solvedBy(seed, ["descent", "stochastic"]).length);
      const exact = metrics.every((seed) => solvedBy(seed, ["cholesky"]).length === CONDITIONS.length);
      if (counts.every((count) => count === 0) && exact) return { verdict: "confirmed", evidence };
      if (counts.every((count) => count === CONDITIONS.length)) return { verdict: "refuted", evidence };
      return metrics.every((seed) => {
          const count = solvedBy(seed, ["descent"]).length;
          return count > 0 && count < CONDITIONS.length;
        })
        ? { verdict: "depends", evidence, condition: "the condition number of the matrix" }
        : { verdict: "inconclusive", evidence };
    },
  }],
  differences: [
    "The notes mean large systems that must be solved exactly; here the condition number tells when descent is no way.",
  ],
  run,
});
