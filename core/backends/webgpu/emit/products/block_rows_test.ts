import { assertEquals } from "@std/assert";
import { contractionBlocks } from "../../../../numerics/contraction_blocks.ts";
import { CaseRandom } from "../../../conformance/values.ts";
import { blockRows } from "./block_rows.ts";

Deno.test("blockRows describes the blocks of every contraction", () => {
  const random = new CaseRandom("axes");
  const all = [[], [0], [1], [256], [257], [512], [600], [2, 28, 28], [3, 3, 300], [3, 3, 100], [5, 0, 2], [
    7,
    256,
  ]];
  for (let i = 0; i < 300; i++) {
    all.push(
      Array.from({ length: 1 + random.below(3) }, () => 1 + random.below(random.below(3) === 0 ? 400 : 20)),
    );
  }
  for (const axes of all) {
    const { count, perRow, rowTerms, blockTerms } = blockRows(axes);
    const lengths = Array.from({ length: count }, (_, block) => {
      const start = (block % perRow) * blockTerms;
      return Math.min(start + blockTerms, rowTerms) - start;
    });
    assertEquals(lengths, contractionBlocks(axes), `axes ${axes}`);
  }
});
