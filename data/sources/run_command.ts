import { join } from "node:path";
import { reasonOf, SourceFailure } from "./events.ts";

/** Longest run of one command. */
const COMMAND_TIMEOUT_MS = 900_000;

/** A command that this machine does not have, or that this process may not run. */
export class MissingCommand extends SourceFailure {}

/** How a command is run. */
export interface CommandOptions {
  /** The folder that it runs in. */
  readonly cwd: string;
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the command belongs to, for the error where it is missing: "not a Debian system?". */
  readonly belongsTo: string;
  /** The line of the errors that says most; default: the last. */
  readonly complaint?: (lines: readonly string[]) => string | undefined;
  /** Hears, while the command runs, how many bytes the files in a folder have. */
  readonly watch?: { readonly folder: string; onBytes(bytes: number): void };
}

/** What a command wrote. */
export interface CommandOutput {
  readonly stdout: string;
  /** The lines of its standard error that are not empty. */
  readonly errors: readonly string[];
}

const WATCH_MS = 200;

/**
 * Runs a command to its end, and gives what it wrote.
 *
 * @throws {MissingCommand} if there is none.
 * @throws {SourceFailure} with its complaint if it fails.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env = {}, belongsTo, complaint, watch }: CommandOptions,
): Promise<CommandOutput> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), COMMAND_TIMEOUT_MS);
  const look = watch && (() => watch.onBytes(bytesIn(watch.folder)));
  const watcher = look && setInterval(look, WATCH_MS);
  try {
    const { success, code, stdout, stderr } = await new Deno.Command(command, {
      args: [...args],
      cwd,
      env: { LC_ALL: "C", ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal: controller.signal,
    }).output();
    const lines = new TextDecoder().decode(stderr).split("\n").map((line) => line.trim()).filter(Boolean);
    if (success) {
      look?.();
      return { stdout: new TextDecoder().decode(stdout), errors: lines };
    }
    const line = lines.find((line) => /No space left|ENOSPC/.test(line)) ?? complaint?.(lines) ??
      lines.at(-1) ?? `exit status ${code}`;
    throw new SourceFailure(`${command} failed: ${reasonOf(line)}`);
  } catch (error) {
    if (error instanceof SourceFailure) throw error;
    if (error instanceof Deno.errors.NotFound) {
      throw new MissingCommand(`this machine has no ${command} (${belongsTo})`);
    }
    if (error instanceof Deno.errors.NotCapable) throw new MissingCommand(reasonOf(error));
    throw new SourceFailure(`${command} failed: ${reasonOf(error)}`);
  } finally {
    clearTimeout(timer);
    clearInterval(watcher);
  }
}

/** Length of all files in a folder and the folders in it; what comes and goes meanwhile does not count. */
function bytesIn(folder: string): number {
  let bytes = 0;
  try {
    for (const { name, isDirectory, isFile } of Deno.readDirSync(folder)) {
      const path = join(folder, name);
      if (isDirectory) bytes += bytesIn(path);
      else if (isFile) bytes += Deno.statSync(path).size;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return bytes;
}
