import { objectAt, parseJson } from "./_json.ts";
import { type Fail, failAs } from "./malformed.ts";

const fail: Fail = failAs("rules of number spelling");

/** A part of a rule: literal text, another number spelled out, or parts that only stand where something remains. */
type Part =
  | { readonly kind: "text"; readonly text: string }
  /** The number itself, its quotient or its remainder by the divisor, spelled by a set (or by the rule's own). */
  | { readonly kind: "same" | "quotient" | "remainder"; readonly set: string | undefined }
  | { readonly kind: "optional"; readonly parts: readonly Part[] }
  /** What is known to exist and not spelled here: decimals, plural forms. */
  | { readonly kind: "unsupported"; readonly text: string };

interface Rule {
  /** The least number that it is for. */
  readonly base: number;
  /** The greatest power of the radix that is not above the base. */
  readonly divisor: number;
  readonly parts: readonly Part[];
}

interface RuleSet {
  /** Ascending by their bases. */
  readonly rules: readonly Rule[];
  readonly negative: readonly Part[] | undefined;
}

/** The rules by which a language spells numbers. */
export interface NumberRules {
  /** The language's tag. */
  readonly language: string;
  /** The names of the sets: "%spellout-cardinal-masculine", "%spellout-ordinal" ... */
  readonly sets: readonly string[];
  /**
   * Spells a whole number by a set. Where CLDR allows to break a word there is a soft hyphen, U+00AD:
   * "ein\u00adund\u00adzwanzig".
   *
   * @throws {RangeError} if the number is not whole and below 2^53 or the set does not exist;
   * {@linkcode MalformedFileError} if the rules give no spelling, or one with decimals or plural forms.
   */
  spell(set: string, number: number): string;
}

/** No sensible rules take more steps for a number below 2^53. */
const MAX_STEPS = 1000;
/** Letters of a rule; those of CLDR have less than 200. */
const MAX_BODY = 1000;

/**
 * Reads the rules by which a language spells numbers: a file of the package cldr-rbnf.
 *
 * *Source* Unicode Technical Standard 35, part 3, "Rule-Based Number Formatting"; ICU's RuleBasedNumberFormat.
 * *Differs*: whole numbers only: rules for fractions, infinity and NaN are passed over.
 * @throws {MalformedFileError} if it is not such a file.
 *
 * @example
 * ```ts
 * import { readRbnf } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * // Some of the German rules.
 * const rules = readRbnf(new TextEncoder().encode(JSON.stringify({
 *   rbnf: {
 *     identity: { language: "de" },
 *     rbnf: {
 *       SpelloutRules: {
 *         "%cardinal": [["0", "null;"], ["1", "ein;"], ["2", "zwei;"], ["3", "drei;"], ["20", "[→→und]zwanzig;"]],
 *       },
 *     },
 *   },
 * })));
 * assertEquals(rules.spell("%cardinal", 23), "dreiundzwanzig");
 * ```
 */
export function readRbnf(bytes: Uint8Array): NumberRules {
  const root = parseJson(bytes, fail);
  const { language } = objectAt(root, ["rbnf", "identity"], fail);
  if (typeof language !== "string") return fail("the tag of a language", typeof language);
  const sets = new Map<string, RuleSet>();
  for (const [group, members] of Object.entries(objectAt(root, ["rbnf", "rbnf"], fail))) {
    for (const [name, rules] of Object.entries(objectAt({ group: members }, ["group"], fail))) {
      if (!name.startsWith("%")) continue; // the name of the file with the same rules as text
      if (!Array.isArray(rules)) fail(`a list of rules for ${group} ${name}`, typeof rules);
      sets.set(name, parseSet(rules as readonly unknown[]));
    }
  }
  return {
    language,
    sets: [...sets.keys()],
    spell(set, number) {
      if (!Number.isSafeInteger(number)) {
        throw new RangeError(`Cannot spell a number: expected a whole one below 2^53, got ${number}`);
      }
      const first = sets.get(set);
      if (first === undefined) {
        throw new RangeError(
          `Cannot spell a number: expected one of ${[...sets.keys()].join(", ")}, got ${set}`,
        );
      }
      return new Speller(sets).spell(first, number);
    },
  };
}

class Speller {
  readonly #sets: ReadonlyMap<string, RuleSet>;
  #steps = 0;

  constructor(sets: ReadonlyMap<string, RuleSet>) {
    this.#sets = sets;
  }

  spell(set: RuleSet, number: number): string {
    if (++this.#steps > MAX_STEPS) fail(`rules that end after ${MAX_STEPS} steps`, "others");
    if (number < 0) {
      const parts = set.negative ?? fail("a rule for negative numbers", "none");
      return this.#parts(set, parts, -number, Infinity);
    }
    const rule = ruleFor(set, number);
    return this.#parts(set, rule.parts, number, rule.divisor);
  }

  /** With an infinite divisor the remainder is the number: so negative numbers name their absolute value. */
  #parts(set: RuleSet, parts: readonly Part[], number: number, divisor: number): string {
    const remainder = divisor === Infinity ? number : number % divisor;
    let text = "";
    for (const part of parts) {
      switch (part.kind) {
        case "text":
          text += part.text;
          break;
        case "optional":
          if (remainder !== 0) text += this.#parts(set, part.parts, number, divisor);
          break;
        case "unsupported":
          return fail("rules of words alone", `"${part.text}"`);
        default: {
          const value = part.kind === "same"
            ? number
            : part.kind === "remainder"
            ? remainder
            : (number - remainder) / divisor;
          text += this.spell(part.set === undefined ? set : this.#set(part.set), value);
        }
      }
    }
    return text;
  }

  #set(name: string): RuleSet {
    return this.#sets.get(name) ?? fail("a set of rules that exists", `"${name}"`);
  }
}

/**
 * The rule with the greatest base that is not above the number. If it spells a remainder, none is left, and its base is
 * no multiple of its divisor, then the rule before it (so that 200 is not spelled by a rule made for 201).
 */
function ruleFor({ rules }: RuleSet, number: number): Rule {
  const index = rules.findLastIndex(({ base }) => base <= number);
  const rule = rules[index] ?? fail(`a rule for ${number}`, "none");
  const before = rules[index - 1];
  const rollsBack = number % rule.divisor === 0 && rule.base % rule.divisor !== 0 &&
    spellsRemainder(rule.parts);
  return rollsBack && before !== undefined ? before : rule;
}

function spellsRemainder(parts: readonly Part[]): boolean {
  return parts.some((part) =>
    part.kind === "remainder" || (part.kind === "optional" && spellsRemainder(part.parts))
  );
}

function parseSet(list: readonly unknown[]): RuleSet {
  const rules: Rule[] = [];
  let negative: readonly Part[] | undefined;
  for (const entry of list) {
    const [descriptor, body] = Array.isArray(entry) && entry.length === 2 ? entry : [];
    if (typeof descriptor !== "string" || typeof body !== "string") {
      return fail("rules of a descriptor and a text", typeof entry);
    }
    if (body.length > MAX_BODY) fail(`rules of at most ${MAX_BODY} letters`, body.length);
    // A leading apostrophe only keeps the blanks behind it; the semicolon ends the rule.
    const parts = parseBody(body.replace(/;$/, "").replace(/^'/, ""));
    if (descriptor === "-x") negative = parts;
    const [, base, radix, marks] = /^(\d{1,30})(?:\/(\d{1,15}))?(>*)$/.exec(descriptor.replaceAll(",", "")) ??
      [];
    if (base === undefined) {
      if (!/^-x$|^[0x][.,][0x]$|^x[.,]x$|^Inf$|^NaN$/.test(descriptor)) {
        fail("the descriptor of a rule", `"${descriptor}"`);
      }
      continue;
    }
    const value = Number(base);
    if (value > Number.MAX_SAFE_INTEGER) continue; // no number reaches it
    rules.push({ base: value, divisor: divisorOf(value, Number(radix ?? 10), marks!.length), parts });
  }
  return { rules: rules.sort((a, b) => a.base - b.base), negative };
}

/** The greatest power of the radix that is not above the base, with as many factors less as there are marks. */
function divisorOf(base: number, radix: number, less: number): number {
  if (radix < 2) return fail("a radix of at least 2", radix);
  let [divisor, exponent] = [1, 0];
  while (divisor * radix <= base) [divisor, exponent] = [divisor * radix, exponent + 1];
  for (let i = Math.min(less, exponent); i > 0; i--) divisor /= radix;
  return divisor;
}

/** Tokens: an optional part's brackets, substitutions between two equal signs or arrows, plural forms, text. */
const TOKEN = /\[|\]|([=←→])(.*?)\1(→?)|\$\(.*?\)\$|[^[\]=←→$]+|./gsu;

function parseBody(body: string): readonly Part[] {
  const outer: Part[] = [];
  let inner: Part[] | undefined;
  for (const [token, arrow, target, third] of body.matchAll(TOKEN)) {
    const parts = inner ?? outer;
    if (token === "[") {
      if (inner !== undefined) fail("optional parts that do not nest", `"${body}"`);
      inner = [];
    } else if (token === "]") {
      if (inner === undefined) fail("brackets in pairs", `"${body}"`);
      outer.push({ kind: "optional", parts: inner! });
      inner = undefined;
    } else if (arrow !== undefined) {
      const kind = arrow === "=" ? "same" : arrow === "←" ? "quotient" : "remainder";
      const named = target!.startsWith("%");
      const isPlain = third === "" && (named || (target === "" && arrow !== "="));
      parts.push(isPlain ? { kind, set: named ? target : undefined } : { kind: "unsupported", text: token });
    } else if (/^[=←→]$|^\$\(/.test(token)) {
      parts.push({ kind: "unsupported", text: token });
    } else parts.push({ kind: "text", text: token });
  }
  if (inner !== undefined) fail("brackets in pairs", `"${body}"`);
  return outer;
}
