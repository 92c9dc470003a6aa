import { join, posix, relative } from "node:path";
import { readTextIfThere } from "@verbatim/data/files";
import { type ModuleSyntax, readModuleSyntax } from "./module_syntax.ts";
import { sha256 } from "@verbatim/data/files";
import type { Workspace } from "./workspace.ts";

interface SourceFile {
  readonly sha256: string;
  readonly syntax: ModuleSyntax;
}

/** A name in a module. */
interface Place {
  readonly file: string;
  readonly name: string;
}

/** What may change the bits of a run beyond the contract of arithmetic. */
const COUNTED = /^(?:models|data|experiments)\//;
/**
 * The machinery around experiments: it keeps what runs tell and tells them nothing but their configuration. That around
 * models says what they are and how they are tested.
 */
const MACHINERY =
  /^(?:experiments\/(?:runner\/|report\/|(?:define_experiment|describe_model|record|lock|lock_comparison|staleness|mod)\.ts$)|models\/(?:define_model|registry|trial|count_parameters|layers)\.ts$)/;

function counts(file: string): boolean {
  return COUNTED.test(file) && !MACHINERY.test(file);
}

/**
 * The local files of a workspace and what they import. Each file is read once.
 *
 * A name that is imported from a module which only passes names on (a `mod.ts`) leads to the file that declares it, and
 * to nothing else: so an experiment does not depend on all models because it takes one of them from `@verbatim/models`.
 */
export class SourceGraph {
  readonly #files = new Map<string, Promise<SourceFile | undefined>>();
  readonly #provided = new Map<string, Promise<Place[] | undefined>>();
  readonly #dependencies = new Map<string, Promise<Readonly<Record<string, string>>>>();

  constructor(readonly workspace: Workspace) {}

  /**
   * The SHA-256 of every file that a module depends on, by path in the workspace: itself and all that it imports from
   * experiments, models and data, without types. Core is not followed, for the contract fixes its bits.
   *
   * @throws {Deno.errors.NotFound} if an imported file is not there.
   */
  dependencies(path: string): Promise<Readonly<Record<string, string>>> {
    let known = this.#dependencies.get(path);
    if (known === undefined) this.#dependencies.set(path, known = this.#follow(path));
    return known;
  }

  async #follow(path: string): Promise<Record<string, string>> {
    const found = new Map<string, string>();
    const asked = new Set<string>();
    const take = async (file: string, name: string, from: string): Promise<void> => {
      if (!counts(file) || asked.has(`${file} ${name}`)) return;
      asked.add(`${file} ${name}`);
      const source = await this.#read(file);
      if (source === undefined) {
        throw new Deno.errors.NotFound(
          `Cannot read ${file}: expected the file that ${from} imports, got none`,
        );
      }
      const { syntax } = source;
      const targets = syntax.onlyPassesOn ? await this.#providers(file, name) : undefined;
      if (targets !== undefined) {
        for (const target of targets) await take(target.file, target.name, file);
        return;
      }
      if (found.has(file)) return;
      found.set(file, source.sha256);
      for (const { specifier, name } of [...syntax.imports, ...syntax.passedOn]) {
        const target = this.workspace.resolve(specifier, file);
        if (target !== undefined) await take(target, name, file);
      }
      for (const named of syntax.files) {
        const target = posix.join(posix.dirname(file), named);
        const content = counts(target) ? await this.#read(target) : undefined;
        if (content !== undefined) found.set(target, content.sha256);
      }
    };
    await take(path, "*", "the runner");
    return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The files that declare what a module itself imports: through a `mod.ts`, but no further. Types do not count. */
  async imports(path: string): Promise<Set<string>> {
    const found = new Set<string>();
    for (const { specifier, name } of (await this.#read(path))?.syntax.imports ?? []) {
      const target = this.workspace.resolve(specifier, path);
      if (target === undefined || !counts(target)) continue;
      const passesOn = (await this.#read(target))?.syntax.onlyPassesOn;
      for (const { file } of passesOn ? await this.#providers(target, name) ?? [] : [{ file: target }]) {
        found.add(file);
      }
    }
    return found;
  }

  #read(file: string): Promise<SourceFile | undefined> {
    let source = this.#files.get(file);
    if (source === undefined) {
      source = readTextIfThere(join(this.workspace.root, file)).then((text) =>
        text === undefined
          ? undefined
          : { sha256: sha256(text), syntax: readModuleSyntax(/\.[cm]?[jt]sx?$/.test(file) ? text : "") }
      );
      this.#files.set(file, source);
    }
    return source;
  }

  /** Where a module that only passes names on has a name from; undefined if that cannot be told. */
  #providers(file: string, name: string): Promise<Place[] | undefined> {
    const key = `${file} ${name}`;
    let known = this.#provided.get(key);
    if (known === undefined) this.#provided.set(key, known = this.#findProviders(file, name, []));
    return known;
  }

  async #findProviders(file: string, name: string, asked: readonly string[]): Promise<Place[] | undefined> {
    const source = await this.#read(file);
    if (source === undefined || name === "*" || asked.includes(file)) return undefined;
    const found: Place[] = [];
    for (const { specifier, name: there, as } of source.syntax.passedOn) {
      const target = this.workspace.resolve(specifier, file);
      if (target === undefined) continue;
      if (as === name) return [{ file: target, name: there }];
      if (as !== undefined) continue;
      const declares = (await this.#read(target))?.syntax.exports.has(name);
      if (declares || await this.#findProviders(target, name, [...asked, file]) !== undefined) {
        found.push({ file: target, name });
      }
    }
    return found.length > 0 ? found : undefined;
  }
}

/** SHA-256 over paths and contents of the sources in some folders, without tests; a folder that is not there has none. */
export async function hashSources({ root }: Workspace, ...folders: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const { name, isDirectory } of await entriesOf(folder)) {
      const path = join(folder, name);
      if (isDirectory) await walk(path);
      else if (name.endsWith(".ts") && !name.endsWith("_test.ts")) {
        const text = await readTextIfThere(path);
        const where = relative(root, path).replaceAll("\\", "/");
        if (text !== undefined) lines.push(`${where} ${sha256(text)}`);
      }
    }
  };
  for (const folder of folders) await walk(join(root, folder));
  return sha256(lines.toSorted().join("\n"));
}

async function entriesOf(folder: string): Promise<Deno.DirEntry[]> {
  const entries: Deno.DirEntry[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) entries.push(entry);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return entries;
}

/** The hash of core's sources. */
export function hashCore(workspace: Workspace): Promise<string> {
  return hashSources(workspace, "core");
}
