import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { WasmBackend } from "../backends/wasm/wasm_backend.ts";
import { hashTree } from "../numerics/hash.ts";
import { add, uniform } from "../ops/mod.ts";
import { Key } from "../random/key.ts";
import { createDevice, defaultDevice, Device, setDefaultDevice } from "../tensor/device.ts";
import { scope } from "../tensor/scope.ts";
import { tensor, zeros } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { disposeTree, mapTree } from "../tensor/tree.ts";
import { withoutAdapter } from "../testing/graphics.ts";
import { readTree } from "../training/read_tree.ts";
import { APPLY_COUNT, RANDOM_SHAPE, type RandomInputs, randomStep } from "./_random_step.ts";
import { compile } from "./compile.ts";

/** Devices on which compiled steps are held against eager ones; the last two share even the smallest kernels. */
const DEVICES: readonly (() => Promise<Device>)[] = [
  () => createDevice({ backend: "reference" }),
  () => createDevice({ workers: 1, bytes: 1 << 26 }),
  async () => new Device(await WasmBackend.create({ workers: 3, bytes: 1 << 26, shareAll: true })),
  async () => {
    const backend = await WasmBackend.create({ workers: 2, bytes: 5 * 2 ** 30, shareAll: true });
    backend.allocate("u8", 2 ** 32 - 1); // What follows lies above 4 GiB.
    return new Device(backend);
  },
  ...withoutAdapter === undefined ? [() => createDevice({ backend: "webgpu" })] : [],
];

/** Three times as many random programs: `deno task test --full`. */
const FULL = Deno.args.includes("--full");

async function onDevice(make: () => Promise<Device>, work: () => Promise<void>): Promise<void> {
  await using device = await make();
  setDefaultDevice(device);
  await work();
}

const bitsOf = async (tree: unknown) => hashTree(await readTree(tree as Tensor)).sha256;

Deno.test("a compiled step gives the bits of the eager one, whatever it is made of", async () => {
  const choices = fc.array(fc.tuple(fc.nat(APPLY_COUNT - 1), fc.nat(99), fc.nat(99)), {
    minLength: 1,
    maxLength: 12,
  });
  const picks = (count: number) => fc.array(fc.nat(99), { minLength: count, maxLength: count });
  for (const make of DEVICES) {
    await onDevice(make, async () => {
      const key = Key.from(5);
      await fc.assert(
        fc.asyncProperty(choices, picks(3), picks(2), async (operations, carried, shown) => {
          const step = randomStep(operations, carried, shown);
          const draw = (name: string) => uniform(key.fold(name), RANDOM_SHAPE, -1, 1);
          let carry: readonly Tensor[] = [draw("a"), draw("b"), draw("c")];
          using program = compile(step, carry);
          for (let t = 0; t < 3; t++) {
            using x = draw(`x${t}`);
            const shownByProgram = program.step({ x, rate: t / 7, key: key.fold(t) });
            const before = carry;
            const eager = scope(() => {
              const { carry: after, out } = step(before, { x, rate: tensor(t / 7), key: key.fold(t) });
              // Copies, so that disposing of one does not dispose of the other.
              const own = (tree: readonly Tensor[]) => mapTree(tree, (leaf) => add(leaf, -0));
              return { carry: own(after), out: own(out) };
            });
            assertEquals(await bitsOf(shownByProgram), await bitsOf(eager.out));
            disposeTree([before, eager.out]);
            carry = eager.carry;
            assertEquals(await bitsOf(program.carry), await bitsOf(carry));
          }
          disposeTree(carry);
        }),
        // Every read of a graphics processor waits; each step here is a program, which is a module to compile.
        { numRuns: defaultDevice().backend.readsWait ? 30 : FULL ? 150 : 50, seed: 11 },
      );
    });
  }
});

Deno.test("a step is traced once for each set of shapes and each static input", () =>
  onDevice(DEVICES[1]!, async () => {
    using start = zeros([2]);
    using program = compile((carry: Tensor, { x, twice }: { x: Tensor; twice: boolean }) => {
      const term = x.sum(0);
      return { carry: carry.add(twice ? term.mul(2) : term), out: {} };
    }, start);
    using row = tensor([[1, 2]]);
    using rows = tensor([[1, 2], [3, 4]]);
    for (
      const [x, twice, traces] of [[row, false, 1], [rows, false, 2], [row, true, 3], [
        rows,
        false,
        3,
      ]] as const
    ) {
      program.step({ x, twice });
      assertEquals(program.traces, traces);
    }
    // [1, 2] + [4, 6] + 2 [1, 2] + [4, 6]
    assertEquals(await program.carry.read(), Float32Array.of(11, 18));
  }));

Deno.test("numbers and keys change from step to step; what is captured is a constant", () =>
  onDevice(DEVICES[1]!, async () => {
    using start = zeros([4]);
    using offset = tensor([1, 2, 3, 4]);
    let host = 10;
    const step = (_: Tensor, { key, rate }: { key: Key; rate: Tensor }) => ({
      carry: uniform(key.fold("drop"), [4]).mul(rate).add(offset).add(host),
      out: {},
    });
    using program = compile(step, start);
    for (const t of [1, 2, 3]) {
      program.step({ key: Key.from(t), rate: t });
      host = 10;
      using expected = scope(() => step(start, { key: Key.from(t), rate: tensor(t) }).carry);
      assertEquals(await program.carry.read(), await expected.read());
      host = 99;
    }
    assertEquals(program.traces, 1);
  }));

Deno.test("a program's results are the same tensors at every step, in no scope, and copies outlive it", () =>
  onDevice(DEVICES[1]!, async () => {
    using start = tensor([1, 2]);
    const program = compile(
      (w: Tensor, { x }: { x: Tensor }) => ({ carry: w.mul(x), out: { before: w } }),
      start,
    );
    const first = scope(() => program.step({ x: 2 }));
    assertEquals(await first.before.read(), Float32Array.of(1, 2));
    assertStrictEquals(program.step({ x: 3 }).before, first.before);
    assertEquals(await first.before.read(), Float32Array.of(2, 4));
    using kept = program.snapshot();
    program.step({ x: 10 });
    assertEquals(await kept.read(), Float32Array.of(6, 12));
    program.restore(kept);
    assertEquals(await program.carry.read(), Float32Array.of(6, 12));
    program.dispose();
    program.dispose();
    assert(first.before.disposed);
    assertThrows(() => program.step({ x: 1 }), TypeError, "got it disposed");
    assertEquals(await start.read(), Float32Array.of(1, 2));
  }));

Deno.test("what cannot be compiled is refused with a reason", () =>
  onDevice(DEVICES[1]!, async () => {
    using start = zeros([2]);
    const refuse = (step: Parameters<typeof compile<Tensor, RandomInputs, unknown>>[0], message: string) => {
      using program = compile(step, start);
      using x = zeros([2]);
      assertThrows(() => program.step({ x, rate: 1, key: Key.from(1) }), TypeError, message);
      // Nothing of the failed trace is left in the way.
      using sum = x.add(1);
      assertEquals(sum.size, 2);
    };
    const result = (carry: Tensor) => ({ carry, out: {} });
    refuse((w) => {
      void w.item();
      return result(w);
    }, "values are known only when the program runs");
    refuse((w, { key }) => result(w.add(key.permutation(2)[0]!)), "one of a function that is being compiled");
    refuse((w) => Promise.resolve(result(w)) as never, "a synchronous function");
    refuse((w) => w as never, "returns { carry, out }");
    refuse((w) => result(w.sum()), "carry on a tensor of f32 [2], got a tensor of f32 []");
    refuse((w) => result([w] as never), "got 0 of f32 [2]");
    refuse(
      (w) => result(w.mul(compile(() => result(w), w) as never)),
      "inside a function that is being compiled",
    );
    using wrong = zeros([3]);
    using program = compile((w: Tensor, _: object) => result(w), start);
    assertThrows(() => program.restore(wrong), RangeError, "got  of f32 [3]");
    assertThrows(() => program.step({ when: new Date(0) as never }), TypeError, "got Date at when");
    await using other = await createDevice({ backend: "reference" });
    const mine = setDefaultDevice(other);
    using foreign = zeros([2]);
    setDefaultDevice(mine);
    using mixing = compile((w: Tensor, { x }: { x: Tensor }) => result(w.add(x)), start);
    assertThrows(
      () => mixing.step({ x: foreign }),
      TypeError,
      "expected tensors on wasm, got one on reference",
    );
    using capturing = compile((w: Tensor, _: object) => result(w.add(foreign)), start);
    assertThrows(
      () => capturing.step({}),
      TypeError,
      "expected captured tensors on wasm, got one on reference",
    );
    let escaped: Tensor | undefined;
    using leaking = compile((w: Tensor, _: object) => result(escaped = w.add(1)), start);
    leaking.step({});
    assertThrows(() => escaped!.add(1), Error, "it was disposed");
  }));

Deno.test("10,000 compiled steps take no memory", async () => {
  const backend = await WasmBackend.create({ workers: 2, bytes: 1 << 26 });
  await onDevice(() => Promise.resolve(new Device(backend)), async () => {
    using start = zeros([64]);
    using x = tensor(new Float32Array(64).fill(1));
    {
      using program = compile((w: Tensor, { x, key, rate }: RandomInputs) => {
        const next = w.add(x.mul(rate)).add(uniform(key.fold("noise"), [64]));
        return { carry: next.sub(next.mean()), out: { total: next.sum() } };
      }, start);
      const key = Key.from(1);
      program.step({ x, rate: 0, key });
      const before = backend.bytesInUse;
      for (let t = 0; t < 10_000; t++) {
        const { total } = program.step({ x, rate: 1 / (1 + t), key: key.fold(t) });
        if (t % 100 === 0) await total.item();
      }
      assertEquals(backend.bytesInUse, before);
    }
    using again = compile((w: Tensor, { x }: { x: Tensor }) => ({ carry: w.add(x), out: {} }), start);
    const before = backend.bytesInUse;
    again.step({ x });
    again.dispose();
    assert(backend.bytesInUse < before);
  });
});
