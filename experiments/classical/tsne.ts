import { Key, scope, type Tensor, tensor } from "@verbatim/core";
import { uciDigits } from "@verbatim/data";
import {
  fitPca,
  fitTsne,
  nearestNeighbours,
  projectPca,
  tsneAffinities,
  tsneGradient,
  type TsneOptions,
} from "@verbatim/models";
import { defineExperiment } from "../define_experiment.ts";
import { readDigits } from "./_digits.ts";

interface Config extends TsneOptions {
  readonly rows: number;
  readonly neighbours: number;
}

/** Rows whose neighbours are looked up. */
async function purityOf(points: Tensor, labels: Uint8Array, k: number): Promise<number> {
  // One more, for each point is its own nearest neighbour.
  using nearest = nearestNeighbours(points, points, { k: k + 1 });
  const rows = await nearest.read();
  let same = 0;
  for (let i = 0; i < labels.length; i++) {
    const others = Array.from(rows.subarray(i * (k + 1), (i + 1) * (k + 1))).filter((row) => row !== i).slice(
      0,
      k,
    );
    same += others.filter((row) => labels[row] === labels[i]).length;
  }
  return same / (k * labels.length);
}

const config: Config = {
  rows: 1000,
  neighbours: 10,
  perplexity: 30,
  steps: 750,
  exaggeratedSteps: 250,
  exaggeration: 12,
  learningRate: 200,
  earlyMomentum: 0.5,
  momentum: 0.8,
};

export default defineExperiment<Config>({
  id: "tsne",
  family: "classical",
  title: "t-SNE of UCI digits",
  question:
    "Are digits that look alike neighbours in the plane, and more so than by two principal components?",
  notes: [{ note: "csw182", section: "Lecture 11, review", quote: "Review: T-SNE, Activation Maximization" }],
  datasets: [uciDigits],
  model: {
    name: "t-SNE",
    layers: [
      { name: "digits", shape: "[N, 64]", parameters: 0 },
      { name: "affinities", shape: "[N, N]", parameters: 0 },
      { name: "points", shape: "[N, 2]", parameters: 2 * config.rows },
    ],
    counts: [{ label: "coordinates", count: "1,000 x 2 = 2,000", source: "arithmetic" }],
  },
  method: [
    "The first rows of the training split, pixels 0 to 16. Affinities are exact: all pairs, each row's precision by bisection to the perplexity.",
    "Points start at a normal distribution of deviation 1e-4, which the seed draws, and descend the divergence with momentum and gains for each coordinate; affinities are exaggerated at first.",
    "Purity is the share of the ten nearest neighbours that have a point's own label, over all points: in the plane, on the first two principal components of the same rows, and on the pixels.",
    "Labels are used for purity and colours only. Nothing was selected: settings are those of van der Maaten's program and scikit-learn, but fewer steps.",
  ],
  profiles: {
    quick: {
      seeds: [1],
      config: { ...config, rows: 300, steps: 150, exaggeratedSteps: 50 },
    },
    full: { seeds: [1, 2, 3], config },
  },
  metrics: [
    { name: "purity", title: "Purity of 10 neighbours, t-SNE", format: "percent", better: "higher" },
    {
      name: "pcaPurity",
      title: "Purity of 10 neighbours, two principal components",
      format: "percent",
      better: "higher",
    },
    { name: "pixelPurity", title: "Purity of 10 neighbours, 64 pixels", format: "percent", better: "higher" },
    { name: "divergence", title: "Divergence at the end (nats)", format: "number", better: "lower" },
  ],
  comparisons: [
    {
      kind: "baseline",
      label: "two principal components",
      metric: "purity",
      value: 0.5626,
      source: "scikit-learn's PCA on the same columns",
    },
    {
      kind: "independent",
      label: "two principal components",
      metric: "pcaPurity",
      value: 0.5626,
      tolerance: 0.0005,
      source: "scikit-learn's PCA on the same columns",
    },
    {
      kind: "independent",
      label: "the pixels",
      metric: "pixelPurity",
      value: 0.948,
      tolerance: 0.0005,
      source: "NumPy on the same columns",
    },
    {
      kind: "independent",
      label: "t-SNE with these settings (two seeds: 96.98 and 97.01%)",
      metric: "purity",
      value: 0.97,
      tolerance: 0.01,
      source: "scikit-learn's TSNE (exact) on the same columns",
    },
    {
      kind: "independent",
      label: "t-SNE with these settings (two seeds: 0.519 and 0.521)",
      metric: "divergence",
      value: 0.52,
      tolerance: 0.02,
      source: "scikit-learn's TSNE (exact) on the same columns",
    },
  ],
  claims: [],
  differences: [
    "The paper begins with 30 principal components of the data and exaggerates by 4; here the pixels are taken as they are, and the exaggeration is 12.",
  ],
  async run(context) {
    const { config, seed } = context;
    const { x, labels, classes } = await readDigits(
      context.data(uciDigits).split("train").slice(0, config.rows),
    );
    using samples = x;
    using points = await fitTsne(samples, config, Key.from(seed), context.monitor("main"));
    using divergence = scope(() =>
      tsneGradient(points, tsneAffinities(samples, config.perplexity), tensor(1)).divergence
    );
    const pca = await fitPca(samples, 2);
    using projected = scope(() => projectPca(pca, samples));
    for (const tensor of [pca.mean, pca.components, pca.variances]) tensor.dispose();
    context.metric("purity", await purityOf(points, labels, config.neighbours));
    context.metric("pcaPurity", await purityOf(projected, labels, config.neighbours));
    context.metric("pixelPurity", await purityOf(samples, labels, config.neighbours));
    context.metric("divergence", await divergence.item());

    for (
      const [name, title, plane] of [
        ["tsne", "t-SNE", points],
        ["pca", "Two principal components", projected],
      ] as const
    ) {
      const places = await plane.read();
      context.exhibit({
        kind: "plot",
        name,
        title: `${title} of the digits`,
        caption: name === "tsne"
          ? "Each point is a digit, its colour its label, which the method has not seen; the axes have no unit."
          : "The same digits on the two directions in which they vary most.",
        x: { title: name === "tsne" ? "first coordinate" : "first component", scale: "linear" },
        y: {
          title: name === "tsne" ? "second coordinate" : "second component",
          scale: "linear",
          format: "number",
        },
        series: classes.map((label, digit) => ({
          label,
          mark: "points",
          points: Array.from(labels, (_, i) => i).filter((i) => labels[i] === digit)
            .map((i) => ({ x: places[2 * i]!, y: places[2 * i + 1]! })),
        })),
      });
    }
  },
});
