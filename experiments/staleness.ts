/**
 * When a record is stale: when the experiment's, a model's or a data set's content changed, or its configuration, or
 * the epoch of the arithmetic. Nothing is trained and no data is read to find that out.
 *
 * @module
 */
import * as v from "valibot";
import type { Experiment } from "./define_experiment.ts";
import type { ProfileName, RunRecord, Sha256 } from "./record.ts";
import { canonicalJson } from "./runner/canonical_json.ts";
import { sha256 } from "@verbatim/data/files";
import type { SourceGraph } from "./runner/source_graph.ts";
import { parseJsonAs } from "./runner/validation.ts";

/** All that a run depends on, in detail: kept beside the record to explain later what changed. */
export interface RunInputs {
  readonly numericsEpoch: number;
  /** What the record keeps of the rest. */
  readonly hashes: RunRecord["inputs"];
  /** SHA-256 of each source file, by path in the workspace. */
  readonly files: Readonly<Record<string, Sha256>>;
  /** Canonical JSON of the configuration, by its place: "config.learningRate". */
  readonly configuration: Readonly<Record<string, string>>;
  /** Declared content hash of each data set. */
  readonly data: Readonly<Record<string, Sha256>>;
}

const Texts = v.record(v.string(), v.string());

const RunInputsSchema = v.strictObject({
  numericsEpoch: v.number(),
  hashes: v.strictObject({ code: v.string(), configuration: v.string(), data: v.string() }),
  files: Texts,
  configuration: Texts,
  data: Texts,
});

/** Reads inputs that were kept as JSON. @throws {SyntaxError} if they are not valid, in one line. */
export function parseRunInputs(text: string, name: string): RunInputs {
  return parseJsonAs(RunInputsSchema, text, name);
}

/** The leaves of a JSON value by their paths. */
function leaves(value: unknown, path: string, into: Record<string, string>): Record<string, string> {
  const entries = value !== null && typeof value === "object" ? Object.entries(value) : [];
  if (entries.length === 0) into[path] = canonicalJson(value, path);
  for (const [key, item] of entries) {
    leaves(item, Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`, into);
  }
  return into;
}

/**
 * The inputs of one run. `file` is the experiment's path in the workspace.
 *
 * @throws {TypeError} if the configuration holds what JSON cannot, such as a function, naming the place.
 */
export async function findInputs(
  graph: SourceGraph,
  experiment: Experiment,
  file: string,
  profile: ProfileName,
  seed: number,
  numericsEpoch: number,
): Promise<RunInputs> {
  const files = await graph.dependencies(file);
  const { config } = experiment.profiles[profile];
  const data = Object.fromEntries(experiment.datasets.map((dataset) => [
    dataset.name,
    sha256(canonicalJson(dataset.files.map(({ name, sha256 }) => [name, sha256]))),
  ]));
  const hashes = {
    code: sha256(canonicalJson(files)),
    configuration: sha256(canonicalJson({ config, seed }, `configuration of "${experiment.id}"`)),
    data: sha256(canonicalJson(data)),
  };
  return { numericsEpoch, hashes, files, configuration: leaves({ config, seed }, "", {}), data };
}

type Change = (key: string, before: string | undefined, now: string | undefined) => string;

/** Names the first difference of two tables, and how many more there are. */
function firstChange(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  describe: Change,
): string | undefined {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort()
    .filter((key) => before[key] !== now[key]);
  const [key] = keys;
  if (key === undefined) return undefined;
  const more = keys.length > 1 ? ` (and ${keys.length - 1} more)` : "";
  return describe(key, before[key], now[key]) + more;
}

const fileChange: Change = (path, before, now) =>
  before === undefined
    ? `${path} is new`
    : now === undefined
    ? `${path} is no longer used`
    : `${path} changed`;

const configurationChange: Change = (path, before, now) =>
  `configuration changed: ${path.replace(/^config\./, "")} ${before ?? "(none)"} -> ${now ?? "(none)"}`;

const dataChange: Change = (name, before, now) =>
  before === undefined
    ? `data set ${name} is new`
    : now === undefined
    ? `data set ${name} is no longer used`
    : `data set ${name} changed`;

/** A record with the inputs that were kept beside it, as far as they are there. */
export interface OldRun {
  readonly record: Pick<RunRecord, "numericsEpoch" | "inputs">;
  readonly inputs?: RunInputs | undefined;
}

/**
 * Why a record is stale, in one line; undefined if it is not.
 *
 * @example
 * ```ts
 * import { explainStaleness } from "@verbatim/experiments";
 * import { assertEquals } from "@std/assert";
 *
 * const hashes = { code: "1", configuration: "2", data: "3" };
 * const before = { numericsEpoch: 1, hashes, files: { "models/vision/lenet.ts": "a" }, configuration: {}, data: {} };
 * const now = { ...before, hashes: { ...hashes, code: "4" }, files: { "models/vision/lenet.ts": "b" } };
 * const record = { numericsEpoch: 1, inputs: hashes };
 * assertEquals(explainStaleness({ record, inputs: before }, before), undefined);
 * assertEquals(explainStaleness({ record, inputs: before }, now), "models/vision/lenet.ts changed");
 * assertEquals(explainStaleness(undefined, now), "no record yet");
 * ```
 */
export function explainStaleness(old: OldRun | undefined, now: RunInputs): string | undefined {
  if (old === undefined) return "no record yet";
  const { record, inputs } = old;
  if (record.numericsEpoch !== now.numericsEpoch) {
    return `numerics epoch ${record.numericsEpoch} -> ${now.numericsEpoch}`;
  }
  // Details of another record would explain the wrong thing.
  const kept = inputs && canonicalJson(inputs.hashes) === canonicalJson(record.inputs) ? inputs : undefined;
  if (record.inputs.code !== now.hashes.code) {
    return kept && firstChange(kept.files, now.files, fileChange) || "code changed";
  }
  if (record.inputs.configuration !== now.hashes.configuration) {
    return kept && firstChange(kept.configuration, now.configuration, configurationChange) ||
      "configuration changed";
  }
  if (record.inputs.data !== now.hashes.data) {
    return kept && firstChange(kept.data, now.data, dataChange) || "data changed";
  }
  return undefined;
}
