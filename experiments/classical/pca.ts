import {
  argmax,
  disposeTree,
  matmul,
  oneHot,
  readTree,
  scope,
  square,
  squareRoot,
  type Tensor,
  tensor,
  zeros,
} from "@verbatim/core";
import { uciDigits } from "@verbatim/data";
import { fitPca, kNearestNeighbours, type Pca, projectPca, restorePca } from "@verbatim/models";
import { defineExperiment, type RunContext } from "../define_experiment.ts";
import { restore } from "../predictions.ts";
import { inkPixels, readDigits, SIDE } from "./_digits.ts";

interface Config {
  /** Components of the two metrics. */
  readonly few: number;
  readonly many: number;
  readonly neighbours: number;
  /** Numbers of components on the curves. */
  readonly curve: readonly number[];
  /** Numbers of components in the picture of restored digits. */
  readonly restored: readonly number[];
}

const PIXELS = SIDE * SIDE;
/** Grey values are from 0 to 16. */
const GREYS = 16;

/** The first k of the components. */
function firstOf(pca: Pca, k: number): Pca {
  return {
    ...pca,
    components: pca.components.slice([0, 0], [k, PIXELS]),
    variances: pca.variances.slice([0], [k]),
  };
}

/** Root of the mean squared difference. */
async function rmse(a: Tensor, make: () => Tensor): Promise<number> {
  using error = scope(() => squareRoot(square(a.sub(make())).mean()));
  return await error.item();
}

/** The pixels of most variance in the training set, of equal ones the first. */
function strongestPixels(variances: ArrayLike<number>): number[] {
  return Array.from({ length: PIXELS }, (_, pixel) => pixel).sort((a, b) =>
    variances[b]! - variances[a]! || a - b
  );
}

async function run(context: RunContext<Config>): Promise<void> {
  const { config } = context;
  const data = context.data(uciDigits);
  const train = await readDigits(data.split("train"));
  const test = await readDigits(data.split("test"));
  const pca = await fitPca(train.x, PIXELS);
  const { mean, components, variances, totalVariance } = pca;
  context.fitted("main", await readTree({ mean, components, variances }));

  const restore = (k: number) =>
    rmse(test.x, () => {
      const part = firstOf(pca, k);
      return restorePca(part, projectPca(part, test.x));
    });
  using spread = scope(() => square(train.x.sub(mean)).mean(0));
  const strongest = strongestPixels(await spread.read());
  const keepPixels = (k: number) =>
    rmse(test.x, () => {
      const mask = oneHot(tensor(Uint32Array.from(strongest.slice(0, k))), PIXELS).sum(0); // [64]
      return test.x.sub(mean).mul(mask).add(mean);
    });
  using labels = tensor(Uint32Array.from(train.labels));
  const classify = async (k: number) => {
    using found = scope(() => {
      const part = firstOf(pca, k);
      const samples = { x: projectPca(part, train.x), labels };
      const options = { k: config.neighbours, classes: train.classes.length };
      return argmax(kNearestNeighbours(samples, projectPca(part, test.x), options), 1);
    });
    const predicted = await found.read();
    return test.labels.filter((label, i) => label === predicted[i]).length / test.labels.length;
  };

  const explained: number[] = [];
  let sum = 0;
  for (const variance of await variances.read()) {
    explained.push(Math.min(1, (sum += variance) / totalVariance));
  }
  const share = (k: number) => explained[k - 1]!;
  const least = (wanted: number) => explained.findIndex((share) => share >= wanted) + 1;
  context.metric("restoredRmse", await restore(config.few));
  context.metric("pixelsRmse", await keepPixels(config.few));
  context.metric("neighboursAccuracy", await classify(config.many));
  context.metric("explainedTwo", share(2));
  context.metric("explainedFew", share(config.few));
  context.metric("explainedMany", share(config.many));
  context.metric("componentsFor95", least(0.95));
  using products = scope(() => matmul(components, components.transpose()));
  const gram = [...await products.read()];
  context.metric(
    "orthogonalityError",
    gram.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (i % (PIXELS + 1) === 0 ? 1 : 0))),
      0,
    ),
  );

  const curves: { k: number; restored: number; pixels: number; accuracy: number }[] = [];
  for (const k of config.curve) {
    curves.push({
      k,
      restored: await restore(k),
      pixels: await keepPixels(k),
      accuracy: await classify(k),
    });
  }
  context.exhibit({
    kind: "plot",
    name: "explained",
    title: "Explained variance",
    caption: "The share of the training images' variance that the first components have together.",
    x: { title: "components", scale: "linear" },
    y: { title: "share of the variance", scale: "linear", format: "percent" },
    series: [{ label: "explained", mark: "line", points: explained.map((y, i) => ({ x: i + 1, y })) }],
  });
  context.exhibit({
    kind: "plot",
    name: "restoration",
    title: "Error of the restored test images",
    caption:
      "Root of the mean squared error of a pixel, in steps of grey (0 to 16): from the first components, and from as many pixels, those of most variance, with the training mean in all others.",
    x: { title: "numbers kept of each image", scale: "linear" },
    y: { title: "error", scale: "linear", format: "number" },
    series: [
      { label: "components", mark: "line", points: curves.map(({ k, restored }) => ({ x: k, y: restored })) },
      { label: "pixels", mark: "line", points: curves.map(({ k, pixels }) => ({ x: k, y: pixels })) },
    ],
  });
  context.exhibit({
    kind: "plot",
    name: "neighbours",
    title: "Nearest neighbours among the components",
    caption:
      "Test accuracy of three nearest neighbours by the first components alone; with all 64 the distances are those of the pixels.",
    x: { title: "components", scale: "linear" },
    y: { title: "test accuracy", scale: "linear", format: "percent" },
    series: [
      { label: "accuracy", mark: "line", points: curves.map(({ k, accuracy }) => ({ x: k, y: accuracy })) },
    ],
  });
  await exhibitPictures(context, pca, test);
  disposeTree([pca, train.x, test.x]);
}

/** The components as pictures, some digits restored from ever more of them, and the test images in the plane of two. */
async function exhibitPictures(
  context: RunContext<Config>,
  pca: Pca,
  test: Awaited<ReturnType<typeof readDigits>>,
): Promise<void> {
  const { config } = context;
  const mean = await pca.mean.read();
  const rows = await pca.components.read();
  const shown = Array.from({ length: 15 }, (_, k) => {
    const row = [...rows.slice(k * PIXELS, (k + 1) * PIXELS)];
    const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return {
      label: `component ${k + 1}`,
      pixels: inkPixels(row.map((value) => GREYS * (1 + value / largest) / 2)),
    };
  });
  context.exhibit({
    kind: "pictures",
    name: "components",
    title: "The components",
    caption:
      "The mean digit, and the directions of most variance: dark pixels have more ink along the direction, light ones less, the grey of the corners neither.",
    height: SIDE,
    width: SIDE,
    columns: 8,
    pictures: [{ label: "mean", pixels: inkPixels(mean) }, ...shown],
  });

  const pixels = await test.x.read();
  const first = test.classes.map((_, digit) => test.labels.indexOf(digit)).filter((row) => row >= 0);
  const pictures: { label: string; pixels: string }[] = [];
  for (const row of first.slice(0, 4)) {
    for (const k of config.restored) {
      using restored = scope(() => {
        const part = firstOf(pca, k);
        return restorePca(part, projectPca(part, test.x.slice([row, 0], [row + 1, PIXELS])));
      });
      pictures.push({ label: `${k}`, pixels: inkPixels(await restored.read()) });
    }
    pictures.push({ label: "original", pixels: inkPixels(pixels.slice(row * PIXELS, (row + 1) * PIXELS)) });
  }
  context.exhibit({
    kind: "pictures",
    name: "restored",
    title: "Digits restored from their components",
    caption: "The first 0, 1, 2 and 3 of the test set, each from as many components as stands below it.",
    height: SIDE,
    width: SIDE,
    columns: config.restored.length + 1,
    pictures,
  });

  using plane = scope(() => projectPca(firstOf(pca, 2), test.x));
  const places = await plane.read();
  context.exhibit({
    kind: "plot",
    name: "plane",
    title: "The test images in the plane of the first two components",
    caption: "Each point is an image, its colour the digit, which the method has not seen.",
    x: { title: "first component", scale: "linear" },
    y: { title: "second component", scale: "linear", format: "number" },
    series: test.classes.map((label, digit) => ({
      label,
      mark: "points",
      points: Array.from(test.labels.keys()).filter((row) => test.labels[row] === digit).map((row) => ({
        x: places[2 * row]!,
        y: places[2 * row + 1]!,
      })),
    })),
  });
}

export default defineExperiment({
  id: "pca",
  family: "classical",
  title: "Principal components of UCI digits",
  question: "How few numbers does an image of 64 pixels need?",
  notes: [{
    note: "i2dl",
    section: "Lecture 2, unsupervised learning",
    quote: "Unsupervised learning that has no label ... uses clustering (k-means, PCA, etc.)",
  }],
  datasets: [uciDigits],
  model: {
    name: "principal component analysis, 64 components",
    layers: [
      { name: "flatten, subtract the mean", shape: "[B, 64]", parameters: 64 },
      { name: "coordinates along the components", shape: "[B, 64]", parameters: 4096 },
    ],
    counts: [{
      label: "mean + components + variances",
      count: "64 + 64 x 64 + 64 = 4,224",
      source: "arithmetic",
    }],
  },
  method: [
    "The training images, less their mean, are decomposed: X = U S V^T. The columns of V are the components, s^2 / 1437 the variances along them.",
    "A test image is restored from its coordinates along the first components. Beside it: as many of the pixels, those of most variance in the training set, and the training mean in place of all others.",
    "Three nearest neighbours classify the test split by the coordinates along the first 20 components; all of the training split votes.",
    "Nothing was selected; labels are used by the neighbours alone.",
  ],
  deterministic: true,
  profiles: {
    quick: {
      seeds: [1],
      config: { few: 10, many: 20, neighbours: 3, curve: [1, 64], restored: [1, 10] },
    },
    full: {
      seeds: [1],
      config: {
        few: 10,
        many: 20,
        neighbours: 3,
        curve: [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 64],
        restored: [1, 2, 5, 10, 20, 30, 40],
      },
    },
  },
  metrics: [
    {
      name: "restoredRmse",
      title: "Error of test images restored from 10 components (steps of grey)",
      format: "number",
      better: "lower",
    },
    {
      name: "pixelsRmse",
      title: "Error of test images restored from 10 pixels (steps of grey)",
      format: "number",
      better: "neither",
    },
    {
      name: "neighboursAccuracy",
      title: "Test accuracy of 3 nearest neighbours by 20 components",
      format: "percent",
      better: "higher",
    },
    { name: "explainedTwo", title: "Variance of 2 components", format: "percent", better: "higher" },
    { name: "explainedFew", title: "Variance of 10 components", format: "percent", better: "higher" },
    { name: "explainedMany", title: "Variance of 20 components", format: "percent", better: "higher" },
    {
      name: "componentsFor95",
      title: "Components with 95% of the variance",
      format: "count",
      better: "lower",
    },
    {
      name: "orthogonalityError",
      title: "Largest error of a product of two components",
      format: "number",
      better: "lower",
    },
  ],
  comparisons: [
    {
      kind: "baseline",
      label: "the 10 pixels of most variance",
      metric: "restoredRmse",
      value: 3.586212353184859,
      source: "computed with NumPy on the same columns",
    },
    {
      kind: "independent",
      label: "the same components",
      metric: "restoredRmse",
      value: 2.2442471302742577,
      tolerance: 0.00001,
      source: 'scikit-learn\'s PCA(svd_solver="full") on the same columns',
    },
    {
      kind: "independent",
      label: "the same pixels",
      metric: "pixelsRmse",
      value: 3.586212353184859,
      tolerance: 0.00001,
      source: "computed with NumPy on the same columns",
    },
    {
      kind: "baseline",
      label: "3 nearest neighbours by all 64 pixels",
      metric: "neighboursAccuracy",
      value: 0.9860724233983287,
      source: "baselines/knn-uci-digits",
    },
    {
      kind: "independent",
      label: "the same classifier",
      metric: "neighboursAccuracy",
      value: 0.98607,
      tolerance: 0.00001,
      source: "scikit-learn's PCA and KNeighborsClassifier on the same columns",
    },
    ...([["explainedTwo", 0.28608529578491215], ["explainedFew", 0.7383482953087093], [
      "explainedMany",
      0.8942341579230901,
    ]] as const).map(([metric, value]) => ({
      kind: "independent" as const,
      label: "the same share",
      metric,
      value,
      tolerance: 0.000001,
      source: 'scikit-learn\'s PCA(svd_solver="full") on the same columns',
    })),
    {
      kind: "independent",
      label: "the same number",
      metric: "componentsFor95",
      value: 29,
      tolerance: 0.5,
      source: 'scikit-learn\'s PCA(svd_solver="full") on the same columns',
    },
  ],
  claims: [],
  differences: [
    "The notes count PCA among the methods of clustering; it finds directions, not groups: in the plane of the first two, digits overlap.",
  ],
  run,
  predictor: {
    dataset: uciDigits,
    split: "test",
    async predict({ config, weights, rows }) {
      const { params } = restore(() => ({
        params: { mean: zeros([PIXELS]), components: zeros([PIXELS, PIXELS]), variances: zeros([PIXELS]) },
        state: {},
      }), weights);
      const { x, labels, classes } = await readDigits(rows);
      using places = scope(() => projectPca(firstOf({ ...params, totalVariance: 0 }, config.few), x));
      disposeTree([params, x]);
      const values = Array.from(await places.read());
      return Array.from(labels, (label, row) => ({
        predicted: values.slice(row * config.few, (row + 1) * config.few),
        truth: classes[label],
      }));
    },
  },
});
