import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { dirname, join } from "node:path";
import type { Experiment } from "./define_experiment.ts";
import { explainStaleness, findInputs, parseRunInputs, type RunInputs } from "./staleness.ts";
import { prettyJson } from "./runner/canonical_json.ts";
import { hashCore, SourceGraph } from "./runner/source_graph.ts";
import { Workspace } from "./runner/workspace.ts";

const FILE = "experiments/vision/lenet.ts";

const FILES: Record<string, string> = {
  "deno.json": JSON.stringify({
    workspace: ["./core", "./models", "./data", "./experiments"],
    imports: { "fflate": "npm:fflate@1", "@local/table": "./data/table.ts" },
  }),
  "core/deno.json": `{ "name": "@verbatim/core", "exports": "./mod.ts" }`,
  "core/mod.ts": `export * from "./tensor.ts";`,
  "core/tensor.ts": `export const tensor = 1;`,
  "core/tensor_test.ts": ``,
  "models/deno.json":
    `{ "name": "@verbatim/models", "exports": { ".": "./mod.ts", "./vision": "./vision/mod.ts" } }`,
  "models/mod.ts": `export * from "./vision/mod.ts";\nexport * from "./sequence/gru.ts";`,
  "models/vision/mod.ts": `export * as lenet from "./lenet.ts";\nexport { alexnet } from "./alexnet.ts";`,
  "models/vision/lenet.ts": `import { tensor } from "@verbatim/core"; import { scale } from "../scale.ts";
    export const init = scale(tensor);`,
  "models/vision/alexnet.ts": `export const alexnet = 1;`,
  "models/sequence/gru.ts": `export const gru = 1;`,
  "models/scale.ts": `export const scale = (x: number) => x;`,
  "data/deno.json": `{ "name": "@verbatim/data", "exports": "./mod.ts" }`,
  "data/mod.ts": `export * from "./digits.ts";\nexport * from "./letters.ts";\nexport * from "./open.ts";`,
  "data/digits.ts": `import { gunzipSync } from "fflate"; import { readIdx } from "./idx.ts";
    import { table } from "@local/table"; export const digits = readIdx(gunzipSync, table);`,
  "data/letters.ts": `export const letters = 1;`,
  "data/idx.ts": `export function readIdx() {}`,
  "data/open.ts": `export function openDataset() {}`,
  "data/table.ts": `export const table = new URL("./table.csv", import.meta.url);`,
  "data/table.csv": `1,2`,
  "experiments/deno.json": `{ "name": "@verbatim/experiments", "exports": "./mod.ts" }`,
  "experiments/mod.ts": `export * from "./define_experiment.ts";`,
  "experiments/define_experiment.ts": `export function defineExperiment() {}`,
  "experiments/classify.ts": `export const classify = 1;`,
  "experiments/runner/clock.ts": `export const now = 1;`,
  "experiments/vision/_common.ts": `import { now } from "../runner/clock.ts"; export const common = now;`,
  [FILE]: `import { lenet } from "@verbatim/models"; import { digits } from "@verbatim/data";
    import { defineExperiment } from "@verbatim/experiments"; import { common } from "./_common.ts";
    import { classify } from "../classify.ts";
    import type { letters } from "@verbatim/data"; // import "./other.ts"
    export default defineExperiment({ lenet, digits, common });`,
};

const PROFILE = { seeds: [1, 2], config: { learningRate: 0.01, sizes: [3, 4], dropout: { rate: 0.5 } } };
const DIGITS = {
  name: "digits",
  title: "",
  description: "",
  licence: "",
  citation: "",
  origin: "",
  notes: [],
  splitRule: "",
  files: [{ name: "a.gz", encoding: "gzip", sha256: "aa", bytes: 1, sources: [] }],
  splits: {},
  decode: () => ({}),
} as const;

const EXPERIMENT: Experiment<unknown> = {
  id: "lenet",
  family: "vision",
  title: "",
  question: "",
  notes: [],
  datasets: [DIGITS],
  model: { name: "", layers: [], counts: [] },
  method: [],
  profiles: { quick: PROFILE, full: PROFILE },
  metrics: [],
  comparisons: [],
  claims: [],
  differences: [],
  run: () => Promise.resolve(),
};

async function inWorkspace(test: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    for (const [path, text] of Object.entries(FILES)) await write(root, path, text);
    await test(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function write(root: string, path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(join(root, path)), { recursive: true });
  await Deno.writeTextFile(join(root, path), text);
}

async function inputsOf(root: string, experiment = EXPERIMENT, seed = 1, epoch = 1): Promise<RunInputs> {
  const graph = new SourceGraph(await Workspace.read(root));
  return await findInputs(graph, experiment, FILE, "quick", seed, epoch);
}

/** The reason for which a run with the inputs `before` is stale now. */
function reason(before: RunInputs, now: RunInputs, kept: RunInputs | undefined = before): string | undefined {
  return explainStaleness(
    { record: { numericsEpoch: before.numericsEpoch, inputs: before.hashes }, inputs: kept },
    now,
  );
}

Deno.test("the code of a run is what its experiment takes from experiments, models and data", () =>
  inWorkspace(async (root) => {
    const { files } = await inputsOf(root);
    assertEquals(Object.keys(files), [
      "data/digits.ts",
      "data/idx.ts",
      "data/table.csv",
      "data/table.ts",
      "experiments/classify.ts",
      "experiments/vision/_common.ts",
      FILE,
      "models/scale.ts",
      "models/vision/lenet.ts",
    ]);
  }));

Deno.test("each file of the code makes the record stale and is named; no other file does", () =>
  inWorkspace(async (root) => {
    const before = await inputsOf(root);
    assertEquals(reason(before, before), undefined);
    for (const [path, text] of Object.entries(FILES)) {
      if (path.endsWith("deno.json")) continue;
      await write(root, path, `${text}\n`);
      const now = await inputsOf(root);
      const expected = path in before.files ? `${path} changed` : undefined;
      assertEquals([path, reason(before, now)], [path, expected]);
      await write(root, path, text);
    }
  }));

Deno.test("a model that is added to an index leaves records as they are; one that is used is new", () =>
  inWorkspace(async (root) => {
    const before = await inputsOf(root);
    await write(root, "models/vision/vgg.ts", "export const vgg = 1;");
    await write(root, "models/vision/mod.ts", `${FILES["models/vision/mod.ts"]}\nexport * from "./vgg.ts";`);
    assertEquals(reason(before, await inputsOf(root)), undefined);
    await write(root, FILE, `${FILES[FILE]}\nimport { vgg } from "@verbatim/models";`);
    assertEquals(reason(before, await inputsOf(root)), `${FILE} changed (and 1 more)`);
  }));

Deno.test("a whole module, or a name that cannot be followed, takes all that its index passes on", () =>
  inWorkspace(async (root) => {
    for (
      const line of [`import * as models from "@verbatim/models";`, `import { odd } from "@verbatim/models";`]
    ) {
      await write(root, FILE, line);
      assertEquals(Object.keys((await inputsOf(root)).files), [
        FILE,
        "models/mod.ts",
        "models/scale.ts",
        "models/sequence/gru.ts",
        "models/vision/alexnet.ts",
        "models/vision/lenet.ts",
        "models/vision/mod.ts",
      ]);
    }
  }));

Deno.test("indexes that pass each other on are followed once", () =>
  inWorkspace(async (root) => {
    await write(root, "models/sequence/gru.ts", `export * from "../mod.ts";`);
    assertEquals("models/vision/lenet.ts" in (await inputsOf(root)).files, true);
  }));

Deno.test("a file that is not there is an error", () =>
  inWorkspace(async (root) => {
    await Deno.remove(join(root, "models/scale.ts"));
    const expected =
      "Cannot read models/scale.ts: expected the file that models/vision/lenet.ts imports, got none";
    await assertRejects(() => inputsOf(root), Deno.errors.NotFound, expected);
  }));

Deno.test("a changed configuration is named with both values", () =>
  inWorkspace(async (root) => {
    const before = await inputsOf(root);
    const change = async (config: unknown) => {
      const quick = { seeds: [1], config };
      return reason(before, await inputsOf(root, { ...EXPERIMENT, profiles: { quick, full: quick } }));
    };
    const { config } = PROFILE;
    assertEquals(await change({ dropout: config.dropout, sizes: [3, 4], learningRate: 0.01 }), undefined);
    const prefix = "configuration changed:";
    assertEquals(await change({ ...config, learningRate: 0.02 }), `${prefix} learningRate 0.01 -> 0.02`);
    assertEquals(await change({ ...config, sizes: [3, 5, 1] }), `${prefix} sizes[1] 4 -> 5 (and 1 more)`);
    assertEquals(await change({ ...config, dropout: { rate: 0 } }), `${prefix} dropout.rate 0.5 -> 0`);
    assertEquals(await change({ ...config, momentum: 0.9 }), `${prefix} momentum (none) -> 0.9`);
    assertEquals(reason(before, await inputsOf(root, EXPERIMENT, 2)), `${prefix} seed 1 -> 2`);
  }));

Deno.test("changed data, another epoch and no record are named", () =>
  inWorkspace(async (root) => {
    const before = await inputsOf(root);
    const files = [{ ...DIGITS.files[0], sha256: "bb" }];
    const now = await inputsOf(root, { ...EXPERIMENT, datasets: [{ ...DIGITS, files }] });
    assertEquals(reason(before, now), "data set digits changed");
    const more = await inputsOf(root, { ...EXPERIMENT, datasets: [DIGITS, { ...DIGITS, name: "letters" }] });
    assertEquals(reason(before, more), "data set letters is new");
    assertEquals(reason(before, await inputsOf(root, EXPERIMENT, 1, 2)), "numerics epoch 1 -> 2");
    assertEquals(explainStaleness(undefined, before), "no record yet");
  }));

Deno.test("without details of the old run the reason is less exact, and details of another run are not used", () =>
  inWorkspace(async (root) => {
    const before = await inputsOf(root);
    await write(root, FILE, `${FILES[FILE]} `);
    const now = await inputsOf(root);
    assertEquals(reason(before, now, now), "code changed");
    assertEquals(
      explainStaleness({ record: { numericsEpoch: 1, inputs: before.hashes } }, now),
      "code changed",
    );
    assertEquals(parseRunInputs(prettyJson(before), "inputs.json"), before);
  }));

Deno.test("a configuration that is no JSON is refused", () =>
  inWorkspace(async (root) => {
    const quick = { seeds: [1], config: { schedule: () => 1 } };
    await assertRejects(
      () => inputsOf(root, { ...EXPERIMENT, profiles: { quick, full: quick } }),
      TypeError,
      `configuration of "lenet".config.schedule`,
    );
  }));

Deno.test("core's hash changes with its sources and not with its tests", () =>
  inWorkspace(async (root) => {
    const workspace = await Workspace.read(root);
    const before = await hashCore(workspace);
    await write(root, "core/tensor_test.ts", "// more");
    assertEquals(await hashCore(workspace), before);
    await write(root, "core/tensor.ts", "export const tensor = 2;");
    assertNotEquals(await hashCore(workspace), before);
  }));
