import { assert, assertEquals } from "@std/assert";
import { grad } from "../../autodiff/mod.ts";
import { compile } from "../../compile/compile.ts";
import { concatenate, embedding, gelu, less, normal, select, tanh } from "../../ops/mod.ts";
import { hashTree } from "../../numerics/hash.ts";
import { Key } from "../../random/key.ts";
import { tensor } from "../../tensor/create.ts";
import { createDevice, type DeviceOptions, setDefaultDevice } from "../../tensor/device.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { readTree } from "../../training/read_tree.ts";
import { withoutAdapter } from "../../testing/graphics.ts";

interface Carry {
  readonly table: Tensor;
  readonly moments: Tensor;
}

/** Rows of a table are looked up, bent by functions, shifted, drawn on, and pulled back through all of it. */
function step(
  { table, moments }: Carry,
  { words, rate, key }: { words: Tensor; rate: Tensor; key: Key },
) {
  const gradient = grad((table: Tensor) => {
    const rows = embedding(table, words); // [7, 6]
    const noisy = gelu(rows).mul(normal(key.fold("noise"), [7, 6])).add(tanh(rows));
    const turned = noisy.transpose().reshape([7, 6]);
    const moved = concatenate([noisy.slice([3, 0], [7, 6]), turned.slice([0, 0], [3, 6])]);
    // One number, without a sum: most of the gradient is zero.
    return moved.mul(moved).mul(turned).slice([2, 1], [3, 2]).reshape([]);
  })(table);
  const next = moments.mul(0.9).add(gradient.mul(gradient));
  const moved = table.sub(gradient.mul(rate)).add(select(less(next, 0.5), next, table).mul(0.125));
  return { carry: { table: moved, moments: next }, out: { gradient } };
}

async function train(options: DeviceOptions): Promise<string[]> {
  await using device = await createDevice(options);
  setDefaultDevice(device);
  const key = Key.from(3);
  const hashes: string[] = [];
  using table = normal(key.fold("table"), [5, 6]);
  using moments = table.mul(0);
  using program = compile(step, { table, moments });
  for (let t = 0; t < 6; t++) {
    using words = tensor(Uint32Array.of(0, 4, 1, 1, t % 5, 3, 2));
    const { gradient } = program.step({ words, rate: 0.1 / (t + 1), key: key.fold(t) });
    hashes.push(hashTree(await readTree({ gradient, ...program.carry })).sha256);
  }
  assertEquals(program.traces, 1);
  return hashes;
}

Deno.test({
  name: "a compiled step on webgpu gives the reference's bits, step by step",
  ignore: withoutAdapter !== undefined,
  async fn() {
    const expected = await train({ backend: "reference" });
    assert(new Set(expected).size === expected.length);
    assertEquals(await train({ backend: "webgpu" }), expected);
  },
});
