import { sunspots } from "@verbatim/data";
import { leastSquaresMethod } from "@verbatim/models";
import { defineExperiment } from "../define_experiment.ts";
import { forecastMetrics, forecastSeries } from "../forecasting.ts";

const profile = { seeds: [1], config: { order: 9 } };

export default defineExperiment({
  id: "ar-sunspots",
  family: "baselines",
  title: "Autoregression on sunspots",
  question: "How well do the last nine years, in a linear model, forecast next year's number of sunspots?",
  notes: [],
  datasets: [sunspots],
  model: {
    name: "autoregression AR(9)",
    of: [leastSquaresMethod],
    layers: [{ name: "linear model of the last 9 years", shape: "[B, 1]", parameters: 10 }],
    counts: [],
  },
  method: [
    "y(t) = b + w1 y(t - 1) + ... + w9 y(t - 9), for the mean number of each year; fitted by least squares to all years of the training set that have nine before them.",
    "Each year of the test set, 1949 to 2008, is forecast from the true numbers of the nine years before it. Nothing was selected here: nine is the order that R's ar() finds by AIC for the years to 1988 (sunspot.year).",
    "Persistence, which a forecast must beat, says that next year is as this one.",
  ],
  deterministic: true,
  profiles: { quick: profile, full: profile },
  metrics: forecastMetrics("sunspot number"),
  comparisons: [
    {
      kind: "baseline",
      label: "persistence",
      metric: "testRmse",
      value: 32.898,
      source: "computed for this project with NumPy",
    },
    {
      kind: "independent",
      label: "the same regression in float64",
      metric: "testRmse",
      value: 19.1401,
      tolerance: 0.005,
      source: "NumPy's linalg.lstsq on the same columns",
    },
    {
      kind: "independent",
      label: "an earlier figure",
      metric: "testRmse",
      value: 19.1,
      tolerance: 0.05,
      source: "computed for this project before its code",
    },
    {
      kind: "independent",
      label: "persistence",
      metric: "persistenceRmse",
      value: 32.898,
      tolerance: 0.005,
      source: "NumPy on the same columns",
    },
  ],
  claims: [],
  differences: [],
  run: (context) => forecastSeries(context, sunspots, "activity"),
});
