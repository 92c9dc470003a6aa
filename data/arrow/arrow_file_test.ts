import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  plainRows,
  TOY_COLUMNS,
  toyColumns,
  toyRow,
  TYPED_ROWS,
  typedDataset,
  upTo,
} from "../_toy_columns.ts";
import { toyDataset, withDirectory } from "../_toy_dataset.ts";
import type { ColumnValues } from "../dataset.ts";
import { sha256 } from "../files/sha256.ts";
import { encodeWhole } from "./_encode_whole.ts";
import { ArrowFile, DamagedFileError } from "./arrow_file.ts";
import type { ArrowSummary } from "./encode_arrow.ts";
import { arrowLayout } from "./layout.ts";
import { arrowSchema } from "./schema.ts";

const toy = toyDataset();
const typed = { dataset: typedDataset(), rows: upTo(TYPED_ROWS) };

/** Two files: one whose columns are all numbers, one with a column of every kind. */
const FILES = {
  numbers: {
    dataset: toy.dataset,
    split: "train",
    ...encodeWhole(toy.dataset, "train", () => [toy.columns.train]),
  },
  kinds: {
    dataset: typed.dataset,
    split: "all",
    ...encodeWhole(typed.dataset, "all", () => [toyColumns(typed.rows)]),
  },
};
type File = typeof FILES[keyof typeof FILES];

const schemaOf = ({ dataset, split }: File) => arrowSchema(dataset, split, "");

function layoutOf(file: File) {
  const { dictionaries, batches } = file.summary;
  return arrowLayout(schemaOf(file), file.dataset.splits[file.split]!, {
    dictionaries: dictionaries.map(({ lengths }) => lengths),
    batches: batches.map(({ lengths }) => lengths),
  });
}

async function open(directory: string, file: File, bytes: Uint8Array, summary: ArrowSummary = file.summary) {
  const path = `${directory}/x.arrow`;
  Deno.writeFileSync(path, bytes);
  return await ArrowFile.open(path, schemaOf(file), file.dataset.splits[file.split]!, summary);
}

const named = (columns: readonly ColumnValues[]) =>
  Object.fromEntries(Object.keys(TOY_COLUMNS).map((name, c) => [name, columns[c]!]));

Deno.test("the summary's hashes are those of the bytes", () => {
  for (const file of Object.values(FILES)) {
    const layout = layoutOf(file);
    assertEquals(file.bytes.length, layout.size);
    assertEquals(sha256(file.bytes), file.summary.sha256);
    file.summary.batches.forEach((batch, index) => {
      const { position, bodyLength } = layout.batch(index);
      assertEquals(sha256(file.bytes.subarray(position, position + bodyLength)), batch.sha256);
    });
  }
});

Deno.test("ArrowFile reads record batches, and rows alone", () =>
  withDirectory(async (directory) => {
    const file = await open(directory, FILES.numbers, FILES.numbers.bytes);
    for (const index of [2, 0, 1]) {
      const rows = [1024, 1024, 952][index]!;
      const { columns } = await file.readBatch(index);
      assertEquals(columns[2], Uint32Array.from({ length: rows }, (_, i) => 1024 * index + i));
    }
    assertEquals(file.readRows(1, 10, 2)[2], Uint32Array.of(1034, 1035));
    file.close();
    await assertRejects(() => file.readBatch(0), RangeError, "expected an open data set, got a closed one");
    assertThrows(() => file.readRows(0, 0, 1), RangeError, "expected an open data set, got a closed one");
  }));

Deno.test("ArrowFile reads columns of every kind", () =>
  withDirectory(async (directory) => {
    const file = await open(directory, FILES.kinds, FILES.kinds.bytes);
    for (const index of [2, 0, 1]) {
      const rows = typed.rows.slice(1024 * index, 1024 * (index + 1));
      const { columns } = await file.readBatch(index);
      assertEquals(plainRows(named(columns), rows.length), rows.map(toyRow));
      for (const [first, count] of [[0, 1], [5, 40], [rows.length - 3, 3]] as const) {
        const part = rows.slice(first, first + count);
        assertEquals(plainRows(named(file.readRows(index, first, count)), count), part.map(toyRow));
      }
    }
    file.close();
  }));

for (const [name, file] of Object.entries(FILES)) {
  const { bytes: whole, summary } = file;
  const layout = layoutOf(file);

  Deno.test(`ArrowFile refuses a file that is cut or long, wherever (${name})`, () =>
    withDirectory(async (directory) => {
      for (const length of [0, 1, 7, 100, 5000, whole.length - layout.tail.length, whole.length - 1]) {
        await assertRejects(
          () => open(directory, file, whole.subarray(0, length)),
          DamagedFileError,
          `expected ${whole.length} bytes, got ${length}`,
        );
      }
      await assertRejects(() => open(directory, file, new Uint8Array([...whole, 0])), DamagedFileError);
    }));

  Deno.test(`a changed bit is found when the file is opened, or when its record batch is read (${name})`, () =>
    withDirectory(async (directory) => {
      const within = ({ position, bodyLength }: { position: number; bodyLength: number }, at: number) =>
        at >= position && at < position + bodyLength;
      let found = 0;
      // A prime step meets the head, the messages, the bodies and the tail.
      for (let position = 3; position < whole.length; position += name === "numbers" ? 509 : 1811) {
        const bytes = whole.with(position, whole[position]! ^ (1 << (position % 8)));
        if (position < layout.head.length || position >= whole.length - layout.tail.length) {
          await assertRejects(
            () => open(directory, file, bytes),
            DamagedFileError,
            "of this data set, got another",
          );
          found++;
          continue;
        }
        if (layout.dictionaries.some((dictionary) => within(dictionary, position))) {
          await assertRejects(
            () => open(directory, file, bytes),
            DamagedFileError,
            "Cannot read dictionary 0 of",
          );
          found++;
          continue;
        }
        const damaged = await open(directory, file, bytes);
        for (const index of [0, 1, 2]) {
          if (!within(layout.batch(index), position)) {
            // The message before a body is not read: nothing depends on it.
            await damaged.readBatch(index);
            continue;
          }
          await assertRejects(
            () => damaged.readBatch(index),
            DamagedFileError,
            `Cannot read record batch ${index} of "${directory}/x.arrow": expected SHA-256 `,
          );
          found++;
        }
        damaged.close();
      }
      assert(found > 100, `${found}`);
    }));

  Deno.test(`ArrowFile refuses a file of another description, and a summary that does not fit (${name})`, () =>
    withDirectory(async (directory) => {
      (await open(directory, file, whole)).close();
      const path = `${directory}/x.arrow`;
      const split = file.dataset.splits[file.split]!;
      const { title } = file.dataset;
      const other = { ...file.dataset, title: title.replace("Toy", "Tov") };
      await assertRejects(
        () => ArrowFile.open(path, arrowSchema(other, file.split, ""), split, summary),
        DamagedFileError,
        "expected the schema",
      );
      const batches = summary.batches.slice(1);
      await assertRejects(
        () => open(directory, file, whole, { ...summary, batches }),
        DamagedFileError,
        "expected hashes of record batches: 3, got 2",
      );
      await assertRejects(
        () =>
          open(directory, file, whole, { ...summary, dictionaries: Array(3).fill(summary.dictionaries[0]) }),
        DamagedFileError,
        "expected dictionaries: ",
      );
      const odd = summary.batches.map((batch) => ({ ...batch, lengths: [...batch.lengths, 1] }));
      await assertRejects(
        () => open(directory, file, whole, { ...summary, batches: odd }),
        DamagedFileError,
        "expected lengths of a record batch: ",
      );
    }));
}

Deno.test("lengths in the side file that are not the file's are found when it is opened", () =>
  withDirectory(async (directory) => {
    const file = FILES.kinds;
    const { batches } = file.summary;
    let harmless = 0;
    for (let place = 0; place < batches[0]!.lengths.length; place++) {
      for (const change of [-1, 1, 64, 4096, 2 ** 52]) {
        const first = {
          ...batches[0]!,
          lengths: batches[0]!.lengths.with(place, batches[0]!.lengths[place]! + change),
        };
        const opened = await open(directory, file, file.bytes, {
          ...file.summary,
          batches: [first, ...batches.slice(1)],
        })
          .catch((error) => error);
        if (opened instanceof ArrowFile) {
          // A length within the same padding moves nothing: the offsets say where the values end.
          const rows = typed.rows.slice(0, 1024);
          assertEquals(plainRows(named((await opened.readBatch(0)).columns), rows.length), rows.map(toyRow));
          harmless++;
          opened.close();
        } else assert(opened instanceof DamagedFileError, `${opened}`);
      }
    }
    assert(harmless < 18, `${harmless}`);
  }));

Deno.test("offsets and texts that cannot be right are found even where hashes are not compared", () =>
  withDirectory(async (directory) => {
    const file = FILES.kinds;
    const layout = layoutOf(file).batch(1);
    const columns = Object.keys(TOY_COLUMNS);
    for (
      const [name, buffer, row, value] of [
        ["line", 0, 500, 2 ** 30],
        ["line", 0, 501, -1],
        ["tokens", 0, 500, 2 ** 30],
        ["path", 0, 501, -5],
        ["words", 0, 501, 2 ** 31 - 1],
        ["words", 1, 0, -1],
        ["language", 0, 500, 13],
        ["language", 0, 500, -1],
      ] as const
    ) {
      const bytes = file.bytes.slice();
      const place = layout.buffers[columns.indexOf(name)]![buffer]!;
      new DataView(bytes.buffer).setInt32(layout.position + place.offset + 4 * row, value, true);
      const damaged = await open(directory, file, bytes);
      assertThrows(
        () => damaged.readRows(1, buffer === 1 ? 0 : 500, 2),
        DamagedFileError,
        "deno task data --verify",
        name,
      );
      damaged.close();
    }
    const bytes = file.bytes.slice();
    const text = layout.buffers[columns.indexOf("line")]![1]!;
    bytes.fill(0xff, layout.position + text.offset, layout.position + text.offset + text.length);
    const damaged = await open(directory, file, bytes);
    assertThrows(() => damaged.readRows(1, 500, 2), DamagedFileError, "expected texts in UTF-8");
    damaged.close();
  }));
