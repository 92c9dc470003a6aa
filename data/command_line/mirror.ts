import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isWebMirror } from "../sources/source_chain.ts";
import { UsageError } from "./arguments.ts";

/**
 * Whether this process may read a mirror.
 *
 * @throws {UsageError} if it is neither a web address nor, as far as may be read, a folder.
 */
export async function mayUseMirror(mirror: string): Promise<boolean> {
  const fail = (got: string): never => {
    throw new UsageError(`Cannot use the mirror "${mirror}": expected a folder or a web address, got ${got}`);
  };
  if (isWebMirror(mirror)) {
    const url = URL.parse(mirror) ?? fail("no address");
    return (await Deno.permissions.query({ name: "net", host: url.host })).state === "granted";
  }
  if (/^[a-z+]{2,}:\/\//i.test(mirror)) fail("another kind of address");
  if ((await Deno.permissions.query({ name: "read", path: resolve(mirror) })).state !== "granted") {
    return false;
  }
  const isFolder = await Deno.stat(mirror).then(({ isDirectory }) => isDirectory, () => false);
  return isFolder || fail("nothing of that name");
}

/** How a command is run that may use a mirror. */
export interface MirrorRun {
  /** The command's module. */
  readonly script: string;
  /** Its permissions in `deno.json`, without the mirror. */
  readonly permissions: string;
  readonly args: readonly string[];
  readonly mirror: string;
  /** What becomes of its answer and of its progress; default: shown. */
  readonly stdout?: "inherit" | "null";
  readonly stderr?: "inherit" | "null";
}

/**
 * Runs a command with its permissions and one more: to read the mirror that the user has named. The permissions of
 * this process stay as they are.
 *
 * @returns its exit code.
 * @throws {UsageError} if no such process can be started, saying what to do by hand.
 */
export async function runWithMirror(
  { script, permissions, args, mirror, ...shown }: MirrorRun,
): Promise<number> {
  const root = workspaceOf(script);
  const { read, net } = permissionSet(join(root, "deno.json"), permissions);
  const web = isWebMirror(mirror);
  const allowed = web
    ? [...net, new URL(mirror).host]
    : [...read.map((path) => resolve(root, path)), resolve(mirror)];
  const comma = allowed.find((name) => name.includes(","));
  if (comma !== undefined) {
    // Deno's flags have no way to write one.
    throw new UsageError(`Cannot use the mirror "${mirror}": expected paths without commas, got "${comma}"`);
  }
  const flags = [
    "run",
    "-q",
    "--no-prompt",
    `-P=${permissions}`,
    `--allow-${web ? "net" : "read"}=${allowed.join(",")}`,
  ];
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command("deno", {
      args: [...flags, script, ...args],
      stdout: "inherit",
      stderr: "inherit",
      ...shown,
    })
      .spawn();
  } catch (error) {
    throw new UsageError(
      `Cannot use the mirror "${mirror}": expected a process that may read it, got ${
        reason(error)
      }. What to do: ` +
        (web
          ? `deno ${flags.join(" ")} ${script} ${args.join(" ")}`
          : "move it into this folder, or link it there"),
      { cause: error },
    );
  }
  // The terminal interrupts both: the child says what there is to say.
  const interrupted = () => {};
  const terminated = () => child.kill("SIGTERM");
  const windows = Deno.build.os === "windows";
  Deno.addSignalListener("SIGINT", interrupted);
  if (!windows) Deno.addSignalListener("SIGTERM", terminated);
  try {
    return (await child.status).code;
  } finally {
    Deno.removeSignalListener("SIGINT", interrupted);
    if (!windows) Deno.removeSignalListener("SIGTERM", terminated);
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The nearest folder above a module whose `deno.json` has permissions. */
function workspaceOf(script: string): string {
  for (let folder = dirname(script);; folder = dirname(folder)) {
    try {
      if (/"permissions"/.test(Deno.readTextFileSync(join(folder, "deno.json")))) return folder;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    if (folder === dirname(folder)) {
      throw new Error(`Cannot run ${script}: expected a deno.json with permissions above it, got none`);
    }
  }
}

/** What a set of permissions allows to read and to reach. */
function permissionSet(path: string, name: string): { read: readonly string[]; net: readonly string[] } {
  const config: { permissions?: Record<string, Record<string, unknown>> } = JSON.parse(
    Deno.readTextFileSync(path),
  );
  const list = (kind: string): readonly string[] => {
    const entries = config.permissions?.[name]?.[kind];
    return Array.isArray(entries) ? entries.map(String) : [];
  };
  return { read: list("read"), net: list("net") };
}

/** The module of the command that fetches data sets. */
export const DATA_COMMAND: string = fileURLToPath(new URL("../cli.ts", import.meta.url));
