import { assert, assertEquals } from "@std/assert";
import {
  adam,
  type Carry,
  ClassificationScore,
  compile,
  createDevice,
  crossEntropy,
  type Device,
  disposeTree,
  hashTree,
  Key,
  type Model,
  type Optimiser,
  readTree,
  scope,
  setDefaultDevice,
  type Shape,
  silentMonitor,
  type Tensor,
  tensor,
  train,
  type Tree,
  treeLeaves,
  uniform,
  valueAndGrad,
} from "@verbatim/core";

/** What a classifier must satisfy to enter the zoo. */
export interface ModelContract<P extends Tree, S extends Tree> {
  readonly model: Model<P, S>;
  /** Shape of one input. */
  readonly input: Shape;
  readonly classes: number;
  /** The number of parameters, from the paper or from arithmetic. */
  readonly parameters: number;
}

/** Registers the tests that every classifier passes. */
export function testModel<P extends Tree, S extends Tree>(name: string, contract: ModelContract<P, S>): void {
  const { model, input, classes, parameters } = contract;
  const key = Key.from(3);
  const batchOf = (size: number) => ({
    x: uniform(key.fold("x"), [size, ...input], -1, 1),
    labels: tensor(Uint8Array.from({ length: size }, (_, i) => (5 * i + 1) % classes)),
  });
  type Inputs = { readonly x: Tensor; readonly labels: Tensor; readonly key: Key; readonly rate: Tensor };
  const stepWith = <O extends Tree>(optimiser: Optimiser<O>) => (carry: Carry<P, S, O>, inputs: Inputs) => {
    const [{ loss, state }, gradient] = valueAndGrad((params: P) => {
      const out = model.apply(params, carry.state, inputs.x, { key: inputs.key, train: true });
      return { loss: crossEntropy(out.y, inputs.labels), state: out.state };
    })(carry.params);
    const next = optimiser.update(carry.params, gradient, carry.optimiser, inputs.rate);
    return { carry: { params: next.params, state, optimiser: next.state }, out: { loss } };
  };
  const fit = (steps: number, size: number, rate: number) => {
    const optimiser = adam();
    return train({
      init() {
        const { params, state } = model.init(key.fold("init"));
        return { params, state, optimiser: optimiser.init(params) };
      },
      steps,
      inputs: (step) => Promise.resolve({ ...batchOf(size), key: key.fold(step), rate }),
      step: stepWith(optimiser),
      monitor: silentMonitor,
    });
  };
  const onDevice = async <T>(device: Promise<Device>, work: () => Promise<T>): Promise<T> => {
    await using opened = await device;
    setDefaultDevice(opened);
    return await work();
  };

  Deno.test(`${name}: has ${parameters} parameters`, () =>
    onDevice(createDevice({ backend: "reference" }), async () => {
      const { params, state } = model.init(key);
      assertEquals(treeLeaves(params).reduce((sum, [, leaf]) => sum + leaf.size, 0), parameters);
      disposeTree([params, state]);
      await Promise.resolve();
    }));

  Deno.test(`${name}: the gradient reaches every parameter within two steps`, () =>
    onDevice(createDevice({ workers: 1 }), async () => {
      const carry = await fit(1, 8, 0.01);
      const { x, labels } = batchOf(8);
      const [, gradient] = valueAndGrad((params: P) => ({
        loss: crossEntropy(model.apply(params, carry.state, x, { key, train: true }).y, labels),
      }))(carry.params);
      for (const [path, leaf] of treeLeaves(gradient)) {
        assert((await leaf.read()).some((value) => value !== 0), `no gradient reaches ${path}`);
      }
      disposeTree([carry, x, labels, gradient]);
    }));

  Deno.test(`${name}: trains to the same bits on the reference and with 1, 2, 3 and 5 workers`, async () => {
    const hashes: string[] = [];
    const run = async () => {
      const carry = await fit(3, 8, 0.01);
      hashes.push(hashTree(await readTree(carry)).sha256);
      disposeTree(carry);
    };
    await onDevice(createDevice({ backend: "reference" }), run);
    for (const workers of [1, 2, 3, 5]) await onDevice(createDevice({ workers, bytes: 268435456 }), run);
    assertEquals(new Set(hashes).size, 1, hashes.join("\n"));
  });

  Deno.test(`${name}: trains to the same bits compiled and operation by operation`, async () => {
    const optimiser = adam();
    const eager: string[] = [];
    const compiled: string[] = [];
    for (const options of [{ backend: "reference" }, { workers: 1 }, { workers: 3 }] as const) {
      await onDevice(createDevice({ ...options, bytes: 268435456 }), async () => {
        const start = scope(() => {
          const { params, state } = model.init(key.fold("init"));
          return { params, state, optimiser: optimiser.init(params) };
        });
        const step = stepWith(optimiser);
        const { x, labels } = batchOf(8);
        const bits = async (tree: Tree) => hashTree(await readTree(tree)).sha256;
        using program = compile(step, start);
        let carry = start;
        for (let t = 0; t < 3; t++) {
          const { loss } = program.step({ x, labels, key: key.fold(t), rate: 0.01 });
          const before = carry;
          const result = scope(() => step(before, { x, labels, key: key.fold(t), rate: tensor(0.01) }));
          carry = result.carry;
          eager.push(await bits(result.out), await bits(carry));
          compiled.push(await bits({ loss }), await bits(program.carry));
          disposeTree([before, result.out]);
        }
        disposeTree([carry, x, labels]);
      });
    }
    assertEquals(compiled, eager);
    assertEquals(new Set(eager).size, 6);
  });

  Deno.test(`${name}: learns one batch by heart`, () =>
    onDevice(createDevice({ workers: 2 }), async () => {
      const carry = await fit(100, 16, 0.003);
      const { x, labels } = batchOf(16);
      const y: Tensor = scope(() => model.apply(carry.params, carry.state, x, { key, train: false }).y);
      const score = new ClassificationScore(classes);
      score.add(await y.read(), await labels.read(), 0);
      assertEquals(score.result().accuracy, 1);
      disposeTree([carry, x, labels, y]);
    }));
}
