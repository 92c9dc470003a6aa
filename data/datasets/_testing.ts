import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { withDirectory } from "../_toy_dataset.ts";
import { checkColumns } from "../check_columns.ts";
import { columnOf } from "../columns.ts";
import type { Dataset, OpenDataset, Rows, Split } from "../dataset.ts";
import { sha256 } from "../files/sha256.ts";
import { openDataset } from "../open.ts";
import { cachePath, DataUnavailableError } from "../sources/source_chain.ts";

/** Where the tests keep data sets, as the commands do, so that a set is fetched once. */
const DIRECTORY = ".verbatim";

/**
 * Opens a data set for its test; null, with the reason printed, where no source can be reached.
 *
 * A set that only its URL serves comes from the mirror that VERBATIM_MIRROR names; without one it is looked for on this
 * machine only, so that tests leave such servers in peace.
 */
export async function openForTest(dataset: Dataset): Promise<OpenDataset | null> {
  const mirror = Deno.env.get("VERBATIM_MIRROR");
  const hasPackages = dataset.files.every(({ sources }) => sources.some(({ kind }) => kind !== "url"));
  try {
    return await openDataset(dataset, {
      directory: DIRECTORY,
      mirror,
      offline: !hasPackages && mirror === undefined,
    });
  } catch (error) {
    if (!(error instanceof DataUnavailableError)) throw error;
    console.log(`skipped: ${error.message}`);
    return null;
  }
}

/** All rows of a split. */
export function allRows(split: Split): Promise<Rows> {
  return split.read(Array.from({ length: split.rows }, (_, row) => row));
}

/** Checks a data set against facts about it; with `needsMirror`, one that is too large to be fetched for a test. */
export function testFacts(
  dataset: Dataset,
  name: string,
  facts: (rows: Readonly<Record<string, Rows>>) => void,
  { needsMirror = false } = {},
): void {
  Deno.test(`${dataset.title}: ${name}`, async () => {
    if (needsMirror && Deno.env.get("VERBATIM_MIRROR") === undefined) {
      console.log("skipped: VERBATIM_MIRROR names no mirror to take it from");
      return;
    }
    const opened = await openForTest(dataset);
    if (opened === null) return;
    try {
      const splits = Object.keys(dataset.splits).map(async (
        split,
      ) => [split, await allRows(opened.split(split))]);
      facts(Object.fromEntries(await Promise.all(splits)));
    } finally {
      opened.close();
    }
  });
}

/**
 * Checks a data set against facts about it, and that a damaged file of it never gives other rows, but is refused in one
 * line: a file that is cut in two, that lacks its first half, that is empty, and that is missing.
 */
export function testDataset(
  dataset: Dataset,
  name: string,
  facts: (rows: Readonly<Record<string, Rows>>) => void,
): void {
  testFacts(dataset, name, facts);
  Deno.test(`${dataset.title}: damaged files are refused in one line`, async () => {
    const opened = await openForTest(dataset);
    if (opened === null) return;
    opened.close();
    const files = new Map(
      dataset.files.map((file) => [
        file.name,
        Deno.readFileSync(cachePath(DIRECTORY, dataset.name, file)),
      ]),
    );
    assertRefusesDamage(dataset, files);
  });
}

/**
 * Checks a data set that only a server has on archives of the same form, with other pictures and fewer rows: `files` as
 * the server sends them, `rows` of each split.
 */
export function testMiniature(
  original: Dataset,
  { files, rows }: {
    readonly files: Readonly<Record<string, Uint8Array>>;
    readonly rows: Readonly<Record<string, number>>;
  },
  facts: (rows: Readonly<Record<string, Rows>>) => void,
): void {
  const dataset: Dataset = {
    ...original,
    files: original.files.map((file) => {
      const content = files[file.name]!;
      return { ...file, sha256: sha256(content), bytes: content.length };
    }),
    splits: Object.fromEntries(
      Object.entries(original.splits).map(([name, split]) => [name, { ...split, rows: rows[name]! }]),
    ),
  };
  Deno.test(`${original.title}: archives of the same form are read`, () =>
    withDirectory(async (directory) => {
      const mirror = `${directory}/mirror`;
      await Deno.mkdir(`${mirror}/${dataset.name}`, { recursive: true });
      for (const [name, content] of Object.entries(files)) {
        await Deno.writeFile(`${mirror}/${dataset.name}/${name}`, content);
      }
      const opened = await openDataset(dataset, { directory, mirror, offline: true });
      const splits: Record<string, Rows> = {};
      for (const name of Object.keys(dataset.splits)) splits[name] = await allRows(opened.split(name));
      opened.close();
      facts(splits);
    }));
  Deno.test(`${original.title}: damaged archives are refused in one line`, () => {
    assertRefusesDamage(dataset, new Map(Object.entries(files)));
  });
}

function assertRefusesDamage(dataset: Dataset, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [file, content] of files) {
    const half = content.length >> 1;
    for (const damaged of [content.subarray(0, half), content.subarray(half), new Uint8Array()]) {
      const damagedFiles = new Map([...files, [file, damaged]]);
      const error = refusal(dataset, damagedFiles);
      if (error === null) {
        // What is gone belongs to other sets, as in the database of an R package.
        assertEquals(dataset.decode(damagedFiles), dataset.decode(files), `${file}: other rows`);
        continue;
      }
      assert(error instanceof RangeError || error instanceof TypeError, `${file}: ${error}`);
      assert(/^Cannot [^\n]+$/.test(error.message), error.message);
    }
  }
  assertThrows(() => dataset.decode(new Map()), RangeError, "got none");
}

/** What decoding, and then checking the columns, says against some files. */
function refusal(dataset: Dataset, files: ReadonlyMap<string, Uint8Array>): unknown {
  try {
    const decoded = dataset.decode(files);
    for (const [name, split] of Object.entries(dataset.splits)) {
      const rows = decoded[name]!;
      if (Symbol.iterator in rows) { for (const _ of rows); }
      else checkColumns(`split "${name}"`, split, rows);
    }
  } catch (error) {
    return error;
  }
  return null;
}

/** The numbers of a column in all splits, one split after the other. */
export function numbersIn(splits: Readonly<Record<string, Rows>>, name: string): number[] {
  return Object.values(splits).flatMap((rows) => [...columnOf(rows, name)]);
}

/** The mean of each of `width` columns that stand side by side. */
export function means(values: readonly number[], width = 1): number[] {
  return Array.from({ length: width }, (_, column) => {
    let sum = 0;
    for (let i = column; i < values.length; i += width) sum += values[i]!;
    return sum / (values.length / width);
  });
}

/** How often each number from 0 to the largest occurs. */
export function counts(values: Iterable<number>): number[] {
  const counted: number[] = [];
  for (const value of values) {
    while (counted.length <= value) counted.push(0);
    counted[value] = counted[value]! + 1;
  }
  return counted;
}

/** Asserts that numbers agree to a relative 1e-6: they went through binary32. */
export function assertClose(actual: readonly number[], expected: readonly number[], relative = 1e-6): void {
  assertEquals(actual.length, expected.length);
  actual.forEach((value, i) =>
    assertAlmostEquals(value, expected[i]!, relative * Math.max(1, Math.abs(expected[i]!)))
  );
}

/** Checks that no value stands in two of the lists. */
export function assertDisjoint<T>(...lists: readonly Iterable<T>[]): void {
  const sets = lists.map((list) => new Set(list));
  const all = new Set(sets.flatMap((set) => [...set]));
  assertEquals(all.size, sets.reduce((sum, set) => sum + set.size, 0), "a value of several splits");
}
