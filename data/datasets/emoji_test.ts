import { assertEquals } from "@std/assert";
import { columnOf, textOf } from "../columns.ts";
import { assertClose, assertDisjoint, counts, means, numbersIn, testDataset } from "./_testing.ts";
import { emoji } from "./emoji.ts";

testDataset(emoji, "1906 emoji by two vendors, in nine categories; means by Pillow and NumPy", (splits) => {
  const { train, test } = splits;
  // Twice the numbers that Python counts in the table.
  assertEquals(
    counts(numbersIn(splits, "category")),
    [85, 159, 270, 131, 264, 386, 169, 224, 218].map((count) => 2 * count),
  );
  assertEquals(counts(numbersIn(splits, "vendor")), [1906, 1906]);
  const meansOf = (vendor: number) => {
    const pixels = [train!, test!].flatMap((rows) => {
      const vendors = columnOf(rows, "vendor");
      return [...columnOf(rows, "image")].filter((_, i) => vendors[Math.floor(i / 4096)] === vendor);
    });
    return means(pixels, 4);
  };
  assertClose(
    meansOf(0),
    [161.55007265297087, 137.4045730382673, 111.89628096717603, 136.91708902397036],
    1e-12,
  );
  assertClose(
    meansOf(1),
    [165.9928228292235, 143.34784992294072, 124.67867148560467, 159.99880722061909],
    1e-12,
  );

  // Both pictures of an emoji are in one split, and so are all emoji of one picture.
  const ids = [train!, test!].map((rows) => textOf(rows, "id"));
  assertDisjoint(...ids);
  assertEquals(new Set(ids.flat()).size, 1906);
  const pictures = [train!, test!].map((rows) => {
    const image = columnOf(rows, "image");
    return Array.from(
      { length: image.length / 4096 },
      (_, i) => image.subarray(i * 4096, (i + 1) * 4096).join(),
    );
  });
  assertDisjoint(...pictures);
  assertEquals(new Set(pictures.flat()).size, 3812 - 26);
});
