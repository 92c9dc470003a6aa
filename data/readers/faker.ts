import { Budget, type Fail, failAs, type Limits, quoted } from "./malformed.ts";
import { readText } from "./text.ts";

const fail: Fail = failAs("a locale of Faker");

/** One list with its name, and the comma if another follows. */
const LIST = /([a-z]+):(?:`([^`]*)`\.split\(`([^`]+)`\)|\[((?:`[^`]*`,?)*)\])(,?)/y;

/**
 * Reads the lists of one kind of name from a locale of Faker, as its package has them: a module whose objects hold
 * lists of texts, or texts that are split where they are loaded. The module is not run.
 *
 * @returns the lists by what they are for: "generic", "female", "male".
 * @throws {MalformedFileError} if there is not exactly one such entry, it holds something else, or the limits do not
 * suffice: `items` bounds the names.
 *
 * @example
 * ```ts
 * import { readFakerNames } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const module = "const e={person:{last_name:{generic:`Alt.Berg`.split(`.`),male:[`Novák`]},suffix:null}};";
 * const names = readFakerNames(new TextEncoder().encode(module), "last_name");
 * assertEquals([...names], [["generic", ["Alt", "Berg"]], ["male", ["Novák"]]]);
 * ```
 */
export function readFakerNames(
  bytes: Uint8Array,
  kind: string,
  limits: Limits = {},
): ReadonlyMap<string, readonly string[]> {
  const text = readText(bytes, limits);
  const budget = new Budget(limits, fail);
  const start = `${kind}:{`;
  const at = text.indexOf(start);
  if (at < 0 || text.indexOf(start, at + 1) >= 0) fail(`one entry "${start}"`, at < 0 ? "none" : "several");
  const lists = new Map<string, readonly string[]>();
  let position = at + start.length;
  while (true) {
    LIST.lastIndex = position;
    const list = LIST.exec(text);
    if (list === null) return fail("a list of texts", quoted(text.slice(position)));
    position += list[0].length;
    const [, name, joined, separator, array, comma] = list;
    const names = joined !== undefined
      ? joined.split(separator!)
      : [...array!.matchAll(/`([^`]*)`/g)].map(([, each]) => each!);
    budget.takeItems(names.length);
    if (lists.has(name!)) fail("lists of different names", `two of "${name}"`);
    if (names.some((each) => each === "" || /[\\$]/.test(each))) fail("names without escapes", `"${name}"`);
    lists.set(name!, names);
    if (comma === "") break;
  }
  if (text[position] !== "}") fail("the end of the entry", quoted(text.slice(position)));
  return lists;
}
