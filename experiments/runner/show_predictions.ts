import { formatTable } from "@verbatim/data/command_line";
import type { ClassPrediction, NumberPrediction, PointPrediction, Prediction } from "../define_experiment.ts";
import type { Console } from "./console.ts";

/** Coordinates of a point that are shown; --json has them all. */
const SHOWN = 8;

const isClass = (prediction: Prediction): prediction is ClassPrediction =>
  typeof prediction.predicted === "string";
const isNumber = (prediction: Prediction): prediction is NumberPrediction =>
  typeof prediction.predicted === "number";

/**
 * Prints predictions of rows with these names, as many to each, and returns how good they are in a sentence and a space; in
 * nothing where no truth is known.
 */
export function showPredictions(
  predictions: readonly Prediction[],
  names: readonly string[],
  console: Console,
): string {
  const named = predictions.map((prediction, i) => {
    const row = names[Math.floor(i * names.length / predictions.length)]!;
    console.event("prediction", { row, ...prediction });
    return { row, prediction };
  });
  const print = (head: readonly string[], lines: readonly string[][]) =>
    console.result(
      formatTable(["row", ...head], lines.map((line, i) => [named[i]!.row, ...line]), ""),
    );
  if (predictions.every(isClass)) return showClasses(predictions, print);
  if (predictions.every(isNumber)) return showNumbers(predictions, print);
  showPoints(predictions.filter((one): one is PointPrediction => !isClass(one) && !isNumber(one)), print);
  return "";
}

type Print = (head: readonly string[], lines: readonly string[][]) => void;

function showClasses(predictions: readonly ClassPrediction[], print: Print): string {
  const tasks = [...new Set(predictions.map(({ task }) => task))];
  const hasTasks = tasks.some((task) => task !== undefined);
  const hasProbabilities = predictions.some(({ probabilities }) => probabilities.length > 0);
  const percent = (probability: number | undefined) =>
    probability === undefined ? "" : `${(100 * probability).toFixed(2)}%`;
  print(
    [
      ...(hasTasks ? ["task"] : []),
      "truth",
      "predicted",
      ...(hasProbabilities ? ["probability", "next"] : []),
    ],
    predictions.map(({ task, predicted, truth, probabilities: [first, second] }) => [
      ...(hasTasks ? [task ?? ""] : []),
      truth ?? "",
      predicted,
      ...(hasProbabilities
        ? [percent(first?.probability), second ? `${second.label} ${percent(second.probability)}` : ""]
        : []),
    ]),
  );
  return tasks.map((task) => {
    const known = predictions.filter((one) => one.task === task && one.truth !== undefined);
    if (known.length === 0) return "";
    const right = known.filter(({ truth, predicted }) => truth === predicted).length;
    return `${task === undefined ? "" : `${task}: `}${right} of ${known.length} right. `;
  }).join("");
}

/** Five significant digits. */
const digits = (value: number | undefined) => value === undefined ? "" : `${Number(value.toPrecision(5))}`;

function showNumbers(predictions: readonly NumberPrediction[], print: Print): string {
  const unit = predictions[0]?.unit ?? "";
  print(
    ["truth", `predicted (${unit})`, "error"],
    predictions.map(({ truth, predicted }) => [
      digits(truth),
      digits(predicted),
      truth === undefined ? "" : digits(predicted - truth),
    ]),
  );
  const errors = predictions.flatMap(({ truth, predicted }) =>
    truth === undefined ? [] : [Math.abs(predicted - truth)]
  );
  if (errors.length === 0) return "";
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return `Mean absolute error ${digits(mean)} ${unit}. `;
}

function showPoints(predictions: readonly PointPrediction[], print: Print): void {
  const length = predictions.reduce((most, { predicted }) => Math.max(most, predicted.length), 0);
  const columns = Array.from({ length: Math.min(length, SHOWN) }, (_, i) => `${i + 1}`);
  const rest = length > SHOWN ? ["..."] : [];
  print(
    ["truth", ...columns, ...rest],
    predictions.map(({ truth, predicted }) => [
      truth ?? "",
      ...columns.map((_, i) => digits(predicted[i])),
      ...rest.map(() => `${length - SHOWN} more`),
    ]),
  );
}
