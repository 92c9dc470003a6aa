import { assert, assertEquals } from "@std/assert";
import { tableFromIPC as flechetteTable } from "@uwdata/flechette";
import { RecordBatchReader, tableFromIPC } from "apache-arrow";
import { TOY_ROWS, toyDataset } from "../_toy_dataset.ts";
import { contentSha256 } from "../content_sha256.ts";
import { encodeWhole } from "./_encode_whole.ts";

const toy = toyDataset();
const { dataset } = toy;
const { columns } = toy;

function encode(split: "train" | "test"): Uint8Array<ArrayBuffer> {
  return encodeWhole(dataset, split, () => [columns[split]], contentSha256(dataset)).bytes;
}

Deno.test("encodeArrow gives the same bytes every time", () => {
  assertEquals(encode("train"), encode("train"));
});

for (const split of ["train", "test"] as const) {
  Deno.test(`flechette reads the "${split}" file back equal`, () => {
    const table = flechetteTable(encode(split));
    assertEquals(table.numRows, TOY_ROWS[split]);
    assertEquals(table.names, ["point", "kind", "serial", "offset"]);
    const expected = columns[split];
    const flat = (name: string) => {
      const column: Iterable<ArrayLike<number> | number> = table.getChild(name);
      return [...column].flatMap((value) => typeof value === "number" ? [value] : Array.from(value));
    };
    for (const name of table.names) {
      assertEquals(flat(`${name}`), Array.from(expected[`${name}`]!), `${name}`);
    }
    assertEquals(table.getChild("kind").data.length, Math.ceil(TOY_ROWS[split] / 1024));
  });

  Deno.test(`apache-arrow reads the "${split}" file back equal, as a file and as a stream`, () => {
    const bytes = encode(split);
    // After the magic and its padding stands an ordinary stream, which needs no footer.
    for (const table of [tableFromIPC(bytes), tableFromIPC(RecordBatchReader.from(bytes.slice(8)))]) {
      assertEquals(table.numRows, TOY_ROWS[split]);
      const points = table.batches.flatMap((
        batch,
      ) => [...batch.getChild("point")!.data[0]!.children[0]!.values]);
      assertEquals(points, Array.from(columns[split]["point"]!));
      const serials = table.batches.flatMap((batch) => [...batch.getChild("serial")!.data[0]!.values]);
      assertEquals(serials, Array.from(columns[split]["serial"]!));
    }
  });
}

Deno.test("a file explains itself", () => {
  const { schema } = tableFromIPC(encode("test"));
  assertEquals(Object.fromEntries(schema.metadata), {
    dataset: "toy-points",
    split: "test",
    title: "Toy points",
    description: "Points that a program made, for tests.",
    origin: "https://example.org/toy",
    licence: "CC0-1.0",
    citation: "None.",
    contentSha256: contentSha256(dataset),
    rows: "7",
    columns: JSON.stringify(dataset.splits["test"]!.columns),
  });
  const field = (name: string) => schema.fields.find((candidate) => candidate.name === name)!;
  assertEquals(field("kind").metadata.get("classes"), '["a","b","c","d","e"]');
  assertEquals(field("point").metadata.get("ARROW:extension:name"), "arrow.fixed_shape_tensor");
  assertEquals(field("point").metadata.get("ARROW:extension:metadata"), '{"shape":[3,1]}');
  assertEquals(`${field("point").type}`, "FixedSizeList[3]<Float32>");
  assertEquals(schema.fields.map(({ nullable }) => nullable), [false, false, false, false]);
});

Deno.test("every buffer of values starts at a multiple of 64 bytes", () => {
  const bytes = encode("train");
  const table = tableFromIPC(bytes);
  for (const batch of table.batches) {
    for (const name of ["point", "offset"]) {
      assertEquals(batch.getChild(name)!.data[0]!.children[0]!.values.byteOffset % 64, 0);
    }
    for (const name of ["kind", "serial"]) {
      assertEquals(batch.getChild(name)!.data[0]!.values.byteOffset % 64, 0);
    }
  }
  assert(table.batches.length === 3);
});
