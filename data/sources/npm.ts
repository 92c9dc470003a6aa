import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { readTar } from "../readers/tar.ts";
import { gunzip } from "./decode_content.ts";
import { type OnProgress, reasonOf, SourceFailure } from "./events.ts";
import { FolderFiles, MemoryFiles, type PackageFiles } from "./package_files.ts";
import { type CommandOptions, MissingCommand, runCommand } from "./run_command.ts";

/** The longest tarball, and the most that one may expand to. */
const MAX_TARBALL_BYTES = 2 ** 29;
const MAX_UNPACKED_BYTES = 2 ** 30;

/** One version of an npm package, pinned. */
export interface NpmPackage {
  /** Its name, with its scope if it has one. */
  readonly package: string;
  /** Its exact version. */
  readonly version: string;
  /** The registry's hash of its tarball: "sha512-" and base64. */
  readonly integrity: string;
}

/**
 * Files of npm packages. The ordinary client fetches the tarball (`npm pack`), so that the user's registry, proxy and
 * keys hold; where there is no npm, `deno install` fetches it with the same configuration. No script of a package is
 * run, and what has another hash than the pinned one is refused.
 */
export class NpmPackages {
  readonly #root: string;
  readonly #fetched = new Map<string, Promise<Opener>>();

  /** The folder `root` is made when the first package is asked for, and removed by `close`. */
  constructor(root: string) {
    this.#root = resolve(root);
  }

  /**
   * The files of a package, fetched once.
   *
   * @throws {SourceFailure} with the reason in one line.
   */
  async files(wanted: NpmPackage, onProgress: OnProgress = () => {}): Promise<PackageFiles> {
    const key = `${wanted.package}@${wanted.version} ${wanted.integrity}`;
    let fetched = this.#fetched.get(key);
    if (fetched === undefined) {
      fetched = this.#fetch(wanted, join(this.#root, `${this.#fetched.size}`), onProgress);
      this.#fetched.set(key, fetched);
    }
    return await (await fetched)();
  }

  /** Removes everything that was downloaded. */
  close(): void {
    this.#fetched.clear();
    try {
      Deno.removeSync(this.#root, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  async #fetch(wanted: NpmPackage, folder: string, onProgress: OnProgress): Promise<Opener> {
    Deno.mkdirSync(folder, { recursive: true });
    // Neither client knows the length before, and npm writes the tarball when it is whole.
    const watch = { folder, onBytes: (bytes: number) => onProgress(bytes, null) };
    try {
      return await packed(wanted, folder, watch);
    } catch (error) {
      if (!(error instanceof MissingCommand)) throw error;
      try {
        return await installed(wanted, folder, watch);
      } catch (second) {
        throw second instanceof MissingCommand ? error : second;
      }
    }
  }
}

/** Opens a package that was fetched. */
type Opener = () => Promise<PackageFiles>;
type Watch = NonNullable<CommandOptions["watch"]>;

/** Fetches the tarball with npm. Its files stay in memory as long as there is room, else they are read again. */
async function packed(wanted: NpmPackage, folder: string, watch: Watch): Promise<Opener> {
  const patience = [
    ...["--fetch-timeout=60000", "--fetch-retries=2"],
    ...["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"],
  ];
  await runCommand(
    "npm",
    ["pack", `${wanted.package}@${wanted.version}`, "--ignore-scripts", "--loglevel=error", ...patience],
    { cwd: folder, belongsTo: "Node.js is not installed", complaint: npmComplaint, watch },
  );
  const name = [...Deno.readDirSync(folder)].find((entry) => entry.name.endsWith(".tgz"))?.name;
  if (name === undefined) throw new SourceFailure("npm pack brought no tarball");
  const path = join(folder, name);
  const { size } = await Deno.stat(path);
  if (size > MAX_TARBALL_BYTES) {
    throw new SourceFailure(`too long: a tarball of ${size} bytes, the limit is ${MAX_TARBALL_BYTES}`);
  }
  const load = async () => {
    const tarball = await Deno.readFile(path);
    checkIntegrity(wanted, `sha512-${createHash("sha512").update(tarball).digest("base64")}`);
    return new MemoryFiles(unpackTarball(tarball, MAX_UNPACKED_BYTES));
  };
  let kept = new WeakRef(await load());
  return async () => {
    const files = kept.deref() ?? await load();
    kept = new WeakRef(files);
    return files;
  };
}

/** npm's first line that says what happened, not its code or where its log is. */
function npmComplaint(lines: readonly string[]): string | undefined {
  const PREFIX = /^npm (?:error|ERR!) ?/;
  return lines.filter((line) => PREFIX.test(line)).map((line) => line.replace(PREFIX, ""))
    .find((line) => line !== "" && !/^(?:code|errno|syscall|type|path) |^A complete log/.test(line));
}

/** Fetches and unpacks the package with Deno, into a project of our own. */
async function installed(wanted: NpmPackage, folder: string, watch: Watch): Promise<Opener> {
  const { package: name, version } = wanted;
  const write = (file: string, value: unknown) =>
    Deno.writeTextFileSync(join(folder, file), JSON.stringify(value));
  write("package.json", { dependencies: { [name]: version } });
  // A workspace of its own: the folder may lie within another.
  write("deno.json", { workspace: [], nodeModulesDir: "auto", lock: "deno.lock" });
  await runCommand("deno", ["install", "--quiet"], {
    cwd: folder,
    belongsTo: "nor npm",
    watch,
    complaint: (lines) => lines.find((line) => line.startsWith("error: "))?.slice(7),
  });
  const lock: unknown = JSON.parse(Deno.readTextFileSync(join(folder, "deno.lock")));
  checkIntegrity(wanted, lockedIntegrity(lock, `${name}@${version}`));
  const files = new FolderFiles(join(folder, "node_modules", ...name.split("/")));
  return () => Promise.resolve(files);
}

/** The hash that Deno compared the tarball with. */
function lockedIntegrity(lock: unknown, id: string): string {
  const member = (value: unknown, key: string): unknown =>
    typeof value === "object" && value !== null
      ? Object.entries(value).find(([k]) => k === key)?.[1]
      : undefined;
  const integrity = member(member(member(lock, "npm"), id), "integrity");
  return typeof integrity === "string" ? integrity : "nothing";
}

function checkIntegrity(wanted: NpmPackage, integrity: string): void {
  if (integrity === wanted.integrity) return;
  throw new SourceFailure(
    `wrong tarball: ${integrity.slice(0, 20)}…, expected ${wanted.integrity.slice(0, 20)}…`,
  );
}

/**
 * The regular files of an npm tarball by path, without the folder that they all lie in (mostly "package").
 *
 * @throws {SourceFailure} if it is not a whole gzip archive of at most `limit` bytes, or a path is not a plain one.
 */
export function unpackTarball(tarball: Uint8Array, limit: number): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  try {
    const archive = gunzip(tarball, limit);
    for (const [name, content] of readTar(archive, { bytes: limit })) {
      files.set(name.slice(name.indexOf("/") + 1), content);
    }
  } catch (error) {
    throw new SourceFailure(`not a readable tarball: ${reasonOf(error)}`);
  }
  return files;
}
