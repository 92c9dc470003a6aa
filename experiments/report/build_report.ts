import type { Experiment } from "../define_experiment.ts";
import type { RunRecord } from "../record.ts";
import { confusionFigure, curveFigures, exhibitFigures, samplesFigure } from "./figures.ts";
import { writeReportPage } from "./report_page.ts";
import { entryFromRecords, orderRecords } from "./results.ts";

/**
 * Builds the report of an experiment: a pure function of its definition and of the records of its runs, so the same runs
 * give the same bytes on every machine.
 *
 * @param records one for each seed, all of one profile, in any order.
 * @returns the report's files by name: `report.md` and its figures.
 * @throws {RangeError} if the records do not belong together (see `orderRecords`).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { buildReport } from "./mod.ts";
 * import { madeUpExperiment, madeUpRecord } from "./_fixture.ts";
 *
 * const files = buildReport(madeUpExperiment(), [madeUpRecord(0), madeUpRecord(1)]);
 * assertEquals([...files.keys()], ["report.md", "curves.svg", "confusion.svg", "predictions.png"]);
 * ```
 */
export function buildReport(
  experiment: Experiment,
  records: readonly RunRecord[],
): Map<string, string | Uint8Array> {
  const ordered = orderRecords(experiment, records);
  const curves = curveFigures(experiment, ordered);
  const confusion = confusionFigure(experiment, ordered);
  const samples = samplesFigure(experiment, ordered);
  const exhibits = exhibitFigures(experiment, ordered);
  const entry = entryFromRecords(experiment, ordered);
  const page = writeReportPage({ entry, records: ordered, curves, confusion, samples, exhibits });
  const files = new Map<string, string | Uint8Array>([["report.md", page]]);
  for (const figure of [...curves, confusion?.figure, samples, ...exhibits.map(({ figure }) => figure)]) {
    if (figure !== undefined) files.set(figure.file, figure.content);
  }
  return files;
}
