import { join } from "node:path";
import * as v from "valibot";
import { readTextIfThere, writeFileAtomically } from "@verbatim/data/files";
import { prettyJson } from "./canonical_json.ts";
import { privateFolder } from "./engine.ts";
import { parseJsonAs } from "./validation.ts";

const Verified = v.strictObject({ core: v.string() });

function pathOf(root: string): string {
  return join(privateFolder(root), "verified.json");
}

/** Remembers the hash of core's sources with which everything was verified. A folder that cannot be written is left. */
export async function rememberVerified(root: string, core: string): Promise<void> {
  try {
    await writeFileAtomically(pathOf(root), prettyJson({ core }));
  } catch {
    // It only serves to say later what has changed; a read-only checkout can be verified too.
  }
}

/** What to say of core, whose content is not part of what makes records stale; undefined if it was verified. */
export async function coreNotice(root: string, core: string): Promise<string | undefined> {
  const path = pathOf(root);
  const text = await readTextIfThere(path);
  let verified: string | undefined;
  try {
    verified = text === undefined ? undefined : parseJsonAs(Verified, text, path).core;
  } catch {
    verified = undefined;
  }
  if (verified === core) return undefined;
  const what = verified === undefined
    ? "core has not been verified here yet"
    : "core has changed since the last successful verify";
  return `${what}: "deno task verify" trains again and proves that its bits are the pinned ones.`;
}
