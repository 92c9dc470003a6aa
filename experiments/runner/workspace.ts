import { join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { readTextIfThere } from "@verbatim/data/files";
import { parseJsonAs } from "./validation.ts";

const Exports = v.optional(v.union([v.string(), v.record(v.string(), v.string())]), {});
const Root = v.object({
  workspace: v.optional(v.array(v.string()), []),
  imports: v.optional(v.record(v.string(), v.string()), {}),
});
const Member = v.object({ name: v.optional(v.string(), ""), exports: Exports });

/** The folder of this workspace, found from this file. */
export function workspaceRoot(): string {
  return fileURLToPath(new URL("../../", import.meta.url));
}

/** A Deno workspace: where its members' modules lie. */
export class Workspace {
  readonly #modules: ReadonlyMap<string, string>;

  private constructor(readonly root: string, modules: ReadonlyMap<string, string>) {
    this.#modules = modules;
  }

  /** Reads the `deno.json` of the workspace and of its members; a folder without one has no bare specifiers. */
  static async read(root: string): Promise<Workspace> {
    const modules = new Map<string, string>();
    const path = join(root, "deno.json");
    const { workspace, imports } = parseJsonAs(Root, await readTextIfThere(path) ?? "{}", path);
    for (const [specifier, target] of Object.entries(imports)) {
      if (target.startsWith("./")) modules.set(specifier, target.slice(2));
    }
    for (const member of workspace) {
      const file = join(root, member, "deno.json");
      const { name, exports } = parseJsonAs(Member, await readTextIfThere(file) ?? "{}", file);
      const targets = typeof exports === "string" ? { ".": exports } : exports;
      for (const [subpath, target] of Object.entries(targets)) {
        modules.set(`${name}${subpath.slice(1)}`, posix.join(member, target));
      }
    }
    return new Workspace(root, modules);
  }

  /** The path in the workspace of what `specifier` names in the module `from`; undefined if it is no local file. */
  resolve(specifier: string, from: string): string | undefined {
    if (specifier.startsWith("./") || specifier.startsWith("../")) {
      return posix.join(posix.dirname(from), specifier);
    }
    if (specifier.startsWith("file:")) {
      return relative(this.root, fileURLToPath(specifier)).replaceAll("\\", "/");
    }
    return this.#modules.get(specifier);
  }
}
