import type { Experiment } from "../define_experiment.ts";
import type { ConfusionMatrix, RunRecord } from "../record.ts";
import { drawCurves } from "./curves_figure.ts";
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
  const add = (figures: Figure[], content: string | undefined, figure: Figure) => {
    if (content === undefined) return;
    files.set(figure.file, content);
    figures.push(figure);
  };

  const mains = ordered.flatMap(({ seed, trainings }) =>
    trainings["main"] === undefined ? [] : [{ label: `seed ${seed}`, training: trainings["main"] }]
  );
  add(curves, drawCurves(`Learning curves: ${experiment.title}`, mains, experiment.metrics, "seeds"), {
    file: "curves.svg",
    description: `Learning curves of ${experiment.title}`,
    caption: `The main training run of ${seedsOf(ordered)}.`,
  });
  const first = ordered[0]!;
  const trainings = Object.entries(first.trainings).sort(([a], [b]) => a < b ? -1 : 1)
    .map(([label, training]) => ({ label, training }));
  if (trainings.length > (mains.length > 0 ? 1 : 0)) {
    add(curves, drawCurves(`All training runs: ${experiment.title}`, trainings, experiment.metrics, "runs"), {
      file: "trainings.svg",
      description: `Learning curves of every training run of ${experiment.title}`,
      caption: `${plural(trainings.length, "training run")} with seed ${first.seed}.`,
    });
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
