/** For tests: runs a command in the workspace whose folder is the first argument, with frequent checkpoints. */
import { runCommand } from "./cli.ts";

const [root, ...args] = Deno.args;
const sink = (stream: typeof Deno.stdout) => ({
  write: (text: string) => void stream.writeSync(new TextEncoder().encode(text)),
  columns: () => undefined,
});
const world = { root: root!, out: sink(Deno.stdout), err: sink(Deno.stderr), checkpointIntervalMs: 30 };
Deno.exit(await runCommand(args, world));
