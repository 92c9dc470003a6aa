import {
  createDevice,
  disposeTree,
  Key,
  ones,
  scope,
  setDefaultDevice,
  type Tensor,
  tensor,
  treeLeaves,
  uniform,
} from "@verbatim/core";
import { assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { testModel } from "../_model_contract.ts";
import { receptiveField, tcn, TCN_SEQUENTIAL_MNIST, TCN_SERIES, type TcnConfig, tcnModel } from "./tcn.ts";

testModel(tcnModel);

const KEY = Key.from(7);

/** The outputs of sequences with parameters that the key draws, [B, T]: the model has one output. */
async function outputsOf(config: TcnConfig, x: Tensor, train = false, key = KEY): Promise<number[]> {
  const model = tcn(config);
  const { params } = model.init(KEY);
  using y = scope(() => model.apply(params, {}, x, { key, train }).y);
  disposeTree(params);
  return [...await y.read()];
}

Deno.test("a temporal convolutional network computes the paper's formulas", async () => {
  await using device = await createDevice({ workers: 1 });
  setDefaultDevice(device);
  const config = { inputs: 2, channels: [3, 4, 4], kernel: 2, dropout: 0.5, outputs: 2 };
  const model = tcn(config);
  const { params } = model.init(KEY);
  const values = new Map<string, ArrayLike<number>>();
  for (const [path, leaf] of treeLeaves(params)) values.set(path, await leaf.read());
  using x = uniform(KEY.fold("x"), [1, 9, 2], -1, 1);
  using y = scope(() => model.apply(params, {}, x, { key: KEY, train: false }).y);
  disposeTree(params);

  // The same in binary64, by sums over steps and channels; a row is a step.
  type Rows = readonly (readonly number[])[];
  const rowsOf = (flat: ArrayLike<number>): Rows =>
    Array.from({ length: flat.length / 2 }, (_, t) => [flat[2 * t]!, flat[2 * t + 1]!]);
  const rectify = (rows: Rows): Rows => rows.map((row) => row.map((value) => Math.max(value, 0)));
  const affine = (place: string, rows: Rows): Rows => {
    const [w, b] = [values.get(`${place}/w`)!, Array.from(values.get(`${place}/b`)!)];
    return rows.map((row) =>
      b.map((bias, c) => row.reduce((sum, x, d) => sum + x * w[d * b.length + c]!, bias))
    );
  };
  const convolve = (place: string, rows: Rows, dilation: number): Rows => {
    const [v, g, b] = ["v", "g", "b"].map((name) => Array.from(values.get(`${place}/${name}`)!));
    const [D, C] = [rows[0]!.length, b!.length];
    return rows.map((_, t) =>
      b!.map((bias, c) => {
        let [sum, squares] = [0, 0];
        for (let k = 0; k < config.kernel; k++) {
          for (let d = 0; d < D; d++) {
            const direction = v![(k * D + d) * C + c]!;
            sum += direction * (rows[t - (config.kernel - 1 - k) * dilation]?.[d] ?? 0);
            squares += direction * direction;
          }
        }
        return bias + g![c]! * sum / Math.sqrt(squares);
      })
    );
  };
  let rows = rowsOf(await x.read());
  for (let i = 1; i <= 3; i++) {
    const place = `levels/level${i}`;
    const once = rectify(convolve(`${place}/conv1`, rows, 2 ** (i - 1)));
    const twice = rectify(convolve(`${place}/conv2`, once, 2 ** (i - 1)));
    const straight = values.has(`${place}/shortcut/w`) ? affine(`${place}/shortcut`, rows) : rows;
    rows = rectify(twice.map((row, t) => row.map((value, c) => value + straight[t]![c]!)));
  }
  assertEquals(values.has("levels/level3/shortcut/w"), false, "as many channels before as behind");
  const expected = affine("output", rows).flat();
  (await y.read()).forEach((value, i) => assertAlmostEquals(value, expected[i]!, 1e-6));
});

Deno.test("an output sees its own step and as many before it as receptiveField says, and no later one", async () => {
  await using device = await createDevice({ workers: 1 });
  setDefaultDevice(device);
  assertEquals(receptiveField(TCN_SERIES), 13);
  // The paper: 784 pixels, all of which the last output sees.
  assertEquals(receptiveField(TCN_SEQUENTIAL_MNIST), 1 + 2 * 6 * (1 + 2 + 4 + 8 + 16 + 32 + 64 + 128));
  for (const config of [TCN_SERIES, { ...TCN_SERIES, kernel: 2, channels: [8, 16, 8] }]) {
    const [steps, changed] = [40, 11];
    const values = Float32Array.from({ length: steps }, (_, t) => (t * 7 % 11) / 11);
    using before = tensor(values.slice(), [1, steps, 1]);
    values[changed]! += 3;
    using after = tensor(values.slice(), [1, steps, 1]);
    const [a, b] = [await outputsOf(config, before), await outputsOf(config, after)];
    const different = a.flatMap((value, t) => (value === b[t] ? [] : [t]));
    assertEquals([different[0], different.at(-1)], [changed, changed + receptiveField(config) - 1]);
  }
});

Deno.test("dropout takes whole channels for all steps, and only while training", async () => {
  await using device = await createDevice({ workers: 1 });
  setDefaultDevice(device);
  // One tap, and one value at all steps: steps differ only if something is dropped at some of them.
  const config = { ...TCN_SERIES, kernel: 1, dropout: 0.5 };
  using x = ones([1, 20, 1]);
  const found = await Promise.all([1, 2, 3].map((seed) => outputsOf(config, x, true, Key.from(seed))));
  for (const outputs of found) assertEquals(new Set(outputs).size, 1);
  assertEquals(new Set(found.map(([first]) => first)).size, 3, "the key decides");
  const inUse = await outputsOf(config, x);
  assertEquals(await outputsOf(config, x, false, Key.from(1)), inUse);
  assertEquals(await outputsOf({ ...config, dropout: 0 }, x, true), inUse);
  assertNotEquals(found[0], inUse);
});

Deno.test("networks without levels or taps are refused", () => {
  assertThrows(
    () => tcn({ ...TCN_SERIES, channels: [] }),
    RangeError,
    "at least one level and one tap, got [] and 3",
  );
  assertThrows(() => tcn({ ...TCN_SERIES, kernel: 0 }), RangeError, "got [16,16] and 0");
});
