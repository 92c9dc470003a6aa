import { join, resolve } from "node:path";
import { SourceFailure } from "./events.ts";
import { FolderFiles, type PackageFiles } from "./package_files.ts";
import { MissingCommand, runCommand } from "./run_command.ts";

/**
 * Files of Debian packages that need not be installed: `apt-get download` and `dpkg-deb -x` into a folder of our own.
 * Neither needs root. Where the system's package lists do not know the package, lists are fetched into that folder
 * too, with the system's own sources and keys, so that nothing outside the folder is touched.
 */
export class DebianPackages {
  readonly #root: string;
  readonly #extracted = new Map<string, Promise<PackageFiles>>();

  /** The folder `root` is made when the first package is asked for, and removed by `close`. */
  constructor(root: string) {
    this.#root = resolve(root);
  }

  /**
   * The package's files, at their installed paths, fetched once.
   *
   * @throws {SourceFailure} with the reason in one line.
   */
  files(name: string): Promise<PackageFiles> {
    let files = this.#extracted.get(name);
    if (files === undefined) {
      files = this.#downloadAndExtract(name);
      this.#extracted.set(name, files);
    }
    return files;
  }

  /** Removes everything that was downloaded. */
  close(): void {
    try {
      Deno.removeSync(this.#root, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  async #downloadAndExtract(name: string): Promise<PackageFiles> {
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
    return new FolderFiles(folder);
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

/** Runs one of Debian's commands, and gives its warning if it has one. */
async function run(command: string, args: readonly string[], cwd: string): Promise<string | undefined> {
  const lines = await runCommand(command, args, {
    cwd,
    env: { DEBIAN_FRONTEND: "noninteractive" },
    belongsTo: "not a Debian system?",
    complaint: (lines) => lines.find((line) => line.startsWith("E: "))?.slice(3),
  });
  return lines.find((line) => line.startsWith("W: "))?.slice(3);
}
