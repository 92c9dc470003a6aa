import {
  memorySplit,
  numberColumnOf,
  type OpenDataset,
  readPng,
  type Rows,
  type Split,
} from "@verbatim/data";
import { type Flags, parseArguments, UsageError } from "@verbatim/data/command_line";
import { readFileIfThere } from "@verbatim/data/files";
import type { Experiment, Prediction, Predictor } from "../define_experiment.ts";
import { Console, type World } from "./console.ts";
import { createEngine } from "./engine.ts";
import { profileOf, workersOf } from "./perform.ts";
import { readLock, recordsFolder } from "./plan.ts";
import { runFolder } from "./record_file.ts";
import { loadExperiments, selectExperiments } from "./registry.ts";
import { deviceOf, DEVICES } from "./run_messages.ts";
import { showPredictions } from "./show_predictions.ts";
import { pinnedState } from "./weights.ts";
import { readWeights, weightsPath } from "./weights_file.ts";

const FLAGS: Flags = {
  rows: { kind: "text", help: 'rows of the split, such as "0-9,17" (default 0-9)' },
  split: { kind: "text", help: "the split that they are of (default that on which it was tested)" },
  image: { kind: "text", help: "a PNG file to be seen instead of rows" },
  seed: { kind: "text", help: "which run's weights (default the first seed)" },
  profile: { kind: "choice", choices: ["quick", "full"], help: "which profile's weights (default full)" },
  training: { kind: "text", help: "which of the run's trainings (default the main one)" },
  weights: { kind: "text", help: "a safetensors file with other weights" },
  device: { kind: "choice", choices: Object.keys(DEVICES), help: "what computes (default cpu)" },
  workers: { kind: "count", help: "threads (no bit depends on it)" },
  offline: { kind: "switch", help: "use only data that is on this machine" },
  json: { kind: "switch", help: "results as JSON lines" },
};

export const PREDICT_FLAGS: Flags = FLAGS;
export const PREDICT_HELP =
  "predict ID: what the trained model of an experiment says of rows of its data, or of a picture";

/** The training whose weights a predictor has if it says nothing of them. */
const MAIN = "main";
const NO_WEIGHTS = { tensors: {} };
/** Rows at a time, which are read into memory. */
const MOST_ROWS = 10_000;

/** Says what a trained model makes of rows or of a picture. */
export async function predict(args: readonly string[], world: World): Promise<number> {
  const parsed = parseArguments(args, FLAGS);
  const console = new Console(world, { json: parsed.has("json") });
  const { root } = world;
  const all = await loadExperiments(root);
  const able = all.filter(({ experiment }) => experiment.predictor !== undefined);
  const ids = able.map(({ experiment: { id } }) => id).join(", ");
  if (parsed.names.length !== 1) throw new UsageError(`Expected one experiment: ${ids}.`);
  const [entry, ...others] = selectExperiments(all, parsed.names);
  const experiment = entry!.experiment;
  const { id, predictor } = experiment;
  if (predictor === undefined || others.length > 0) {
    throw new UsageError(`Cannot predict with "${parsed.names[0]}": expected one of ${ids}.`);
  }
  const profile = profileOf(parsed.text("profile"), "full");
  const seed = seedOf(experiment, profile, parsed.text("seed"));
  const training = trainingOf(id, predictor, parsed.text("training"));
  const given = parsed.text("weights");
  if (given !== undefined && training === "") {
    throw new UsageError(`Cannot predict with ${id} by given weights: it has none.`);
  }
  const path = given ?? weightsPath(runFolder(recordsFolder(root), id, profile, seed), training);
  const weights = training === "" ? NO_WEIGHTS : await readWeights(path);
  if (weights === undefined) {
    const remedy = `deno task reproduce ${id}${profile === "quick" ? " --profile quick" : ""}`;
    throw new UsageError(
      given === undefined
        ? `Cannot predict with ${id}: it has not been trained here. "${remedy}" trains it.`
        : `Cannot predict with ${id}: expected a file of weights, got nothing at ${given}.`,
    );
  }

  const engine = createEngine(root, {
    device: deviceOf(parsed.text("device")),
    workers: workersOf(parsed.count("workers"), 1),
    offline: parsed.has("offline"),
    allowInexact: false,
  });
  const say = (line: string) => console.say(line);
  const data = await engine.openData(predictor.dataset, say);
  try {
    const split = splitOf(data, parsed.text("split") ?? predictor.split);
    const image = parsed.text("image");
    const indices = image === undefined ? rowsOf(parsed.text("rows") ?? "0-9", split.rows) : [];
    const rows = image === undefined
      ? memorySplit(indices.length, split.columns, await split.read(indices))
      : await pictureOf(image, split, predictor);
    const device = await engine.openDevice(say);
    let predictions: readonly Prediction[];
    try {
      const { config } = experiment.profiles[profile];
      const { tensors } = weights;
      predictions = await predictor.predict({ config, seed, training, weights: tensors, rows, data });
    } catch (error) {
      // Of weights that others made: their names or shapes are not the model's.
      if (given === undefined || !(error instanceof RangeError)) throw error;
      throw new UsageError(`Cannot predict with ${id} by ${given}. ${error.message}.`, { cause: error });
    } finally {
      await device.close();
    }
    const names = image === undefined ? indices.map(String) : [image];
    const summary = showPredictions(predictions, names, console);
    const run = `${id}, ${profile}, seed ${seed}`;
    if (training === "") console.result(`\n${summary}From the training rows, as in ${run}.`);
    else {
      const whose = given ?? `${run}${training === MAIN ? "" : `, ${training}`}`;
      const state = pinnedState(weights.tensors, await readLock(root, entry!), profile, seed, training);
      console.result(`\n${summary}Weights of ${whose}: ${state}.`);
    }
  } finally {
    data.close();
  }
  return 0;
}

/** The training whose weights are used; empty if the predictor has none. */
function trainingOf(
  id: string,
  { trainings = [MAIN] }: Predictor<unknown>,
  text: string | undefined,
): string {
  const [first = ""] = trainings;
  if (text === undefined || trainings.includes(text)) return text ?? first;
  const expected = first === ""
    ? `none, for ${id} has no weights`
    : `one of ${id}'s, ${trainings.join(", ")}`;
  throw new UsageError(`Cannot read --training: expected ${expected}, got "${text}".`);
}

function seedOf({ id, profiles }: Experiment, profile: "quick" | "full", text: string | undefined): number {
  const { seeds } = profiles[profile];
  if (text === undefined) return seeds[0]!;
  const seed = seeds.find((seed) => `${seed}` === text);
  if (seed !== undefined) return seed;
  throw new UsageError(`Cannot read --seed: expected one of ${id}'s, ${seeds.join(", ")}, got "${text}".`);
}

function splitOf(data: OpenDataset, name: string): Split {
  const known = Object.keys(data.dataset.splits);
  if (known.includes(name)) return data.split(name);
  throw new UsageError(`Cannot read --split: expected ${known.join(" or ")}, got "${name}".`);
}

/** Reads "0-9,17". */
function rowsOf(text: string, count: number): number[] {
  const fail = (got: string): never => {
    throw new UsageError(
      `Cannot read --rows: expected rows from 0 to ${count - 1} such as "0-9,17", got ${got}.`,
    );
  };
  const rows = text.split(",").flatMap((part) => {
    const [, first, last = first] = /^\s*([0-9]+)(?:-([0-9]+))?\s*$/.exec(part) ?? fail(`"${part}"`);
    const [begin, end] = [Number(first), Number(last)];
    if (begin > end || end >= count) fail(`"${part}"`);
    if (end - begin >= MOST_ROWS) fail(`more than ${MOST_ROWS} of them`);
    return Array.from({ length: end - begin + 1 }, (_, i) => begin + i);
  });
  return rows.length > MOST_ROWS ? fail(`more than ${MOST_ROWS} of them`) : rows;
}

/** A picture as the only row of a split, where the data set's pictures are in a column "image". */
async function pictureOf(
  path: string,
  split: Split,
  { pictures = false }: Predictor<unknown>,
): Promise<Split> {
  if (!pictures) {
    throw new UsageError(
      "Cannot read --image: expected an experiment on pictures with pixels from 0 to 255, got other data.",
    );
  }
  const column = numberColumnOf(split, "image");
  const bytes = await readFileIfThere(path);
  if (bytes === undefined) {
    throw new UsageError(`Cannot read --image: expected a PNG file, got nothing at ${path}.`);
  }
  const { height, width, channels, pixels } = readPng(bytes);
  const expected = [...column.shape, 1].slice(0, 3).join(" x ");
  const got = [height, width, channels].join(" x ");
  if (expected !== got) {
    throw new UsageError(
      `Cannot read --image: expected a picture of ${expected} (height, width, channels), got ${got}.`,
    );
  }
  const rows: Rows = { image: pixels };
  return memorySplit(1, { image: column }, rows);
}
