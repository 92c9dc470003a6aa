import type { HostTree, TrainingMonitor } from "@verbatim/core";
import type { Dataset, OpenDataset, Split } from "@verbatim/data";
import type { RegistryEntry } from "@verbatim/models";
import { canonicalJson } from "./runner/canonical_json.ts";
import type { Exhibit } from "./exhibit.ts";
import type { ConfusionMatrix, ProfileName, SampleGrid } from "./record.ts";

/** A place in the lecture notes, with the sentence that the experiment is about (at most 20 words). */
export interface NoteReference {
  /** Name of the note: "i2dl", "aps360", "ann-summary", "csw182" or "marinus-lectures". */
  readonly note: string;
  /** Section, as the note calls it. */
  readonly section: string;
  readonly quote: string;
}

/**
 * What a test of a claim found: `erratum` if what is printed fails and what should stand there holds, `depends` if the
 * rules that confirm and refute are both met, each under a condition; both computed.
 */
export interface Verdict {
  readonly verdict: "confirmed" | "refuted" | "erratum" | "depends" | "inconclusive";
  /** The numbers behind it, in one sentence. */
  readonly evidence: string;
  /** For `depends`: on what. */
  readonly condition?: string;
}

/**
 * A sentence of the notes that the experiment tests, and the decision as a function of the metrics. The sentence, its place
 * and the rules that confirm and refute it stand in the ledger of claims, `@verbatim/claims`, and nowhere else.
 */
export interface Claim {
  /** That of the sentence in the ledger. */
  readonly id: string;
  /**
   * How the ledger's rule is measured here: data, metrics, thresholds, test. It makes the rule concrete and never says when
   * the claim is confirmed or refuted.
   */
  readonly measured: string;
  /** What of this test was changed after a first result had been seen, which result, and why; left out if nothing was. */
  readonly revised?: string;
  /** Decides from the metrics of each seed, in the order of the seeds. */
  decide(metrics: readonly Readonly<Record<string, number>>[]): Verdict;
}

/** A number to hold a result against. */
export interface Comparison {
  /** "independent": the same thing computed by other code, with which the result should agree. */
  readonly kind: "baseline" | "published" | "notes" | "independent";
  /** What it is, e.g. "kNN-5, L2, 10,000 training images". */
  readonly label: string;
  /** Name of the metric that it compares with. */
  readonly metric: string;
  readonly value: number;
  /** For an independent one, and only for it: how far apart both may be and still agree. */
  readonly tolerance?: number;
  /** Where it is from: a web address, words, or an experiment of this project, "baselines/knn-uci-digits". */
  readonly source: string;
}

/** A metric's words. */
export interface MetricDescription {
  readonly name: string;
  readonly title: string;
  /** How reports print it. */
  readonly format: "percent" | "number" | "count";
  readonly better: "higher" | "lower" | "neither";
}

/** What a run may use. */
export interface RunContext<C> {
  readonly config: C;
  readonly profile: ProfileName;
  readonly seed: number;
  /** The opened data set of a given definition. */
  data(dataset: Dataset): OpenDataset;
  /** Follows a training run; "main" is the one whose curves the report shows. */
  monitor(name: string): TrainingMonitor;
  /** Takes parameters that were found without steps, in closed form: they are pinned like those of a training run. */
  fitted(name: string, parameters: HostTree): void;
  metric(name: string, value: number): void;
  confusion(matrix: ConfusionMatrix): void;
  samples(grid: SampleGrid): void;
  /** Shows a plot, a table or pictures among the results; they are pinned too. */
  exhibit(exhibit: Exhibit): void;
}

/** What a prediction may use. */
export interface PredictContext<C> {
  readonly config: C;
  readonly seed: number;
  /** Which of the predictor's trainings; empty if it has none. */
  readonly training: string;
  /** What that training left: parameters ("params/...") and model state ("state/..."). */
  readonly weights: HostTree;
  /** What is predicted, one after the other. Rows that are not of the data set have no columns of truth. */
  readonly rows: Split;
  /** The data set, for what a model knows of its training rows: their means, the rows themselves. */
  readonly data: OpenDataset;
}

/** What a model says of one row: a class, a number or, of a projection, a point. */
export type Prediction = ClassPrediction | NumberPrediction | PointPrediction;

/** A row's class. */
export interface ClassPrediction {
  /** What was asked, where a model has several answers to each row. */
  readonly task?: string;
  readonly predicted: string;
  /** What is true, where it is known. */
  readonly truth: string | undefined;
  /** Each class with its probability, the most probable first; none if the model gives none. */
  readonly probabilities: readonly { readonly label: string; readonly probability: number }[];
}

/** A row's number. */
export interface NumberPrediction {
  readonly predicted: number;
  readonly truth: number | undefined;
  /** "miles per gallon". */
  readonly unit: string;
}

/** Where a row lies in a space of few dimensions. */
export interface PointPrediction {
  readonly predicted: readonly number[];
  /** The class of the row, where it is known: a projection does not say it. */
  readonly truth: string | undefined;
}

/** How trained weights are used: what `deno task predict` does. */
export interface Predictor<C> {
  /** Whose rows are predicted, and those of which split unless another one is named. */
  readonly dataset: Dataset;
  readonly split: string;
  /**
   * The trainings whose weights it can use, the first of them unless another one is named; default "main" alone. None: it
   * has no weights, but looks training rows up, or is fitted anew, with the bits of the run.
   */
  readonly trainings?: readonly string[];
  /** Whether it can be shown a picture: a column "image" of 0 to 255. */
  readonly pictures?: boolean;
  /** For each row in order what is predicted of it; if there are several tasks, of each of them. */
  predict(context: PredictContext<C>): Promise<readonly Prediction[]>;
}

/** An experiment: everything that a reader of its report must know, in one file. */
export interface Experiment<C = unknown> {
  /** Unique, kebab-case. */
  readonly id: string;
  /** The folder of the experiment and of its report. */
  readonly family: string;
  readonly title: string;
  /** What the experiment asks. */
  readonly question: string;
  readonly notes: readonly NoteReference[];
  readonly datasets: readonly Dataset[];
  readonly model: {
    readonly name: string;
    /**
     * The entries of the registry that it is about, with the metric that says how well an entry did where that is not the
     * first; default: those whose files the experiment itself imports.
     */
    readonly of?: readonly (RegistryEntry | { readonly entry: RegistryEntry; readonly metric: string })[];
    /**
     * One line for each layer: name, output shape, number of parameters, and which layers it reads, counted from 0 (default:
     * the one before it). `describeModel` reads them off the model itself.
     */
    readonly layers: readonly {
      readonly name: string;
      readonly shape: string;
      readonly parameters: number;
      readonly from?: readonly number[];
    }[];
    /** What notes or paper say about the number of parameters. */
    readonly counts: readonly { readonly label: string; readonly count: string; readonly source: string }[];
  };
  /** How it is trained and measured, one sentence each. */
  readonly method: readonly string[];
  /** True if nothing in it is drawn at random: it has one seed, of which reports do not speak. */
  readonly deterministic?: boolean;
  /** Every hyper-parameter of each profile. */
  readonly profiles: Readonly<Record<ProfileName, { readonly seeds: readonly number[]; readonly config: C }>>;
  readonly metrics: readonly MetricDescription[];
  readonly comparisons: readonly Comparison[];
  readonly claims: readonly Claim[];
  /** Where it departs from the notes and the paper. */
  readonly differences: readonly string[];
  run(context: RunContext<C>): Promise<void>;
  readonly predictor?: Predictor<NoInfer<C>>;
}

const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Checks and returns an experiment.
 *
 * @throws {TypeError} if its id is not kebab-case, a profile has no seeds, its configuration holds what JSON cannot
 * (NaN, a function), a comparison or an entry names a metric that the experiment does not describe, a comparison has a tolerance where it needs
 * none or none where it needs one, a deterministic experiment has several seeds, or its predictor is for a data set that it
 * does not have, or a split.
 */
export function defineExperiment<C>(experiment: Experiment<C>): Experiment<C> {
  const fail = (expected: string, got: string): never => {
    throw new TypeError(`Cannot define experiment "${experiment.id}": expected ${expected}, got ${got}`);
  };
  if (!ID.test(experiment.id)) fail("a kebab-case id", `"${experiment.id}"`);
  for (const [name, profile] of Object.entries(experiment.profiles)) {
    if (profile.seeds.length === 0) fail(`seeds in profile "${name}"`, "none");
    const wrong = profile.seeds.find((seed) => !Number.isSafeInteger(seed));
    if (wrong !== undefined) fail(`whole numbers as seeds in profile "${name}"`, `${wrong}`);
    canonicalJson(profile.config, `profiles.${name}.config`);
    if (new Set(profile.seeds).size !== profile.seeds.length) {
      fail(`distinct seeds in profile "${name}"`, `${profile.seeds}`);
    }
    if (experiment.deterministic && profile.seeds.length > 1) {
      fail(`one seed in profile "${name}", for nothing is drawn`, `${profile.seeds}`);
    }
  }
  const known = new Set(experiment.metrics.map((metric) => metric.name));
  for (const about of experiment.model.of ?? []) {
    if ("metric" in about && !known.has(about.metric)) {
      fail(`a described metric for "${about.entry.id}"`, `"${about.metric}"`);
    }
  }
  for (const { kind, metric, label, tolerance } of experiment.comparisons) {
    if (!known.has(metric)) fail(`a described metric for "${label}"`, `"${metric}"`);
    const wanted = kind === "independent" ? "a tolerance above 0" : "no tolerance";
    if (kind === "independent" ? !(tolerance! > 0) : tolerance !== undefined) {
      fail(`${wanted} for "${label}"`, `${tolerance}`);
    }
  }
  const { predictor } = experiment;
  if (predictor !== undefined) {
    const { dataset, split } = predictor;
    if (!experiment.datasets.includes(dataset)) {
      fail("a predictor of one of its data sets", `one of "${dataset.name}"`);
    }
    if (dataset.splits[split] === undefined) {
      fail(`a predictor of a split of "${dataset.name}"`, `"${split}"`);
    }
  }
  return experiment;
}
