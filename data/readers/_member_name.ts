import { type Fail, quoted } from "./malformed.ts";

/**
 * The name of an archive's member as a plain path: components joined by "/", without "." or empty ones.
 *
 * What could leave a folder on any system is refused: absolute paths, "..", backslashes, drive letters, NUL. So is a
 * name that stands for nothing.
 */
export function memberName(name: string, fail: Fail): string {
  if (/^\/|^[A-Za-z]:|[\\\0]/.test(name)) return fail("relative names with forward slashes", quoted(name));
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) return fail('names without ".."', quoted(name));
  if (parts.length === 0) return fail("a member with a name", quoted(name));
  return parts.join("/");
}

/** The name in an archive, which must be UTF-8. */
export function nameText(bytes: Uint8Array, fail: Fail): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail("names in UTF-8", "other bytes");
  }
}
