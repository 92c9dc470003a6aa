import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { withDirectory } from "../_toy_dataset.ts";
import { columnOf } from "../columns.ts";
import { openDataset } from "../open.ts";
import { fashionMnist } from "./fashion_mnist.ts";

function hasCommand(name: string): boolean {
  try {
    return new Deno.Command(name, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync()
      .success;
  } catch {
    return false;
  }
}

Deno.test("Fashion-MNIST has its published sizes, classes and statistics", async () => {
  const opened = await openDataset(fashionMnist);
  // Mean and deviation of the training pixels over 255, as commonly used to normalise them: 0.2860 and 0.3530.
  for (const [name, perClass, known] of [["train", 6000, true], ["test", 1000, false]] as const) {
    const split = opened.split(name);
    assertEquals(split.rows, 10 * perClass);
    const counts = new Uint32Array(10);
    let sum = 0;
    let squares = 0;
    for (let start = 0; start < split.rows; start += 1000) {
      const rows = await split.slice(start, start + 1000).read(
        Array.from({ length: 1000 }, (_, i) => i),
      );
      for (const value of columnOf(rows, "image")) {
        sum += value;
        squares += value * value;
      }
      for (const value of columnOf(rows, "label")) counts[value]!++;
    }
    assertEquals([...counts], Array(10).fill(perClass));
    if (!known) continue;
    const mean = sum / (split.rows * 784);
    assertAlmostEquals(mean / 255, 0.2860, 0.00005);
    assertAlmostEquals(Math.sqrt(squares / (split.rows * 784) - mean * mean) / 255, 0.3530, 0.00005);
  }
  // The first training image is an ankle boot (class 9), the second a T-shirt (class 0), in every introduction.
  assertEquals((await opened.split("train").read([0, 1])).label, Uint8Array.of(9, 0));
  opened.close();
});

Deno.test({
  name: "Fashion-MNIST comes out of its Debian package",
  // Only Debian and its relatives have the package.
  ignore: !hasCommand("apt-get") || !hasCommand("dpkg-deb"),
  fn: () =>
    withDirectory(async (directory) => {
      const dataset = {
        ...fashionMnist,
        files: fashionMnist.files.map((file) => ({
          ...file,
          sources: file.sources.filter(({ kind }) => kind === "debian"),
        })),
      };
      const opened = await openDataset(dataset, { directory });
      assert(/Debian package|\/usr\/share/.test(opened.servedBy), opened.servedBy);
      assertEquals((await opened.split("test").read([0, 1, 2])).label, Uint8Array.of(9, 2, 1));
      opened.close();
      assertEquals([...Deno.readDirSync(`${directory}/tmp`)], []);
    }),
});

Deno.test("Fashion-MNIST says which file is missing", () => {
  assertThrows(
    () => fashionMnist.decode(new Map()),
    RangeError,
    'expected file "train-images-idx3-ubyte.gz", got none',
  );
});
