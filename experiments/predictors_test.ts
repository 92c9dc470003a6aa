/** Predictors of experiments on made-up rows, with weights of which the answer is known. */
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  createDevice,
  Device,
  disposeTree,
  type HostTree,
  Key,
  readTree,
  ReferenceBackend,
  setDefaultDevice,
  type Tree,
} from "@verbatim/core";
import { type ColumnValues, type Dataset, memorySplit, type OpenDataset, type Split } from "@verbatim/data";
import {
  activationMlp,
  type ActivationName,
  LINEAR_SVM_MNIST,
  linearSvm,
  maxout,
  MULTI_TASK_784_32,
  multiTask,
} from "@verbatim/models";
import boosting from "./classical/boosting.ts";
import kMeans from "./classical/k_means.ts";
import kNearestNeighbours from "./classical/k_nearest_neighbours.ts";
import linearRegression from "./classical/linear_regression.ts";
import supportVectorMachine from "./classical/linear_svm.ts";
import logisticRegression from "./classical/logistic_regression.ts";
import pca from "./classical/pca.ts";
import perceptron from "./classical/perceptron.ts";
import type { Experiment, Prediction } from "./define_experiment.ts";
import activations from "./feedforward/activations.ts";
import multiTasks from "./feedforward/multi_task.ts";
import { denseForm, restore } from "./predictions.ts";

type Values = Readonly<Record<string, ArrayLike<number>>>;

/** Rows of a data set that are in memory only; columns that are not given are zeros. */
function rowsOf(dataset: Dataset, rows: number, values: Values): Split {
  const { columns } = dataset.splits["test"]!;
  const arrays = { f32: Float32Array, i32: Int32Array, u32: Uint32Array, u8: Uint8Array };
  const read: Record<string, ColumnValues> = {};
  for (const [name, column] of Object.entries(columns)) {
    if (column.dtype === "utf8") read[name] = Array.from({ length: rows }, () => "");
    else if (column.dtype !== "list" && "shape" in column) {
      const array = new arrays[column.dtype](column.shape.reduce((size, length) => size * length, rows));
      array.set(values[name] ?? []);
      read[name] = array;
    }
  }
  return memorySplit(rows, columns, read);
}

interface Asked {
  readonly test: Split;
  readonly train?: Split;
  readonly weights?: HostTree;
  readonly training?: string;
}

/** What the quick profile's predictor says, on the reference device, where it leaves nothing. */
async function ask<C>(
  { predictor, profiles }: Experiment<C>,
  { test, train = test, weights = {}, training = "main" }: Asked,
): Promise<readonly Prediction[]> {
  const backend = new ReferenceBackend();
  await using device = new Device(backend);
  setDefaultDevice(device);
  const { predict, dataset } = predictor!;
  const data: OpenDataset = {
    dataset,
    contentSha256: "",
    arrowSha256: {},
    servedBy: "memory",
    split: (name) => name === "train" ? train : test,
    close() {},
  };
  const { config, seeds } = profiles.quick;
  const said = await predict({ config, seed: seeds[0]!, training, weights, rows: test, data });
  assertEquals(backend.bytesInUse, 0);
  return said;
}

const f32 = (shape: readonly number[], values: ArrayLike<number>) =>
  ({ dtype: "f32", shape, values: Float32Array.from(values) }) as const;

/** Weights that are zero but for those that are given, in the form of fresh ones. */
async function weightsLike(init: () => { readonly params: Tree }, values: Values): Promise<HostTree> {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const { params } = init();
  const tree = await readTree({ params });
  disposeTree(params);
  return Object.fromEntries(
    Object.entries(tree).map(([path, { shape, values: { length } }]) => {
      const filled = new Float32Array(length);
      filled.set(values[path] ?? []);
      return [path, f32(shape, filled)];
    }),
  );
}

const repeat = (count: number, values: readonly number[]) =>
  values.flatMap((value) => new Array<number>(count).fill(value));
const said = (predictions: readonly Prediction[]) => predictions.map(({ predicted }) => predicted);
const truths = (predictions: readonly Prediction[]) => predictions.map(({ truth }) => truth);
/** The probability of what is predicted, and the next one. */
const odds = (prediction: Prediction | undefined) =>
  prediction !== undefined && "probabilities" in prediction
    ? prediction.probabilities.slice(0, 2).map(({ probability }) => probability)
    : [];

Deno.test("the perceptron tells setosas by the side of its plane", async () => {
  const test = rowsOf(perceptron.predictor!.dataset, 3, {
    features: [5, 3, 1.4, 0.2, 6, 3, 4.7, 1.4, 5, 3, 1.9, 2],
    label: [0, 1, 2],
  });
  // 2 less the petal's length.
  const weights = { "params/w": f32([4, 1], [0, 0, -1, 0]), "params/b": f32([1], [2]) };
  const predictions = await ask(perceptron, { test, weights });
  assertEquals(said(predictions), ["setosa", "not setosa", "setosa"]);
  assertEquals(truths(predictions), ["setosa", "not setosa", "not setosa"]);
});

Deno.test("linear regression normalises by the training rows, and says miles per gallon", async () => {
  const { predictor, profiles } = linearRegression;
  const cars = (values: readonly number[], others: Values) => {
    const { features } = profiles.quick.config;
    const named = Object.fromEntries(features.map((name) => [name, values]));
    return rowsOf(predictor!.dataset, values.length, { ...named, ...others });
  };
  // Mean 1 and deviation 1, so that 3 becomes 2; the second car is of Japan.
  const train = cars([0, 2], {});
  const test = cars([1, 3], { mpg: [10, 50], origin: [0, 2] });
  const weights = { "params/w": f32([8, 1], [1, 2, 3, 4, 5, 6, 7, 8]), "params/b": f32([1], [0.5]) };
  assertEquals(await ask(linearRegression, { test, train, weights }), [
    { predicted: 0.5, truth: 10, unit: "miles per gallon" },
    { predicted: 50.5, truth: 50, unit: "miles per gallon" },
  ]);
});

Deno.test("logistic regression has the probability of a sigmoid", async () => {
  const { dataset } = logisticRegression.predictor!;
  const train = rowsOf(dataset, 2, { features: repeat(30, [0, 2]) });
  const test = rowsOf(dataset, 2, { features: repeat(30, [1, 3]), label: [0, 1] });
  // The score is 2 z - ln 3, at z = 0 and z = 2: odds of 1/3 and of e^4 / 3.
  const predictions = await ask(logisticRegression, {
    test,
    train,
    weights: {
      "params/w": f32([30, 1], [2, ...repeat(29, [0])]),
      "params/b": f32([1], [-1.0986122886681098]),
      // What training kept as its state is not the model's.
      "state/lengths": f32([1], [0]),
    },
  });
  assertEquals(said(predictions), ["malignant", "benign"]);
  assertEquals(truths(predictions), ["malignant", "benign"]);
  assertAlmostEquals(odds(predictions[0])[0]!, 0.75, 1e-6);
  assertAlmostEquals(odds(predictions[1])[0]!, 0.9479150, 1e-6);
});

Deno.test("a row lies where the principal components have it", async () => {
  const image = Array.from({ length: 64 }, (_, pixel) => pixel);
  const test = rowsOf(pca.predictor!.dataset, 1, { image, label: [7] });
  // The components are the pixels from the last one on, the mean is 1.
  const components = image.flatMap((k) => image.map((pixel) => pixel === 63 - k ? 1 : 0));
  const weights = {
    "params/mean": f32([64], repeat(64, [1])),
    "params/components": f32([64, 64], components),
    "params/variances": f32([64], repeat(64, [1])),
  };
  assertEquals(await ask(pca, { test, weights }), [{
    predicted: [62, 61, 60, 59, 58, 57, 56, 55, 54, 53],
    truth: "7",
  }]);
});

Deno.test("a centre has the name that most of its training digits have", async () => {
  const { dataset } = kMeans.predictor!;
  const greys = Array.from({ length: 10 }, (_, grey) => grey);
  const thrice = [...greys, ...greys, ...greys];
  // Grey c is labelled c + 1, but once.
  const label = thrice.map((grey, i) => i === 0 ? 5 : (grey + 1) % 10);
  const train = rowsOf(dataset, 30, { image: repeat(64, thrice), label });
  const test = rowsOf(dataset, 2, { image: repeat(64, [3, 0]), label: [4, 7] });
  const weights = { "params/centres": f32([10, 64], repeat(64, greys)) };
  const predictions = await ask(kMeans, { test, train, weights });
  assertEquals(said(predictions), ["4", "1"]);
  assertEquals(truths(predictions), ["4", "7"]);
});

Deno.test("nearest neighbours vote with the training rows", async () => {
  const { dataset } = kNearestNeighbours.predictor!;
  const greys = Array.from({ length: 80 }, (_, i) => i % 2 === 0 ? 2 : 12);
  const train = rowsOf(dataset, 80, {
    image: repeat(64, greys),
    label: greys.map((grey) => grey === 2 ? 3 : 8),
  });
  const test = rowsOf(dataset, 2, { image: repeat(64, [1, 13]), label: [3, 3] });
  const predictions = await ask(kNearestNeighbours, { test, train, training: "" });
  assertEquals(said(predictions), ["3", "8"]);
  assertEquals(truths(predictions), ["3", "3"]);
  assertEquals(odds(predictions[0]), [1, 0]);
});

Deno.test("boosting is fitted anew to the training rows", async () => {
  const { dataset } = boosting.predictor!;
  const rows = (values: readonly number[], label: readonly number[]) => {
    const features = values.flatMap((value) => [0, value, ...repeat(55, [1])]);
    return rowsOf(dataset, values.length, { features, label });
  };
  const train = rows([0, 0.1, 0.2, 0.3, 5, 6, 7, 8], [0, 0, 0, 0, 1, 1, 1, 1]);
  const predictions = await ask(boosting, { test: rows([0.25, 4, 9], [0, 1, 0]), train, training: "" });
  assertEquals(said(predictions), ["no spam", "spam", "spam"]);
  assertEquals(truths(predictions), ["no spam", "spam", "no spam"]);
});

Deno.test("the hinge loss leaves no probabilities, the cross-entropy does", async () => {
  const test = rowsOf(supportVectorMachine.predictor!.dataset, 1, { label: [2] });
  const init = () => linearSvm(LINEAR_SVM_MNIST).init(Key.from(1));
  const weights = await weightsLike(init, { "params/b": [0, 0, 0, 0, 0, 1] });
  const hinge = await ask(supportVectorMachine, { test, weights });
  assertEquals(hinge, [{ predicted: "Sandal", truth: "Pullover", probabilities: [] }]);
  const [entropy] = await ask(supportVectorMachine, { test, weights, training: "cross-entropy" });
  assertEquals(entropy?.predicted, "Sandal");
  assertAlmostEquals(odds(entropy)[0]!, 0.2319693, 1e-6); // e / (e + 9)
  assertAlmostEquals(odds(entropy)[1]!, 0.0853367, 1e-6);
});

Deno.test("every activation has its network", async () => {
  const { dataset, trainings = [] } = activations.predictor!;
  const { widths } = activations.profiles.quick.config;
  const netOf = (unit: string) =>
    unit === "maxout"
      ? maxout({ widths, pieces: 2 })
      : activationMlp({ widths, activation: unit as ActivationName });
  assertEquals(trainings.length, 13);
  const test = rowsOf(dataset, 1, { label: [7] });
  for (const training of trainings) {
    const net = netOf(training === "main" ? "relu" : training);
    const bias = { "params/layer3/b": [0, 0, 0, 0, 0, 0, 0, 4] };
    const weights = await weightsLike(() => net.init(Key.from(1)), bias);
    const [only] = await ask(activations, { test, weights, training });
    assertEquals([only?.predicted, only?.truth], ["Sneaker", "Sneaker"], training);
  }
});

Deno.test("both heads answer to each image", async () => {
  const test = rowsOf(multiTasks.predictor!.dataset, 2, { label: [3, 1] });
  const weights = await weightsLike(() => multiTask(MULTI_TASK_784_32).init(Key.from(1)), {
    "params/heads/article/b": [0, 0, 0, 4],
    "params/heads/turn/b": [0, 0, 4],
  });
  const predictions = await ask(multiTasks, { test, weights });
  assertEquals(said(predictions), ["Dress", "upside down", "Dress", "upside down"]);
  assertEquals(truths(predictions), ["Dress", "upright", "Trouser", "upright"]);
  assertEquals(predictions.map((one) => "task" in one ? one.task : ""), [
    "article",
    "turn",
    "article",
    "turn",
  ]);
});

Deno.test("weights of another model are refused", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const weights = { "params/w": f32([4, 1], [0, 0, 0, 0]), "params/b": f32([1], [0]) };
  const refuses = (inputs: number, given: HostTree, message: string) =>
    assertThrows(() => restore(denseForm(inputs, 1), given), RangeError, message);
  refuses(5, weights, "expected f32 [5, 1] at params/w");
  refuses(4, { ...weights, "params/c": f32([], [1]) }, "got params/c");
  disposeTree(restore(denseForm(4, 1), weights));
});
