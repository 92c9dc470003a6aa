import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { listsFrom, padLists } from "./pad.ts";

const rowsOfWords = fc.array(fc.array(fc.nat(0xffffffff), { maxLength: 12 }), { maxLength: 8 });

Deno.test("padded lists are the lists, cut or followed by padding, on either side", () => {
  fc.assert(
    fc.property(
      rowsOfWords,
      fc.integer({ min: 1, max: 10 }),
      fc.nat(1000),
      fc.constantFrom("left" as const, "right" as const),
      fc.constantFrom("left" as const, "right" as const),
      (rows, length, value, pad, cut) => {
        const padded = padLists(listsFrom(rows), { length, value, pad, cut });
        assertEquals(padded.length, length);
        rows.forEach((row, i) => {
          const kept = cut === "right" ? row.slice(0, length) : row.slice(Math.max(0, row.length - length));
          const filler = new Array<number>(length - kept.length).fill(value);
          const expected = pad === "right" ? [...kept, ...filler] : [...filler, ...kept];
          assertEquals([...padded.values.subarray(i * length, (i + 1) * length)], expected);
          const ones = kept.map(() => 1);
          const zeros = filler.map(() => 0);
          const mask = pad === "right" ? [...ones, ...zeros] : [...zeros, ...ones];
          assertEquals([...padded.mask.subarray(i * length, (i + 1) * length)], mask);
          assertEquals(padded.lengths[i], kept.length);
        });
      },
    ),
    { seed: 1, numRuns: 200 },
  );
});

Deno.test("without a length nothing is cut", () => {
  fc.assert(
    fc.property(rowsOfWords, (rows) => {
      const { values, lengths, length } = padLists(listsFrom(rows));
      assertEquals(length, Math.max(1, ...rows.map((row) => row.length)));
      assertEquals([...lengths], rows.map((row) => row.length));
      assertEquals(values.length, rows.length * length);
    }),
    { seed: 1 },
  );
});

Deno.test("values keep their dtype, and a view of lists is padded from its own offsets", () => {
  const lists = { offsets: Uint32Array.of(1, 3), values: Float32Array.of(9, 0.5, 0.25, 9) };
  assertEquals(padLists(lists, { value: -1, length: 3 }).values, Float32Array.of(0.5, 0.25, -1));
  assertThrows(() => padLists(lists, { length: 0 }), RangeError, "expected a positive whole length, got 0");
});
