import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  createDevice,
  dense,
  type DenseParams,
  disposeTree,
  Key,
  setDefaultDevice,
  sgd,
  silentMonitor,
  tensor,
  zeros,
} from "@verbatim/core";
import { columnOf, memorySplit, type Rows } from "@verbatim/data";
import type { RunContext } from "../define_experiment.ts";
import { scoreClassifier, trainClassifier } from "./_classifier.ts";

const columns = {
  x: { dtype: "f32", shape: [1], description: "a number" },
  label: { dtype: "u8", shape: [], description: "whether it is above 0" },
} as const;
const samples = (rows: Rows) => ({
  x: tensor(columnOf(rows, "x"), [columnOf(rows, "label").length, 1]),
  labels: tensor(columnOf(rows, "label")),
});
const context: RunContext<unknown> = {
  config: {},
  profile: "quick",
  seed: 1,
  data: () => {
    throw new Error("Cannot open data: expected none to be asked for, got a data set");
  },
  monitor: () => silentMonitor,
  fitted: () => {},
  metric: () => {},
  confusion: () => {},
  samples: () => {},
  exhibit: () => {},
};

Deno.test("one step goes down the gradient of the mean cross-entropy, at the full rate", async () => {
  using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const rows = memorySplit(4, columns, {
    x: Float32Array.of(-2, -1, 1, 2),
    label: Uint8Array.of(0, 0, 1, 1),
  });
  const params = await trainClassifier<DenseParams, Record<string, never>>(context, {
    name: "main",
    init: () => ({ w: zeros([1, 2]), b: zeros([2]) }),
    scores: dense,
    rows,
    samples,
    optimiser: sgd,
    rate: 0.1,
    batchSize: 4,
    steps: 1,
    key: Key.from(1),
  });
  // With equal scores the gradient of w is the mean of x (1/2 - 1[label]): 3/4 and -3/4; that of b is 0.
  const w = await params.w.read();
  assertAlmostEquals(w[0]!, -0.075, 1e-7);
  assertAlmostEquals(w[1]!, 0.075, 1e-7);
  const { accuracy, loss, confusion } = await scoreClassifier((x) => dense(params, x), rows, samples, 2);
  assertEquals([accuracy, confusion], [1, [[2, 0], [0, 2]]]);
  // The gaps of the scores are 0.15 and 0.3.
  assertAlmostEquals(loss, (Math.log1p(Math.exp(-0.15)) + Math.log1p(Math.exp(-0.3))) / 2, 1e-6);
  disposeTree(params);
});

Deno.test("all rows are scored, also those behind the last thousand", async () => {
  using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const label = Uint8Array.from({ length: 2003 }, (_, i) => i % 3 === 0 ? 1 : 0);
  const rows = memorySplit(2003, columns, {
    x: Float32Array.from(label, (one) => one === 1 ? 1 : -1),
    label,
  });
  const params = { w: tensor([[-1, 1]]), b: zeros([2]) };
  const { confusion } = await scoreClassifier((x) => dense(params, x), rows, samples, 2);
  assertEquals(confusion, [[1335, 0], [0, 668]]);
  disposeTree(params);
});
