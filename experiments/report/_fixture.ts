/**
 * A made-up experiment with made-up records, for tests of the reports. Nothing here was ever trained.
 *
 * @module
 */
import { type Claim, defineExperiment, type Experiment } from "../define_experiment.ts";
import type { ConfusionMatrix, RunRecord, SampleGrid, TrainingRecord } from "../record.ts";
import { sha256 } from "@verbatim/data/files";

const CLASSES = ["circle", "square", "triangle", "half moon", "star"];

/** Fractions in [0, 1) that look random and never change. */
export function fractions(seed: number): () => number {
  let state = (seed * 2654435761 + 1) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 16_777_216;
  };
}

/** The bits of some losses as a record holds them. */
export function lossBits(losses: readonly number[]): string {
  const words = new Uint32Array(Float32Array.from(losses).buffer);
  return [...words].map((word) => word.toString(16).padStart(8, "0")).join("");
}

/** A training run whose loss falls, with validation and test accuracy. */
export function madeUpTraining(seed: number, steps = 1200, rate = 1): TrainingRecord {
  const random = fractions(seed);
  const at = (t: number) => 1.6 / (1 + (rate * 30 * t) / steps) + 0.02;
  const losses = Array.from({ length: steps }, (_, t) => at(t) * (0.6 + 0.8 * random()));
  const curve = (best: number) =>
    Array.from({ length: 21 }, (_, i) => {
      const t = Math.round((i * steps) / 20);
      return { step: t, value: t === 0 ? 0.2 : best - at(t) * 0.25 + random() * 0.008 };
    });
  const tree = (name: string) => ({ sha256: sha256(name), tensors: { "hidden/w": sha256(`${name}/w`) } });
  return {
    steps,
    parameterCount: 2_345,
    losses: lossBits(losses),
    milestones: [
      { step: 0, loss: "", parameters: tree(`initial ${seed}`) },
      { step: steps, loss: lossBits(losses.slice(-1)), parameters: tree(`final ${seed}`) },
    ],
    curves: { "validation accuracy": curve(0.97), "training accuracy": curve(0.99) },
  };
}

/** A confusion matrix of the fixture's classes. */
export function madeUpConfusion(seed: number): ConfusionMatrix {
  const random = fractions(seed + 100);
  const counts = CLASSES.map((_, row) =>
    CLASSES.map((_, column) =>
      row === column ? 180 + Math.floor(random() * 20) : Math.floor(random() * random() * 12)
    )
  );
  return { classes: CLASSES, counts };
}

/** Small pictures of squares in grey, some of them called something else. */
export function madeUpSamples(count = 24): SampleGrid {
  const random = fractions(7);
  const samples = Array.from({ length: count }, (_, index) => {
    const truth = Math.floor(random() * CLASSES.length);
    const [cx, cy, r] = [10 + random() * 8, 10 + random() * 8, 4 + random() * 6];
    let bytes = "";
    for (let y = 0; y < 28; y++) {
      for (let x = 0; x < 28; x++) {
        const distance = Math.abs(x - cx) > Math.abs(y - cy) ? Math.abs(x - cx) : Math.abs(y - cy);
        bytes += String.fromCharCode(Math.max(0, Math.min(255, Math.round((r - distance) * 90))));
      }
    }
    const predicted = index % 3 === 2 ? (truth + 1 + index % 4) % CLASSES.length : truth;
    return { index: index * 17, truth, predicted, pixels: btoa(bytes) };
  });
  return { classes: CLASSES, height: 28, width: 28, samples };
}

/** The record of one seed. */
export function madeUpRecord(seed: number, changes: Partial<RunRecord> = {}): RunRecord {
  return {
    format: 1,
    experiment: "shapes-mlp",
    profile: "full",
    seed,
    numericsEpoch: 1,
    data: { shapes: sha256("shapes") },
    inputs: { code: sha256("code"), configuration: sha256("configuration"), data: sha256("data") },
    trainings: { main: madeUpTraining(seed) },
    metrics: { testAccuracy: 0.95 + seed * 0.0025, macroF1: 0.94 + seed / 300, epochs: 20 },
    confusion: madeUpConfusion(seed),
    samples: madeUpSamples(),
    ...changes,
  };
}

const claim: Claim = {
  id: "levenberg-monotone",
  measured: "By a test accuracy above 90 % on shapes.",
  decide(metrics) {
    const above = metrics.filter(({ testAccuracy }) => (testAccuracy ?? 0) > 0.9).length;
    const verdict = above === metrics.length ? "confirmed" : above === 0 ? "refuted" : "inconclusive";
    return { verdict, evidence: `${above} of ${metrics.length} seeds are above 90 %.` };
  },
};

/** The experiment, with some of its definition replaced. */
export function madeUpExperiment(changes: Partial<Experiment> = {}): Experiment {
  return defineExperiment({
    id: "shapes-mlp",
    family: "feedforward",
    title: "A small network on shapes",
    question: "Can one hidden layer tell five shapes apart?",
    notes: [{
      note: "i2dl",
      section: "Lecture 3, Neural networks",
      quote: "A hidden layer is enough to tell shapes apart.",
    }],
    datasets: [{
      name: "shapes",
      title: "Shapes",
      description: "Grey pictures of five shapes.",
      licence: "CC0-1.0",
      citation: "A. Nobody (2020). Shapes that were never drawn.",
      origin: "https://shapes.example/data",
      notes: [],
      splitRule: "The first 10,000 pictures are trained on, the others are not.",
      files: [],
      splits: {
        train: {
          rows: 10_000,
          columns: {
            image: { dtype: "u8", shape: [28, 28], description: "grey value, 0 to 255" },
            label: { dtype: "u8", shape: [], description: "shape", classes: CLASSES },
          },
        },
        test: {
          rows: 1_000,
          columns: { label: { dtype: "u8", shape: [], description: "shape", classes: CLASSES } },
        },
      },
      decode: () => ({}),
    }],
    model: {
      name: "multi-layer perceptron, 784-3-5",
      layers: [
        { name: "flatten", shape: "784", parameters: 0 },
        { name: "dense + tanh", shape: "3", parameters: 2_325 },
        { name: "dense", shape: "5", parameters: 20 },
      ],
      counts: [{ label: "by hand", count: "784 * 3 + 3 + 3 * 5 + 5 = 2,375", source: "i2dl, Lecture 3" }],
    },
    method: [
      "Adam on the cross-entropy of batches.",
      "The best of the validation accuracies decides when to stop.",
    ],
    profiles: {
      quick: { seeds: [0], config: { batchSize: 64, epochs: 1, adam: { rate: 1e-3, betas: [0.9, 0.999] } } },
      full: {
        seeds: [0, 1, 2],
        config: { batchSize: 64, epochs: 20, adam: { rate: 1e-3, betas: [0.9, 0.999] } },
      },
    },
    metrics: [
      { name: "testAccuracy", title: "test accuracy", format: "percent", better: "higher" },
      { name: "macroF1", title: "macro-F1", format: "number", better: "higher" },
      { name: "epochs", title: "epochs", format: "count", better: "neither" },
    ],
    comparisons: [
      {
        kind: "baseline",
        label: "nearest class mean",
        metric: "testAccuracy",
        value: 0.81,
        source: "computed by hand",
      },
      {
        kind: "published",
        label: "Nobody (2020)",
        metric: "testAccuracy",
        value: 0.9531,
        source: "https://shapes.example/paper",
      },
    ],
    claims: [claim],
    differences: ["The paper trains for 100 epochs."],
    run: () => Promise.resolve(),
    ...changes,
  });
}
