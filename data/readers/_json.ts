import type { Fail } from "./malformed.ts";

/** An object of a JSON text. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses JSON in UTF-8. */
export function parseJson(bytes: Uint8Array, fail: Fail): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    return fail("JSON in UTF-8", error instanceof SyntaxError ? error.message : "other bytes");
  }
}

/** What stands at a path of names, or undefined. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  let here = value;
  for (const name of path) {
    if (!isObject(here) || !Object.hasOwn(here, name)) return undefined;
    here = here[name];
  }
  return here;
}

/** The object that stands at a path of names. */
export function objectAt(value: unknown, path: readonly string[], fail: Fail): JsonObject {
  const found = valueAt(value, path);
  return isObject(found) ? found : fail(`an object at ${path.join(".")}`, "none");
}

/** Whether a value is an object, not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
