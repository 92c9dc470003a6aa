import { isObject, objectAt, parseJson } from "./_json.ts";
import { Budget, type Fail, failAs, type Limits } from "./malformed.ts";

const fail: Fail = failAs("CLDR data");

/** What a language has names for. */
export type CldrNameKind = "languages" | "scripts" | "territories" | "variants";

/**
 * Reads what a language calls languages, scripts, territories or variants, by their codes: languages.json and its
 * neighbours of the package cldr-localenames-full. Another form of a name has "-alt-" and its kind in the code:
 * "az-alt-short".
 *
 * *Source* Unicode Technical Standard 35, part 2, "Display Name Elements".
 * @throws {MalformedFileError} if it is not such a file, or the limits do not suffice: `items` bounds the names.
 *
 * @example
 * ```ts
 * import { readCldrNames } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const json = `{"main": {"de": {"localeDisplayNames": {"territories": {"AT": "Österreich"}}}}}`;
 * assertEquals([...readCldrNames(new TextEncoder().encode(json), "territories")], [["AT", "Österreich"]]);
 * ```
 */
export function readCldrNames(
  bytes: Uint8Array,
  kind: CldrNameKind,
  limits: Limits = {},
): ReadonlyMap<string, string> {
  const budget = new Budget(limits, fail);
  const languages = Object.values(objectAt(parseJson(bytes, fail), ["main"], fail));
  const [main] = languages;
  if (languages.length !== 1 || !isObject(main)) return fail("one language", `${languages.length}`);
  const names = new Map<string, string>();
  for (const [code, name] of Object.entries(objectAt(main, ["localeDisplayNames", kind], fail))) {
    budget.takeItems(1);
    names.set(code, typeof name === "string" ? name : fail(`a name of ${code}`, typeof name));
  }
  return names;
}
