import type { Experiment } from "../define_experiment.ts";
import type { ConfusionMatrix, RunRecord } from "../record.ts";
import { drawCurves, type NamedTraining } from "./curves_figure.ts";
import { formatCount, plural } from "./format.ts";
import { drawConfusion } from "./heatmap.ts";
import { type Figure, writeReportPage } from "./report_page.ts";
import { entryFromRecords, orderRecords } from "./results.ts";
import { drawSamples, SAMPLES_WIDTH } from "./samples_picture.ts";
import { addConfusions } from "./statistics.ts";

/**
 * Builds the report of an experiment: a pure function of its definition and of the records of its runs, so the same runs
 * give the same bytes on every machine.
 *
 * @param records one for each seed, all of one profile, in any order.
 * @returns the report's files by name: `report.md` and its figures.
 * @throws {RangeError} if the records do not belong together (see `orderRecords`).
 */
export function buildReport(
  experiment: Experiment,
  records: readonly RunRecord[],
): Map<string, string | Uint8Array> {
  const ordered = orderRecords(experiment, records);
  const files = new Map<string, string | Uint8Array>();
  const curves: Figure[] = [];
  for (const { file, title, runs, several, caption } of curveFigures(ordered)) {
    const svg = drawCurves(`${title}: ${experiment.title}`, runs, experiment.metrics, several);
    if (svg === undefined) continue;
    files.set(file, svg);
    curves.push({ file, description: `${title} of ${experiment.title}`, caption });
  }

  const matrix = totalConfusion(ordered);
  let confusion: { matrix: ConfusionMatrix; figure: Figure } | undefined;
  if (matrix !== undefined) {
    const predictions = matrix.counts.flat().reduce((sum, count) => sum + count, 0);
    const note = `${plural(predictions, "prediction")} of ${
      seedsOf(ordered.filter((record) => record.confusion !== null))
    }`;
    const figure = {
      file: "confusion.svg",
      description: `Confusion matrix of ${experiment.title}`,
      caption: `${note}; rows are true classes, columns are predictions.`,
    };
    files.set(figure.file, drawConfusion(`Confusion matrix: ${experiment.title}`, note, matrix));
    confusion = { matrix, figure };
  }

  const withSamples = ordered.find((record) => record.samples !== null);
  const picture = withSamples?.samples ? drawSamples(withSamples.samples) : undefined;
  let samples: Figure | undefined;
  if (picture !== undefined) {
    files.set("predictions.png", picture);
    const shown = withSamples?.samples?.samples.length ?? 0;
    samples = {
      file: "predictions.png",
      description: `Samples with true and predicted class, ${experiment.title}`,
      caption: `${formatCount(shown)} samples with the model of seed ${withSamples?.seed}.`,
      width: SAMPLES_WIDTH,
    };
  }

  const entry = entryFromRecords(experiment, ordered);
  const page = writeReportPage({ entry, records: ordered, curves, confusion, samples });
  return new Map([["report.md", page], ...files]);
}

/** Which training runs are drawn together. */
interface CurveFigure {
  readonly file: string;
  readonly title: string;
  readonly runs: readonly NamedTraining[];
  /** What the runs are together. */
  readonly several: string;
  readonly caption: string;
}

/**
 * The main run of every seed; then the other runs, those of one length together, for the first seed if they are several.
 * (Runs of different lengths on one axis would hide the short ones.)
 */
function curveFigures(records: readonly RunRecord[]): CurveFigure[] {
  const first = records[0]!;
  const named = (name: string): NamedTraining[] =>
    records.flatMap(({ seed, trainings }) => {
      const training = trainings[name];
      return training === undefined ? [] : [{ label: `seed ${seed}`, training }];
    });
  const figures: CurveFigure[] = [];
  if (first.trainings["main"] !== undefined) {
    const caption = `The main training run of ${seedsOf(records)}.`;
    figures.push({
      file: "curves.svg",
      title: "Learning curves",
      runs: named("main"),
      several: "seeds",
      caption,
    });
  }
  const groups = new Map<number, string[]>();
  for (const name of Object.keys(first.trainings).sort()) {
    const steps = first.trainings[name]!.steps;
    groups.set(steps, [...groups.get(steps) ?? [], name]);
  }
  for (const names of groups.values()) {
    if (names.length === 1 && names[0] === "main") continue;
    const file = `trainings-${figures.length}.svg`;
    if (names.length === 1) {
      const name = names[0]!;
      const caption = `The training run "${name}" of ${seedsOf(records)}.`;
      figures.push({ file, title: `Training run "${name}"`, runs: named(name), several: "seeds", caption });
    } else {
      const runs = names.map((name) => ({ label: name, training: first.trainings[name]! }));
      const caption = `${plural(names.length, "training run")} with seed ${first.seed}.`;
      figures.push({ file, title: "Training runs beside each other", runs, several: "runs", caption });
    }
  }
  return figures;
}

/** The sum of the seeds' matrices; undefined if there is none, or nothing in it. */
function totalConfusion(records: readonly RunRecord[]): ConfusionMatrix | undefined {
  const matrices = records.map(({ confusion }) => confusion).filter((matrix) => matrix !== null);
  if (matrices.length === 0) return undefined;
  const total = addConfusions(matrices);
  return total.classes.length === 0 ? undefined : total;
}

function seedsOf(records: readonly RunRecord[]): string {
  const seeds = records.map(({ seed }) => String(seed));
  return seeds.length === 1
    ? `seed ${seeds[0]}`
    : `seeds ${seeds.slice(0, -1).join(", ")} and ${seeds.at(-1)}`;
}
