import { assertEquals } from "@std/assert";
import { formatBytes, isDefault, sourceBytes, sourceKinds } from "./dataset_facts.ts";
import { fashionMnist } from "./datasets/fashion_mnist.ts";
import { tinyShakespeare } from "./datasets/tiny_shakespeare.ts";

Deno.test("bytes are written with two digits or more and a decimal unit", () => {
  const cases = [
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [12_372, "12 kB"],
    [99_960, "100 kB"],
    [999_499, "999 kB"],
    [999_500, "1.0 MB"],
    [54_950_048, "55 MB"],
    [170_052_171, "170 MB"],
    [2e15, "2000 TB"],
  ] as const;
  for (const [bytes, text] of cases) assertEquals(formatBytes(bytes), text);
});

Deno.test("a set that only a server has is none of the default ones", () => {
  assertEquals([isDefault(fashionMnist), isDefault(tinyShakespeare)], [true, false]);
  assertEquals(sourceKinds(fashionMnist), ["url", "debian"]);
  // The data set's own figures: 784 bytes an image, one a label, and the headers of four files.
  assertEquals(sourceBytes(fashionMnist), 70_000 * 785 + 2 * 16 + 2 * 8);
});
