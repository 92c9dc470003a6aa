import { dense, disposeTree, readTree, scope, tensor } from "@verbatim/core";
import { columnOf, type Dataset, type Split } from "@verbatim/data";
import { leastSquares } from "@verbatim/models";
import type { MetricDescription, RunContext } from "../define_experiment.ts";
import { errorsOf } from "../errors_of.ts";

/** The hyper-parameter of an autoregression. */
export interface AutoregressionConfig {
  /** How many values of the past each forecast looks at: p of AR(p). */
  readonly order: number;
}

/** The metrics of a forecast, in the unit of its series. */
export function forecastMetrics(unit: string): readonly MetricDescription[] {
  const error = (name: string, title: string): MetricDescription => ({
    name,
    title: `${title} (${unit})`,
    format: "number",
    better: "lower",
  });
  return [
    error("testRmse", "Test RMSE"),
    error("testMae", "Test MAE"),
    error("trainRmse", "Training RMSE"),
    error("persistenceRmse", "Test RMSE of persistence"),
  ];
}

/** y[t] and the `order` values before it, the newest first, for t in [first, end). */
function windows(series: Float32Array, order: number, first: number, end: number) {
  const past = new Float32Array((end - first) * order);
  for (let t = first; t < end; t++) {
    for (let lag = 1; lag <= order; lag++) past[(t - first) * order + lag - 1] = series[t - lag]!;
  }
  return {
    past: tensor(past, [end - first, order]),
    next: tensor(series.slice(first, end), [end - first, 1]),
  };
}

/** A column of a whole split. */
async function seriesOf(split: Split, column: string): Promise<Float32Array> {
  return Float32Array.from(
    columnOf(await split.read(Uint32Array.from({ length: split.rows }, (_, t) => t)), column),
  );
}

/**
 * Fits y[t] = b + w1 y[t - 1] + ... + wp y[t - p] to the training set by least squares, and forecasts each value of the
 * test set, which follows it, from the true ones before. Persistence forecasts the last value.
 */
export async function forecastSeries(
  context: RunContext<AutoregressionConfig>,
  dataset: Dataset,
  column: string,
): Promise<void> {
  const { order } = context.config;
  const data = context.data(dataset);
  const train = await seriesOf(data.split("train"), column);
  const test = await seriesOf(data.split("test"), column);
  const series = Float32Array.of(...train, ...test);

  const { params, forecasts } = scope(() => {
    const seen = windows(series, order, order, train.length);
    const unseen = windows(series, order, train.length, series.length);
    const params = leastSquares(seen.past, seen.next);
    return { params, forecasts: { train: dense(params, seen.past), test: dense(params, unseen.past) } };
  });
  context.fitted("main", await readTree(params));
  const ofTest = errorsOf(await forecasts.test.read(), test);
  context.metric("testRmse", ofTest.rmse);
  context.metric("testMae", ofTest.mae);
  context.metric("trainRmse", errorsOf(await forecasts.train.read(), train.subarray(order)).rmse);
  context.metric("persistenceRmse", errorsOf(series.subarray(train.length - 1), test).rmse);
  disposeTree([params, forecasts]);
}
