import { assert, assertEquals, assertThrows } from "@std/assert";
import { tableFromIPC as flechetteTable } from "@uwdata/flechette";
import { RecordBatchReader, tableFromIPC } from "apache-arrow";
import { Footer } from "apache-arrow/ipc/metadata/file";
import { Message } from "apache-arrow/ipc/metadata/message";
import fc from "fast-check";
import {
  ODD_TEXTS,
  TOY_COLUMNS,
  toyColumns,
  toyRow,
  TYPED_ROWS,
  typedDataset,
  upTo,
} from "../_toy_columns.ts";
import type { Column, Rows } from "../dataset.ts";
import { encodeWhole } from "./_encode_whole.ts";
import { encodeArrow } from "./encode_arrow.ts";
import { arrowSchema } from "./schema.ts";

function encode(rows: number, chunks: () => Iterable<Rows> = () => [toyColumns(upTo(rows))]) {
  return encodeWhole(typedDataset(rows), "all", chunks);
}

/**
 * A value that another reader gave, as the toy's plain values. Both readers decode texts with a TextDecoder that leaves
 * out a byte order mark, so it is left out of what is expected too.
 */
function plain(value: unknown): unknown {
  if (typeof value === "string") return withoutMark(value);
  if (typeof value === "object" && value !== null && Symbol.iterator in value) {
    return Array.from(value as Iterable<unknown>, plain);
  }
  return value;
}

function withoutMark(text: string): string {
  return text.replace(/^\ufeff/, "");
}

const expectedRow = (row: number) =>
  Object.fromEntries(Object.entries(toyRow(row)).map(([name, value]) => [name, plain(value)]));

for (const rows of [1, 2, 1023, 1024, 1025, TYPED_ROWS]) {
  Deno.test(`flechette reads ${rows} rows of every kind of column back equal`, () => {
    const table = flechetteTable(encode(rows).bytes);
    assertEquals(table.numRows, rows);
    assertEquals(table.names, Object.keys(TOY_COLUMNS));
    const columns = table.names.map((name) => [`${name}`, table.getChild(`${name}`)] as const);
    for (const row of upTo(rows)) {
      assertEquals(
        Object.fromEntries(columns.map(([name, c]) => [name, plain(c.at(row))])),
        expectedRow(row),
      );
    }
  });
}

Deno.test("apache-arrow reads every kind of column back equal, as a file and as a stream", () => {
  const { bytes } = encode(TYPED_ROWS);
  for (const table of [tableFromIPC(bytes), tableFromIPC(RecordBatchReader.from(bytes.slice(8)))]) {
    assertEquals(table.numRows, TYPED_ROWS);
    const columns = Object.keys(TOY_COLUMNS).map((name) => [name, table.getChild(name)!] as const);
    for (const row of upTo(TYPED_ROWS)) {
      assertEquals(
        Object.fromEntries(columns.map(([name, c]) => [name, plain(c.get(row))])),
        expectedRow(row),
      );
    }
  }
});

Deno.test("the types are Arrow's, and nothing is nullable", () => {
  const { schema } = tableFromIPC(encode(3).bytes);
  assertEquals(Object.fromEntries(schema.fields.map(({ name, type }) => [name, `${type}`])), {
    score: "Float32",
    corner: "FixedSizeList[4]<Int32>",
    line: "Utf8",
    language: "Dictionary<Int32, Utf8>",
    tokens: "List<Uint32>",
    path: "List<FixedSizeList[2]<Float32>>",
    tags: "List<Uint8>",
    words: "List<Utf8>",
  });
  const field = (name: string) => schema.fields.find((candidate) => candidate.name === name)!;
  assert(
    schema.fields.every(({ nullable, type }) =>
      !nullable && (type.children ?? []).every((child: { nullable: boolean }) => !child.nullable)
    ),
  );
  assertEquals(field("tags").metadata.get("classes"), '["a","b","c"]');
  assertEquals(field("path").metadata.get("shape"), "[2]");
});

Deno.test("a dictionary stands before the rows, in the order in which its texts first appear", () => {
  const texts = ["b", "a", "", "b", "\u{1f600}", "a"];
  const columns = { text: { dtype: "utf8", description: "a text", dictionary: true } } as const;
  const dataset = { ...typedDataset(), splits: { all: { rows: texts.length, columns } } };
  const { bytes, summary } = encodeWhole(dataset, "all", () => [{ text: texts }]);
  assertEquals(summary.dictionaries[0]!.lengths, [4, 6]);
  const { data } = flechetteTable(bytes).getChild("text");
  assertEquals([...data[0]!.values], [0, 1, 2, 0, 3, 1]);
  const vector = tableFromIPC(bytes).getChild("text")!;
  assertEquals([...vector.data[0]!.dictionary!], ["b", "a", "", "\u{1f600}"]);
});

Deno.test("two dictionaries are not mixed up", () => {
  const column: Column = { dtype: "utf8", description: "a text", dictionary: true };
  const rows = 3000;
  const left = upTo(rows).map((row) => `left ${row % 7}`);
  const right = upTo(rows).map((row) => `right ${row % 1000}`);
  const dataset = { ...typedDataset(), splits: { all: { rows, columns: { left: column, right: column } } } };
  const { bytes } = encodeWhole(dataset, "all", () => [{ left, right }]);
  const table = flechetteTable(bytes);
  assertEquals([...table.getChild("left")], left);
  assertEquals([...table.getChild("right")], right);
});

Deno.test("every body and every buffer starts at a multiple of 64 bytes, and none overlap", () => {
  const { bytes } = encode(TYPED_ROWS);
  const footerLength = new DataView(bytes.buffer).getInt32(bytes.length - 10, true);
  const footer = Footer.decode(bytes.subarray(bytes.length - 10 - footerLength, bytes.length - 10));
  const blocks = [...footer.dictionaryBatches(), ...footer.recordBatches()];
  assertEquals(blocks.length, 4);
  let end = 0;
  for (const { offset, metaDataLength, bodyLength } of blocks) {
    const body = Number(offset) + metaDataLength;
    assert(Number(offset) >= end);
    assertEquals(body % 64, 0);
    const message = Message.decode(bytes.subarray(Number(offset) + 8, body));
    const header = message.header();
    assert(message.isRecordBatch() || message.isDictionaryBatch());
    let bufferEnd = 0;
    for (const buffer of "buffers" in header ? header.buffers : []) {
      assertEquals(buffer.offset % 64, 0);
      assert(buffer.offset >= bufferEnd);
      bufferEnd = buffer.offset + buffer.length;
    }
    assert(bufferEnd <= Number(bodyLength) && bufferEnd > Number(bodyLength) - 64);
    end = body + Number(bodyLength);
  }
});

Deno.test("the bytes do not depend on the chunks in which the rows come", () => {
  const rows = 2100;
  const whole = encode(rows);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: rows }), { maxLength: 12 }), (cuts) => {
      const ends = [...cuts.sort((a, b) => a - b), rows];
      const chunks = function* () {
        let start = 0;
        for (const end of ends) {
          const chunk = toyColumns(upTo(end).slice(start));
          yield chunk;
          // A decoder may use its arrays again.
          for (const values of Object.values(chunk)) {
            if (ArrayBuffer.isView(values)) values.fill(77);
            else if ("offsets" in values) values.offsets.fill(0);
          }
          start = end;
        }
      };
      const encoded = encode(rows, chunks);
      assertEquals(encoded.summary, whole.summary);
    }),
    { seed: 20240512, numRuns: 15 },
  );
});

Deno.test("texts of any well-formed kind come back equal", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...ODD_TEXTS), fc.string({ unit: "binary" })), {
        minLength: 1,
        maxLength: 50,
      }),
      (texts) => {
        const columns = { text: { dtype: "utf8", description: "a text" } } as const;
        const dataset = { ...typedDataset(), splits: { all: { rows: texts.length, columns } } };
        const { bytes } = encodeWhole(dataset, "all", () => [{ text: texts }]);
        assertEquals(Array.from(flechetteTable(bytes).getChild("text"), plain), texts.map(withoutMark));
      },
    ),
    { seed: 20240513, numRuns: 40 },
  );
});

/** Encodes until the first error. */
function encodeSplit(
  rows: number,
  columns: Readonly<Record<string, Column>>,
  chunks: () => Iterable<Rows>,
): void {
  const dataset = { ...typedDataset(), splits: { all: { rows, columns } } };
  for (const _ of encodeArrow(arrowSchema(dataset, "all", ""), 'split "all"', { rows, columns }, chunks));
}

Deno.test("a record batch with more than 2^31 - 1 elements is an error before anything of that size is made", () => {
  const columns = { samples: { dtype: "list", of: "u8", description: "sound" } } as const;
  const lists = { offsets: Uint32Array.of(0, 1, 2 ** 31), values: new Uint8Array(2 ** 31) };
  assertThrows(
    () => encodeSplit(2, columns, () => [{ samples: lists }]),
    RangeError,
    'Cannot write column "samples" as Arrow: expected at most 2147483647 elements in 1,024 rows, got 2147483648',
  );
});

Deno.test("encodeArrow names what is wrong with chunks", () => {
  const columns = { n: { dtype: "u8", shape: [2], description: "a pair" } } as const;
  const pairs = (rows: number) => ({ n: new Uint8Array(2 * rows) });
  encodeSplit(5, columns, () => [pairs(2), pairs(0), pairs(3)]);
  assertThrows(() => encodeSplit(5, columns, () => [pairs(2)]), RangeError, "expected 5 rows, got 2");
  assertThrows(() => encodeSplit(5, columns, () => []), RangeError, "expected 5 rows, got 0");
  assertThrows(
    () => encodeSplit(5, columns, () => [pairs(2), pairs(4), pairs(100)]),
    RangeError,
    'Cannot use split "all": expected 5 rows, got 6 or more',
  );
  assertThrows(
    () => encodeSplit(5, columns, () => [pairs(2), { n: new Uint8Array(3) }]),
    RangeError,
    "expected 2 elements, got 3",
  );
  assertThrows(() => encodeSplit(5, columns, () => [{}]), TypeError, 'expected column "n", got none');
  const text = { text: { dtype: "utf8", description: "a text", dictionary: true } } as const;
  let readings = 0;
  assertThrows(
    () => encodeSplit(1, text, () => [{ text: [`${readings++}`] }]),
    RangeError,
    'expected the texts of the first reading, got "1"',
  );
  assertThrows(() => encodeSplit(1, text, () => [{ text: ["\ud800"] }]), TypeError, "half a surrogate pair");
});
