import { assert, assertEquals, assertThrows } from "@std/assert";
import { type FunctionBuilder, I32, ModuleBuilder, PAGE_BYTES } from "../../assembler/mod.ts";
import { WasmMemory } from "./memory.ts";
import { type LoadedKernel, WorkerPool } from "./pool.ts";
import type { WasmKernel } from "./wasm_kernel.ts";

const PAGES = 16;

/** A pool for one test, with a block of words that its kernels write to. */
async function withPool(
  threads: number,
  test: (
    pool: WorkerPool,
    tools: { words: Int32Array; run: (kernel: LoadedKernel) => void; memory: WasmMemory },
  ) =>
    | void
    | Promise<void>,
): Promise<void> {
  const memory = new WasmMemory(PAGES * PAGE_BYTES);
  const pool = new WorkerPool(memory, threads);
  await pool.started();
  const target = memory.allocate(40_000);
  const args = memory.allocate(64);
  const scratch = memory.allocate(64 * threads);
  memory.storePointer(args.address, target.address);
  const words = memory.view("i32", target.address, 10_000);
  try {
    await test(pool, { words, memory, run: (kernel) => pool.run(kernel, args.address, scratch.address, 64) });
  } finally {
    await pool.close();
  }
}

/** A kernel of phases that each do `body` for every unit; locals: 0 args, 3 scratch, 4 the unit, 5 the unit's address. */
function kernelOf(units: number, grain: number, ...bodies: ((f: FunctionBuilder) => void)[]): WasmKernel {
  const builder = new ModuleBuilder(PAGES);
  const phases = bodies.map((body, index) => {
    const name = `phase${index}`;
    const f = builder.function(name, [I32, I32, I32, I32]);
    const [unit, address] = f.locals(I32);
    f.get(1).set(unit);
    f.forUpTo(unit, 2, 1, () => {
      f.get(0).memory("i32.load").get(unit).i32(4).op("i32.mul").op("i32.add").set(address);
      body(f);
    });
    return { name, index: f.index, units, grain };
  });
  return {
    module: builder.encode(),
    phases,
    temporaryBytes: 0,
    scratchBytes: 64,
    text: () => builder.text(),
  };
}

const UNIT = 4;
const ADDRESS = 5;

/** Adds one to each unit's word. */
const increment = (f: FunctionBuilder) =>
  f.get(ADDRESS).get(ADDRESS).memory("i32.load").i32(1).op("i32.add").memory("i32.store");

for (const threads of [1, 2, 3, 5]) {
  Deno.test(`WorkerPool of ${threads} threads does every unit once, phase after phase`, async () => {
    await withPool(threads, (pool, { words, run }) => {
      const units = 4999;
      // The second phase reads what another thread wrote in the first: word[units + i] = 1000 word[units - 1 - i] + i.
      const reverse = (f: FunctionBuilder) => {
        f.get(ADDRESS).get(0).memory("i32.load").get(UNIT).i32(4).op("i32.mul").op("i32.sub");
        f.memory("i32.load", 4 * (units - 1)).i32(1000).op("i32.mul").get(UNIT).op("i32.add");
        f.memory("i32.store", 4 * units);
      };
      const kernel = pool.load("increment", kernelOf(units, 1, increment, reverse, increment));
      assert(kernel.phases[0]!.parts > threads);
      for (let runs = 1; runs <= 20; runs++) {
        run(kernel);
        assertEquals(words.subarray(0, units).findIndex((word) => word !== 2 * runs), -1);
        const copied = words.subarray(units, 2 * units);
        assertEquals(copied.findIndex((word, i) => word !== 1000 * (2 * runs - 1) + i), -1);
        assertEquals(words[2 * units], 0);
      }
    });
  });
}

Deno.test("WorkerPool runs many small jobs of several kernels, with pauses in which the workers fall asleep", async () => {
  await withPool(3, async (pool, { words, run }) => {
    const kernels = Array.from({ length: 20 }, (_, i) => pool.load(`k${i}`, kernelOf(30 + i, 1, increment)));
    for (let job = 0; job < 100_000; job++) {
      run(kernels[job % kernels.length]!);
      if (job % 10_000 === 0) await new Promise((resolve) => setTimeout(resolve, 3));
    }
    const expected = Array.from(
      { length: 50 },
      (_, unit) => 5000 * kernels.filter((_, i) => unit < 30 + i).length,
    );
    assertEquals([...words.subarray(0, 50)], expected);
  });
});

Deno.test("WorkerPool frees a module's copy once all workers have loaded it", async () => {
  const memory = new WasmMemory(PAGES * PAGE_BYTES);
  const pool = new WorkerPool(memory, 2);
  await pool.started();
  const args = memory.allocate(64);
  const target = memory.allocate(40_000);
  memory.storePointer(args.address, target.address);
  const before = memory.bytesInUse;
  const kernel = pool.load("increment", kernelOf(10_000, 1, increment));
  assert(memory.bytesInUse > before);
  for (let i = 0; i < 1000 && kernel.published !== undefined; i++) {
    pool.run(kernel, args.address, 0, 0);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assertEquals(memory.bytesInUse, before);
  await pool.close();
});

Deno.test("WorkerPool's workers let go of programs that were unloaded, and of nothing else", async () => {
  await withPool(3, (pool, { words, run, memory }) => {
    const meeting = 9000;
    /** Three parts that wait for each other, so that every thread does one; each adds a number to its word. */
    const meetAndAdd = (number: number) => (f: FunctionBuilder) => {
      f.get(0).memory("i32.load").i32(1).memory("i32.atomic.rmw.add", 4 * meeting).op("drop");
      f.loop(() => {
        f.get(0).memory("i32.load").memory("i32.atomic.load", 4 * meeting).i32(3).op("i32.lt_u").brIf(0);
      });
      f.get(ADDRESS).get(ADDRESS).memory("i32.load").i32(number).op("i32.add").memory("i32.store");
    };
    let sum = 0;
    const runAndAdd = (kernel: LoadedKernel, number: number) => {
      words[meeting] = 0;
      run(kernel);
      sum += number;
    };
    const load = (number: number) => pool.loadProgram(`${number}`, kernelOf(3, 1, meetAndAdd(number)), 10);
    const single = pool.load("1", kernelOf(3, 0.1, meetAndAdd(1)));
    const stays = load(2);
    runAndAdd(single, 1);
    runAndAdd(stays, 2);
    assertEquals(pool.held, 4);
    const { bytesInUse } = memory;
    for (let number = 3; number < 80; number++) {
      const program = load(number);
      runAndAdd(program, number);
      pool.unload(program);
      assertEquals(pool.held, 6);
      assertEquals(memory.bytesInUse, bytesInUse);
      // These could not be loaded again: their modules are gone.
      runAndAdd(single, 1);
      runAndAdd(stays, 2);
    }
    // The one that is made first is run last.
    const [first, second] = [load(200), load(201)];
    runAndAdd(second, 201);
    runAndAdd(first, 200);
    runAndAdd(second, 201);
    runAndAdd(single, 1);
    runAndAdd(stays, 2);
    assertEquals(pool.held, 8);
    assertEquals([...words.subarray(0, 4)], [sum, sum, sum, 0]);
  });
});

Deno.test("WorkerPool's workers start though the caller waits for nothing else", async () => {
  const memory = new WasmMemory(PAGES * PAGE_BYTES);
  const pool = new WorkerPool(memory, 2);
  const args = memory.allocate(64);
  memory.storePointer(args.address, memory.allocate(40_000).address);
  const kernel = pool.load("increment", kernelOf(10_000, 1, increment));
  // Until the worker has taken a part, and so has loaded the module.
  for (let i = 0; i < 1_000_000 && kernel.published !== undefined; i++) {
    pool.run(kernel, args.address, 0, 0);
    await pool.yieldToStart();
  }
  assertEquals(kernel.published, undefined);
  await pool.close();
});

Deno.test("WorkerPool reports a trap on any thread, naming the kernel, and goes on", async () => {
  await withPool(3, (pool, { words, run }) => {
    const good = pool.load("increment", kernelOf(9000, 1, increment));
    for (let unit = 0; unit < 9000; unit += 700) {
      const trap = (f: FunctionBuilder) =>
        f.get(UNIT).i32(unit).op("i32.eq").if(() => void f.op("unreachable"));
      const bad = pool.load(`trap at ${unit}`, kernelOf(9000, 1, trap));
      const error = assertThrows(() => run(bad), Error, `Cannot run trap at ${unit}: `);
      assert(/unreachable/.test(error.message), error.message);
      run(good);
    }
    const everywhere = pool.load("trap", kernelOf(9000, 1, (f) => void f.op("unreachable")));
    for (let i = 0; i < 50; i++) assertThrows(() => run(everywhere), Error, "Cannot run trap: ");
    const alone = pool.load("small trap", kernelOf(1, 1, (f) => void f.op("unreachable")));
    assertThrows(() => run(alone), Error, "Cannot run small trap: unreachable");
    run(good);
    assertEquals(words.subarray(0, 9000).every((word) => word === 14), true);
  });
});

Deno.test("WorkerPool blames no later kernel when the main thread and a worker trap in one job", async () => {
  await withPool(2, (pool, { words, run }) => {
    const good = pool.load("increment", kernelOf(4000, 1, increment));
    const meeting = 9000;
    // Each part waits until two have begun, so both threads are in the job; then both trap.
    const meet = (f: FunctionBuilder) => {
      f.get(0).memory("i32.load").i32(1).memory("i32.atomic.rmw.add", 4 * meeting).op("drop");
      f.loop(() => {
        f.get(0).memory("i32.load").memory("i32.atomic.load", 4 * meeting).i32(2).op("i32.lt_u").brIf(0);
      });
      f.op("unreachable");
    };
    const bad = pool.load("meeting", kernelOf(4000, 1, meet));
    for (let round = 1; round <= 20; round++) {
      Atomics.store(words, meeting, 0);
      assertThrows(() => run(bad), Error, "Cannot run meeting: ");
      run(good);
      assertEquals(words.subarray(0, 4000).every((word) => word === round), true);
    }
  });
});

Deno.test("WorkerPool closes when a worker is gone, and works without it until then", async () => {
  await withPool(3, async (pool, { words, run }) => {
    await pool.endWorker(0);
    const kernel = pool.load("increment", kernelOf(9000, 1, increment));
    for (let i = 0; i < 100; i++) run(kernel);
    assertEquals(words.subarray(0, 9000).every((word) => word === 100), true);
  });
});

Deno.test("WorkerPool closes before it has workers, and while they start, spin or sleep", async () => {
  for (const pause of [0, 1, 20, 100]) {
    const pool = new WorkerPool(new WasmMemory(PAGES * PAGE_BYTES), 4, true);
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    await pool.close();
    await pool.close();
  }
});

Deno.test("WorkerPool refuses a module that does not compile", async () => {
  await withPool(2, (pool) => {
    const broken = { ...kernelOf(100, 1, increment), module: new Uint8Array(8) };
    assertThrows(() => pool.load("broken", broken), WebAssembly.CompileError);
  });
});

Deno.test("A process ends though its workers were not closed", async () => {
  const code = `
    import { WasmMemory } from ${JSON.stringify(import.meta.resolve("./memory.ts"))};
    import { WorkerPool } from ${JSON.stringify(import.meta.resolve("./pool.ts"))};
    const pool = new WorkerPool(new WasmMemory(1048576), 3, true);
    console.log(pool.threads);
  `;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, code);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-check",
      "--allow-read",
      `--config=${new URL("../../../deno.json", import.meta.url).pathname}`,
      file,
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), 20_000);
  const { code: status, stdout } = await child.output();
  clearTimeout(timer);
  await Deno.remove(file);
  assertEquals(new TextDecoder().decode(stdout), "3\n");
  assertEquals(status, 0);
});
