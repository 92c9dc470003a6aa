/**
 * The commands of the workspace: `reproduce`, `verify`, `pin`, `diff`, `claims`, `list`, `predict` and `weights`.
 *
 * @module
 */
import {
  asksForHelp,
  describeFlags,
  type Flags,
  hint,
  sinkOf,
  UsageError,
} from "@verbatim/data/command_line";
import { claims, CLAIMS_FLAGS, CLAIMS_HELP } from "./claims.ts";
import type { World } from "./console.ts";
import { diff, DIFF_FLAGS, DIFF_HELP } from "./diff.ts";
import { needsStack } from "./failures.ts";
import { list, LIST_FLAGS, LIST_HELP } from "./list.ts";
import { pin, PIN_FLAGS, PIN_HELP } from "./pin.ts";
import { predict, PREDICT_FLAGS, PREDICT_HELP } from "./predict.ts";
import { reproduce, REPRODUCE_HELP, TRAINING_FLAGS } from "./reproduce.ts";
import { verify, VERIFY_FLAGS, VERIFY_HELP } from "./verify.ts";
import { weights, WEIGHTS_FLAGS, WEIGHTS_HELP } from "./weights.ts";
import { workspaceRoot } from "./workspace.ts";

interface Command {
  readonly help: string;
  readonly flags: Flags;
  run(args: readonly string[], world: World): Promise<number>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  reproduce: { help: REPRODUCE_HELP, flags: TRAINING_FLAGS, run: reproduce },
  verify: { help: VERIFY_HELP, flags: VERIFY_FLAGS, run: verify },
  pin: { help: PIN_HELP, flags: PIN_FLAGS, run: pin },
  diff: { help: DIFF_HELP, flags: DIFF_FLAGS, run: diff },
  claims: { help: CLAIMS_HELP, flags: CLAIMS_FLAGS, run: claims },
  list: { help: LIST_HELP, flags: LIST_FLAGS, run: list },
  predict: { help: PREDICT_HELP, flags: PREDICT_FLAGS, run: predict },
  weights: { help: WEIGHTS_HELP, flags: WEIGHTS_FLAGS, run: weights },
};

/** Runs a command line; gives the exit code: 0 all is well, 1 something differs or failed, 2 called wrongly. */
export async function runCommand(args: readonly string[], world: World): Promise<number> {
  const [name = "", ...rest] = args;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  try {
    if (name === "--help" || name === "-h") {
      world.out.write(`${Object.values(COMMANDS).map(({ help }) => help).join("\n")}\n`);
      return 0;
    }
    if (command === undefined) {
      const known = Object.keys(COMMANDS);
      throw new UsageError(
        name === ""
          ? `Expected a command: ${known.join(", ")}.`
          : `Unknown command "${name}".${hint(name, known)}`,
      );
    }
    if (asksForHelp(rest)) {
      world.out.write(`${command.help}\n${describeFlags(command.flags)}\n`);
      return 0;
    }
    return await command.run(rest, world);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    world.err.write(`${needsStack(error) ? error.stack ?? error.message : error.message}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

if (import.meta.main) {
  const world = { root: workspaceRoot(), out: sinkOf(Deno.stdout), err: sinkOf(Deno.stderr) };
  Deno.exit(await runCommand(Deno.args, world));
}
