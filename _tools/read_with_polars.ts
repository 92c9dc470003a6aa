/**
 * `deno task polars [names]`: reads the Arrow files of data sets with polars, an implementation that shares no code with
 * ours, and compares every value with our own reading. Polars is a native addon, so it is installed with npm into a
 * temporary folder and run by Node. It refuses the mark of numbers with a shape: sets that have such columns are named
 * and left out.
 *
 * Exit code 0: everything is equal; 1: something is not, or there was nothing to compare.
 *
 * @module
 */
import { type Column, datasets, openDataset, type Rows } from "@verbatim/data";

const VERSION = "0.26.1";
const ARCHITECTURE = Deno.build.arch === "aarch64" ? "arm64" : "x64";
/** npm passes over the addon if one of another system is missing, so this system's is asked for by name. */
const ADDON = {
  darwin: `darwin-${ARCHITECTURE}`,
  windows: "win32-x64-msvc",
}[Deno.build.os as string] ?? `linux-${ARCHITECTURE}-gnu`;
const POLARS = [`nodejs-polars@${VERSION}`, `nodejs-polars-${ADDON}@${VERSION}`];
/** Small sets that have every kind of column between them. */
const DEFAULT = [
  "seattle-weather",
  "miserables",
  "surnames",
  "austen",
  "brown",
  "cmudict",
  "nci-tpsa",
];

/** Reads a file with polars and prints one line: how many values differ, and the first that does. */
const READER = `
import pl from "nodejs-polars";
import { readFileSync } from "node:fs";
const [arrow, json] = process.argv.slice(2);
const expected = JSON.parse(readFileSync(json, "utf8"));
const frame = pl.readIPC(readFileSync(arrow));
const plain = (value) =>
  value === null || typeof value !== "object" ? (typeof value === "bigint" ? Number(value) : value)
    : Array.from(typeof value.toArray === "function" ? value.toArray() : value, plain);
let compared = 0, different = 0, first = "";
for (const [name, values] of Object.entries(expected)) {
  const column = frame.getColumn(name).toArray();
  values.forEach((value, row) => {
    compared++;
    if (JSON.stringify(plain(column[row])) === JSON.stringify(value)) return;
    if (different++ === 0) first = name + "[" + row + "]: " + JSON.stringify(plain(column[row])) + " for " + JSON.stringify(value);
  });
}
console.log(JSON.stringify({ compared, different, first, rows: frame.height }));
`;

const decoder = new TextDecoder();

async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const output = await new Deno.Command(command, { args: [...args], cwd, stdout: "piped", stderr: "piped" })
    .output();
  if (!output.success) {
    throw new Error(
      `Cannot run ${command}: ${
        decoder.decode(output.stderr).trim().split("\n").find((line) => /error/i.test(line)) ??
          "no reason given"
      }`,
    );
  }
  return decoder.decode(output.stdout);
}

/** The values of a column as JSON has them: one for each row. */
function valuesOf(column: Column, rows: Rows, name: string, count: number): unknown[] {
  const values = rows[name]!;
  if (column.dtype !== "list") return Array.from(values as ArrayLike<unknown>);
  const { offsets, values: elements } = values as { offsets: Uint32Array; values: ArrayLike<unknown> };
  const size = (column.shape ?? []).reduce((product, n) => product * n, 1);
  const element = (index: number) =>
    column.shape === undefined || column.shape.length === 0
      ? elements[index]
      : Array.from({ length: size }, (_, i) => elements[index * size + i]);
  return Array.from(
    { length: count },
    (_, row) =>
      Array.from({ length: offsets[row + 1]! - offsets[row]! }, (_, i) => element(offsets[row]! + i)),
  );
}

const names = Deno.args.length > 0 ? Deno.args : DEFAULT;
const unknown = names.find((name) => !datasets.some((dataset) => dataset.name === name));
if (unknown !== undefined) {
  console.error(`Unknown data set "${unknown}": see deno task data --list.`);
  Deno.exit(2);
}
const folder = await Deno.makeTempDir();
let [compared, different] = [0, 0];
try {
  await Deno.writeTextFile(`${folder}/package.json`, `{ "private": true, "type": "module" }`);
  await Deno.writeTextFile(`${folder}/read.js`, READER);
  console.error(`Installing ${POLARS.join(" and ")} ...`);
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...POLARS], folder);
  for (const dataset of datasets.filter(({ name }) => names.includes(name))) {
    const opened = await openDataset(dataset);
    for (const [split, { rows: count, columns }] of Object.entries(dataset.splits)) {
      const shaped = Object.entries(columns).find(([, column]) =>
        column.dtype !== "utf8" && column.dtype !== "list" && column.shape.length > 0
      );
      if (shaped !== undefined) {
        console.log(`${dataset.name}/${split}: left out, since "${shaped[0]}" has numbers with a shape`);
        continue;
      }
      const rows = await opened.split(split).read(Array.from({ length: count }, (_, row) => row));
      const expected = Object.fromEntries(
        Object.entries(columns).map(([name, column]) => [name, valuesOf(column, rows, name, count)]),
      );
      await Deno.writeTextFile(`${folder}/expected.json`, JSON.stringify(expected));
      const arrow = await Deno.realPath(`.verbatim/arrow/${dataset.name}/${split}.arrow`);
      const answer = JSON.parse(await run("node", ["read.js", arrow, "expected.json"], folder));
      compared += answer.compared;
      different += answer.different + (answer.rows === count ? 0 : 1);
      const verdict = answer.different === 0 && answer.rows === count ? "equal" : `DIFFERS: ${answer.first}`;
      console.log(`${dataset.name}/${split}: ${answer.rows} rows, ${answer.compared} values, ${verdict}`);
    }
    opened.close();
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
console.log(`${compared} values compared, ${different} different.`);
Deno.exit(compared > 0 && different === 0 ? 0 : 1);
