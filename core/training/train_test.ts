import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { valueAndGrad } from "../autodiff/mod.ts";
import type { HostTree } from "../numerics/host_tree.ts";
import { adam } from "../optim/mod.ts";
import "../ops/mod.ts";
import { ReferenceBackend } from "../backends/reference/reference_backend.ts";
import { Device, disposeTree, setDefaultDevice, type Tensor, tensor } from "../tensor/mod.ts";
import { type Checkpoint, readTree, silentMonitor, train, type TrainingMonitor, writeTree } from "./mod.ts";

/** A monitor that keeps everything in memory and saves a checkpoint after every third step. */
function memoryMonitor() {
  const losses = new Map<number, number>();
  const milestones: number[] = [];
  let saved: Checkpoint | undefined;
  const monitor: TrainingMonitor = {
    ...silentMonitor,
    resume: () => Promise.resolve(saved),
    wantsCheckpoint: (step) => step % 3 === 0,
    saveCheckpoint: (checkpoint) => Promise.resolve(void (saved = checkpoint)),
    losses: (first, values) => values.forEach((value, i) => losses.set(first + i, value)),
    milestone: ({ step }) => void milestones.push(step),
  };
  return { monitor, losses, milestones };
}

/** Fits w x to 2 x with one sample a step. */
function run(monitor: TrainingMonitor, steps: number, failAt = Infinity) {
  const optimiser = adam();
  return train({
    init() {
      const params = { w: tensor(0) };
      return { params, state: {}, optimiser: optimiser.init(params) };
    },
    steps,
    inputs(step) {
      if (step === failAt) throw new Error("interrupted");
      return Promise.resolve({ x: 1 + step % 4 });
    },
    step(carry, { x }: { x: Tensor }) {
      const [loss, gradient] = valueAndGrad(({ w }: { w: Tensor }) => {
        const error = w.mul(x).sub(x.mul(2));
        return error.mul(error);
      })(carry.params);
      const next = optimiser.update(carry.params, gradient, carry.optimiser, 0.1);
      return { carry: { params: next.params, state: {}, optimiser: next.state }, out: { loss } };
    },
    monitor,
  });
}

Deno.test("a run that was interrupted and resumed has the losses and the parameters of one that was not", async () => {
  const backend = new ReferenceBackend();
  await using device = new Device(backend);
  setDefaultDevice(device);
  const whole = memoryMonitor();
  const carry = await run(whole.monitor, 100);
  const expected = await readTree(carry);
  disposeTree(carry);
  assertEquals(backend.bytesInUse, 0);

  const parts = memoryMonitor();
  for (const failAt of [2, 20, 50, 77]) await run(parts.monitor, 100, failAt).catch(() => {});
  const resumed = await run(parts.monitor, 100);
  assertEquals(await readTree(resumed), expected);
  assertEquals([...parts.losses].sort(([a], [b]) => a - b), [...whole.losses]);
  assertEquals(parts.milestones.at(-1), 100);
  assertEquals(whole.milestones, [0, 100]);
});

Deno.test("a checkpoint of another form is refused", async () => {
  await using device = new Device(new ReferenceBackend());
  setDefaultDevice(device);
  using w = tensor([1, 2]);
  const value = (values: Float32Array, shape: number[]): HostTree => ({ w: { dtype: "f32", shape, values } });
  assertThrows(
    () => writeTree({ w }, value(new Float32Array(3), [3])),
    RangeError,
    "expected f32 [2] at w, got f32 [3]",
  );
  assertThrows(() => writeTree({ w }, {}), RangeError, "expected f32 [2] at w, got nothing");
  assertThrows(
    () =>
      writeTree({ w }, {
        ...value(new Float32Array(2), [2]),
        v: { dtype: "f32", shape: [], values: new Float32Array(1) },
      }),
    RangeError,
    "expected paths w, got v",
  );
});

Deno.test("where reads wait, losses are gathered on the device, and an interrupted run has the same", async () => {
  class Slow extends ReferenceBackend {
    override readonly readsWait: boolean = true;
    atOnce = 0;
    most = 0;
    override async read(...args: Parameters<ReferenceBackend["read"]>) {
      this.most = Math.max(this.most, ++this.atOnce);
      const values = await super.read(...args);
      this.atOnce--;
      return values;
    }
  }
  const plain = new ReferenceBackend();
  const histories = [];
  for (const backend of [plain, new Slow()]) {
    await using device = new Device(backend);
    setDefaultDevice(device);
    const { monitor: often, losses, milestones } = memoryMonitor();
    const monitor = { ...often, wantsCheckpoint: (step: number) => step % 40 === 0 };
    await assertRejects(() => run(monitor, 100, 50), Error, "interrupted");
    assertEquals(backend.bytesInUse, 0);
    disposeTree(await run(monitor, 100));
    assertEquals(backend.bytesInUse, 0);
    histories.push([[...losses], milestones]);
    if (backend instanceof Slow) assertEquals(backend.most, 16);
  }
  assertEquals(histories[1], histories[0]);
  assertEquals((histories[0]![0] as unknown[]).length, 100);
});
