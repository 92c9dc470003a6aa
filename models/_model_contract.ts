/**
 * The tests that every model passes: `testModel` and `testMethod` register them for an entry of the registry.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import {
  adam,
  type AdamState,
  type Carry,
  type Checkpoint,
  compile,
  createDevice,
  Device,
  type DeviceOptions,
  disposeTree,
  dryRun,
  hashTree,
  Key,
  readTree,
  ReferenceBackend,
  scope,
  setDefaultDevice,
  silentMonitor,
  type Tensor,
  tensor,
  train,
  type TrainingMonitor,
  type Tree,
  treeLeaves,
  valueAndGrad,
} from "@verbatim/core";
import { countParameters } from "./count_parameters.ts";
import type { RegisteredMethod, RegisteredModel, TrialBatch } from "./define_model.ts";
import { inputsOf, layersOf } from "./layers.ts";

const KEY = Key.from(3);
/** Examples in a batch, steps and rate where bits are compared. */
const [SIZE, STEPS, RATE] = [8, 4, 0.01];
/** The step after which a run is killed. */
const KILLED = 2;
const BYTES = 268435456;
const DEVICES: readonly DeviceOptions[] = [
  { backend: "reference" },
  ...[1, 2, 3, 5].map((workers) => ({ workers, bytes: BYTES })),
];

async function onDevice<T>(options: DeviceOptions, work: () => Promise<T>): Promise<T> {
  await using device: Device = await createDevice(options);
  setDefaultDevice(device);
  return await work();
}

async function bitsOf(tree: Tree): Promise<string> {
  return hashTree(await readTree(tree)).sha256;
}

/** The batch is of the trial's own type, which `StepInputs` could not follow through any tree. */
type Inputs = { readonly batch: unknown; readonly key: Key; readonly rate: Tensor };
type Running = Carry<Tree, Tree, AdamState>;

/** How a model is trained in its trial. */
function trialOf({ build, trial }: RegisteredModel) {
  const model = build(trial.config);
  const optimiser = adam();
  const init = (): Running => {
    const { params, state } = model.init(KEY.fold("init"));
    return { params, state, optimiser: optimiser.init(params) };
  };
  const lossOf = (params: Tree, state: Tree, batch: TrialBatch, key: Key, train: boolean) => {
    const out = model.apply(params, state, batch.x, { key, train });
    return { loss: trial.loss(out.y, batch), state: out.state };
  };
  const step = (carry: Running, { batch, key, rate }: Inputs) => {
    const [{ loss, state }, gradient] = valueAndGrad((params: Tree) =>
      lossOf(params, carry.state, batch as TrialBatch, key, true)
    )(carry.params);
    const next = optimiser.update(carry.params, gradient, carry.optimiser, rate);
    return { carry: { params: next.params, state, optimiser: next.state }, out: { loss } };
  };
  const batchOf = (size: number) => scope(() => trial.batch(KEY.fold("batch"), size));
  const fit = (steps: number, size: number, rate: number, monitor: TrainingMonitor = silentMonitor) =>
    train<Running, Inputs>({
      init,
      steps,
      inputs: (at) => Promise.resolve({ batch: batchOf(size), key: KEY.fold(at), rate }),
      step,
      monitor,
    });
  return { init, lossOf, step, batchOf, fit };
}

class Killed extends Error {}

/** Trains until the checkpoint after some steps, dies, and goes on from it: on a device of its own each. */
async function killAndResume(fit: ReturnType<typeof trialOf>["fit"]): Promise<string> {
  let kept: Checkpoint | undefined;
  const dying: TrainingMonitor = {
    ...silentMonitor,
    wantsCheckpoint: (step) => step === KILLED,
    saveCheckpoint(checkpoint) {
      kept = checkpoint;
      return Promise.reject(new Killed());
    },
  };
  await onDevice({ workers: 2, bytes: BYTES }, async () => {
    try {
      await fit(STEPS, SIZE, RATE, dying);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  });
  const checkpoint = kept;
  assert(checkpoint !== undefined && checkpoint.step === KILLED);
  return await onDevice({ workers: 1, bytes: BYTES }, async () => {
    const carry = await fit(STEPS, SIZE, RATE, {
      ...silentMonitor,
      resume: () => Promise.resolve(checkpoint),
    });
    const bits = await bitsOf(carry);
    disposeTree(carry);
    return bits;
  });
}

/** Registers the tests that every architecture passes. */
export function testModel(entry: RegisteredModel): void {
  const { title, configurations, trial, build } = entry;
  const { init, lossOf, step, batchOf, fit } = trialOf(entry);

  for (const [name, configuration] of Object.entries(configurations)) {
    const { config, parameters, published = [] } = configuration;
    Deno.test(`${title}, ${name}: has ${parameters} parameters, takes its inputs and can be drawn`, () => {
      assertEquals(countParameters(build(config)), parameters);
      for (const { count, source, within = 0, differs } of published) {
        const near = Math.abs(parameters - count) <= within * count;
        assert(
          near === (differs === undefined),
          near
            ? `${source} counts ${count}: nothing differs`
            : `${source} counts ${count}, here ${parameters}`,
        );
      }
      const drawn = layersOf(build(config), configuration).map((layer) => layer.parameters);
      assertEquals(drawn.reduce((sum, count) => sum + count, 0), parameters, "all of them in the diagram");
      dryRun(() => {
        const model = build(config);
        const { params, state } = model.init(KEY);
        const x = inputsOf(configuration, 2);
        for (const train of [true, false]) {
          const out = model.apply(params, state, x, { key: KEY, train });
          const form = (tree: Tree) =>
            treeLeaves(tree).map(([path, { dtype, shape }]) => [path, dtype, shape]);
          assertEquals(form(out.state), form(state), "the state keeps its form");
          assert(treeLeaves(out.y).length > 0, "expected outputs, got none");
        }
      });
    });
  }

  Deno.test(`${title}: the gradient reaches every parameter within two steps`, () =>
    onDevice({ workers: 1 }, async () => {
      const carry = await fit(1, SIZE, RATE);
      const batch = batchOf(SIZE);
      const [{ loss, state }, gradient] = valueAndGrad((params: Tree) =>
        lossOf(params, carry.state, batch, KEY, true)
      )(carry.params);
      for (const [path, leaf] of treeLeaves(gradient)) {
        const values = await leaf.read();
        assert(values.some((value) => value !== 0), `no gradient reaches ${path}`);
        assert(values.every(Number.isFinite), `the gradient of ${path} is not finite`);
      }
      disposeTree([carry, batch, loss, state, gradient]);
    }));

  Deno.test(`${title}: the same bits twice, on the reference, with 1, 2, 3 and 5 workers, killed and resumed`, async () => {
    const found: Record<string, string> = {};
    for (const options of [...DEVICES, DEVICES[1]!]) {
      await onDevice(options, async () => {
        const carry = await fit(STEPS, SIZE, RATE);
        found[`${Object.keys(found).length}: ${JSON.stringify(options)}`] = await bitsOf(carry);
        disposeTree(carry);
      });
    }
    found["killed and resumed"] = await killAndResume(fit);
    assertEquals(new Set(Object.values(found)).size, 1, JSON.stringify(found, null, 2));
  });

  Deno.test(`${title}: the same bits compiled and operation by operation`, async () => {
    const eager: string[] = [];
    const compiled: string[] = [];
    for (const options of [{ backend: "reference" }, { workers: 1 }, { workers: 3 }] as const) {
      await onDevice({ ...options, bytes: BYTES }, async () => {
        let carry = scope(init);
        const batch = batchOf(SIZE);
        using program = compile(step, carry);
        for (let t = 0; t < 3; t++) {
          const { loss } = program.step({ batch, key: KEY.fold(t), rate: RATE });
          const before = carry;
          const result = scope(() => step(before, { batch, key: KEY.fold(t), rate: tensor(RATE) }));
          carry = result.carry;
          eager.push(await bitsOf(result.out), await bitsOf(carry));
          compiled.push(await bitsOf({ loss }), await bitsOf(program.carry));
          // A state that a model leaves as it is goes on.
          const kept = new Set(treeLeaves(carry).map(([, tensor]) => tensor));
          disposeTree(result.out);
          for (const [, tensor] of treeLeaves(before)) if (!kept.has(tensor)) tensor.dispose();
        }
        disposeTree([carry, batch]);
      });
    }
    assertEquals(compiled, eager);
    assertEquals(eager.slice(6), [...eager.slice(0, 6), ...eager.slice(0, 6)], "the devices agree");
  });

  const { loss: below, size = 16, steps = 100, rate = 0.003 } = trial.learned;
  Deno.test(`${title}: learns one batch by heart`, () =>
    onDevice({ workers: 2 }, async () => {
      const carry = await fit(steps, size, rate);
      const batch = batchOf(size);
      const { loss, state } = scope(() => lossOf(carry.params, carry.state, batch, KEY, false));
      const reached = await loss.item();
      assert(
        reached < below,
        `expected a loss below ${below} after ${steps} steps of rate ${rate}, got ${reached}: ` +
          "if the model is right, its trial's steps and rate say how long it may learn",
      );
      disposeTree([carry, batch, loss, state]);
    }));
}

/** Registers the tests that every fitted method passes. */
export function testMethod({ title, trial }: RegisteredMethod): void {
  Deno.test(`${title}: the same bits twice, on the reference and with 1, 2, 3 and 5 workers`, async () => {
    const found: Record<string, string> = {};
    for (const options of [...DEVICES, DEVICES[1]!]) {
      await onDevice(options, async () => {
        const fitted = await trial.fit(KEY);
        const leaves = treeLeaves(fitted);
        assert(leaves.length > 0, "expected a tree of tensors, got none");
        for (const [path, leaf] of leaves) {
          assert((await leaf.read()).every(Number.isFinite), `${path} is not finite`);
        }
        found[`${Object.keys(found).length}: ${JSON.stringify(options)}`] = await bitsOf(fitted);
        disposeTree(fitted);
      });
    }
    assertEquals(new Set(Object.values(found)).size, 1, JSON.stringify(found, null, 2));
  });

  Deno.test(`${title}: leaves nothing in memory but what it finds`, async () => {
    const backend = new ReferenceBackend();
    await using device = new Device(backend);
    setDefaultDevice(device);
    disposeTree(await trial.fit(KEY));
    assertEquals(backend.bytesInUse, 0);
  });
}
