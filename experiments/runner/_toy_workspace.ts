/**
 * For tests of the commands: a workspace in a temporary folder with experiments that train on host arrays.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runCommand } from "./cli.ts";

/** What a toy experiment is like. */
export interface ToyOptions {
  readonly id: string;
  readonly family?: string;
  readonly seeds?: readonly number[];
  readonly steps?: number;
  /** Pause after each step. */
  readonly pauseMs?: number;
  /** Expression of its data sets. */
  readonly datasets?: string;
  /** Statement at the start of its run. */
  readonly before?: string;
  /** Factor on the metric. */
  readonly factor?: number;
  /** Expression of its predictor. */
  readonly predictor?: string;
}

/** A source of a data set with one file of three bytes, which is only in the cache if a test puts it there. */
export const COUNTS = `[{
  name: "counts", title: "Counts", description: "Three.", licence: "CC0-1.0", citation: "None.",
  origin: "https://example.org/counts", notes: [], splitRule: "There is one split.",
  files: [{ name: "counts.bin", encoding: "plain", bytes: 3,
    sha256: "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81",
    sources: [{ kind: "url", url: "https://example.org/counts.bin" }] }],
  splits: { all: { rows: 3, columns: { count: { dtype: "u8", shape: [], description: "a count" } } } },
  decode: (files) => ({ all: { count: files.get("counts.bin") } }),
}]`;

function urlOf(path: string): string {
  return new URL(path, import.meta.url).href;
}

/** A predictor of `COUNTS`, for an experiment on them: a count is odd or even, with what the weights say as the probability. */
export const PARITY = `{
  dataset: DATASETS[0],
  split: "all",
  async predict({ weights, rows }) {
    const { count } = await rows.read([...Array(rows.rows).keys()]);
    const probability = weights["params/hidden1/w"].values.length / 8;
    return [...count].map((count) => ({
      predicted: "odd",
      truth: count % 2 === 1 ? "odd" : "even",
      probabilities: [{ label: "odd", probability }, { label: "even", probability: 1 - probability }],
    }));
  },
}`;

/** The source of a toy experiment with two trainings and one metric. */
export function toySource(options: ToyOptions): string {
  const {
    id,
    family = "toys",
    seeds = [1, 2],
    steps = 40,
    pauseMs = 0,
    datasets = "[]",
    before = "",
    factor = 1,
    predictor = "undefined",
  } = options;
  const profile = `{ seeds: [${seeds}], config: { steps: ${steps}, pauseMs: ${pauseMs} } }`;
  return `import { defineExperiment } from "${urlOf("../define_experiment.ts")}";
import { trainToy } from "${urlOf("../_toy_training.ts")}";
const DATASETS = ${datasets};
export default defineExperiment({
  id: "${id}",
  family: "${family}",
  title: "Toy ${id}",
  question: "Does the runner work?",
  notes: [],
  datasets: DATASETS,
  model: { name: "toy", layers: [{ name: "hidden1", shape: "[2, 3]", parameters: 6 }], counts: [] },
  method: ["It counts."],
  profiles: { quick: ${profile}, full: ${profile} },
  metrics: [{ name: "accuracy", title: "accuracy", format: "percent", better: "higher" }],
  comparisons: [],
  claims: [],
  differences: [],
  async run({ config, seed, monitor, metric }) {
    ${before}
    const pause = () =>
      config.pauseMs > 0 ? new Promise((done) => setTimeout(done, config.pauseMs)) : Promise.resolve();
    const first = await trainToy(monitor("aux"), { seed: 10 * seed, steps: config.steps, pause });
    const main = await trainToy(monitor("main"), { seed, steps: config.steps, pause });
    metric("accuracy", (first[0] + main[1]) * ${factor} / 10);
  },
  predictor: ${predictor},
});
`;
}

/** What a command wrote and how it ended. */
export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A temporary workspace. */
export class ToyWorkspace implements AsyncDisposable {
  private constructor(readonly root: string) {}

  static async make(...toys: readonly ToyOptions[]): Promise<ToyWorkspace> {
    const workspace = new ToyWorkspace(await Deno.realPath(await Deno.makeTempDir({ prefix: "toys-" })));
    await workspace.write("core/mod.ts", "export {};\n");
    for (const toy of toys) await workspace.addToy(toy);
    return workspace;
  }

  path(...parts: readonly string[]): string {
    return join(this.root, ...parts);
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    await Deno.mkdir(dirname(this.path(path)), { recursive: true });
    await Deno.writeFile(
      this.path(path),
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
  }

  read(path: string): Promise<string> {
    return Deno.readTextFile(this.path(path));
  }

  async addToy(toy: ToyOptions): Promise<void> {
    await this.write(`experiments/${toy.family ?? "toys"}/${toy.id.replaceAll("-", "_")}.ts`, toySource(toy));
  }

  /** Runs a command in this process. Modules are loaded once: a changed experiment needs `runApart`. */
  async run(...args: readonly string[]): Promise<CommandResult> {
    let [out, err] = ["", ""];
    const code = await runCommand(args, {
      root: this.root,
      out: { write: (text) => void (out += text), columns: () => undefined },
      err: { write: (text) => void (err += text), columns: () => undefined },
    });
    return { code, out, err };
  }

  /** Starts a command in a process of its own, with checkpoints at every 30 ms. */
  start(env: Record<string, string>, ...args: readonly string[]): Deno.ChildProcess {
    return new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        "--config",
        fileURLToPath(new URL("../../deno.json", import.meta.url)),
        urlOf("./_toy_driver.ts"),
        this.root,
        ...args,
      ],
      env,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  async runApart(...args: readonly string[]): Promise<CommandResult> {
    const { code, stdout, stderr } = await this.start({}, ...args).output();
    const decoder = new TextDecoder();
    return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
  }

  /** Content of all files under a folder by path, as text. */
  async files(folder = ".", skip: RegExp = /^$/): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    const walk = async (path: string): Promise<void> => {
      for await (const { name, isDirectory } of Deno.readDir(this.path(path))) {
        const inner = join(path, name);
        if (skip.test(inner)) continue;
        if (isDirectory) await walk(inner);
        else found[inner] = await this.read(inner);
      }
    };
    await walk(folder);
    return Object.fromEntries(Object.entries(found).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}

/** Copies a file, or the files of a folder and of folders within to a depth. */
export async function copyFolder(from: URL, to: string, depth = Infinity): Promise<void> {
  const path = fileURLToPath(from);
  if ((await Deno.stat(path)).isFile) return await Deno.copyFile(path, to);
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isFile, isDirectory } of Deno.readDir(path)) {
    if (isFile) await Deno.copyFile(join(path, name), join(to, name));
    else if (isDirectory && depth > 0) {
      await copyFolder(pathToFileURL(join(path, name)), join(to, name), depth - 1);
    }
  }
}
