import { assertEquals, assertThrows } from "@std/assert";
import { apply, f32, scalarProgram } from "../../../scalar/expression.ts";
import type { KernelCall } from "../../backend.ts";
import type { MapKernel } from "../../../kernels/map.ts";
import { WasmBackend } from "../wasm_backend.ts";

const LENGTH = 5000;

const increment: MapKernel = {
  family: "map",
  program: scalarProgram(["f32"], (x) => [apply("add", x, f32(1))]),
  shape: [LENGTH],
  inputs: [{ dtype: "f32", shape: [LENGTH] }],
  outputs: ["f32"],
};
const sum = { family: "reduce", operation: "sum", shape: [LENGTH], axes: [0] } as const;

for (const [workers, shareAll] of [[1, false], [2, true], [3, false], [5, true]] as const) {
  Deno.test(`a program of ${workers} threads does stage after stage, run after run`, async () => {
    const backend = await WasmBackend.create({ workers, shareAll, bytes: 1 << 24 });
    try {
      const empty = backend.bytesInUse;
      const x = backend.allocate("f32", LENGTH);
      const links = Array.from({ length: 3 }, () => backend.allocate("f32", LENGTH));
      const totals = Array.from({ length: 3 }, () => backend.allocate("f32", 1));
      // x + 1, + 2, ... + 60 through three buffers; the sums of the last three are one group.
      const groups: KernelCall[][] = [];
      for (let i = 0; i < 60; i++) {
        groups.push([{
          kernel: increment,
          inputs: [i === 0 ? 0 : links[(i - 1) % 3]!],
          outputs: [links[i % 3]!],
        }]);
      }
      groups.push(totals.map((total, i) => ({ kernel: sum, inputs: [links[i]!], outputs: [total] })));
      const program = backend.prepare(groups, [{ dtype: "f32", length: LENGTH }]);
      for (let run = 0; run < 300; run++) {
        backend.write(x, new Float32Array(LENGTH).fill(run));
        // Now and then long enough for the threads to fall asleep.
        if (run % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 10));
        program.run([x]);
        const got = await Promise.all(totals.map((total) => backend.read(total)));
        assertEquals(got.map(([value]) => value), [58, 59, 60].map((last) => LENGTH * (run + last)));
      }
      program.release();
      for (const buffer of [x, ...links, ...totals]) backend.free(buffer);
      // What the pool keeps for all programs may have grown: scratch, and nothing with the length of a buffer.
      assertEquals(backend.bytesInUse - empty < 4 * LENGTH, true);
    } finally {
      await backend.close();
    }
  });
}

Deno.test("a program refuses buffers that do not fit, before anything runs", async () => {
  const backend = await WasmBackend.create({ workers: 1, bytes: 1 << 22 });
  const [x, y] = [backend.allocate("f32", LENGTH), backend.allocate("f32", LENGTH)];
  const short = backend.allocate("f32", 3);
  const call = (
    inputs: KernelCall["inputs"],
    output = y,
  ) => [[{ kernel: increment, inputs, outputs: [output] }]];
  const refuse = (calls: KernelCall[][], message: string) =>
    assertThrows(() => backend.prepare(calls, [{ dtype: "f32", length: 3 }]), RangeError, message);
  refuse(call([short]), "expected operand 0 to be f32[5000], got f32[3]");
  refuse(call([0]), "expected operand 0 to be f32[5000], got f32[3]");
  refuse(call([x], short), "expected result 0 to be f32[5000], got f32[3]");
  refuse([[{ kernel: sum, inputs: [x], outputs: [x] }]], "expected result 0 to be f32[1]");
  refuse(call([]), "expected 1 buffers as operands, got 0");
  const program = backend.prepare(call([x]), []);
  program.release();
  backend.free(x);
  const whole = backend.allocate("u8", 1024);
  assertThrows(() => backend.view(whole, 32, "f32", 4), RangeError, "a multiple of 64 bytes");
  assertThrows(() => backend.view(whole, 512, "f32", 129), RangeError, "expected a part of u8[1024]");
  const part = backend.view(whole, 512, "f32", 128);
  backend.write(part, new Float32Array(128).fill(2));
  backend.free(whole);
  await backend.read(part).then(
    () => assertEquals("read", "refused"),
    (error) => assertEquals(error.message.includes("after free"), true),
  );
  await backend.close();
});
