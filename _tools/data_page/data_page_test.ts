import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type Column, type Dataset, datasets, memorySplit, type OpenDataset } from "@verbatim/data";
import { buildSets, previewsOf, previewText, withSets } from "./data_page.ts";
import { previewOf } from "./preview.ts";

Deno.test("the page on data says what the sets say: deno task data-page writes it", async () => {
  const page = await Deno.readTextFile(new URL("../../data/README.md", import.meta.url));
  const previews = previewsOf(page, datasets);
  const written = withSets(page, buildSets(datasets, previews));
  assert(written === page, "data/README.md is out of date: run deno task data-page");
  for (const [name, text] of previews) {
    const picture = /src="(previews\/[^"]+)"/.exec(text)?.[1];
    if (picture === undefined) continue;
    assertEquals(picture, `previews/${name}.png`);
    assert((await Deno.stat(new URL(`../../data/${picture}`, import.meta.url))).isFile);
  }
});

const columns: Readonly<Record<string, Column>> = {
  image: { dtype: "u8", shape: [2, 2, 1], description: "a picture" },
  kind: { dtype: "u8", shape: [], description: "its kind", classes: ["cat|dog", "<b>"] },
  weight: { dtype: "f32", shape: [2], description: "in kg" },
  words: { dtype: "list", of: "utf8", description: "what it says" },
  path: { dtype: "list", of: "i32", shape: [2], description: "where it was" },
  name: { dtype: "utf8", description: "its name" },
};
const values = {
  image: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7),
  kind: Uint8Array.of(1, 0),
  weight: Float32Array.of(0.1, 1e10, -3, NaN),
  words: { offsets: Uint32Array.of(0, 0, 2), values: ["a*b", ""] },
  path: { offsets: Uint32Array.of(0, 1, 3), values: Int32Array.of(1, 2, 3, 4, 5, -6) },
  name: ["x".repeat(100), "two\nlines"],
};
const dataset: Dataset = {
  name: "toy",
  title: "A toy | set",
  description: "For tests.",
  licence: "MIT",
  citation: "None.",
  origin: "https://example.org/toy",
  notes: ["One note."],
  splitRule: "As it is.",
  files: [{
    name: "toy.bin",
    encoding: "plain",
    sha256: "0".repeat(64),
    bytes: 1234,
    sources: [{ kind: "npm", package: "toy", version: "1.0.0", integrity: "sha512-", path: "x" }],
  }],
  splits: { train: { rows: 2, columns } },
  decode: () => ({ train: values }),
};

Deno.test("a preview shows values of every kind in one line each, and pictures beside them", async () => {
  const split = memorySplit(2, columns, values);
  const { rows, picture } = await previewOf(
    { dataset, split: () => split } as Partial<OpenDataset> as OpenDataset,
  );
  const lines = rows.split("\n").slice(4);
  assertEquals(lines, [
    `| &lt;b&gt; | 0.1, 10000000000 |  | (1, 2) | ${"x".repeat(60)}… |`,
    "| cat\\|dog | -3, NaN | a\\*b, (empty) | (3, 4), (5, -6) | two lines |",
  ]);
  assertEquals([...picture!.subarray(1, 4)], [..."PNG"].map((letter) => letter.charCodeAt(0)));
});

Deno.test("the sets' part of a page is found again, and is all that changes", () => {
  const preview = previewText(dataset, "| rows |", "previews/toy.png");
  const page = withSets(
    "# Data\n\n<!-- sets -->\n<!-- /sets -->\n\nThe end.\n",
    buildSets([dataset], new Map([["toy", preview]])),
  );
  assert(page.startsWith("# Data\n") && page.endsWith("\n\nThe end.\n"));
  assertStringIncludes(page, "| [A toy \\| set](#set-toy) | `toy` | 2 | 1.2 kB | MIT |  |");
  assertStringIncludes(page, "cat\\|dog, &lt;b&gt;");
  assertEquals(previewsOf(page, [dataset]), new Map([["toy", preview]]));
  assertEquals(withSets(page, buildSets([dataset], previewsOf(page, [dataset]))), page);
  assertThrows(() => withSets("# Data\n", ""), Error, "expected <!-- sets -->");
});
