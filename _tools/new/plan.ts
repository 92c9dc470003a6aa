/**
 * What `deno task new` would write: nothing is written before all of it is known to be possible.
 *
 * @module
 */
import * as core from "@verbatim/core";
import * as data from "@verbatim/data";
import { readTextIfThere } from "@verbatim/data/files";
import { UsageError } from "@verbatim/data/command_line";
import * as models from "@verbatim/models";
import { join } from "node:path";
import { loadExperiments } from "../../experiments/runner/registry.ts";
import { FAMILIES } from "../models_page/model_index.ts";
import { checkKnown, type NameForms, readName } from "./names.ts";
import { datasetSource, datasetTestSource } from "./templates/dataset.ts";
import { experimentSource } from "./templates/experiment.ts";
import { type ModelNames, modelNames, modelSource, modelTestSource } from "./templates/model.ts";
import { opSource, opTestSource } from "./templates/op.ts";
import {
  regressionExperimentSource,
  regressionModelSource,
  regressionNames,
} from "./templates/regression.ts";

/** What can be made. */
export const KINDS: readonly string[] = ["model", "experiment", "dataset", "op"];

/** What a model can be made to learn: articles of clothing, or how far cars go. */
export const TASKS: readonly string[] = ["classification", "regression"];

/** What the command line asks for. */
export interface NewOptions {
  readonly kind: string;
  readonly name: string;
  readonly family: string | undefined;
  /** For a model: what it learns. */
  readonly task: string | undefined;
  /** For an experiment: the id of the model that it trains. */
  readonly model: string | undefined;
}

/** What to write, and what to say then. */
export interface Plan {
  /** New files, by path in the workspace. */
  readonly files: ReadonlyMap<string, string>;
  /** Files that get another line, with their new content. */
  readonly changed: ReadonlyMap<string, string>;
  /** Commands that bring generated files up to date. */
  readonly commands: readonly (readonly string[])[];
  /** Commands that a person goes on with, and what they do. */
  readonly next: readonly (readonly [command: string, does: string])[];
}

/**
 * Plans new files.
 *
 * @throws {UsageError} if a kind, family or model is unknown, a name is no good, or something of that name is there.
 */
export async function planNew(root: string, { kind, name, family, task, model }: NewOptions): Promise<Plan> {
  checkKnown("kind", kind, KINDS);
  const forms = readName(name);
  if (model !== undefined && kind !== "experiment") {
    throw new UsageError("Cannot use --model: expected it for an experiment.");
  }
  if (task !== undefined && kind !== "model") {
    throw new UsageError(`Cannot use --task: expected it for a model, got it with ${kind}.`);
  }
  const learns = checkKnown("task", task ?? "classification", TASKS);
  if (family !== undefined && kind !== "model" && kind !== "experiment") {
    throw new UsageError(
      `Cannot use --family: expected it for a model or an experiment, got it for a ${kind}.`,
    );
  }
  const folder = checkKnown(
    "family",
    family ?? "feedforward",
    kind === "model" ? FAMILIES : [...FAMILIES, "training", "insight", "baselines"],
  );
  const plan = await {
    model: () => planModel(root, forms, folder, learns === "regression"),
    experiment: () => planExperiment(root, forms, folder, model),
    dataset: () => planDataset(root, forms),
    op: () => planOp(root, forms),
  }[kind]!();
  for (const path of plan.files.keys()) {
    if (await readTextIfThere(join(root, path)) !== undefined) {
      throw new UsageError(`Cannot make ${path}: expected a new name, got one whose file is there.`);
    }
  }
  return plan;
}

/** Refuses a name that the packages export already: what passes all of it on could not have both. */
function checkNew({ kebab, camel }: NameForms, packages: Readonly<Record<string, object>>): void {
  for (const [name, exports] of Object.entries(packages)) {
    if (Object.hasOwn(exports, camel)) {
      throw new UsageError(
        `Cannot use the name "${kebab}": expected a new one, got what ${name} has as ${camel}.`,
      );
    }
  }
}

async function checkExperiment(root: string, { kebab }: NameForms): Promise<void> {
  const owner = (await loadExperiments(root)).find(({ experiment }) => experiment.id === kebab);
  if (owner !== undefined) {
    throw new UsageError(
      `Cannot use the name "${kebab}": expected a new one, got the experiment of ${owner.file}.`,
    );
  }
}

async function planModel(
  root: string,
  forms: NameForms,
  family: string,
  regression: boolean,
): Promise<Plan> {
  const owner = [...models.modelFiles].find(([{ id }]) => id === forms.kebab);
  if (owner !== undefined) {
    throw new UsageError(
      `Cannot use the name "${forms.kebab}": expected a new one, got the model of models/${owner[1]}.`,
    );
  }
  checkNew(forms, { "@verbatim/core": core, "@verbatim/models": models });
  await checkExperiment(root, forms);
  const file = `models/${family}/${forms.snake}`;
  return {
    files: new Map([
      [`${file}.ts`, regression ? regressionModelSource(forms, family) : modelSource(forms, family)],
      [`${file}_test.ts`, modelTestSource(forms)],
      [
        `experiments/${family}/${forms.snake}.ts`,
        regression
          ? regressionExperimentSource(forms, family, regressionNames(forms))
          : experimentSource(forms, family, modelNames(forms)),
      ],
    ]),
    changed: new Map(),
    commands: [["task", "-q", "index"]],
    next: [
      [`deno test -P=test ${file}_test.ts`, "the contract that every model passes"],
      ["deno task index", "after a change of names, sizes or title: lists and pages follow"],
      ...trainingCommands(forms),
    ],
  };
}

async function planExperiment(
  root: string,
  forms: NameForms,
  family: string,
  model: string | undefined,
): Promise<Plan> {
  await checkExperiment(root, forms);
  return {
    files: new Map([
      [
        `experiments/${family}/${forms.snake}.ts`,
        experimentSource(forms, family, await namesOf(model ?? "mlp")),
      ],
    ]),
    changed: new Map(),
    commands: [],
    next: trainingCommands(forms),
  };
}

/** What a registered architecture exports. @throws {UsageError} if it is none, or takes other inputs than these images. */
async function namesOf(id: string): Promise<ModelNames> {
  const architectures = [...models.modelFiles].filter(([{ kind }]) => kind === "model");
  checkKnown("model", id, architectures.map(([{ id }]) => id));
  const [entry, file] = architectures.find(([entry]) => entry.id === id)!;
  const exported = Object.entries<unknown>(
    await import(new URL(`../../models/${file}`, import.meta.url).href),
  );
  const nameOf = (wanted: unknown) => exported.find(([, value]) => value === wanted)?.[0];
  if (entry.kind !== "model") {
    throw new UsageError(`Cannot train "${id}": expected an architecture, got a method.`);
  }
  for (const [configuration, { input, config }] of Object.entries(entry.configurations)) {
    const build = nameOf(entry.build);
    if (build === undefined || nameOf(entry) === undefined || nameOf(config) !== configuration) continue;
    if (`${input}` === "28,28,1") return { build, configuration, entry: nameOf(entry)! };
  }
  throw new UsageError(
    `Cannot train "${id}" on Fashion-MNIST: expected a configuration for images [28, 28, 1], got none.`,
  );
}

async function planDataset(root: string, forms: NameForms): Promise<Plan> {
  const owner = data.datasets.find(({ name }) => name === forms.kebab);
  if (owner !== undefined) {
    throw new UsageError(
      `Cannot use the name "${forms.kebab}": expected a new one, got the data set "${owner.title}".`,
    );
  }
  checkNew(forms, { "@verbatim/data": data });
  const { snake, camel, kebab } = forms;
  const registry = await Deno.readTextFile(join(root, "data/datasets/registry.ts"));
  const mod = await Deno.readTextFile(join(root, "data/mod.ts"));
  const imported = withLine(
    registry,
    /^import \{ \w+ \} from "\.\/\w+\.ts";$/,
    `import { ${camel} } from "./${snake}.ts";`,
  );
  return {
    files: new Map([
      [`data/datasets/${snake}.ts`, datasetSource(forms)],
      [`data/datasets/${snake}_test.ts`, datasetTestSource(forms)],
    ]),
    changed: new Map([
      ["data/datasets/registry.ts", withLine(imported, /^ {2}\w+,$/, `  ${camel},`)],
      [
        "data/mod.ts",
        withLine(mod, /^export \* from "\.\/datasets\/\w+\.ts";$/, `export * from "./datasets/${snake}.ts";`),
      ],
    ]),
    commands: [["task", "-q", "data-page", "--keep-previews"]],
    next: [
      [`deno task data ${kebab}`, "fetches it, compares the hash, writes Arrow files"],
      [`deno test -P=test data/datasets/${snake}_test.ts`, "facts about it, and damaged files"],
      ["deno task data-page", "once it is what it should be: fetches all sets, draws previews"],
    ],
  };
}

async function planOp(root: string, forms: NameForms): Promise<Plan> {
  checkNew(forms, { "@verbatim/core": core });
  const { snake, camel } = forms;
  const mod = await Deno.readTextFile(join(root, "core/ops/mod.ts"));
  return {
    files: new Map([
      [`core/ops/${snake}.ts`, opSource(forms)],
      [`core/ops/${snake}_test.ts`, opTestSource(forms)],
    ]),
    changed: new Map([[
      "core/ops/mod.ts",
      withLine(mod, /^export \{ \w+ \} from "\.\/\w+\.ts";$/, `export { ${camel} } from "./${snake}.ts";`),
    ]]),
    commands: [],
    next: [
      [`deno test -P=test core/ops/${snake}_test.ts`, "values and derivatives against float64, compiled too"],
      [`deno test -P=test --doc core/ops/${snake}.ts`, "the example of its documentation"],
    ],
  };
}

function trainingCommands({ kebab }: NameForms): Plan["next"] {
  return [
    [`deno task reproduce ${kebab} --profile quick`, 'trains it at once: "new (unpinned)"'],
    [`deno task reproduce ${kebab}`, "trains the full one, writes its report"],
    [
      `deno task pin ${kebab} --profile quick --reason "first results"`,
      "once it is yours: locks what came out",
    ],
    [`deno task pin ${kebab} --reason "first results"`, "the same of the full one, with the pages over all"],
  ];
}

/** The text with a line more, before the first of its kind that comes behind it in the alphabet, or behind the last. */
export function withLine(text: string, kind: RegExp, line: string): string {
  const lines = text.split("\n");
  const alike = lines.flatMap((other, i) => kind.test(other) ? [i] : []);
  const behind = alike.find((i) => lines[i]!.toLowerCase() > line.toLowerCase());
  return lines.toSpliced(behind ?? (alike.at(-1) ?? lines.length - 1) + 1, 0, line).join("\n");
}
