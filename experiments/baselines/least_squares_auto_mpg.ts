import { dense, disposeTree, readTree, scope } from "@verbatim/core";
import { autoMpg } from "@verbatim/data";
import { leastSquares } from "@verbatim/models";
import { prepareCars } from "../auto_mpg.ts";
import { defineExperiment } from "../define_experiment.ts";
import { errorsOf } from "../errors_of.ts";

const profile = {
  seeds: [1],
  config: { features: ["cylinders", "displacement", "horsepower", "weight", "acceleration", "year"] },
};

export default defineExperiment({
  id: "least-squares-auto-mpg",
  family: "baselines",
  title: "Least squares on Auto MPG",
  question: "How well does a linear model say how far a car goes on a gallon?",
  notes: [],
  datasets: [autoMpg],
  model: {
    name: "linear regression",
    layers: [{ name: "linear model of eight inputs", shape: "[B, 1]", parameters: 9 }],
    counts: [],
  },
  method: [
    "Miles per gallon by cylinders, displacement, horsepower, weight, acceleration and year, each with mean 0 and deviation 1 in the training set, and by two inputs for the origin (Europe, Japan; neither is the USA).",
    "Fitted by least squares, in closed form, to the training split; the test split is read once. Nothing was selected.",
    "R² is 1 less the share of the squared error in that of the test set's own mean.",
  ],
  deterministic: true,
  profiles: { quick: profile, full: profile },
  metrics: [
    { name: "testRmse", title: "Test RMSE (miles per gallon)", format: "number", better: "lower" },
    { name: "testR2", title: "Test R²", format: "number", better: "higher" },
    { name: "trainRmse", title: "Training RMSE (miles per gallon)", format: "number", better: "lower" },
    { name: "meanRmse", title: "Test RMSE of the training set's mean", format: "number", better: "lower" },
  ],
  comparisons: [
    {
      kind: "baseline",
      label: "the training set's mean",
      metric: "testRmse",
      value: 8.2424,
      source: "computed with NumPy on the same columns",
    },
    {
      kind: "independent",
      label: "the same regression in float64",
      metric: "testRmse",
      value: 3.453,
      tolerance: 0.0005,
      source: "NumPy's linalg.lstsq on the same columns",
    },
    {
      kind: "independent",
      label: "an earlier figure, of another fifth as test set (over 200 random fifths: 3.37, deviation 0.30)",
      metric: "testRmse",
      value: 3.31,
      tolerance: 0.3,
      source: "computed for this project before its code",
    },
    {
      kind: "independent",
      label: "an earlier figure, of another fifth as test set",
      metric: "testR2",
      value: 0.823,
      tolerance: 0.005,
      source: "computed for this project before its code",
    },
  ],
  claims: [],
  differences: [],
  async run(context) {
    const data = context.data(autoMpg);
    const { features } = context.config;
    const train = await prepareCars(data.split("train"), data.split("train"), features);
    const test = await prepareCars(data.split("test"), data.split("train"), features);
    const { params, forecasts } = scope(() => {
      const [seen, unseen] = [train.make(), test.make()];
      const params = leastSquares(seen.x, seen.y);
      return { params, forecasts: { train: dense(params, seen.x), test: dense(params, unseen.x) } };
    });
    context.fitted("main", await readTree(params));
    const ofTest = errorsOf(await forecasts.test.read(), test.mpg);
    // What a constant, the mean of some values, misses the test set by.
    const missedByMeanOf = (values: Float32Array) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return errorsOf(new Float64Array(test.mpg.length).fill(mean), test.mpg).rmse;
    };
    const spread = missedByMeanOf(test.mpg);
    context.metric("testRmse", ofTest.rmse);
    context.metric("testR2", 1 - (ofTest.rmse * ofTest.rmse) / (spread * spread));
    context.metric("trainRmse", errorsOf(await forecasts.train.read(), train.mpg).rmse);
    context.metric("meanRmse", missedByMeanOf(train.mpg));
    disposeTree([params, forecasts]);
  },
});
