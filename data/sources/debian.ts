import { join, resolve } from "node:path";
import { reasonOf, SourceFailure } from "./events.ts";

/** Longest run of one command. */
const COMMAND_TIMEOUT_MS = 900_000;

/**
 * Files of Debian packages that need not be installed: `apt-get download` and `dpkg-deb -x` into a folder of our own.
 * Neither needs root. Where the system's package lists do not know the package, lists are fetched into that folder
 * too, with the system's own sources and keys, so that nothing outside the folder is touched.
 */
export class DebianPackages {
  readonly #root: string;
  readonly #extracted = new Map<string, Promise<string>>();

  /** The folder `root` is made when the first package is asked for, and removed by `close`. */
  constructor(root: string) {
    this.#root = resolve(root);
  }

  /**
   * The folder that holds the package's files, at their installed paths.
   *
   * @throws {SourceFailure} with the reason in one line.
   */
  extract(name: string): Promise<string> {
    let folder = this.#extracted.get(name);
    if (folder === undefined) {
      folder = this.#downloadAndExtract(name);
      this.#extracted.set(name, folder);
    }
    return folder;
  }

  /** Removes everything that was downloaded. */
  close(): void {
    try {
      Deno.removeSync(this.#root, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  async #downloadAndExtract(name: string): Promise<string> {
    const downloads = join(this.#root, "downloads", name);
    const folder = join(this.#root, "extracted", name);
    Deno.mkdirSync(downloads, { recursive: true });
    Deno.mkdirSync(folder, { recursive: true });
    const systemLists = this.#configuration("system.conf", false);
    try {
      await run("apt-get", ["-qq", "-c", systemLists, "download", name], downloads);
    } catch (error) {
      if (error instanceof MissingCommand) throw error;
      const ownLists = this.#configuration("own.conf", true);
      // Without a network, update warns and succeeds; its warning then says more than that the package is unknown.
      const warning = await run("apt-get", ["-qq", "-c", ownLists, "update"], downloads);
      try {
        await run("apt-get", ["-qq", "-c", ownLists, "download", name], downloads);
      } catch (error) {
        throw warning === undefined ? error : new SourceFailure(`apt-get update failed: ${warning}`);
      }
    }
    const archive = [...Deno.readDirSync(downloads)].find((entry) => entry.name.endsWith(".deb"));
    if (archive === undefined) throw new SourceFailure("apt-get download brought no archive");
    await run("dpkg-deb", ["-x", join(downloads, archive.name), folder], downloads);
    return folder;
  }

  /** Writes a configuration that apt reads after the system's: every folder that it writes to is ours. */
  #configuration(name: string, ownLists: boolean): string {
    const path = join(this.#root, name);
    const state = join(this.#root, "state");
    const cache = join(this.#root, "cache");
    if (/["\\\n]/.test(this.#root)) {
      throw new SourceFailure(`apt cannot work in a folder named ${this.#root}`);
    }
    for (const folder of [join(state, "lists", "partial"), join(cache, "archives", "partial")]) {
      Deno.mkdirSync(folder, { recursive: true });
    }
    const lines = [
      `Dir::Cache "${cache}";`,
      // Running as root, apt would otherwise change to a user that may not enter our folder.
      `APT::Sandbox::User "root";`,
      `Acquire::Retries "2";`,
      `Acquire::http::Timeout "30";`,
      `Acquire::https::Timeout "30";`,
    ];
    if (ownLists) {
      lines.push(
        `Dir::State "${state}";`,
        `Dir::State::lists "${join(state, "lists")}";`,
        `Acquire::Languages "none";`,
        // The system's hooks concern the system's lists.
        "#clear APT::Update::Pre-Invoke;",
        "#clear APT::Update::Post-Invoke;",
        "#clear APT::Update::Post-Invoke-Success;",
      );
    }
    Deno.writeTextFileSync(path, lines.join("\n") + "\n");
    return path;
  }
}

/** A command that this machine does not have. */
class MissingCommand extends SourceFailure {}

/** Runs a command to its end, and gives its warning if it has one. @throws {SourceFailure} with its complaint. */
async function run(command: string, args: readonly string[], cwd: string): Promise<string | undefined> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), COMMAND_TIMEOUT_MS);
  try {
    const { success, code, stderr } = await new Deno.Command(command, {
      args: [...args],
      cwd,
      env: { LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      signal: controller.signal,
    }).output();
    const lines = new TextDecoder().decode(stderr).split("\n").map((line) => line.trim()).filter(Boolean);
    if (!success) throw new SourceFailure(`${command} failed: ${complaint(lines, code)}`);
    return lines.find((line) => line.startsWith("W: "))?.slice(3);
  } catch (error) {
    if (error instanceof SourceFailure) throw error;
    if (error instanceof Deno.errors.NotFound) {
      throw new MissingCommand(`this machine has no ${command} (not a Debian system?)`);
    }
    if (error instanceof Deno.errors.NotCapable) throw new MissingCommand(reasonOf(error));
    throw new SourceFailure(`${command} failed: ${reasonOf(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

/** What a command complains of: a full disk, else the first error line of apt, else its last line. */
function complaint(lines: readonly string[], code: number): string {
  const line = lines.find((line) => line.includes("No space left")) ??
    lines.find((line) => line.startsWith("E: ")) ?? lines.at(-1) ?? `exit status ${code}`;
  return reasonOf(line.replace(/^E: /, ""));
}
