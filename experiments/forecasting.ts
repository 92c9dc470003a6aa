import { dense, disposeTree, readTree, scope, tensor } from "@verbatim/core";
import { columnOf, type Dataset, type OpenDataset, type Split } from "@verbatim/data";
import { leastSquares } from "@verbatim/models";
import type { MetricDescription, RunContext } from "./define_experiment.ts";
import { errorsOf } from "./errors_of.ts";
import { readAll } from "./read_all.ts";

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

/** A column of a whole split, as a series. */
export async function seriesOf(split: Split, column: string): Promise<Float32Array> {
  return Float32Array.from(columnOf(await readAll(split), column));
}

/** The training set of a column, and with it the test set that goes on where that ends. */
export async function readSeries(data: OpenDataset, column: string) {
  const [seen, unseen] = [
    await seriesOf(data.split("train"), column),
    await seriesOf(data.split("test"), column),
  ];
  return { seen, unseen, all: Float32Array.of(...seen, ...unseen) };
}

/**
 * AR(p): fits y[t] = b + w1 y[t - 1] + ... + wp y[t - p] to the first values of a series by least squares, and forecasts
 * every value from y[p] on from the true ones before it.
 *
 * @param seen how many values it is fitted to.
 */
export async function autoregress(series: Float32Array, order: number, seen: number) {
  const { params, forecasts } = scope(() => {
    const { past, next } = windows(series, order, order, seen);
    const params = leastSquares(past, next);
    return { params, forecasts: dense(params, windows(series, order, order, series.length).past) };
  });
  const found = { parameters: await readTree(params), forecasts: Float32Array.from(await forecasts.read()) };
  disposeTree([params, forecasts]);
  return found;
}

/** What an autoregression of a series finds: its parameters, and the metrics of its forecasts beside persistence. */
export async function forecastSeries(
  context: RunContext<AutoregressionConfig>,
  dataset: Dataset,
  column: string,
): Promise<void> {
  const { order } = context.config;
  const { seen, unseen, all } = await readSeries(context.data(dataset), column);
  const { parameters, forecasts } = await autoregress(all, order, seen.length);
  context.fitted("main", parameters);
  recordForecasts(context, { seen, unseen, forecasts, first: order });
}

/** Records the metrics of forecasts, which begin with that of the value `first`. Persistence forecasts the last value. */
export function recordForecasts(
  context: Pick<RunContext<unknown>, "metric">,
  { seen, unseen, forecasts, first }: {
    readonly seen: Float32Array;
    readonly unseen: Float32Array;
    readonly forecasts: Float32Array;
    readonly first: number;
  },
): void {
  const ofTest = errorsOf(forecasts.subarray(seen.length - first), unseen);
  context.metric("testRmse", ofTest.rmse);
  context.metric("testMae", ofTest.mae);
  context.metric("trainRmse", errorsOf(forecasts, seen.subarray(first)).rmse);
  context.metric("persistenceRmse", errorsOf(Float32Array.of(seen.at(-1)!, ...unseen), unseen).rmse);
}
