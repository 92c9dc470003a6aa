import { assertEquals, assertRejects } from "@std/assert";
import { valueAndGrad } from "../../autodiff/mod.ts";
import { adam } from "../../optim/mod.ts";
import { tanh } from "../../ops/mod.ts";
import { tensor } from "../../tensor/create.ts";
import { createDevice, Device, setDefaultDevice } from "../../tensor/device.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { disposeTree } from "../../tensor/tree.ts";
import { type Checkpoint, readTree, silentMonitor, train, type TrainingMonitor } from "../../training/mod.ts";
import { withoutAdapter } from "../../testing/graphics.ts";
import { GpuDevice } from "./adapter.ts";
import { DeviceLostError } from "./webgpu_errors.ts";
import { WebGpuBackend } from "./webgpu_backend.ts";

const STEPS = 60;

/** Keeps losses, and a checkpoint after every tenth step. */
function memoryMonitor() {
  const losses = new Map<number, number>();
  let saved: Checkpoint | undefined;
  const monitor: TrainingMonitor = {
    ...silentMonitor,
    resume: () => Promise.resolve(saved),
    wantsCheckpoint: (step) => step % 10 === 0,
    saveCheckpoint: (checkpoint) => Promise.resolve(void (saved = checkpoint)),
    losses: (first, values) => values.forEach((value, i) => losses.set(first + i, value)),
  };
  return { monitor, losses };
}

/** Fits tanh(w x) to a value, one sample a step. */
async function fit(monitor: TrainingMonitor, before: (step: number) => void): Promise<Float32Array> {
  const optimiser = adam();
  const carry = await train({
    init() {
      const params = { w: tensor(0.1) };
      return { params, state: {}, optimiser: optimiser.init(params) };
    },
    steps: STEPS,
    inputs(step) {
      before(step);
      return Promise.resolve({ x: 1 + step % 4 });
    },
    step(carry, { x }: { x: Tensor }) {
      const [loss, gradient] = valueAndGrad(({ w }: { w: Tensor }) => {
        const error = tanh(w.mul(x)).sub(0.7);
        return error.mul(error);
      })(carry.params);
      const next = optimiser.update(carry.params, gradient, carry.optimiser, 0.1);
      return { carry: { params: next.params, state: {}, optimiser: next.state }, out: { loss } };
    },
    monitor,
  });
  const { "params/w": w } = await readTree(carry);
  disposeTree(carry);
  return w!.values as Float32Array;
}

Deno.test({
  name: "a run that lost its device ends with a clear error, and resumed it has the bits of one that did not",
  ignore: withoutAdapter !== undefined,
  async fn() {
    const whole = memoryMonitor();
    await using reference = await createDevice({ backend: "reference" });
    setDefaultDevice(reference);
    const expected = await fit(whole.monitor, () => {});

    const { monitor, losses } = memoryMonitor();
    const gpu = await GpuDevice.open();
    {
      await using device = new Device(await WebGpuBackend.on(gpu, {}));
      setDefaultDevice(device);
      const lose = (step: number) => {
        if (step === 37) gpu.device.destroy();
      };
      await assertRejects(() => fit(monitor, lose), DeviceLostError, "gives the same bits");
    }
    await using device = await createDevice({ backend: "webgpu" });
    setDefaultDevice(device);
    assertEquals(await fit(monitor, () => {}), expected);
    assertEquals([...losses].toSorted(([a], [b]) => a - b), [...whole.losses]);
    assertEquals(losses.size, STEPS);
  },
});
