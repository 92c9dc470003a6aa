import type { HostArray } from "@verbatim/core";
import { gzipSync } from "fflate";
import type { Dataset, Source } from "./dataset.ts";
import { defineDataset } from "./define_dataset.ts";
import { sha256 } from "./files/sha256.ts";

/** A small data set for tests: two files, one compressed; two splits; columns of several dtypes. */
export interface Toy {
  readonly dataset: Dataset;
  /** What the files decode to. */
  readonly columns: Readonly<Record<"train" | "test", Readonly<Record<string, HostArray>>>>;
  /** The decoded files by name. */
  readonly contents: Readonly<Record<"points.bin" | "kinds.bin.gz", Uint8Array<ArrayBuffer>>>;
  /** kinds.bin.gz as a server would send it. */
  readonly compressed: Uint8Array<ArrayBuffer>;
}

/** Rows of the two splits: several record batches with a short last one, and less than one. */
export const TOY_ROWS = { train: 3000, test: 7 };

/** Makes the set; each file comes from the sources that `sourcesOf` names. */
export function toyDataset(sourcesOf: (file: string) => Source[] = noSources): Toy {
  const rows = TOY_ROWS.train + TOY_ROWS.test;
  const points = Float32Array.from({ length: rows * 3 }, (_, i) => Math.fround(i / 7));
  const kinds = Uint8Array.from({ length: rows }, (_, i) => (i * i) % 5);
  const contents = { "points.bin": new Uint8Array(points.buffer), "kinds.bin.gz": kinds };
  const description = (count: number) => ({
    rows: count,
    columns: {
      point: { dtype: "f32", shape: [3, 1], description: "a point of space" },
      kind: { dtype: "u8", shape: [], description: "kind of point", classes: ["a", "b", "c", "d", "e"] },
      serial: { dtype: "u32", shape: [], description: "row in the file" },
      offset: { dtype: "i32", shape: [2], description: "minus the row, and the row" },
    },
  } as const);
  const dataset = defineDataset({
    name: "toy-points",
    title: "Toy points",
    description: "Points that a program made, for tests.",
    licence: "CC0-1.0",
    citation: "None.",
    origin: "https://example.org/toy",
    notes: ["The points lie on a line."],
    splitRule: "The first 3,000 rows and the rest.",
    files: [
      {
        name: "points.bin",
        encoding: "plain",
        sha256: sha256(contents["points.bin"]),
        bytes: contents["points.bin"].length,
        sources: sourcesOf("points.bin"),
      },
      {
        name: "kinds.bin.gz",
        encoding: "gzip",
        sha256: sha256(kinds),
        bytes: kinds.length,
        sources: sourcesOf("kinds.bin.gz"),
      },
    ],
    splits: { train: description(TOY_ROWS.train), test: description(TOY_ROWS.test) },
    decode: decodeToy,
  });
  const columns = decodeToy(new Map(Object.entries(contents)));
  return { dataset, columns, contents, compressed: new Uint8Array(gzipSync(kinds, { mtime: 0 })) };
}

function decodeToy(files: ReadonlyMap<string, Uint8Array>) {
  const pointBytes = files.get("points.bin")!.slice();
  const kindBytes = files.get("kinds.bin.gz")!;
  const part = (start: number, count: number) => ({
    point: new Float32Array(pointBytes.buffer, start * 12, count * 3),
    kind: kindBytes.subarray(start, start + count),
    serial: Uint32Array.from({ length: count }, (_, i) => start + i),
    offset: Int32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? -1 : 1) * (start + (i >> 1))),
  });
  return { train: part(0, TOY_ROWS.train), test: part(TOY_ROWS.train, TOY_ROWS.test) };
}

function noSources(): Source[] {
  return [{ kind: "url", url: "http://127.0.0.1:1/nothing" }];
}

/** Puts the toy's decoded files where the cache looks for them. */
export function fillCache(directory: string, { dataset, contents }: Toy): void {
  const folder = `${directory}/cache/${dataset.name}`;
  Deno.mkdirSync(folder, { recursive: true });
  Deno.writeFileSync(`${folder}/points.bin`, contents["points.bin"]);
  Deno.writeFileSync(`${folder}/kinds.bin`, contents["kinds.bin.gz"]);
}

/** Runs a test in a folder of its own, which is removed afterwards. */
export async function withDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = Deno.makeTempDirSync({ prefix: "verbatim data " });
  try {
    await test(directory);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

/** Names of all files below a folder. */
export function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}/${name}`).map((below) => `${name}/${below}`) : [name]
  ).sort();
}
