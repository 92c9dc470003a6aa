import { assertEquals } from "@std/assert";
import { productMapFamily, type ProductMapKernel } from "../../../../kernels/product_map.ts";
import { productMapCases } from "../../../conformance/product_map_cases.ts";
import { assertEmitted } from "../_run_emitted.ts";
import { emitProductMap } from "./emit_product_map.ts";
import { blockRows } from "../products/emit_row_blocks.ts";
import { planProductWindows } from "./plan_windows.ts";

Deno.test("emitProductMap computes the reference's bits, however its units are cut", () => {
  for (const { kernel, inputs } of productMapCases()) {
    // The larger ones are left to the conformance suite.
    if (inputs[0]!.length + inputs[1]!.length > 110_000) continue;
    assertEmitted(emitProductMap, productMapFamily, kernel as ProductMapKernel, [...inputs], true);
  }
});

Deno.test("blocks of rows are as many for each thread, and small enough for a cache", () => {
  const rows = (batch: number, m: number, k: number, n: number) =>
    blockRows({ family: "matmul", batch, m, k, n, transposeA: false, transposeB: false });
  // 28 blocks of 28, seven for each of four threads, and not 25 of 32.
  assertEquals(rows(1, 784, 64, 256), 28);
  assertEquals(rows(1, 2048, 64, 64), 32);
  // 16 rows of 512 are 32 KiB.
  assertEquals(rows(1, 2048, 32, 512), 16);
  // No block goes from one product of a batch to the next.
  assertEquals(rows(3, 160, 33, 150), 20);
  assertEquals(rows(3, 157, 33, 150), undefined);
  // Too few rows, too many terms, rows too long.
  assertEquals(rows(1, 255, 64, 64), undefined);
  assertEquals(rows(1, 512, 257, 64), undefined);
  assertEquals(rows(1, 512, 64, 1040), undefined);
});

Deno.test("windows begin where units of the product and of the map begin, and fit into scratch", () => {
  const plan = (length: number, productUnit: number, mapUnit: number, terms: number) =>
    planProductWindows({ length, productUnit, mapUnit, terms });
  // 64 images of 28 x 28 x 6: each a unit, and enough to do.
  assertEquals(plan(64 * 4704, 4704, 24, 25), { units: 64, unitsOfProduct: 1, elements: 4704 });
  // Three rows of 9 x 6 are the least that ends with a vector and a period; small ones are taken together.
  assertEquals(plan(64 * 54, 54, 12, 2000), { units: 32, unitsOfProduct: 2, elements: 108 });
  // Many terms are worth a window of few elements, few are not.
  assertEquals(plan(1433 * 16, 512, 16, 2708), { units: 45, unitsOfProduct: 1, elements: 512 });
  assertEquals(plan(51200, 512, 16, 4), { units: 13, unitsOfProduct: 8, elements: 4096 });
  // All of it is too little to share.
  assertEquals(plan(640, 320, 16, 84), { units: 1, unitsOfProduct: 2, elements: 640 });
  // No cut serves both, or only too large ones.
  assertEquals(plan(64 * 4374, 4374, 16 * 17, 25), undefined);
  assertEquals(plan(1 << 20, 1 << 16, 16, 25), undefined);
});
