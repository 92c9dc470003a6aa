import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { OutOfMemoryError } from "../backend.ts";
import { runConformance } from "../conformance/mod.ts";
import { ReferenceBackend } from "./reference_backend.ts";

/** The suite holds other backends against this one; here it holds it against itself, for which some cases do. */
const FULL = Deno.args.includes("--full");

Deno.test(`ReferenceBackend runs ${FULL ? "the whole" : "a fifth of the"} conformance suite and frees what it allocates`, async () => {
  const backend = new ReferenceBackend();
  const { failures } = await runConformance(backend, { filter: (name) => FULL || name.length % 5 === 0 });
  assertEquals(failures, []);
  assertEquals(backend.bytesInUse, 0);
});

Deno.test("ReferenceBackend keeps a copy of what is written and read", async () => {
  const backend = new ReferenceBackend();
  const buffer = backend.allocate("i32", 2);
  const values = Int32Array.of(1, -2);
  backend.write(buffer, values);
  values[0] = 7;
  const first = await backend.read(buffer);
  assertEquals(first, Int32Array.of(1, -2));
  first[1] = 9;
  assertEquals(await backend.read(buffer), Int32Array.of(1, -2));
});

Deno.test("ReferenceBackend finds buffers used after free, unwritten, or of another backend", async () => {
  const backend = new ReferenceBackend();
  const sum = { family: "reduce", operation: "sum", shape: [2], axes: [0] } as const;
  const x = backend.allocate("f32", 2);
  const y = backend.allocate("f32", 1);
  assertThrows(() => backend.run(sum, [x], [y]), TypeError, "never written");
  await assertRejects(() => backend.read(x), TypeError, "never written");
  backend.write(x, Float32Array.of(1, 2));
  backend.run(sum, [x], [y]);
  backend.free(x);
  assertThrows(() => backend.run(sum, [x], [y]), TypeError, "f32[2] after free");
  assertThrows(() => backend.write(x, Float32Array.of(1, 2)), TypeError, "after free");
  assertThrows(() => backend.free(x), TypeError, "after free");
  await assertRejects(() => backend.read(x), TypeError, "after free");
  assertThrows(() => new ReferenceBackend().free(y), TypeError, "of another");
});

Deno.test("ReferenceBackend refuses buffers that do not fit the kernel", () => {
  const backend = new ReferenceBackend();
  const map = { family: "reduce", operation: "argmax", shape: [2], axes: [0] } as const;
  const x = backend.allocate("f32", 2);
  backend.write(x, Float32Array.of(1, 2));
  const u = backend.allocate("u32", 1);
  assertThrows(() => backend.run(map, [], [u]), RangeError, "expected 1 buffers as operands, got 0");
  assertThrows(() => backend.run(map, [u], [u]), RangeError, "operand 0 to be f32[2], got u32[1]");
  assertThrows(() => backend.run(map, [x], [x]), RangeError, "result 0 to be u32[1], got f32[2]");
  const copy = {
    family: "copy",
    dtype: "f32",
    inputs: [2],
    length: 2,
    regions: [],
  } as const;
  assertThrows(() => backend.run(copy, [x], [x]), RangeError, "a buffer of its own");
  assertThrows(() => backend.write(x, Float32Array.of(1)), RangeError, "expected f32[2], got f32[1]");
  assertThrows(() => backend.write(x, Uint32Array.of(1, 2)), RangeError, "expected f32[2], got u32[2]");
  assertThrows(() => backend.allocate("f32", -1), RangeError, "non-negative");
  assertThrows(() => backend.run({ ...map, axes: [1] }, [x], [u]), RangeError, "ascending axes");
});

Deno.test("ReferenceBackend keeps to its byte limit and to close", async () => {
  const backend = new ReferenceBackend({ byteLimit: 100 });
  const x = backend.allocate("f32", 20);
  assertThrows(() => backend.allocate("u8", 21), OutOfMemoryError, "Cannot allocate 21 bytes");
  backend.free(x);
  backend.allocate("u8", 100);
  await backend.close();
  assertThrows(() => backend.allocate("u8", 0), TypeError, "closed");
});

Deno.test("runConformance reports the first difference, changed operands and thrown errors", async () => {
  class Broken extends ReferenceBackend {
    override run(...[kernel, inputs, outputs]: Parameters<ReferenceBackend["run"]>): void {
      if (kernel.family === "matmul" && kernel.m === 2) throw new Error("no such tile");
      super.run(kernel, inputs, outputs);
      if (kernel.family === "matmul") this.write(outputs[0]!, new Float32Array(outputs[0]!.length));
      if (kernel.family === "copy") this.write(inputs[0]!, new Uint8Array(inputs[0]!.length));
    }
  }
  const names = ["matmul 1x1x7x1 nn mixed", "matmul 1x2x3x4 nn mixed", "copy u8 transpose 2x3 any"];
  const { cases, failures } = await runConformance(new Broken(), { filter: (name) => names.includes(name) });
  assertEquals(cases, 3);
  assertEquals(failures.map(({ name }) => name), names);
  assertEquals(failures[0]!.message.startsWith("result 0 differs at element 0: expected "), true);
  assertEquals(failures[1]!.message, "Error: no such tile");
  assertEquals(failures[2]!.message.startsWith("operand 0 was changed: it differs at element 0"), true);
});
