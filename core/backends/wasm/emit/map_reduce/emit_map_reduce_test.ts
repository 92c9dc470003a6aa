import { assertEquals } from "@std/assert";
import { mapReduceFamily, type MapReduceKernel } from "../../../../kernels/map_reduce.ts";
import { mapReduceCases } from "../../../conformance/map_reduce_cases.ts";
import { assertEmitted } from "../_run_emitted.ts";
import { emitMapReduce } from "./emit_map_reduce.ts";
import { planWindows } from "./plan_windows.ts";

Deno.test("emitMapReduce computes the reference's bits, however its units are cut", () => {
  for (const { kernel, inputs } of mapReduceCases()) {
    // The larger ones are left to the conformance suite.
    if (inputs[0]!.length > 40_000) continue;
    assertEmitted(emitMapReduce, mapReduceFamily, kernel as MapReduceKernel, [...inputs], true);
  }
});

Deno.test("windows begin where blocks and units of the map begin, and fit into scratch", () => {
  const plan = (outer: number, terms: number, inner: number, elementsPerUnit: number) => {
    const shape = [outer, terms, inner];
    const map = { family: "map", program: null!, shape, inputs: [], outputs: ["f32", "f32"] } as const;
    return planWindows(
      { family: "mapReduce", map, stored: [0], reductions: [], outer, terms, inner },
      elementsPerUnit,
    );
  };
  // 64 x 28 x 28 pixels of 16 channels: one block of 1,024 of them, 64 KiB.
  assertEquals(plan(1, 50176, 16, 64), { units: 49, blocks: 1, elements: 16384, blocksOfRow: 49 });
  // 8,192 rows of 64: 64 rows, which are 4,096 elements.
  assertEquals(plan(8192, 64, 1, 64), { units: 128, blocks: 64, elements: 4096, blocksOfRow: 1 });
  // Rows of 100 begin in the midst of units of 64 but for every 16th.
  assertEquals(plan(8192, 100, 1, 64), { units: 256, blocks: 32, elements: 3200, blocksOfRow: 1 });
  // A block of 1,024 x 64 is too much; rows of 1,500 would begin in the midst of units.
  assertEquals(plan(1, 50176, 64, 64), undefined);
  assertEquals(plan(3, 1500, 1, 64), undefined);
  assertEquals(plan(3, 1536, 16, 64), undefined);
});
