import { join } from "node:path";
import * as v from "valibot";
import type { ProfileName, RunNotes, RunRecord } from "../record.ts";
import { diskWriter, type FileWriter, readTextIfThere, writeFileAtomically } from "@verbatim/data/files";
import { prettyJson } from "./canonical_json.ts";
import { ExhibitSchema } from "./exhibit_schema.ts";
import { parseJsonAs } from "./validation.ts";

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const Hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits"));
const Finite = v.pipe(v.number(), v.finite());
const Texts = v.record(v.string(), v.string());

const Milestone = v.strictObject({
  step: Count,
  loss: v.pipe(v.string(), v.regex(/^([0-9a-f]{8})?$/, "expected 8 hexadecimal digits or nothing")),
  parameters: v.strictObject({ sha256: Hash, tensors: v.record(v.string(), Hash) }),
});

const Training = v.pipe(
  v.strictObject({
    steps: Count,
    parameterCount: Count,
    losses: v.pipe(v.string(), v.regex(/^[0-9a-f]*$/, "expected 8 hexadecimal digits for each step")),
    milestones: v.array(Milestone),
    curves: v.record(v.string(), v.array(v.strictObject({ step: Count, value: Finite }))),
  }),
  v.check(({ steps, losses }) => losses.length === 8 * steps, "expected a loss for each step"),
);

const Classes = v.array(v.string());
const Record = v.strictObject({
  format: v.literal(1),
  experiment: v.string(),
  profile: v.picklist(["quick", "full"]),
  seed: v.pipe(v.number(), v.integer()),
  numericsEpoch: Count,
  data: v.record(v.string(), Hash),
  inputs: v.strictObject({ code: Hash, configuration: Hash, data: Hash }),
  trainings: v.record(v.string(), Training),
  metrics: v.record(v.string(), Finite),
  confusion: v.nullable(v.strictObject({ classes: Classes, counts: v.array(v.array(Count)) })),
  samples: v.nullable(v.strictObject({
    classes: Classes,
    height: Count,
    width: Count,
    samples: v.array(
      v.strictObject({ index: Count, truth: Count, predicted: Count, pixels: v.string() }),
    ),
  })),
  exhibits: v.exactOptional(v.array(ExhibitSchema)),
});

const Notes = v.strictObject({
  core: v.string(),
  backend: v.string(),
  workers: Count,
  seconds: Finite,
  servedBy: Texts,
});

/** The folder of a run: its record, its notes and its checkpoints. */
export function runFolder(runs: string, experiment: string, profile: ProfileName, seed: number): string {
  return join(runs, experiment, profile, `${seed}`);
}

/** @throws {SyntaxError} if the text is no record, naming the place. */
export function parseRecord(text: string, name: string): RunRecord {
  return parseJsonAs(Record, text, name);
}

/** The record in a run's folder; undefined if there is none. @throws {SyntaxError} if it is not valid. */
export async function readRecord(folder: string): Promise<RunRecord | undefined> {
  const path = join(folder, "record.json");
  const text = await readTextIfThere(path);
  return text === undefined ? undefined : parseRecord(text, path);
}

/** The notes in a run's folder; undefined if there are none or they are not valid, for nothing depends on them. */
export async function readNotes(folder: string): Promise<RunNotes | undefined> {
  const path = join(folder, "notes.json");
  const text = await readTextIfThere(path);
  try {
    return text === undefined ? undefined : parseJsonAs(Notes, text, path);
  } catch {
    return undefined;
  }
}

/** Writes a record and its notes; the record last, for it says that the run is done. */
export async function writeRecord(
  folder: string,
  record: RunRecord,
  notes: RunNotes,
  writer: FileWriter = diskWriter,
): Promise<void> {
  await writeFileAtomically(join(folder, "notes.json"), prettyJson(notes), { writer });
  await writeFileAtomically(join(folder, "record.json"), prettyJson(record), { writer });
}
