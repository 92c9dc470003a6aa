import { assertEquals, assertRejects } from "@std/assert";
import type { OpenDataset } from "@verbatim/data";
import { join } from "node:path";
import type { Experiment, RunContext } from "../define_experiment.ts";
import { formatLock, parseLock, pinRecords } from "../lock.ts";
import { compareWithLock, describeDifference } from "../lock_comparison.ts";
import { toyHash, trainToy } from "../_toy_training.ts";
import { diskWriter, type FileWriter } from "@verbatim/data/files";
import { type Engine, executeRun, type RunOrder } from "./execute_run.ts";
import { readNotes, readRecord } from "./record_file.ts";
import { readWeights } from "./weights_file.ts";

const CONFIG = { steps: 15 };
const DATASET = {
  name: "digits",
  title: "Digits",
  description: "",
  licence: "",
  citation: "",
  origin: "",
  notes: [],
  splitRule: "",
  files: [],
  splits: {},
  decode: () => ({}),
};

function experimentOf(run: (context: RunContext<unknown>) => Promise<void>): Experiment {
  const profile = { seeds: [1], config: CONFIG };
  return {
    id: "toy",
    family: "toys",
    title: "",
    question: "",
    notes: [],
    datasets: [DATASET],
    model: { name: "", layers: [], counts: [] },
    method: [],
    profiles: { quick: profile, full: profile },
    metrics: [{ name: "accuracy", title: "accuracy", format: "number", better: "higher" }],
    comparisons: [],
    claims: [],
    differences: [],
    run,
  };
}

const train = async ({ monitor, metric, seed }: RunContext<unknown>) => {
  const values = await trainToy(monitor("main"), { seed, steps: CONFIG.steps });
  metric("accuracy", values[0]!);
};

function orderIn(runs: string): RunOrder {
  const hash = "0".repeat(64);
  const hashes = { code: hash, configuration: hash, data: hash };
  const inputs = { numericsEpoch: 1, hashes, files: {}, configuration: {}, data: {} };
  return { profile: "quick", seed: 1, inputs, core: "", runs };
}

const silent = { progress: () => {}, say: () => {} };

async function inFolder(test: (runs: string, engine: Engine, log: string[]) => Promise<void>): Promise<void> {
  const runs = await Deno.makeTempDir();
  const log: string[] = [];
  const engine: Engine = {
    hash: toyHash,
    openDevice() {
      log.push("device opened");
      return Promise.resolve({
        backend: "toy",
        workers: 3,
        close: () => Promise.resolve(void log.push("device closed")),
      });
    },
    openData(dataset) {
      log.push("data opened");
      const opened: OpenDataset = {
        dataset,
        contentSha256: "ab".repeat(32),
        arrowSha256: {},
        servedBy: "cache",
        split: () => {
          throw new RangeError("no split");
        },
        close: () => void log.push("data closed"),
      };
      return Promise.resolve(opened);
    },
  };
  try {
    await test(runs, engine, log);
  } finally {
    await Deno.remove(runs, { recursive: true });
  }
}

function names(runs: string): string[] {
  return [...Deno.readDirSync(join(runs, "toy/quick/1"))].map(({ name }) => name).sort();
}

const FINISHED = [".lock", "inputs.json", "main.safetensors", "notes.json", "record.json"];

Deno.test("a run leaves its record, notes and inputs, and nothing else", () =>
  inFolder(async (runs, engine, log) => {
    const { record, notes } = await executeRun(experimentOf(train), orderIn(runs), engine, silent);
    assertEquals(names(runs), FINISHED);
    assertEquals(await readRecord(join(runs, "toy/quick/1")), record);
    assertEquals(await readNotes(join(runs, "toy/quick/1")), notes);
    assertEquals(record.data, { digits: "ab".repeat(32) });
    assertEquals([notes.backend, notes.workers, notes.servedBy], ["toy", 3, { digits: "cache" }]);
    assertEquals(log, ["data opened", "device opened", "device closed", "data closed"]);
  }));

Deno.test("parameters that were fitted without steps are recorded like those of a training", () =>
  inFolder(async (runs, engine) => {
    const parameters = { w: { dtype: "f32", shape: [2], values: Float32Array.of(1, 2) } } as const;
    const fitting = experimentOf(({ fitted, metric }) => {
      fitted("main", parameters);
      metric("accuracy", 1);
      return Promise.resolve();
    });
    const { record } = await executeRun(fitting, orderIn(runs), engine, silent);
    assertEquals(record.trainings, {
      main: {
        steps: 0,
        parameterCount: 2,
        losses: "",
        milestones: [{ step: 0, loss: "", parameters: toyHash(parameters) }],
        curves: {},
      },
    });
    assertEquals(names(runs), FINISHED);
    const weights = await readWeights(join(runs, "toy/quick/1/main.safetensors"));
    assertEquals(weights?.tensors, { "params/w": parameters.w });
    const lock = pinRecords(undefined, [record], "new");
    assertEquals(parseLock(formatLock(lock), "lock"), lock);
    assertEquals(compareWithLock(lock, record), []);
    const other = structuredClone(record);
    Object.assign(other.trainings["main"]!.milestones[0]!.parameters.tensors, { w: "0".repeat(64) });
    assertEquals(compareWithLock(lock, other).map(describeDifference).length, 1);
    const twice = experimentOf(({ fitted }) => {
      fitted("main", parameters);
      fitted("main", parameters);
      return Promise.resolve();
    });
    await Deno.remove(join(runs, "toy"), { recursive: true });
    await assertRejects(() => executeRun(twice, orderIn(runs), engine, silent), RangeError, '"main" twice');
  }));

Deno.test("a run that another process finished meanwhile is not done again", () =>
  inFolder(async (runs, engine) => {
    const first = await executeRun(experimentOf(train), orderIn(runs), engine, silent);
    const again = experimentOf(() => Promise.reject(new Error("done again")));
    assertEquals(await executeRun(again, orderIn(runs), engine, silent), first);
  }));

Deno.test("a run that fails closes what it opened and keeps its checkpoints for the next try", () =>
  inFolder(async (runs, engine, log) => {
    const broken = experimentOf(async (context) => {
      await trainToy(context.monitor("main"), { seed: 1, steps: CONFIG.steps });
      throw new Error("broken");
    });
    await assertRejects(() => executeRun(broken, orderIn(runs), engine, silent), Error, "broken");
    assertEquals(names(runs), [".lock", "main.checkpoint"]);
    assertEquals(log.slice(-2), ["device closed", "data closed"]);
    const lines: string[] = [];
    const say = (line: string) => void lines.push(line);
    await executeRun(experimentOf(train), orderIn(runs), engine, { ...silent, say });
    assertEquals(lines, ["main: resumed after step 15"]);
    assertEquals(names(runs), FINISHED);
  }));

Deno.test("a checkpoint of other code, configuration, data or core is not used", () =>
  inFolder(async (runs, engine) => {
    const broken = experimentOf(async (context) => {
      await train(context);
      throw new Error("broken");
    });
    const order = orderIn(runs);
    const hashes = order.inputs.hashes;
    const others: RunOrder[] = [
      { ...order, core: "other" },
      { ...order, inputs: { ...order.inputs, numericsEpoch: 2 } },
      ...(["code", "configuration", "data"] as const).map((name) => ({
        ...order,
        inputs: { ...order.inputs, hashes: { ...hashes, [name]: "1".repeat(64) } },
      })),
    ];
    for (const other of others) {
      await assertRejects(() => executeRun(broken, order, engine, silent), Error, "broken");
      const lines: string[] = [];
      const say = (line: string) => void lines.push(line);
      await assertRejects(() => executeRun(broken, other, engine, { ...silent, say }), Error, "broken");
      assertEquals(lines, ["main: discarded a checkpoint, code, configuration, data or core changed since"]);
    }
  }));

Deno.test("a disk that is full at any file leaves no half-written one, and the run can be finished later", () =>
  inFolder(async (runs, engine) => {
    const files = ["main.checkpoint", "main.safetensors", "inputs.json", "notes.json", "record.json"];
    const seen: string[][] = [];
    for (const file of files) {
      const full: FileWriter = {
        ...diskWriter,
        create: (path) =>
          path.includes(`/${file}.`)
            ? Promise.reject(Object.assign(new Error("os error 28"), { code: "ENOSPC" }))
            : diskWriter.create(path),
      };
      const attempt = () => executeRun(experimentOf(train), orderIn(runs), engine, silent, full);
      await assertRejects(attempt, Error, "the disk is full");
      seen.push(names(runs));
    }
    assertEquals(seen, [
      [".lock"],
      [".lock", "main.checkpoint"],
      [".lock", "main.checkpoint", "main.safetensors"],
      [".lock", "inputs.json", "main.checkpoint", "main.safetensors"],
      [".lock", "inputs.json", "main.checkpoint", "main.safetensors", "notes.json"],
    ]);
    await executeRun(experimentOf(train), orderIn(runs), engine, silent);
    assertEquals(names(runs), FINISHED);
  }));

Deno.test("a negative zero is recorded as zero, as JSON would read it back", () =>
  inFolder(async (runs, engine) => {
    const zero = experimentOf(({ metric }) => Promise.resolve(metric("accuracy", -0)));
    assertEquals((await executeRun(zero, orderIn(runs), engine, silent)).record.metrics, { accuracy: 0 });
  }));

Deno.test("an experiment must tell what its definition promises", () =>
  inFolder(async (runs, engine) => {
    const refuse = (expected: string, run: (context: RunContext<unknown>) => unknown) =>
      assertRejects(
        () =>
          executeRun(experimentOf(async (context) => void await run(context)), orderIn(runs), engine, silent),
        Error,
        expected,
      );
    await refuse('expected the metric "accuracy", got none', () => {});
    await refuse('expected one of accuracy, got "acuracy"', ({ metric }) => metric("acuracy", 1));
    await refuse("expected each metric once", ({ metric }) => [metric("accuracy", 1), metric("accuracy", 1)]);
    await refuse("expected a finite number, got NaN", ({ metric }) => metric("accuracy", NaN));
    await refuse(
      'expected one of digits, got "letters"',
      ({ data }) => data({ ...DATASET, name: "letters" }),
    );
    await refuse('got "main" twice', ({ monitor }) => [monitor("main"), monitor("main")]);
    await refuse('got "../main"', ({ monitor }) => monitor("../main"));
    await refuse(
      "expected milestones at step 0",
      ({ monitor, metric }) => [monitor("main"), metric("accuracy", 1)],
    );
    await refuse("Cannot read the new record", ({ confusion, metric }) => {
      confusion({ classes: ["a"], counts: [[-1]] });
      metric("accuracy", 1);
    });
  }));
