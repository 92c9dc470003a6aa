import { assertAlmostEquals, assertEquals } from "@std/assert";
import { gzipSync } from "fflate";
import { columnOf } from "../columns.ts";
import { counts, testFacts, testMiniature } from "./_testing.ts";
import { mnist } from "./mnist.ts";

testFacts(mnist, "its published sizes and statistics", (splits) => {
  const [train, test] = [splits.train!, splits.test!].map((rows) => columnOf(rows, "label"));
  assertEquals(counts(train!), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  assertEquals(counts(test!), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  assertEquals([train![0], test![0]], [5, 7]);
  // The numbers with which everyone normalises it: 0.1307 and 0.3081.
  let [sum, squares] = [0, 0];
  const pixels = columnOf(splits.train!, "image");
  for (const pixel of pixels) {
    sum += pixel;
    squares += pixel * pixel;
  }
  const mean = sum / pixels.length;
  assertAlmostEquals(mean / 255, 0.1307, 0.00005);
  assertAlmostEquals(Math.sqrt(squares / pixels.length - mean * mean) / 255, 0.3081, 0.00005);
});

const images = (first: number, rows: number) =>
  Uint8Array.of(
    ...[0, 0, 8, 3, 0, 0, 0, rows, 0, 0, 0, 28, 0, 0, 0, 28],
    ...Array.from({ length: rows * 784 }, (_, i) => first + i),
  );
const labels = (...values: number[]) => Uint8Array.of(0, 0, 8, 1, 0, 0, 0, values.length, ...values);

testMiniature(mnist, {
  files: {
    "train-images-idx3-ubyte.gz": gzipSync(images(5, 3)),
    "train-labels-idx1-ubyte.gz": gzipSync(labels(5, 0, 4)),
    "t10k-images-idx3-ubyte.gz": gzipSync(images(9, 2)),
    "t10k-labels-idx1-ubyte.gz": gzipSync(labels(7, 2)),
  },
  rows: { train: 3, test: 2 },
}, ({ train, test }) => {
  assertEquals([...columnOf(train!, "label"), ...columnOf(test!, "label")], [5, 0, 4, 7, 2]);
  assertEquals([...columnOf(train!, "image").slice(783, 786)], [788, 789, 790].map((value) => value & 255));
  assertEquals(columnOf(test!, "image")[0], 9);
});
