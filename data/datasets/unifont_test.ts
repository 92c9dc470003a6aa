import { assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { assertDisjoint, counts, testDataset } from "./_testing.ts";
import { unifont } from "./unifont.ts";

testDataset(unifont, "glyphs, widths and ink as counted by Python", (splits) => {
  const { train, test } = splits;
  const both = [train!, test!];
  const codePoints = both.map((rows) => columnOf(rows, "codePoint"));
  assertDisjoint(...codePoints);
  const widths = counts(both.flatMap((rows) => [...columnOf(rows, "width")]));
  assertEquals([widths[8], widths[16]], [7199, 49_887]);
  const images = both.map((rows) => columnOf(rows, "image"));
  assertEquals(images.reduce((ink, image) => ink + counts(image)[1]!, 0), 3_652_240);

  // No glyph is in both splits: 56,404 are distinct.
  const glyphs = images.map((image, split) =>
    Array.from({ length: image.length / 256 }, (_, i) => {
      const picture = String.fromCharCode(...image.subarray(i * 256, (i + 1) * 256));
      return `${columnOf(both[split]!, "width")[i]} ${picture}`;
    })
  );
  assertDisjoint(...glyphs);
  assertEquals(new Set(glyphs.flat()).size, 56_404);

  // 0041:0000000018242442427E424242420000 is A; Greek, Cyrillic, Cherokee and Lisu have the same.
  const row = codePoints[0]!.indexOf(0x41);
  const alike = [...codePoints[0]!].filter((_, i) => glyphs[0]![i] === glyphs[0]![row]);
  assertEquals(alike, [0x41, 0x391, 0x410, 0x13aa, 0xa4ee]);
  assertEquals([...images[0]!.subarray(row * 256 + 4 * 16, row * 256 + 5 * 16)], [
    0,
    0,
    0,
    1,
    1,
    ...Array(11).fill(0),
  ]);
});
