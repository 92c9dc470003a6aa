/**
 * `deno task new model|experiment|dataset|op NAME [--family F] [--task T] [--model ID]`: writes files that compile, pass their tests
 * and run at once, to be changed into what they are to become.
 *
 * @module
 */
import {
  asksForHelp,
  describeFlags,
  type Flags,
  parseArguments,
  UsageError,
} from "@verbatim/data/command_line";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { writeFileAtomically } from "@verbatim/data/files";
import { FAMILIES } from "../models_page/model_index.ts";
import { KINDS, type Plan, planNew, TASKS } from "./plan.ts";

const FLAGS: Flags = {
  family: {
    kind: "text",
    help: `folder of a model or an experiment; default feedforward, for models one of ${FAMILIES.join(", ")}`,
  },
  task: {
    kind: "text",
    help: `what a model is made to learn: ${TASKS.join(" or ")}; default classification, of images`,
  },
  model: { kind: "text", help: "the registered model that an experiment trains; default mlp" },
};
const HELP = `new ${KINDS.join("|")} NAME: writes files that compile, pass their tests and run at once`;

async function deno(root: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command("deno", {
    args: [...args],
    cwd: root,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) {
    throw new Error(`Cannot finish: deno ${args.join(" ")} says ${new TextDecoder().decode(stderr).trim()}`);
  }
}

/** Writes what was planned; if that fails half-way, everything is as it was. */
async function write(root: string, { files, changed, commands }: Plan): Promise<void> {
  const before = new Map<string, string>();
  for (const path of changed.keys()) before.set(path, await Deno.readTextFile(join(root, path)));
  try {
    for (const [path, text] of [...files, ...changed]) await writeFileAtomically(join(root, path), text);
    await deno(root, ["fmt", "-q", ...files.keys(), ...changed.keys()]);
    for (const command of commands) await deno(root, command);
  } catch (error) {
    for (const path of files.keys()) await Deno.remove(join(root, path)).catch(() => {});
    for (const [path, text] of before) await writeFileAtomically(join(root, path), text);
    throw error;
  }
}

async function main(args: readonly string[], root: string): Promise<number> {
  if (asksForHelp(args)) {
    console.log(`${HELP}\n${describeFlags(FLAGS)}`);
    return 0;
  }
  try {
    const parsed = parseArguments(args, FLAGS);
    const [kind, name, ...rest] = parsed.names;
    if (kind === undefined || name === undefined || rest.length > 0) {
      throw new UsageError(`Expected a kind and a name: deno task new ${KINDS.join("|")} NAME.`);
    }
    const plan = await planNew(root, {
      kind,
      name,
      family: parsed.text("family"),
      task: parsed.text("task"),
      model: parsed.text("model"),
    });
    await write(root, plan);
    const width = Math.max(...plan.next.map(([command]) => command.length));
    console.log([
      ...[...plan.files.keys()].map((path) => `wrote ${path}`),
      ...[...plan.changed.keys()].map((path) => `added a line to ${path}`),
      "\nIt works as it is. Try it, then change it:",
      ...plan.next.map(([command, does]) => `  ${command.padEnd(width)}   # ${does}`),
    ].join("\n"));
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(error.message);
    return error instanceof UsageError ? 2 : 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args, fileURLToPath(new URL("../../", import.meta.url))));
