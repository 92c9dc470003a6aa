import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ModuleBuilder } from "../../../../assembler/module_builder.ts";
import { reduceFamily, type ReduceKernel } from "../../../../kernels/reduce.ts";
import { assertEmitted, type Flavour, floats, runEmitted } from "../_run_emitted.ts";
import { emitReduce } from "./emit_reduce.ts";

const OPERATIONS = ["sum", "max", "argmax"] as const;
const FLAVOURS: Flavour[] = ["plain", "special", "zeros", "ties", "small"];

function check(shape: number[], axes: number[], flavours = FLAVOURS): void {
  const length = shape.reduce((product, extent) => product * extent, 1);
  for (const operation of OPERATIONS) {
    if (operation !== "sum" && axes.some((axis) => shape[axis] === 0)) continue;
    const kernel: ReduceKernel = { family: "reduce", operation, shape, axes };
    flavours.forEach((flavour, seed) =>
      assertEmitted(emitReduce, reduceFamily, kernel, [floats(length, flavour, seed)], operation === "sum")
    );
  }
}

Deno.test("emitReduce reduces the last axes", () => {
  for (const terms of [1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 15, 16, 17, 31, 32, 33, 64, 95, 127, 128, 129, 200]) {
    check([3, terms], [1], ["special", "small", "ties"]);
  }
  check([2, 1023], [1], ["small", "special"]);
  check([2, 1024], [1], ["small", "special"]);
  check([2, 1025], [1], ["small", "special"]);
  check([3, 2, 2075], [1, 2], ["small"]);
  check([5000], [0]);
  check([4096], [0], ["small"]);
});

Deno.test("emitReduce reduces the first axes", () => {
  for (const terms of [1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 50, 64, 1040]) {
    for (const inner of [2, 3, 4, 5, 6]) check([terms, inner], [0], ["special", "small"]);
  }
  for (const inner of [7, 8, 10, 16, 31, 32, 33, 36, 64, 70]) check([40, inner], [0], ["special", "small"]);
  check([64, 256], [0], ["small"]);
  check([3, 7, 7, 33], [0, 1, 2], ["small", "special"]);
  check([2, 1030, 50], [1], ["small"]);
  check([2, 2100, 6], [1], ["small"]);
  check([5, 3, 600], [1], ["small"]);
  check([4, 28, 28, 6], [0, 1, 2], ["small", "ties"]);
});

Deno.test("emitReduce reduces axes that are not neighbours", () => {
  check([3, 4, 5], [0, 2]);
  check([2, 3, 2, 5, 2], [0, 2, 4]);
  check([2, 3, 1, 5, 2], [0, 2, 3]);
  check([40, 3, 60], [0, 2], ["small", "special"]);
  check([8, 3, 128, 2], [0, 2], ["small"]);
});

Deno.test("emitReduce takes axes of extent 1, no axes, and nothing at all", () => {
  check([], []);
  check([1, 1], [0]);
  check([3, 1, 2], [1]);
  check([7], []);
  check([0, 3], [0]);
  check([3, 0], [0]);
  check([2, 0, 3], [1]);
  assertThrows(
    () => emitReduce({ family: "reduce", operation: "max", shape: [2, 0], axes: [1] }, new ModuleBuilder(1)),
    RangeError,
  );
});

Deno.test("emitReduce agrees with the reference on random shapes", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 5 }),
      fc.integer({ min: 0, max: 31 }),
      fc.constantFrom(...FLAVOURS),
      (shape, chosen, flavour) =>
        check(shape, shape.map((_, i) => i).filter((i) => chosen >> i & 1), [flavour]),
    ),
    { seed: 1, numRuns: 60 },
  );
});

Deno.test("emitReduce adds 2049 terms in the order of rule N5", () => {
  // 2^24 in the first block; ones elsewhere. Lane 0 of block 0 swallows its ones, the other lanes keep theirs.
  const x = new Float32Array(2049).fill(1);
  x[0] = 2 ** 24;
  // Block 0: lane 0 is 2^24 (adding 1 is a tie to even), lane 8 is 64: 2^24 + 64; then + 128, + 256, + 512 exactly.
  const block0 = 2 ** 24 + 64 + 128 + 256 + 512;
  const kernel: ReduceKernel = { family: "reduce", operation: "sum", shape: [2049], axes: [0] };
  assertEquals(runEmitted(emitReduce, reduceFamily, kernel, [x]), [Float32Array.of(block0 + 1024)]);
});
