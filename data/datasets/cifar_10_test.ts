import { assertAlmostEquals, assertEquals } from "@std/assert";
import { gzipSync } from "fflate";
import { columnOf } from "../columns.ts";
import { writeTar } from "../readers/tar.ts";
import { counts, testFacts, testMiniature } from "./_testing.ts";
import { cifar10 } from "./cifar_10.ts";

/** A record: the label, then 1024 reds, greens and blues. */
function record(label: number, ...colour: readonly number[]): Uint8Array {
  const planes = colour.flatMap((value, c) =>
    Array.from({ length: 1024 }, (_, i) => value + (c === 0 ? i % 32 : 0))
  );
  return Uint8Array.of(label, ...planes);
}

const batch = (name: string, ...records: readonly Uint8Array[]) =>
  [`cifar-10-batches-bin/${name}`, Uint8Array.from(records.flatMap((bytes) => [...bytes]))] as const;

testMiniature(cifar10, {
  files: {
    "cifar-10-binary.tar.gz": gzipSync(writeTar([
      batch("test_batch.bin", record(3, 1, 2, 3), record(8, 4, 5, 6)),
      batch("data_batch_5.bin", record(5, 50, 51, 52)),
      batch("data_batch_4.bin", record(4, 40, 41, 42)),
      batch("data_batch_3.bin", record(3, 30, 31, 32)),
      batch("data_batch_2.bin", record(2, 20, 21, 22)),
      batch("data_batch_1.bin", record(0, 0, 1, 2), record(1, 10, 11, 12)),
      batch("batches.meta.txt"),
    ])),
  },
  rows: { train: 6, test: 2 },
}, ({ train, test }) => {
  assertEquals([...columnOf(train!, "label")], [0, 1, 2, 3, 4, 5]);
  assertEquals([...columnOf(test!, "label")], [3, 8]);
  const pixels = columnOf(train!, "image");
  assertEquals([...pixels.slice(3072, 3078)], [10, 11, 12, 11, 11, 12]);
  assertEquals([...columnOf(test!, "image").slice(-3)], [4 + 31, 5, 6]);
});

testFacts(cifar10, "its published sizes and statistics", ({ train, test }) => {
  assertEquals(counts(columnOf(train!, "label")), Array(10).fill(5000));
  assertEquals(counts(columnOf(test!, "label")), Array(10).fill(1000));
  // The means with which everyone normalises it.
  const sums = [0, 0, 0];
  const pixels = columnOf(train!, "image");
  for (let i = 0; i < pixels.length; i++) sums[i % 3]! += pixels[i]!;
  [0.4914, 0.4822, 0.4465].forEach((mean, c) =>
    assertAlmostEquals(sums[c]! / (50_000 * 1024) / 255, mean, 0.00005)
  );
}, { needsMirror: true });
