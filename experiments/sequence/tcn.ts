import { adam, disposeTree, Key, linearDecay, scope, square, tensor } from "@verbatim/core";
import { columnOf, denormalise, featureStatistics, normalise, sunspots } from "@verbatim/data";
import { tcn, TCN_SERIES, tcnModel } from "@verbatim/models";
import { defineExperiment, type RunContext } from "../define_experiment.ts";
import { describeModel } from "../describe_model.ts";
import { errorsOf } from "../errors_of.ts";
import { autoregress, forecastMetrics, readSeries, recordForecasts } from "../forecasting.ts";
import { readAll } from "../read_all.ts";
import { type Trained, trainModel } from "../train_model.ts";

interface Config {
  /** The last years of the training set, by which the settings were chosen. */
  readonly validationYears: number;
  /** The first years, which are read and not forecast: as many as the autoregression needs. */
  readonly order: number;
  readonly steps: number;
  readonly evaluateEvery: number;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

const config: Config = {
  validationYears: 49,
  order: 9,
  steps: 600,
  evaluateEvery: 20,
  learningRate: 0.003,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};

const model = tcn(TCN_SERIES);
type Network = Trained<ReturnType<typeof model.init>["params"], ReturnType<typeof model.init>["state"]>;

/** Values but the last, [1, T - 1, 1]: what the next ones are forecast from. */
const past = (values: Float32Array) => tensor(values.slice(0, -1), [1, values.length - 1, 1]);

/**
 * Trains on the first values of a series, all of them at each step, and forecasts every value from the second on. The
 * network sees them with mean 0 and deviation 1 of those that it is trained on.
 */
async function forecast(
  context: RunContext<Config>,
  name: string,
  { series, seen, validate = false, statistics }: {
    readonly series: Float32Array;
    readonly seen: number;
    /** Whether the values behind those that are seen are forecast while it trains. */
    readonly validate?: boolean;
    readonly statistics: Parameters<typeof normalise>[1];
  },
): Promise<Float32Array> {
  const { config, seed } = context;
  const { order, steps } = config;
  const key = Key.from(seed);
  const values = normalise(series, statistics);
  const forecasts = async ({ params, state }: Network, values: Float32Array) => {
    using y = scope(() => model.apply(params, state, past(values), { key, train: false }).y);
    return denormalise(Float32Array.from(await y.read()), statistics);
  };
  const monitor = context.monitor(name);
  const trained = await trainModel({
    model,
    optimiser: adam(config),
    learningRate: linearDecay(config.learningRate, steps),
    steps,
    key,
    batch: () =>
      Promise.resolve({
        x: past(values.subarray(0, seen)),
        next: tensor(values.slice(order, seen), [1, seen - order, 1]),
      }),
    loss: (y, { next }) => square(y.slice([0, order - 1], [1, seen - 1]).sub(next)).mean(),
    evaluation: {
      every: config.evaluateEvery,
      async run(network, done) {
        const found = await forecasts(network, validate ? values : values.subarray(0, seen));
        const rmse = (from: number, to: number) =>
          errorsOf(found.subarray(from - 1), series.subarray(from, to)).rmse;
        monitor.curve("training RMSE", done, rmse(order, seen));
        if (validate) monitor.curve("validation RMSE", done, rmse(seen, series.length));
      },
    },
    monitor,
  });
  const found = await forecasts(trained, values);
  disposeTree(trained);
  return found;
}

export default defineExperiment<Config>({
  id: "tcn",
  family: "sequence",
  title: "Temporal convolutional network on sunspots",
  question:
    "Does a convolutional network forecast next year's number of sunspots better than a linear model?",
  notes: [],
  datasets: [sunspots],
  model: describeModel(tcnModel, { config: TCN_SERIES, input: [248, 1] }, {
    counts: [{ label: "the autoregression beside it", count: "9 + 1 = 10", source: "baselines/ar-sunspots" }],
  }),
  method: [
    "The network reads the series from 1700 on and forecasts, at each year, the next one from this one and the twelve before it: two levels of two convolutions with three taps, one and two years apart. Years before 1700 are zeros. The series has mean 0 and deviation 1 in the training set.",
    "Adam on the mean squared error of all years of the training set that have nine before them (those that the autoregression is fitted to), the whole series at each step, the learning rate falling in a straight line to zero.",
    "Channels (8, 16, 32), levels (2, 3), taps (3 to 5), dropout (0 to 0.3) and steps (600, 1,200) were chosen in fourteen trials of two or three seeds by two stretches of the training set, 1850 to 1899 and 1900 to 1948, each forecast after training on the years before it. What was chosen is the second by the sum of both errors, 0.1 behind the same with twice the steps. The training run earlier-years is the later of the two stretches.",
    "Each year of the test set, 1949 to 2008, is forecast from the true numbers of the years before it, as the autoregression does it.",
    "AR(9) is fitted here again for the years from 1900 to 1948, and to see forecasts beside each other.",
  ],
  profiles: {
    quick: { seeds: [1], config: { ...config, steps: 40 } },
    full: { seeds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], config },
  },
  metrics: [
    ...forecastMetrics("sunspot number"),
    ...[
      ["validationRmse", "RMSE of 1900 to 1948, trained on the years before"],
      ["validationArRmse", "RMSE of 1900 to 1948, AR(9) of the years before"],
      ["knownRmse", "Test RMSE, years within the range of the training set"],
      ["knownArRmse", "Test RMSE, years within the range of the training set, AR(9)"],
    ].map(([name, title]) =>
      ({ name: name!, title: `${title} (sunspot number)`, format: "number", better: "lower" }) as const
    ),
  ],
  comparisons: [
    {
      kind: "baseline",
      label: "autoregression AR(9)",
      metric: "testRmse",
      value: 19.1401,
      source: "baselines/ar-sunspots",
    },
    {
      kind: "baseline",
      label: "autoregression AR(9)",
      metric: "testMae",
      value: 14.7801,
      source: "baselines/ar-sunspots",
    },
  ],
  claims: [],
  differences: [
    "None of the paper's tasks is a measured series: there networks classify, add, copy, and predict music and text.",
    "Weights start Kaiming-uniform instead of normal with a deviation of 0.01.",
  ],
  async run(context) {
    const { order, validationYears } = context.config;
    const data = context.data(sunspots);
    const { seen, unseen, all } = await readSeries(data, "activity");
    const training = data.split("train");

    const found = await forecast(context, "main", {
      series: all,
      seen: seen.length,
      statistics: await featureStatistics(training, "activity"),
    });
    recordForecasts(context, { seen, unseen, forecasts: found.subarray(order - 1), first: order });

    const cut = seen.length - validationYears;
    const chosen = await forecast(context, "earlier-years", {
      series: seen,
      seen: cut,
      validate: true,
      statistics: await featureStatistics(training.slice(0, cut), "activity"),
    });
    const chosenAr = await autoregress(seen, order, cut);
    const held = seen.subarray(cut);
    context.metric("validationRmse", errorsOf(chosen.subarray(cut - 1), held).rmse);
    context.metric("validationArRmse", errorsOf(chosenAr.forecasts.subarray(cut - order), held).rmse);

    const most = Math.max(...seen);
    const known = (values: Float32Array) => values.filter((_, t) => unseen[t]! <= most);
    const network = found.subarray(seen.length - 1);
    const linear = (await autoregress(all, order, seen.length)).forecasts.subarray(seen.length - order);
    context.metric("knownRmse", errorsOf(known(network), known(unseen)).rmse);
    context.metric("knownArRmse", errorsOf(known(linear), known(unseen)).rmse);

    const years = columnOf(await readAll(data.split("test")), "year");
    const line = (label: string, values: Float32Array) => ({
      label,
      mark: "line" as const,
      points: Array.from(values, (y, t) => ({ x: years[t]!, y })),
    });
    context.exhibit({
      kind: "plot",
      name: "forecasts",
      title: "The test years, forecast one year ahead",
      caption: `The training set ends at ${most.toFixed(1)} at most; ${
        unseen.filter((value) => value > most).length
      } of these years go beyond it.`,
      x: { title: "year", scale: "years" },
      y: { title: "sunspot number", scale: "linear", format: "number" },
      series: [line("observed", unseen), line("convolutional network", network), line("AR(9)", linear)],
    });
  },
});
