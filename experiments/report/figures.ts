/**
 * Which figures a report has, and what stands under them.
 *
 * @module
 */
import type { Experiment } from "../define_experiment.ts";
import type { Exhibit } from "../exhibit.ts";
import type { ConfusionMatrix, RunRecord } from "../record.ts";
import { drawCurves, type NamedTraining } from "./curves_figure.ts";
import { plural } from "./format.ts";
import { drawConfusion } from "./heatmap.ts";
import { drawPlot } from "./plot_figure.ts";
import { drawPictures, drawSamples, SAMPLES_WIDTH } from "./samples_picture.ts";
import { addConfusions } from "./statistics.ts";

/** A figure beside the page. */
export interface Figure {
  readonly file: string;
  readonly content: string | Uint8Array;
  readonly description: string;
  /** Sentence under it. */
  readonly caption: string;
  /** Width on the page, if it differs from the picture's. */
  readonly width?: number;
}

/**
 * Learning curves: the main run of every seed; then the other runs, those of one length together, for the first seed if
 * they are several. (Runs of different lengths on one axis would hide the short ones.)
 */
export function curveFigures(experiment: Experiment, records: readonly RunRecord[]): Figure[] {
  const { seed } = records[0]!;
  const trainings = Object.fromEntries(
    Object.entries(records[0]!.trainings).filter(([, { steps }]) => steps > 0),
  );
  const figures: Figure[] = [];
  const add = (title: string, runs: readonly NamedTraining[], several: string, caption: string) => {
    const file = figures.length === 0 ? "curves.svg" : `curves-${figures.length + 1}.svg`;
    const content = drawCurves(`${title}: ${experiment.title}`, runs, experiment.metrics, several);
    if (content === undefined) return;
    figures.push({ file, content, description: `${title} of ${experiment.title}`, caption });
  };
  const ofEverySeed = (name: string) =>
    records.flatMap(({ seed, trainings }) => {
      const training = trainings[name];
      const label = experiment.deterministic ? name : `seed ${seed}`;
      return training === undefined ? [] : [{ label, training }];
    });
  const [ofSeeds, withSeed] = experiment.deterministic
    ? ["", ""]
    : [` of ${nameSeeds(records)}`, ` with seed ${seed}`];

  if (trainings["main"] !== undefined) {
    add("Learning curves", ofEverySeed("main"), "seeds", `The main training run${ofSeeds}.`);
  }
  const byLength = new Map<number, string[]>();
  for (const name of Object.keys(trainings).sort()) {
    const { steps } = trainings[name]!;
    byLength.set(steps, [...byLength.get(steps) ?? [], name]);
  }
  for (const names of byLength.values()) {
    const [name] = names;
    if (names.length > 1) {
      const runs = names.map((name) => ({ label: name, training: trainings[name]! }));
      add(
        "Training runs beside each other",
        runs,
        "runs",
        `${plural(names.length, "training run")}${withSeed}.`,
      );
    } else if (name !== undefined && name !== "main") {
      const title = `Training run "${name}"`;
      add(title, ofEverySeed(name), "seeds", `The training run "${name}"${ofSeeds}.`);
    }
  }
  return figures;
}

/** The sum of the seeds' confusion matrices, drawn; undefined if there is none, or nothing in it. */
export function confusionFigure(
  experiment: Experiment,
  records: readonly RunRecord[],
): { readonly matrix: ConfusionMatrix; readonly figure: Figure } | undefined {
  const counted = records.filter(({ confusion }) => confusion !== null && confusion.classes.length > 0);
  if (counted.length === 0) return undefined;
  const matrix = addConfusions(counted.flatMap(({ confusion }) => confusion ?? []));
  const predictions = matrix.counts.flat().reduce((sum, count) => sum + count, 0);
  const note = `${plural(predictions, "prediction")}${
    experiment.deterministic ? "" : ` of ${nameSeeds(counted)}`
  }`;
  const figure = {
    file: "confusion.svg",
    content: drawConfusion(`Confusion matrix: ${experiment.title}`, note, matrix),
    description: `Confusion matrix of ${experiment.title}`,
    caption: `${note}; rows are true classes, columns are predictions.`,
  };
  return { matrix, figure };
}

/** The samples of the first seed that has some, drawn; undefined if there are none. */
export function samplesFigure(experiment: Experiment, records: readonly RunRecord[]): Figure | undefined {
  for (const { seed, samples } of records) {
    const content = samples === null ? undefined : drawSamples(samples);
    if (samples === null || content === undefined) continue;
    return {
      file: "predictions.png",
      content,
      description: `Samples with true and predicted class, ${experiment.title}`,
      caption: plural(samples.samples.length, "sample") +
        (experiment.deterministic ? "." : ` with the model of seed ${seed}.`),
      width: SAMPLES_WIDTH,
    };
  }
  return undefined;
}

/** An exhibit with its figure; a table has none. */
export interface ShownExhibit {
  readonly exhibit: Exhibit;
  readonly figure: Figure | undefined;
}

/** Every exhibit of the runs, of the first seed that has it. */
export function exhibitFigures(experiment: Experiment, records: readonly RunRecord[]): ShownExhibit[] {
  const found = new Map<string, ShownExhibit>();
  for (const { seed, exhibits = [] } of records) {
    for (const exhibit of exhibits) {
      if (found.has(exhibit.name)) continue;
      const { name, title, caption } = exhibit;
      const whose = experiment.deterministic ? "" : ` (Seed ${seed}.)`;
      const shown = { description: `${title}, ${experiment.title}`, caption: caption + whose };
      const figure = exhibit.kind === "plot"
        ? { file: `${name}.svg`, content: drawPlot(exhibit), ...shown }
        : exhibit.kind === "pictures"
        ? { file: `${name}.png`, content: drawPictures(exhibit), ...shown, width: SAMPLES_WIDTH }
        : undefined;
      found.set(name, { exhibit: { ...exhibit, caption: shown.caption }, figure });
    }
  }
  return [...found.values()];
}

function nameSeeds(records: readonly RunRecord[]): string {
  const seeds = records.map(({ seed }) => String(seed));
  return seeds.length === 1
    ? `seed ${seeds[0]}`
    : `seeds ${seeds.slice(0, -1).join(", ")} and ${seeds.at(-1)}`;
}
