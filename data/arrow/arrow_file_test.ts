import { assert, assertEquals, assertRejects } from "@std/assert";
import { toyDataset, withDirectory } from "../_toy_dataset.ts";
import { sha256 } from "../files/sha256.ts";
import { ArrowFile, DamagedFileError } from "./arrow_file.ts";
import { encodeArrow, encodeBody } from "./encode_arrow.ts";
import { arrowLayout } from "./layout.ts";
import { arrowSchema } from "./schema.ts";

const toy = toyDataset();
const split = toy.dataset.splits["train"]!;
const columns = toy.columns.train;
const layout = arrowLayout(arrowSchema(toy.dataset, "train", ""), split);
const whole = new Uint8Array([...encodeArrow(layout, split, columns)].flatMap((piece) => [...piece]));
const hashes = [0, 1, 2].map((index) => sha256(...encodeBody(layout, split, columns, index)));

async function open(directory: string, bytes: Uint8Array): Promise<ArrowFile> {
  Deno.writeFileSync(`${directory}/x.arrow`, bytes);
  return await ArrowFile.open(`${directory}/x.arrow`, layout, hashes);
}

Deno.test("the layout says how long the file is", () => {
  assertEquals(whole.length, layout.size);
});

Deno.test("ArrowFile reads record batches and single values", () =>
  withDirectory(async (directory) => {
    const file = await open(directory, whole);
    for (const index of [2, 0, 1]) {
      const { rows, bytes, columnOffsets } = await file.readBatch(index);
      assertEquals(rows, [1024, 1024, 952][index]);
      const serials = new Uint32Array(bytes.buffer, columnOffsets[2], rows);
      assertEquals(serials, Uint32Array.from({ length: rows }, (_, i) => 1024 * index + i));
    }
    const serial = new Uint32Array(1);
    await file.readValues(1, 2, 4 * 10, new Uint8Array(serial.buffer));
    assertEquals(serial[0], 1034);
    file.close();
    await assertRejects(() => file.readBatch(0), RangeError, "expected an open data set, got a closed one");
  }));

Deno.test("ArrowFile refuses a file that is cut or long, wherever", () =>
  withDirectory(async (directory) => {
    for (const length of [0, 1, 7, 100, 5000, whole.length - layout.tail.length, whole.length - 1]) {
      await assertRejects(
        () => open(directory, whole.subarray(0, length)),
        DamagedFileError,
        `expected ${whole.length} bytes, got ${length}`,
      );
    }
    await assertRejects(() => open(directory, new Uint8Array([...whole, 0])), DamagedFileError);
  }));

Deno.test("a changed bit is found when the file is opened, or when its record batch is read", () =>
  withDirectory(async (directory) => {
    const bodies = [0, 1, 2].map((index) => {
      const start = layout.messagePosition(index) + layout.batch(index).message.length;
      return { start, end: start + layout.batch(index).bodyLength };
    });
    let found = 0;
    // A prime step meets the head, the messages, the bodies and the tail.
    for (let position = 3; position < whole.length; position += 509) {
      const bytes = whole.with(position, whole[position]! ^ (1 << (position % 8)));
      const inside = bodies.findIndex(({ start, end }) => position >= start && position < end);
      const framed = position < layout.head.length || position >= whole.length - layout.tail.length;
      if (framed) {
        await assertRejects(() => open(directory, bytes), DamagedFileError, "of this data set, got another");
        found++;
        continue;
      }
      const file = await open(directory, bytes);
      for (const index of [0, 1, 2]) {
        if (index !== inside) {
          // The message before a body is not read: nothing depends on it.
          assertEquals(sha256((await file.readBatch(index)).bytes), hashes[index]);
          continue;
        }
        await assertRejects(
          () => file.readBatch(index),
          DamagedFileError,
          `Cannot read record batch ${index} of "${directory}/x.arrow": expected SHA-256 `,
        );
        found++;
      }
      file.close();
    }
    assert(found > 100, `${found}`);
  }));

Deno.test("ArrowFile refuses a file of another description, and another number of hashes", () =>
  withDirectory(async (directory) => {
    (await open(directory, whole)).close();
    const path = `${directory}/x.arrow`;
    const other = arrowLayout(arrowSchema({ ...toy.dataset, title: "Tov points" }, "train", ""), split);
    assertEquals(other.size, layout.size);
    await assertRejects(() => ArrowFile.open(path, other, hashes), DamagedFileError, "expected the schema");
    await assertRejects(
      () => ArrowFile.open(path, layout, hashes.slice(1)),
      DamagedFileError,
      "expected hashes of 3 record batches, got 2",
    );
  }));
