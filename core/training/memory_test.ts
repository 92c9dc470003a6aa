/** What training takes of a device's memory: never more with every step, and nothing once it has ended or failed. */
import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import v8 from "node:v8";
import vm from "node:vm";
import { valueAndGrad } from "../autodiff/mod.ts";
import { type DeviceBuffer, OutOfMemoryError } from "../backends/backend.ts";
import { ReferenceBackend } from "../backends/reference/reference_backend.ts";
import { WasmBackend } from "../backends/wasm/wasm_backend.ts";
import { compile } from "../compile/mod.ts";
import type { Dtype } from "../numerics/dtype.ts";
import { hashTree } from "../numerics/hash.ts";
import { batchNorm, dense, dropout, initBatchNorm, initDense, kaimingNormal } from "../nn/mod.ts";
import { crossEntropy, exp, normal, relu, tanh, uniform } from "../ops/mod.ts";
import { adam } from "../optim/mod.ts";
import { Key } from "../random/key.ts";
import { readTree } from "./read_tree.ts";
import {
  Device,
  disposeTree,
  scope,
  setDefaultDevice,
  type Tensor,
  tensor,
  treeLeaves,
} from "../tensor/mod.ts";

const [INPUTS, HIDDEN, CLASSES] = [5, 9, 3];
const STEPS = 10_000;
/** Batches of so many lengths: each is a set of shapes of its own. */
const LENGTHS = 7;

const optimiser = adam();

/** Parameters, running averages, state of the optimiser. */
function initial(key: Key) {
  const norm = initBatchNorm(HIDDEN);
  const params = {
    hidden: initDense(key.fold("hidden"), INPUTS, HIDDEN, kaimingNormal),
    norm: norm.params,
    output: initDense(key.fold("output"), HIDDEN, CLASSES, kaimingNormal),
  };
  return { params, state: norm.state, optimiser: optimiser.init(params) };
}

type Carry = ReturnType<typeof initial>;

interface Inputs {
  readonly x: Tensor;
  readonly labels: Tensor;
  readonly key: Key;
  readonly rate: Tensor;
}

/** Forward with noise, normalisation and dropout; backward; update. */
function train(carry: Carry, { x, labels, key, rate }: Inputs) {
  const [{ loss, state }, gradient] = valueAndGrad((params: Carry["params"]) => {
    const noisy = x.add(normal(key.fold("noise"), x.shape, 0, 0.1));
    const { y, state } = batchNorm(params.norm, carry.state, dense(params.hidden, noisy), { train: true });
    const kept = dropout(key.fold("dropout"), relu(y), { rate: 0.25, train: true });
    return { loss: crossEntropy(dense(params.output, kept), labels), state };
  })(carry.params);
  const next = optimiser.update(carry.params, gradient, carry.optimiser, rate);
  return { carry: { params: next.params, state, optimiser: next.state }, out: { loss } };
}

const lengthAt = (t: number) => 2 + 3 * (t % LENGTHS);

/** The batch of step t. */
function batchAt(t: number, length = lengthAt(t)): { x: Tensor; labels: Tensor; key: Key } {
  const key = Key.from(t);
  const labels = tensor(Uint32Array.from({ length }, (_, i) => (t + i) % CLASSES));
  return { x: uniform(key.fold("x"), [length, INPUTS]), labels, key };
}

/** Step t, operation by operation: what is carried on takes the place of what was carried in. */
function eagerStep(carry: Carry, t: number): Carry {
  const after = scope(() => train(carry, { ...batchAt(t), rate: tensor(1 / (1 + t)) }).carry);
  const kept = new Set(treeLeaves(after).map(([, leaf]) => leaf));
  for (const [, leaf] of treeLeaves(carry)) if (!kept.has(leaf)) leaf.dispose();
  return after;
}

const bitsOf = async (carry: Carry) => hashTree(await readTree(carry)).sha256;

async function withBackend<B extends ReferenceBackend | WasmBackend>(
  backend: B,
  work: (backend: B) => void | Promise<void>,
): Promise<void> {
  await using device = new Device(backend);
  setDefaultDevice(device);
  await work(backend);
}

/** Collects what nothing refers to, and tells what is left. */
function liveHeapBytes(): number {
  v8.setFlagsFromString("--expose-gc");
  const collect: () => void = vm.runInNewContext("gc");
  collect();
  collect();
  return Deno.memoryUsage().heapUsed;
}

/**
 * Runs a step many times; the device's bytes must be the same after every one from the first of each length on, and the
 * heap must not grow.
 */
function checkFlat(backend: WasmBackend, step: (t: number) => void): void {
  for (let t = 0; t < LENGTHS; t++) step(t);
  const bytes = backend.bytesInUse;
  let heap = 0;
  for (let t = LENGTHS; t < STEPS; t++) {
    step(t);
    if (backend.bytesInUse !== bytes) assertEquals(backend.bytesInUse, bytes, `bytes after step ${t}`);
    if (t === STEPS / 4) heap = liveHeapBytes();
  }
  const grown = liveHeapBytes() - heap;
  // Engines keep some notes on code that runs often; one object from each of these steps would be more than that.
  assert(grown < 200_000, `${grown} bytes of the heap are kept from ${0.75 * STEPS} steps`);
}

Deno.test("10,000 eager steps of many shapes take no memory", async () => {
  await withBackend(await WasmBackend.create({ workers: 1, bytes: 1 << 24 }), (backend) => {
    let carry = initial(Key.from(1));
    checkFlat(backend, (t) => carry = eagerStep(carry, t));
    disposeTree(carry);
  });
});

Deno.test("10,000 compiled steps of many shapes take no memory", async () => {
  await withBackend(await WasmBackend.create({ workers: 1, bytes: 1 << 24 }), (backend) => {
    const carry = initial(Key.from(1));
    using program = compile(train, carry);
    disposeTree(carry);
    checkFlat(backend, (t) => {
      const { key, ...batch } = batchAt(t);
      program.step({ ...batch, key, rate: 1 / (1 + t) });
      disposeTree(batch);
    });
    assertEquals(program.traces, LENGTHS);
  });
});

interface QuietInputs {
  readonly x: Tensor;
  readonly pair: readonly Tensor[];
  readonly key: Key;
  readonly rate: Tensor;
  readonly options: { readonly train: boolean; readonly name: string };
}

/** Steps of which a single object each, the smallest there is, would take 3.2 MB. */
const QUIET_STEPS = 200_000;

/** Bytes that this thread has taken of its heap since it began, whether they were collected or not. */
function allocatedBytes(): number {
  const statistics: object = v8.getHeapStatistics();
  assert("total_allocated_bytes" in statistics && typeof statistics.total_allocated_bytes === "number");
  return statistics.total_allocated_bytes;
}

/** Fails unless a step takes nothing of the heap once the engine has optimised it. */
function checkNoGarbage(what: string, step: (t: number) => void): void {
  let least = Infinity;
  // The engine itself takes some while it compiles, and it counts in whole buffers.
  for (let round = 0; round < 10 && least > 800_000; round++) {
    const before = allocatedBytes();
    for (let t = 0; t < QUIET_STEPS; t++) step(t);
    least = Math.min(least, allocatedBytes() - before);
  }
  assert(least <= 800_000, `${what}: ${least / QUIET_STEPS} bytes a step`);
}

Deno.test("a compiled step makes no garbage, whatever its inputs are", async () => {
  for (const [workers, addresses] of [[1, "i32"], [1, "i64"], [2, "i32"]] as const) {
    const backend = await WasmBackend.create({ workers, addresses, bytes: 1 << 24, shareAll: workers > 1 });
    await withBackend(backend, () => {
      using start = tensor([1, 2, 3, 4]);
      using x = tensor([0.5, 0.25, 0, 1]);
      using y = tensor([1, 1, 2, 2]);
      const key = Key.from(1);
      const given = { x, pair: [y, x], key, rate: 0.1, options: { train: true, name: "a" } };
      using program = compile((carry: Tensor, { x, pair, key, rate }: QuietInputs) => {
        const noise = normal(key.fold("noise").fold(7), [4]).add(uniform(key, [4]));
        const next = carry.mul(rate).add(x).add(noise).add(pair[0]!).sub(pair[1]!);
        return { carry: next, out: { sum: next.sum() } };
      }, start);
      checkNoGarbage(`${workers} threads, ${addresses}`, () => program.step(given));
      // Of other shapes every time
      using short = tensor([0.5]);
      const other = { ...given, x: short };
      checkNoGarbage(`${workers} threads, two shapes`, (t) => program.step(t % 2 === 0 ? given : other));
      assertEquals(program.traces, 2);
    });
  }
});

Deno.test("a program that is disposed of gives all memory back", async () => {
  for (const workers of [1, 3]) {
    const backend = await WasmBackend.create({ workers, bytes: 1 << 24, shareAll: true });
    await withBackend(backend, () => {
      const carry = initial(Key.from(1));
      const batches = [batchAt(0), batchAt(1)];
      const work = () => {
        using program = compile(train, carry);
        for (const batch of batches) program.step({ ...batch, rate: 0.1 });
        disposeTree(program.snapshot());
      };
      work(); // The backend's own memory grows to what such programs need.
      const { bytesInUse } = backend;
      for (let i = 0; i < 5; i++) {
        work();
        // Modules of single kernels go when every worker has loaded them: it may become less.
        if (workers === 1) assertEquals(backend.bytesInUse, bytesInUse);
        else assert(backend.bytesInUse <= bytesInUse);
      }
      disposeTree([carry, ...batches.map(({ x, labels }) => [x, labels])]);
    });
  }
  await withBackend(new ReferenceBackend(), (backend) => {
    const carry = initial(Key.from(1));
    const { key, ...batch } = batchAt(0);
    const program = compile(train, carry);
    disposeTree(carry);
    program.step({ ...batch, key, rate: 0.1 });
    disposeTree(batch);
    program.dispose();
    assertEquals(backend.bytesInUse, 0);
  });
});

Deno.test("programs that are made and disposed of, each of its own kind, leave nothing on the heap", async () => {
  await withBackend(await WasmBackend.create({ workers: 1, bytes: 1 << 24 }), async () => {
    using start = tensor([1, 2, 3, 4]);
    const work = (constant: number) => {
      using program = compile((carry: Tensor, { rate }: { rate: Tensor }) => {
        let y = carry;
        for (let k = 0; k < 10; k++) y = tanh(exp(y.mul(constant + k).neg()).div(y.sum().add(3)));
        return { carry: carry.mul(rate), out: { y } };
      }, start);
      program.step({ rate: 0.5 });
    };
    const heaps: number[] = [];
    for (let i = 0; i < 150; i++) {
      work(1 + i / 256);
      // What is held weakly lasts until then.
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (i % 30 === 29) heaps.push(liveHeapBytes());
    }
    const grown = heaps.at(-1)! - heaps[0]!;
    assert(grown < 4_000_000, `${grown} bytes of the heap are kept from 120 programs`);
  });
});

/** Refuses the allocation after so many. */
class NarrowBackend extends ReferenceBackend {
  left = Infinity;

  override allocate(dtype: Dtype, length: number): DeviceBuffer {
    if (this.left-- <= 0) throw OutOfMemoryError.ofAllocation(4 * length, this.bytesInUse, this.bytesInUse);
    return super.allocate(dtype, length);
  }

  /** Does something with room for no allocation, for one, for two ..., until it succeeds; how often it did not. */
  untilItFits<T>(work: () => T, message: string): { result: T; refusals: number } {
    const before = this.bytesInUse;
    for (let refusals = 0;; refusals++) {
      this.left = refusals;
      try {
        return { result: work(), refusals };
      } catch (error) {
        assert(error instanceof OutOfMemoryError, `${error}`);
        assertStringIncludes(error.message, message);
        assertEquals(this.bytesInUse, before, `bytes after allocation ${refusals} was refused`);
      } finally {
        this.left = Infinity;
      }
    }
  }
}

Deno.test("a step that finds no room, wherever that is, leaves everything as it was", async () => {
  await withBackend(new NarrowBackend(), async (backend) => {
    const start = initial(Key.from(1));
    const undisturbed = eagerStep(initial(Key.from(1)), 3);
    const { result: after, refusals } = backend.untilItFits(() => eagerStep(start, 3), "Cannot allocate ");
    assert(refusals > 100, `only ${refusals} allocations`);
    assertEquals(await bitsOf(after), await bitsOf(undisturbed));
    disposeTree([after, undisturbed]);
    assertEquals(backend.bytesInUse, 0);
  });
});

Deno.test("a program that finds no room, wherever that is, leaves everything as it was", async () => {
  await withBackend(new NarrowBackend(), async (backend) => {
    const carry = initial(Key.from(1));
    const made = backend.untilItFits(() => compile(train, carry), "Cannot allocate ");
    assertEquals(made.refusals, treeLeaves(carry).length);
    disposeTree(carry);
    const program = made.result;
    const batch = { ...batchAt(0), rate: 0.1 };
    // The key of the step, the rate, constants, and one block for all values
    const first = backend.untilItFits(() => program.step(batch), "Cannot prepare a step whose values take ");
    assert(first.refusals >= 4, `only ${first.refusals} allocations`);
    const copy = backend.untilItFits(() => program.snapshot(), "Cannot allocate ");
    assertEquals(copy.refusals, made.refusals);
    assertEquals(await bitsOf(copy.result), await bitsOf(program.carry));
    // No room for other shapes: those that are prepared go on.
    const other = { ...batchAt(1), rate: 0.1 };
    backend.left = 0;
    assertThrows(() => program.step(other), OutOfMemoryError);
    program.step(batch);
    backend.left = Infinity;
    program.dispose();
    for (const tree of [copy.result, batch, other]) disposeTree(tree);
    assertEquals(backend.bytesInUse, 0);
  });
});

Deno.test("wherever the memory of the wasm backend ends, nothing is taken and the error says what was asked for", async () => {
  const bytes = 1 << 20;
  const capacity = bytes - 65536; // the first page is the threads'
  await withBackend(await WasmBackend.create({ workers: 1, bytes }), (backend) => {
    const carry = initial(Key.from(1));
    const batch = batchAt(0, 200);
    const eager = () => disposeTree(scope(() => train(carry, { ...batch, rate: tensor(0.1) })));
    const compiled = () => {
      using program = compile(train, carry);
      program.step({ ...batch, rate: 0.1 });
    };
    for (const work of [eager, compiled]) {
      const nearlyAll = backend.allocate("u8", capacity - backend.bytesInUse - 20_000);
      assertThrows(work, OutOfMemoryError); // before anything was ever run, too
      backend.free(nearlyAll);
      work(); // The backend's own memory grows to what this needs.
      let [refused, done] = [0, 0];
      for (let room = 20_000; room < 300_000; room += 5_000) {
        // In pieces: what the backend keeps for itself may lie in the midst.
        const ballast: DeviceBuffer[] = [];
        while (capacity - backend.bytesInUse >= room + 4096) ballast.push(backend.allocate("u8", 4032));
        const before = backend.bytesInUse;
        try {
          work();
          done++;
        } catch (error) {
          assert(error instanceof OutOfMemoryError, `${error}`);
          assertMatch(
            error.message,
            /Cannot allocate \d+ bytes: expected room for them, got \d+ of 983040 bytes in use; createDevice\(/,
          );
          refused++;
        }
        assertEquals(backend.bytesInUse, before);
        for (const piece of ballast) backend.free(piece);
      }
      assert(refused > 0 && done > 0, `${refused} refused, ${done} done`);
    }
    disposeTree([carry, batch.x, batch.labels]);
  });
});
