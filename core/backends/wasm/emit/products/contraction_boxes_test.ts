import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { contractionBlocks } from "../../../../numerics/contraction_blocks.ts";
import { contractionBoxes } from "./contraction_boxes.ts";

Deno.test("contractionBoxes cuts a worked example", () => {
  assertEquals(contractionBoxes([5, 5, 16]), [[[0, 3], [0, 5], [0, 16]], [[3, 5], [0, 5], [0, 16]]]);
});

Deno.test("contractionBoxes has the lengths of contractionBlocks and runs over all terms in order", () => {
  const axes = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 3 })
    .filter((lengths) => lengths.reduce((product, length) => product * length, 1) < 1e6);
  fc.assert(
    fc.property(axes, (lengths) => {
      const boxes = contractionBoxes(lengths);
      const sizes = boxes.map((box) => box.reduce((product, [begin, end]) => product * (end - begin), 1));
      assertEquals(sizes, contractionBlocks(lengths));
      let term = 0;
      boxes.forEach((box, i) => {
        const first = box.reduce((index, [begin], axis) => index * lengths[axis]! + begin, 0);
        assertEquals(first, term);
        term += sizes[i]!;
      });
    }),
    { seed: 3, numRuns: 300 },
  );
});
