/**
 * `deno task data [names] [--list] [--verify] [--offline] [--directory FOLDER]`: fetches and checks data sets.
 *
 * Exit code 0: all are there; 1: one could not be had; 2: the command line was wrong.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import type { Dataset } from "./dataset.ts";
import { datasets as allDatasets } from "./datasets/registry.ts";
import { openDataset } from "./open.ts";
import { ProgressLine } from "./progress_line.ts";

const SWITCHES = ["list", "verify", "offline", "help"];
const FLAGS = [...SWITCHES, "directory"];

const HELP = `Usage: deno task data [names] [flags]

Fetches data sets, compares them with their pinned hashes, and writes them as Arrow files. Without names: all of them.

  --list              show the data sets and fetch nothing
  --verify            read sources and Arrow files in full, and rebuild what is damaged
  --offline           use only what is on this machine
  --directory FOLDER  where everything is kept (default .verbatim)
  --help              show this text`;

/** Where the command writes and what it knows; tests give their own. */
export interface Surroundings {
  readonly datasets: readonly Dataset[];
  /** Writes a line of the answer. */
  print(line: string): void;
  /** Writes a line about the work. */
  report(line: string): void;
}

const terminal: Surroundings = { datasets: allDatasets, print: console.log, report: console.error };

/** Runs the command and returns its exit code. */
export async function main(args: readonly string[], surroundings: Surroundings = terminal): Promise<number> {
  const { datasets, print, report } = surroundings;
  let complaint: string | undefined;
  const flags = parseArgs([...args], {
    boolean: SWITCHES,
    string: ["directory"],
    unknown: (arg: string, key?: string) => {
      if (key === undefined) return true;
      complaint ??= `Unknown flag "${arg}".${didYouMean(key, FLAGS, "--")}`;
      return false;
    },
  });
  const names = [...new Set(flags._.map(String))];
  const known = datasets.map((dataset) => dataset.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) complaint ??= `Unknown data set "${unknown}".${didYouMean(unknown, known, "")}`;
  if (flags.directory === "") complaint ??= "Cannot read --directory: expected a folder, got nothing.";
  if (complaint !== undefined) {
    report(complaint);
    return 2;
  }
  if (flags.help) {
    print(HELP);
    return 0;
  }
  const chosen = datasets.filter((dataset) => names.length === 0 || names.includes(dataset.name));
  if (flags.list) {
    for (const dataset of chosen) print(describe(dataset));
    return 0;
  }

  let failed = false;
  for (const dataset of chosen) {
    const progress = new ProgressLine(report);
    try {
      const opened = await openDataset(dataset, {
        directory: flags.directory ?? ".verbatim",
        offline: Boolean(flags.offline),
        verify: Boolean(flags.verify),
        onEvent: (event) => progress.show(event),
      });
      opened.close();
      progress.end();
      const content = opened.contentSha256.slice(0, 16);
      const state = flags.verify ? "verified" : "ready";
      print(`${dataset.name}: ${state}, ${rowCounts(dataset)}, content ${content}…, from ${opened.servedBy}`);
    } catch (error) {
      progress.end();
      if (!(error instanceof Error)) throw error;
      report(error.message);
      failed = true;
    }
  }
  return failed ? 1 : 0;
}

function rowCounts(dataset: Dataset): string {
  return Object.entries(dataset.splits).map(([name, { rows }]) => `${name} ${rows} rows`).join(", ");
}

function describe(dataset: Dataset): string {
  return `${dataset.name}: ${dataset.title}, ${
    rowCounts(dataset)
  }, licence ${dataset.licence}, ${dataset.origin}`;
}

function didYouMean(word: string, known: readonly string[], prefix: string): string {
  const near = known
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, candidate.length / 3))
    .sort((a, b) => a.distance - b.distance)[0];
  return near === undefined
    ? ` Known: ${known.map((name) => prefix + name).join(", ")}.`
    : ` Did you mean "${prefix}${near.candidate}"?`;
}

/** Letters to insert, delete or change to get from one word to the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
