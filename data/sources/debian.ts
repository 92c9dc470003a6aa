import { join, resolve } from "node:path";
import { type OnProgress, SourceFailure } from "./events.ts";
import { FolderFiles, type PackageFiles } from "./package_files.ts";
import { type CommandOptions, type CommandOutput, MissingCommand, runCommand } from "./run_command.ts";

/**
 * Files of Debian packages that need not be installed: `apt-get download` and `dpkg-deb -x` into a folder of our own.
 * Neither needs root. Where the system's package lists do not know the package, lists are fetched into that folder
 * too, with the system's own sources and keys, so that nothing outside the folder is touched.
 */
export class DebianPackages {
  readonly #root: string;
  readonly #extracted = new Map<string, Promise<PackageFiles>>();
  #last: Promise<unknown> = Promise.resolve();
  /** The warning of the only update of our own lists, if there was one. */
  #update: Promise<string | undefined> | undefined;

  /** The folder `root` is made when the first package is asked for, and removed by `close`. */
  constructor(root: string) {
    this.#root = resolve(root);
  }

  /**
   * The package's files, at their installed paths, fetched once.
   *
   * @throws {SourceFailure} with the reason in one line.
   */
  files(name: string, onProgress: OnProgress = () => {}): Promise<PackageFiles> {
    let files = this.#extracted.get(name);
    if (files === undefined) {
      // One after the other: apt locks its folders.
      files = this.#last.then(() => this.#downloadAndExtract(name, onProgress));
      this.#last = files.catch(() => {});
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

  async #downloadAndExtract(name: string, onProgress: OnProgress): Promise<PackageFiles> {
    const downloads = join(this.#root, "downloads", name);
    const folder = join(this.#root, "extracted", name);
    Deno.mkdirSync(downloads, { recursive: true });
    Deno.mkdirSync(folder, { recursive: true });
    try {
      await download(name, this.#configuration("system.conf", false), downloads, onProgress);
    } catch (error) {
      if (error instanceof MissingCommand) throw error;
      const ownLists = this.#configuration("own.conf", true);
      this.#update ??= update(ownLists, join(this.#root, "state"), onProgress);
      // Without a network, update warns and succeeds; its warning then says more than that the package is unknown.
      const warning = await this.#update;
      try {
        await download(name, ownLists, downloads, onProgress);
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

/** Downloads a package's archive, of a length that apt knows before. */
async function download(name: string, lists: string, folder: string, onProgress: OnProgress): Promise<void> {
  const args = ["-qq", "-c", lists, "download", name];
  const { stdout } = await run("apt-get", [...args, "--print-uris"], folder);
  // 'ADDRESS' FILE BYTES HASH
  const length = /^'.*' \S+ (\d+) /m.exec(stdout)?.[1];
  const total = length === undefined ? null : Number(length);
  await run("apt-get", args, folder, { folder, onBytes: (bytes) => onProgress(bytes, total) });
}

/** Fetches package lists, and gives the warning if there is one. */
async function update(lists: string, folder: string, onProgress: OnProgress): Promise<string | undefined> {
  const watch = { folder, onBytes: (bytes: number) => onProgress(bytes, null) };
  const { errors } = await run("apt-get", ["-qq", "-c", lists, "update"], folder, watch);
  return errors.find((line) => line.startsWith("W: "))?.slice(3);
}

/** Runs one of Debian's commands. */
function run(
  command: string,
  args: readonly string[],
  cwd: string,
  watch?: CommandOptions["watch"],
): Promise<CommandOutput> {
  return runCommand(command, args, {
    cwd,
    env: { DEBIAN_FRONTEND: "noninteractive" },
    belongsTo: "not a Debian system?",
    complaint: (lines) => lines.find((line) => line.startsWith("E: "))?.slice(3),
    ...(watch === undefined ? {} : { watch }),
  });
}
