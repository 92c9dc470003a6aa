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
}

/**
 * Runs a command to its end, and gives the lines that it wrote to its standard error.
 *
 * @throws {MissingCommand} if there is none.
 * @throws {SourceFailure} with its complaint if it fails.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env = {}, belongsTo, complaint }: CommandOptions,
): Promise<readonly string[]> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), COMMAND_TIMEOUT_MS);
  try {
    const { success, code, stderr } = await new Deno.Command(command, {
      args: [...args],
      cwd,
      env: { LC_ALL: "C", ...env },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      signal: controller.signal,
    }).output();
    const lines = new TextDecoder().decode(stderr).split("\n").map((line) => line.trim()).filter(Boolean);
    if (success) return lines;
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
  }
}
