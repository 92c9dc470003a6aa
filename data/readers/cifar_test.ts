import { assertEquals, assertThrows } from "@std/assert";
import { testMutations } from "./_fuzz.ts";
import { readCifar } from "./cifar.ts";
import { MalformedFileError } from "./malformed.ts";

/** Value of channel c at (x, y) of record r. */
const value = (r: number, c: number, y: number, x: number) => (r * 101 + c * 67 + y * 13 + x * 5) % 256;

/** Records as the set's page describes them: the labels, then 1,024 red, 1,024 green, 1,024 blue values by rows. */
function records(labels: readonly (readonly number[])[]): Uint8Array {
  const bytes: number[] = [];
  for (const [r, label] of labels.entries()) {
    bytes.push(...label);
    for (let c = 0; c < 3; c++) {
      for (let y = 0; y < 32; y++) {
        for (let x = 0; x < 32; x++) bytes.push(value(r, c, y, x));
      }
    }
  }
  return Uint8Array.from(bytes);
}

function expectedImages(rows: number): Uint8Array<ArrayBuffer> {
  const images = new Uint8Array(rows * 32 * 32 * 3);
  for (let i = 0; i < images.length; i++) {
    images[i] = value(Math.floor(i / 3072), i % 3, Math.floor(i / 96) % 32, Math.floor(i / 3) % 32);
  }
  return images;
}

Deno.test("readCifar reads records of CIFAR-10 and of CIFAR-100", () => {
  assertEquals(readCifar(records([[3], [9]]), 10), {
    rows: 2,
    images: expectedImages(2),
    labels: Uint8Array.of(3, 9),
  });
  assertEquals(readCifar(records([[19, 99], [0, 7]]), 100), {
    rows: 2,
    images: expectedImages(2),
    labels: Uint8Array.of(99, 7),
    coarseLabels: Uint8Array.of(19, 0),
  });
});

Deno.test("readCifar refuses other lengths and labels", () => {
  const refuses = (bytes: Uint8Array, classes: 10 | 100, message: string) =>
    assertThrows(
      () => readCifar(bytes, classes),
      MalformedFileError,
      `Cannot read a CIFAR file: expected ${message}`,
    );
  refuses(new Uint8Array(0), 10, "records of 3073 bytes, got 0 bytes");
  refuses(records([[3]]).subarray(1), 10, "records of 3073 bytes, got 3072 bytes");
  refuses(records([[3]]), 100, "records of 3074 bytes, got 3073 bytes");
  refuses(records([[3], [10]]), 10, "classes below 10, got 10 in record 1");
  refuses(records([[20, 0]]), 100, "classes below 20, got 20 in record 0");
  refuses(records([[19, 100]]), 100, "classes below 100, got 100 in record 0");
});

Deno.test("readCifar holds to its limits", () => {
  const two = records([[3], [9]]);
  assertThrows(
    () => readCifar(two, 10, { items: 1 }),
    MalformedFileError,
    "at most 1 members or rows, got more",
  );
  assertThrows(
    () => readCifar(two, 10, { bytes: 6000 }),
    MalformedFileError,
    "at most 6000 bytes of content",
  );
});

testMutations("readCifar", (bytes) => readCifar(bytes, 10), [records([[3]]), records([[0], [9]])], {
  check: ({ rows, images, labels }) => {
    assertEquals([images.length, labels.length], [rows * 3072, rows]);
    assertEquals(labels.every((label) => label < 10), true);
  },
});
