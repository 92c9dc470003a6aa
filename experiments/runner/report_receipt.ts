import { join } from "node:path";
import * as v from "valibot";
import { readFileIfThere, readTextIfThere, sha256, writeFileAtomically } from "@verbatim/data/files";
import { canonicalJson, prettyJson } from "./canonical_json.ts";
import { privateFolder } from "./engine.ts";
import { recordsFolder, type Unit } from "./plan.ts";
import { runFolder } from "./record_file.ts";
import { type RegisteredExperiment, reportFolder } from "./registry.ts";
import { parseJsonAs } from "./validation.ts";

const Receipt = v.strictObject({ key: v.string(), files: v.record(v.string(), v.string()) });

/**
 * What a report was made from and what came of it: drawing its figures takes longer than to see that they would come out
 * the same.
 */
export class ReportReceipt {
  private constructor(
    readonly path: string,
    readonly folder: string,
    readonly key: string,
  ) {}

  /** The receipt of an experiment's report from the records of these units; `sources` is a hash of the code that writes it. */
  static async of(
    root: string,
    { experiment }: RegisteredExperiment,
    units: readonly Unit[],
    sources: string,
  ): Promise<ReportReceipt> {
    const records = await Promise.all(units.map(async ({ profile, seed, inputs }) => {
      const folder = runFolder(recordsFolder(root), experiment.id, profile, seed);
      const record = await readFileIfThere(join(folder, "record.json"));
      return [inputs.hashes.code, record === undefined ? "" : sha256(record)];
    }));
    const path = join(privateFolder(root), "reports", `${experiment.family}-${experiment.id}.json`);
    return new ReportReceipt(
      path,
      reportFolder(root, experiment),
      sha256(canonicalJson([sources, records])),
    );
  }

  /** Whether the report was made from the same, and its files are still what they were. */
  async isCurrent(): Promise<boolean> {
    const text = await readTextIfThere(this.path);
    if (text === undefined) return false;
    try {
      const { key, files } = parseJsonAs(Receipt, text, this.path);
      return key === this.key && canonicalJson(files) === canonicalJson(await this.#files());
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return false;
    }
  }

  /** Keeps in mind that the report is made. */
  async keep(): Promise<void> {
    await writeFileAtomically(this.path, prettyJson({ key: this.key, files: await this.#files() }));
  }

  /** The hashes of the page and its figures, by name. */
  async #files(): Promise<Record<string, string>> {
    const names: string[] = [];
    try {
      for await (const { name } of Deno.readDir(this.folder)) {
        if (/\.(?:md|svg|png)$/.test(name)) names.push(name);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    const hash = async (name: string) =>
      [name, sha256(await Deno.readFile(join(this.folder, name)))] as const;
    return Object.fromEntries(await Promise.all(names.map(hash)));
  }
}
