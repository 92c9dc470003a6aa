import { seattleWeather } from "@verbatim/data";
import { leastSquaresMethod } from "@verbatim/models";
import { defineExperiment } from "../define_experiment.ts";
import { forecastMetrics, forecastSeries } from "../forecasting.ts";

const profile = { seeds: [1], config: { order: 14 } };

export default defineExperiment({
  id: "ar-seattle-weather",
  family: "baselines",
  title: "Autoregression on Seattle's temperatures",
  question: "How well do the last two weeks, in a linear model, forecast tomorrow's highest temperature?",
  notes: [],
  datasets: [seattleWeather],
  model: {
    name: "autoregression AR(14)",
    of: [leastSquaresMethod],
    layers: [{ name: "linear model of the last 14 days", shape: "[B, 1]", parameters: 15 }],
    counts: [],
  },
  method: [
    "y(t) = b + w1 y(t - 1) + ... + w14 y(t - 14), for the highest temperature of each day; fitted by least squares to all days of the training set that have 14 days before them.",
    "Each day of the test set, the year 2015, is forecast from the true temperatures of the 14 days before it. Nothing was selected: the order is two weeks.",
    "Persistence, which a forecast must beat, says that tomorrow is as warm as today.",
  ],
  deterministic: true,
  profiles: { quick: profile, full: profile },
  metrics: forecastMetrics("°C"),
  comparisons: [
    {
      kind: "baseline",
      label: "persistence",
      metric: "testRmse",
      value: 2.9071,
      source: "computed for this project with NumPy",
    },
    {
      kind: "independent",
      label: "the same regression in float64",
      metric: "testRmse",
      value: 2.70701,
      tolerance: 0.0005,
      source: "NumPy's linalg.lstsq on the same columns",
    },
    {
      kind: "independent",
      label: "an earlier figure",
      metric: "testRmse",
      value: 2.71,
      tolerance: 0.005,
      source: "computed for this project before its code",
    },
    {
      kind: "independent",
      label: "persistence",
      metric: "persistenceRmse",
      value: 2.90714,
      tolerance: 0.0005,
      source: "NumPy on the same columns",
    },
  ],
  claims: [],
  differences: [],
  run: (context) => forecastSeries(context, seattleWeather, "maxTemperature"),
});
