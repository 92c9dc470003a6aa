import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { encodeSafetensors, readSafetensors } from "@verbatim/data";
import { COUNTS, PARITY, ToyWorkspace } from "./_toy_workspace.ts";

const WEIGHTS = ".verbatim/runs/alpha/full/1/main.safetensors";

async function trained(): Promise<ToyWorkspace> {
  const toys = await ToyWorkspace.make({ id: "alpha", datasets: COUNTS, predictor: PARITY }, { id: "beta" });
  await toys.write(".verbatim/cache/counts/counts.bin", Uint8Array.of(1, 2, 3));
  assertEquals((await toys.run("reproduce", "--offline", "alpha")).code, 0);
  return toys;
}

Deno.test("a finished run leaves its weights, which are listed, copied out and compared with the lock", async () => {
  await using toys = await trained();
  assertMatch((await toys.run("weights")).out, /alpha +1 +main +3 +10 +not pinned +\.verbatim\/runs/);
  await toys.run("pin", "alpha", "--reason", "first");
  const { out, code } = await toys.run("weights", "--to", toys.path("out"));
  assertEquals(code, 0);
  assertMatch(out, /alpha +2 +aux +3 +10 +pinned .*alpha-full-2-aux\.safetensors\n.*\n4 files written\.\n$/);
  const copy = await Deno.readFile(toys.path("out/alpha-full-1-main.safetensors"));
  assertEquals(copy, await Deno.readFile(toys.path(WEIGHTS)));
  const { tensors, metadata } = readSafetensors(copy);
  assertEquals(Object.keys(tensors), ["params/hidden1/w", "state/count", "state/flags"]);
  assertEquals([metadata["experiment"], metadata["seed"], metadata["training"]], ["alpha", "1", "main"]);
  const none = await toys.run("weights", "beta");
  assertEquals([none.code, none.out], [
    1,
    'No finished run of these has left weights: "deno task reproduce" trains them.\n',
  ]);
});

Deno.test("a run whose weights were removed is stale", async () => {
  await using toys = await trained();
  await Deno.remove(toys.path(WEIGHTS));
  assertStringIncludes((await toys.run("reproduce", "--offline", "alpha")).err, "its weights are missing");
  assertEquals((await Deno.stat(toys.path(WEIGHTS))).isFile, true);
});

Deno.test("predict says what trained weights make of rows", async () => {
  await using toys = await trained();
  const { out, code } = await toys.run("predict", "alpha", "--rows", "2,0-1", "--offline");
  assertEquals(code, 0);
  assertMatch(out, /^row +truth +predicted +probability +next\n2 +odd +odd +75\.00% +even 25\.00%\n0 +odd /);
  assertStringIncludes(out, "\n2 of 3 right. Weights of alpha, full, seed 1: not pinned.\n");
  await toys.run("pin", "alpha", "--reason", "first");
  const second = await toys.run("predict", "alpha", "--rows", "1", "--seed", "2", "--offline");
  assertStringIncludes(second.out, "0 of 1 right. Weights of alpha, full, seed 2: pinned.");
  const others = { "params/hidden1/w": { dtype: "f32", shape: [4], values: new Float32Array(4) } } as const;
  const blob = new Blob(encodeSafetensors(others));
  await toys.write("other.safetensors", new Uint8Array(await blob.arrayBuffer()));
  const other = await toys.run(
    "predict",
    "alpha",
    "--rows",
    "0",
    "--weights",
    toys.path("other.safetensors"),
  );
  assertMatch(other.out, /odd +50\.00%/);
  assertStringIncludes(other.out, "other.safetensors: not the pinned ones.");
  const json = (await toys.run("predict", "alpha", "--rows", "0", "--json")).out.trim();
  assertEquals(JSON.parse(json).predicted, "odd");
});

/** A predictor of `COUNTS` by what the given expression makes of a count. */
const predictorOf = (expression: string, trainings = '["main", "aux"]') =>
  `{
  dataset: DATASETS[0],
  split: "all",
  trainings: ${trainings},
  async predict({ weights, rows, data, seed, training }) {
    const { count } = await rows.read([...Array(rows.rows).keys()]);
    const known = data.split("all").rows + Object.keys(weights).length;
    return [...count].flatMap((count) => ${expression});
  },
}`;

Deno.test("predict prints numbers, points and several answers to a row, by any training or none", async () => {
  await using toys = await ToyWorkspace.make(
    {
      id: "numbers",
      datasets: COUNTS,
      predictor: predictorOf(`({ predicted: count + 0.25 * known, truth: count, unit: training })`),
    },
    {
      id: "points",
      datasets: COUNTS,
      predictor: predictorOf(`({ predicted: Array(9).fill(count / 3), truth: "x" })`),
    },
    {
      id: "tasks",
      datasets: COUNTS,
      predictor: predictorOf(
        `[{ task: "size", predicted: "small", truth: count < 3 ? "small" : "large", probabilities: [] },
          { task: "seed", predicted: String(seed + known), truth: "4", probabilities: [] }]`,
        "[]",
      ),
    },
  );
  await toys.write(".verbatim/cache/counts/counts.bin", Uint8Array.of(1, 2, 3));
  const predict = async (...args: string[]) => (await toys.run("predict", "--offline", ...args)).out;
  // Nothing was trained: what has no weights needs none.
  assertEquals(
    await predict("tasks", "--rows", "1-2"),
    [
      "row  task  truth  predicted",
      "1    size  small  small",
      "1    seed  4      4",
      "2    size  large  small",
      "2    seed  4      4",
      "",
      "size: 1 of 2 right. seed: 2 of 2 right. From the training rows, as in tasks, full, seed 1.",
      "",
    ].join("\n"),
  );
  assertEquals((await toys.run("reproduce", "--offline", "numbers", "points")).code, 0);
  // Three rows and three tensors of weights.
  assertEquals(
    await predict("numbers", "--rows", "0,2", "--training", "aux"),
    [
      "row  truth  predicted (aux)  error",
      "0    1      2.5              1.5",
      "2    3      4.5              1.5",
      "",
      "Mean absolute error 1.5 aux. Weights of numbers, full, seed 1, aux: not pinned.",
      "",
    ].join("\n"),
  );
  assertStringIncludes(
    await predict("numbers", "--rows", "0-2"),
    "1.5 main. Weights of numbers, full, seed 1: not pinned.",
  );
  const points = await predict("points", "--rows", "1");
  assertMatch(
    points,
    /^row +truth +1 +2 +3 +4 +5 +6 +7 +8 +\.\.\.\n1 +x( +0\.66667){8} +1 more\n\nWeights of/,
  );
  const json = JSON.parse(await predict("points", "--rows", "2", "--json"));
  assertEquals([json.row, json.truth, json.predicted], ["2", "x", Array(9).fill(1)]);
  const refused = async (message: string, ...args: string[]) => {
    const { code, err } = await toys.run("predict", "--offline", ...args);
    assertEquals([code, err.trim().split("\n").length], [2, 1], err);
    assertStringIncludes(err, message);
  };
  await refused(`expected one of numbers's, main, aux, got "best"`, "numbers", "--training", "best");
  await refused(`expected none, for tasks has no weights, got "main"`, "tasks", "--training", "main");
  await refused("Cannot predict with tasks by given weights: it has none.", "tasks", "--weights", "any");
});

Deno.test("predict says in one line what it cannot do", async () => {
  await using toys = await trained();
  await toys.write("broken.safetensors", Uint8Array.of(1, 2, 3));
  const refused = async (code: number, message: string, ...args: string[]) => {
    const result = await toys.run("predict", "--offline", ...args);
    assertEquals([result.code, result.out, result.err.trim().split("\n").length], [code, "", 1], result.err);
    assertStringIncludes(result.err, message);
  };
  await refused(2, "Expected one experiment: alpha.");
  await refused(2, 'Did you mean "alpha"?', "alpa");
  await refused(2, 'Cannot predict with "beta": expected one of alpha.', "beta");
  await refused(2, 'expected rows from 0 to 2 such as "0-9,17", got "0-3"', "alpha", "--rows", "0-3");
  await refused(2, 'got "-1"', "alpha", "--rows=-1");
  await refused(2, 'expected all, got "test"', "alpha", "--split", "test");
  await refused(2, 'expected one of alpha\'s, 1, 2, got "3"', "alpha", "--seed", "3");
  await refused(2, "expected an experiment on pictures", "alpha", "--image", "shoe.png");
  await refused(2, "nothing at none.safetensors", "alpha", "--weights", "none.safetensors");
  await refused(1, "the length of the header", "alpha", "--weights", toys.path("broken.safetensors"));
  await refused(
    2,
    '"deno task reproduce alpha --profile quick" trains it',
    "alpha",
    "--profile",
    "quick",
  );
});
