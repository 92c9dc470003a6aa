import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { PAGE_BYTES } from "../../assembler/mod.ts";
import type { Kernel } from "../../kernels/kernel.ts";
import { apply, scalarProgram } from "../../scalar/expression.ts";
import { type Backend, OutOfMemoryError } from "../backend.ts";
import { conformanceCases, runConformance } from "../conformance/mod.ts";
import { WasmBackend } from "./wasm_backend.ts";

const MEBIBYTE = 2 ** 20;

// Shared as in use, and with every kernel cut into parts, however small; with addresses of 32 and of 64 bits.
const WAYS = [
  [1, false, "i32"],
  [2, false, "i32"],
  [2, true, "i32"],
  [2, true, "i64"],
  [3, true, "i32"],
  [5, true, "i32"],
] as const;

/** Cases that are made, and computed by the reference, at a time: they stay in memory until every backend ran them. */
const CASES_AT_ONCE = 64;

Deno.test("WasmBackend conforms with 1, 2, 3 and 5 workers, in use and sharing all, with short and long addresses", async () => {
  const backends: WasmBackend[] = [];
  for (const [workers, shareAll, addresses] of WAYS) {
    backends.push(await WasmBackend.create({ workers, shareAll, addresses, bytes: 256 * MEBIBYTE }));
  }
  try {
    // The cases and their expected values take longer than any backend: each is made once, for all of them.
    const all = conformanceCases()[Symbol.iterator]();
    let count = 0;
    for (let batch = take(all, CASES_AT_ONCE); batch.length > 0; batch = take(all, CASES_AT_ONCE)) {
      count += batch.length;
      for (const [i, backend] of backends.entries()) {
        const { cases, failures } = await runConformance(backend, { cases: batch });
        assertEquals([cases, failures], [batch.length, []], `workers, sharing all, addresses: ${WAYS[i]}`);
      }
    }
    assert(count > 1000);
  } finally {
    for (const backend of backends) await backend.close();
  }
});

/** The next values of an iterator, fewer at its end. */
function take<T>(values: Iterator<T>, count: number): T[] {
  const taken: T[] = [];
  while (taken.length < count) {
    const { done, value } = values.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

const increment: Kernel = {
  family: "map",
  program: scalarProgram(["f32", "f32"], (x, y) => [apply("add", x, y)]),
  shape: [3],
  inputs: [{ dtype: "f32", shape: [3] }, { dtype: "f32", shape: [] }],
  outputs: ["f32"],
};

/** A backend of one thread for one test. */
async function withBackend(
  test: (backend: WasmBackend) => void | Promise<void>,
  bytes = MEBIBYTE,
): Promise<void> {
  const backend = await WasmBackend.create({ workers: 1, bytes });
  try {
    await test(backend);
  } finally {
    await backend.close();
  }
}

Deno.test("WasmBackend keeps a copy of what is written and read", async () => {
  await withBackend(async (backend) => {
    const buffer = backend.allocate("u8", 3);
    const values = Uint8Array.of(1, 2, 255);
    backend.write(buffer, values);
    values[0] = 7;
    const first = await backend.read(buffer);
    assertEquals(first, Uint8Array.of(1, 2, 255));
    first[1] = 9;
    assertEquals(await backend.read(buffer), Uint8Array.of(1, 2, 255));
    backend.write(buffer, new Uint8Array([0, 4, 5, 6]).subarray(1));
    assertEquals(await backend.read(buffer), Uint8Array.of(4, 5, 6));
  });
});

Deno.test("WasmBackend frees all that it allocates, and reuses kernels that are equal", async () => {
  await withBackend(async (backend) => {
    const run = async () => {
      const x = backend.allocate("f32", 3);
      const one = backend.allocate("f32", 1);
      const y = backend.allocate("f32", 3);
      backend.write(x, Float32Array.of(1, 2, 3));
      backend.write(one, Float32Array.of(1));
      backend.run({ ...increment }, [x, one], [y]);
      assertEquals(await backend.read(y), Float32Array.of(2, 3, 4));
      for (const buffer of [x, one, y]) backend.free(buffer);
    };
    await run();
    const used = backend.bytesInUse;
    for (let i = 0; i < 100; i++) await run();
    assertEquals(backend.bytesInUse, used);
  });
});

Deno.test("WasmBackend finds buffers used after free or of another backend", async () => {
  await withBackend(async (backend) => {
    const [x, one, y] = [
      backend.allocate("f32", 3),
      backend.allocate("f32", 1),
      backend.allocate("f32", 3),
    ] as const;
    backend.free(x);
    assertThrows(
      () => backend.free(x),
      TypeError,
      "Cannot free: expected a buffer that is in use, got f32[3]",
    );
    assertThrows(() => backend.run(increment, [x, one], [y]), TypeError, "f32[3] after free");
    assertThrows(() => backend.write(x, new Float32Array(3)), TypeError, "after free");
    await assertRejects(() => backend.read(x), TypeError, "after free");
    await withBackend((other) => {
      assertThrows(() => other.free(y), TypeError, "of this backend");
      assertThrows(() => other.run(increment, [y, one], [y]), RangeError, "a buffer of its own");
    });
  });
});

Deno.test("WasmBackend refuses buffers that do not fit", async () => {
  await withBackend((backend) => {
    const [x, one, y] = [
      backend.allocate("f32", 3),
      backend.allocate("f32", 1),
      backend.allocate("f32", 3),
    ] as const;
    assertThrows(() => backend.run(increment, [x], [y]), RangeError, "expected 2 buffers as operands, got 1");
    assertThrows(() => backend.run(increment, [x, y], [y]), RangeError, "operand 1 to be f32[1], got f32[3]");
    assertThrows(() => backend.run(increment, [x, one], [x]), RangeError, "a buffer of its own");
    const wrong = backend.allocate("i32", 3);
    assertThrows(
      () => backend.run(increment, [x, one], [wrong]),
      RangeError,
      "result 0 to be f32[3], got i32[3]",
    );
    assertThrows(() => backend.write(x, new Float32Array(2)), RangeError, "expected f32[3], got f32[2]");
    assertThrows(() => backend.write(x, new Int32Array(3)), RangeError, "expected f32[3], got i32[3]");
    assertThrows(() => backend.allocate("f32", -1), RangeError, "non-negative");
    assertThrows(() => backend.run({ ...increment, shape: [4] }, [x, one], [y]), RangeError, "Cannot map");
  });
});

Deno.test("WasmBackend names what it lacked when memory runs out, and recovers", async () => {
  await withBackend((backend) => {
    const buffers = [backend.allocate("f32", 100_000), backend.allocate("f32", 100_000)];
    const capacity = MEBIBYTE - PAGE_BYTES;
    assertThrows(
      () => backend.allocate("f32", 100_000),
      OutOfMemoryError,
      `Cannot allocate 400000 bytes: expected room for them, got ${backend.bytesInUse} of ${capacity} bytes in use; ` +
        "createDevice({ bytes }) makes a device with more",
    );
    for (const buffer of buffers) backend.free(buffer);
    backend.free(backend.allocate("f32", 200_000));
  });
});

Deno.test("WasmBackend refuses impossible options", async () => {
  await assertRejects(
    () => WasmBackend.create({ workers: 0 }),
    RangeError,
    "positive number of workers, got 0",
  );
  for (
    const [bytes, addresses] of [[2 ** 34 + 1, "i64"], [2 ** 32, "i32"], [100_000, "i32"]] as const
  ) {
    await assertRejects(
      () => WasmBackend.create({ workers: 1, bytes, addresses }),
      RangeError,
      `Cannot make a memory: expected 131072 to ${
        addresses === "i64" ? 2 ** 34 : 2 ** 32 - 65536
      } bytes, got ${bytes}`,
    );
  }
});

Deno.test("WasmBackend works above 2 GiB, where addresses are negative as signed words", async () => {
  const backend: Backend = await WasmBackend.create({ workers: 2, bytes: 3 * 2 ** 30, shareAll: true });
  const filler = backend.allocate("u8", 2.5 * 2 ** 30);
  const { failures } = await runConformance(backend, {
    filter: (name) => name.length % 7 === 0,
  });
  assertEquals(failures, []);
  backend.free(filler);
  await backend.close();
});

Deno.test("WasmBackend works above 4 GiB, with 64-bit addresses for all that is there", async () => {
  const backend = await WasmBackend.create({ workers: 2, bytes: 5 * 2 ** 30, shareAll: true });
  // As long as a buffer can be: what follows lies above, and pages that nobody touches cost nothing.
  const filler = backend.allocate("u8", 2 ** 32 - 1);
  const { cases, failures } = await runConformance(backend, {
    filter: (name) => name.length % 7 === 1,
  });
  assertEquals(failures, []);
  assert(cases > 200);

  const allocate = (length: number) => backend.allocate("f32", length);
  const [m, turned, square, sums] = [allocate(6), allocate(6), allocate(4), allocate(2)] as const;
  const [row, one, more] = [allocate(3), allocate(1), allocate(3)] as const;
  backend.write(m, Float32Array.of(1, 2, 3, 4, 5, 6)); // [[1, 2, 3], [4, 5, 6]]
  backend.write(one, Float32Array.of(1));
  const transposed = { shape: [3, 2], inputStrides: [1, 3], outputStrides: [2, 1] };
  const regions = [{ input: 0, inputOffset: 0, outputOffset: 0, ...transposed }];
  backend.run({ family: "copy", dtype: "f32", inputs: [6], length: 6, regions }, [m], [turned]);
  const extents = { batch: 1, m: 2, k: 3, n: 2, transposeA: false, transposeB: false };
  backend.run({ family: "matmul", ...extents }, [m, turned], [square]);
  backend.run({ family: "reduce", operation: "sum", shape: [2, 3], axes: [1] }, [m], [sums]);
  const first = {
    input: 0,
    shape: [3],
    inputOffset: 3,
    inputStrides: [1],
    outputOffset: 0,
    outputStrides: [1],
  };
  backend.run({ family: "copy", dtype: "f32", inputs: [6], length: 3, regions: [first] }, [m], [row]);
  backend.run(increment, [row, one], [more]);
  assertEquals(await Promise.all([turned, square, sums, more].map((buffer) => backend.read(buffer))), [
    Float32Array.of(1, 4, 2, 5, 3, 6),
    Float32Array.of(14, 32, 32, 77),
    Float32Array.of(6, 15),
    Float32Array.of(5, 6, 7),
  ]);
  assertThrows(() => backend.allocate("u8", 2 ** 30), OutOfMemoryError, "Cannot allocate 1073741824 bytes");
  backend.free(filler);
  assertThrows(() => backend.allocate("u8", 2 ** 32), RangeError, "expected at most 4294967295 elements");
  backend.free(backend.allocate("u8", 2 ** 32 - 1));
  await backend.close();
});

Deno.test("WasmBackend refuses work after close, and closes twice", async () => {
  const backend = await WasmBackend.create({ workers: 2, bytes: MEBIBYTE });
  const x = backend.allocate("f32", 3);
  await backend.close();
  await backend.close();
  assertThrows(() => backend.allocate("f32", 1), TypeError, "expected the wasm backend open, got it closed");
  assertThrows(() => backend.run(increment, [x, x], [x]), TypeError, "got it closed");
  assertThrows(() => backend.free(x), TypeError, "got it closed");
  await assertRejects(() => backend.read(x), TypeError, "got it closed");
});
