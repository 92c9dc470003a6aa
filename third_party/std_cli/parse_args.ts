/**
 * A local stand-in for `jsr:@std/cli` where JSR cannot be reached: `parseArgs` with the same names and behaviour, less
 * dotted names, which JSR's version nests, and less its static types of aliases.
 *
 * @module
 */

/** Options for {@linkcode parseArgs}. */
export interface ParseOptions<
  B extends string = string,
  S extends string = string,
  C extends string = string,
  D extends Record<string, unknown> = Record<string, unknown>,
> {
  /** Whether what follows `--` goes to the property `"--"` of the result instead of to `_`. */
  "--"?: boolean;
  /** Other names of flags: a value goes to all names. */
  alias?: Record<string, string | readonly string[]>;
  /** Names of flags without a value; `true`: all flags with two dashes and without `=`. They are false by default. */
  boolean?: boolean | B | readonly B[];
  /** Values of flags that are not given. */
  default?: D;
  /** Whether everything behind the first argument that is no flag goes to `_`. */
  stopEarly?: boolean;
  /** Names of flags whose values stay strings even if they look like numbers; `_` is what belongs to no flag. */
  string?: S | readonly S[];
  /** Names of flags that may be repeated: their values are collected in an array. */
  collect?: C | readonly C[];
  /** Names of flags that `--no-name` sets to false. */
  negatable?: string | readonly string[];
  /** Called for what the options do not name; if it returns false, that is dropped. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** Names of a list; none if the list was not written out and its names are unknown to the type checker. */
type Known<Names extends string> = string extends Names ? never : Names;
/** What a flag has if it is not given. */
type Absent<Name, D, Otherwise> = Name extends keyof D ? D[Name] : Otherwise;

/** The result of {@linkcode parseArgs}. */
export type Args<B extends string, S extends string, C extends string, D> =
  & { [K in Exclude<Known<B>, C>]: boolean | Absent<K, D, false> }
  & { [K in Exclude<Known<S>, C | "_">]: string | Absent<K, D, undefined> }
  & { [K in Known<B> & C]: boolean[] }
  & { [K in Known<S> & C]: string[] }
  & { [K in Exclude<Known<C>, B | S>]: unknown[] | Absent<K, D, undefined> }
  & {
    /** What belongs to no flag. */
    _: (string | number)[];
    /** What follows `--`, if asked for. */
    "--"?: string[];
    [name: string]: unknown;
  };

type Value = string | number | boolean;

/**
 * Parses command-line arguments: `--name value`, `--name=value`, `--name`, `--no-name`, `-n value`, `-n3`, `-abc`.
 *
 * Values that look like numbers become numbers unless the flag is a string. A flag without a value is true, or "" if it
 * is a string. Of a flag given twice the last value counts, unless it is collected.
 *
 * @example
 * ```ts
 * import { parseArgs } from "@std/cli";
 * import { assertEquals } from "@std/assert";
 *
 * const args = parseArgs(["--verbose", "--jobs", "2", "lenet"], { boolean: ["verbose"], string: ["jobs"] });
 * assertEquals({ ...args }, { _: ["lenet"], verbose: true, jobs: "2" });
 * ```
 */
export function parseArgs<
  const B extends string = never,
  const S extends string = never,
  const C extends string = never,
  const D extends Record<string, unknown> = Record<never, never>,
>(
  args: readonly string[],
  options: ParseOptions<B, S, C, D> = {},
): Args<B, S, C, D> {
  const parser = new Parser(options);
  const separator = args.indexOf("--");
  const behind = separator < 0 ? [] : args.slice(separator + 1);
  parser.parse(separator < 0 ? args : args.slice(0, separator));
  parser.addDefaults();
  if (options["--"]) parser.result["--"] = behind;
  else parser.result._.push(...behind);
  return parser.result as Args<B, S, C, D>;
}

function listOf(
  names: string | readonly string[] | boolean | undefined,
): readonly string[] {
  if (names === undefined || typeof names === "boolean") return [];
  return (typeof names === "string" ? [names] : names).filter((name) => name !== "");
}

function looksNumeric(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}

class Parser {
  readonly result: {
    _: (string | number)[];
    "--"?: string[];
    [name: string]: unknown;
  } = { _: [] };
  /** All names of each flag that has several, itself included. */
  readonly #names = new Map<string, ReadonlySet<string>>();
  readonly #booleans: ReadonlySet<string>;
  readonly #strings: ReadonlySet<string>;
  readonly #collected: ReadonlySet<string>;
  readonly #negatable: ReadonlySet<string>;

  constructor(readonly options: ParseOptions) {
    for (const [name, others] of Object.entries(options.alias ?? {})) {
      if (others === undefined) {
        throw new TypeError("Alias value must be defined");
      }
      const all = new Set([name, ...listOf(others)]);
      for (const each of all) this.#names.set(each, all);
    }
    const withAliases = (names: Parameters<typeof listOf>[0]) =>
      new Set(listOf(names).flatMap((name) => [...this.#namesOf(name)]));
    this.#booleans = withAliases(options.boolean);
    this.#strings = withAliases(options.string);
    this.#collected = withAliases(options.collect);
    this.#negatable = withAliases(options.negatable);
  }

  #namesOf(name: string): Iterable<string> {
    return this.#names.get(name) ?? [name];
  }

  parse(args: readonly string[]): void {
    for (let i = 0; i < args.length; i++) {
      const arg = args[i]!;
      if (/^--./s.test(arg)) i += this.#parseLong(arg, args[i + 1]);
      else if (/^-./s.test(arg)) i += this.#parseShort(arg, args[i + 1]);
      else {
        if (this.options.unknown?.(arg) !== false) {
          this.result._.push(
            this.#strings.has("_") || !looksNumeric(arg) ? arg : Number(arg),
          );
        }
        if (!this.options.stopEarly) continue;
        this.result._.push(...args.slice(i + 1));
        return;
      }
    }
  }

  /** Both kinds return how many of the following arguments they took as a value. */
  #parseLong(arg: string, next: string | undefined): number {
    const equals = arg.indexOf("=", 3);
    if (equals > 0 && equals < arg.length - 1) {
      const name = arg.slice(2, equals).replace(/^no-(?=.)/s, "");
      const value = arg.slice(equals + 1);
      this.#set(
        name,
        this.#booleans.has(name) ? value !== "false" : value,
        arg,
      );
      return 0;
    }
    const name = arg.slice(2);
    if (name.startsWith("no-") && this.#negatable.has(name.slice(3))) {
      this.#set(name.slice(3), false, arg, false);
      return 0;
    }
    const takesValue = this.options.boolean !== true &&
      !this.#booleans.has(name);
    return this.#setWithNext(
      name,
      arg,
      next,
      takesValue && !next?.startsWith("-"),
    );
  }

  /** One letter, or several: all but the last without a value, unless the rest of them is the value. */
  #parseShort(arg: string, next: string | undefined): number {
    for (let i = 1; i < arg.length - 1; i++) {
      const name = arg[i]!;
      const rest = arg.slice(i + 1);
      if (rest === "-") {
        this.#set(name, rest, arg);
        continue;
      }
      if (/[A-Za-z]/.test(name)) {
        const assigned = /=(.+)/s.exec(rest)?.[1];
        if (assigned !== undefined || /-?\d+(\.\d*)?(e-?\d+)?$/.test(rest)) {
          this.#set(name, assigned ?? rest, arg);
          return 0;
        }
      }
      if (i + 1 < arg.length - 1 && /\W/.test(arg[i + 1]!)) {
        this.#set(name, rest, arg);
        return 0;
      }
      this.#set(name, this.#strings.has(name) ? "" : true, arg);
    }
    const last = arg.at(-1)!;
    if (last === "-") return 0;
    const takesValue = !this.#booleans.has(last) && next !== undefined &&
      !/^--?[^-]/.test(next);
    return this.#setWithNext(last, arg, next, takesValue);
  }

  #setWithNext(
    name: string,
    arg: string,
    next: string | undefined,
    takesValue: boolean,
  ): number {
    const given = next !== undefined && next !== "";
    if (given && takesValue) this.#set(name, next, arg);
    else if (given && (next === "true" || next === "false")) {
      this.#set(name, next === "true", arg);
    } else {
      this.#set(name, this.#strings.has(name) ? "" : true, arg);
      return 0;
    }
    return 1;
  }

  #set(name: string, value: Value, arg: string, collect = true): void {
    const known = this.#booleans.has(name) || this.#strings.has(name) ||
      this.#names.has(name) ||
      (this.options.boolean === true && /^--[^=]+$/.test(arg));
    if (!known && this.options.unknown?.(arg, name, value) === false) return;
    const isNumber = typeof value === "string" && !this.#strings.has(name) &&
      looksNumeric(value);
    const typed = isNumber ? Number(value) : value;
    for (const each of this.#namesOf(name)) {
      if (!collect || !this.#collected.has(each)) this.#write(each, typed);
      else {
        const before = Object.hasOwn(this.result, each) ? this.result[each] : [];
        this.#write(
          each,
          Array.isArray(before) ? [...before, typed] : [before, typed].filter(Boolean),
        );
      }
    }
  }

  /** Defines a property of the result itself, whatever it is called. */
  #write(name: string, value: unknown): void {
    Object.defineProperty(this.result, name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }

  addDefaults(): void {
    const fill = (name: string, value: unknown) => {
      if (!Object.hasOwn(this.result, name)) this.#write(name, value);
    };
    for (const [name, value] of Object.entries(this.options.default ?? {})) {
      if (Object.hasOwn(this.result, name)) continue;
      for (const each of this.#namesOf(name)) this.#write(each, value);
    }
    for (const name of this.#booleans) {
      fill(name, this.#collected.has(name) ? [] : false);
    }
    for (const name of this.#strings) {
      if (this.#collected.has(name)) fill(name, []);
    }
  }
}
