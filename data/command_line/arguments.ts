import { parseArgs } from "@std/cli";
import { didYouMean, hint } from "./nearest.ts";

/** Thrown when a command is called wrongly; its message is one line and the exit code is 2. */
export class UsageError extends Error {
  /** "UsageError". */
  override readonly name = "UsageError";
}

/** What a flag takes. */
export type Flag =
  | { readonly kind: "switch"; readonly help: string }
  | { readonly kind: "count"; readonly help: string }
  | { readonly kind: "text"; readonly help: string }
  | { readonly kind: "choice"; readonly choices: readonly string[]; readonly help: string };

/** A command's flags by name, without the dashes. */
export type Flags = Readonly<Record<string, Flag>>;

/** A command line that was read. */
export interface Arguments {
  /** What is no flag and no flag's value. */
  readonly names: readonly string[];
  /** True if a flag was given. */
  has(flag: string): boolean;
  /** A flag's value; undefined if it was not given. */
  text(flag: string): string | undefined;
  /** A count's value; undefined if it was not given. */
  count(flag: string): number | undefined;
}

/** More threads or runs at a time than any machine has use for. */
const MAX_COUNT = 256;

/** True if a command line asks for help. */
export function asksForHelp(args: readonly string[]): boolean {
  return args.includes("--help") || args.includes("-h");
}

function checkValue(name: string, flag: Flag, value: string): void {
  if (flag.kind === "choice" && !flag.choices.includes(value)) {
    const choices = flag.choices.map((choice) => `"${choice}"`).join(" or ");
    throw new UsageError(
      `Cannot read --${name}: expected ${choices}, got "${value}".${didYouMean(value, flag.choices)}`,
    );
  }
  if (
    flag.kind === "count" && !(/^[0-9]+$/.test(value) && Number(value) >= 1 && Number(value) <= MAX_COUNT)
  ) {
    throw new UsageError(
      `Cannot read --${name}: expected an integer from 1 to ${MAX_COUNT}, got "${value}".`,
    );
  }
}

function unknownFlag(arg: string, flags: Flags): UsageError {
  const flag = arg.replace(/=.*/s, "");
  const known = [...Object.keys(flags), "help"];
  return new UsageError(`Unknown flag "${flag}".${hint(flag.replace(/^-+/, ""), known, "--")}`);
}

/** `next` is the argument behind the flag, which is no value because it is missing, empty or begins with a dash. */
function missingValue(name: string, flag: Flag, next?: string): UsageError {
  const got = next ? `"${next}"` : "nothing";
  const remedy = next && flag.kind === "text" ? ` If that is the value, write "--${name}=${next}".` : "";
  return new UsageError(`Cannot read --${name}: expected a value, got ${got}.${remedy}`);
}

/**
 * Refuses what `parseArgs` would read as something else: `--switch=no` and `--switch true` as `--switch`, `--no-flag=x`
 * as `--flag=x`, `--flag=` as another flag, `--_ x` as the name x.
 */
function checkForms(args: readonly string[], flags: Flags): void {
  args.forEach((arg, i) => {
    const [, name = "", value] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (flag === undefined) {
      if (name === "_" || name.startsWith("no-")) throw unknownFlag(arg, flags);
    } else if (flag.kind === "switch") {
      const given = value ?? ["true", "false"].find((word) => word === args[i + 1]);
      if (given !== undefined) {
        throw new UsageError(`Cannot read --${name}: expected no value, got "${given}".`);
      }
    } else if (value === "") throw missingValue(name, flag);
  });
}

/**
 * Reads a command line: names, `--flag value`, `--flag=value` and switches, in any order; after `--` only names. A
 * value that begins with a dash is written `--flag=-5`.
 *
 * @throws {UsageError} if a flag is not known (with the nearest one), given twice, lacks its value or has a wrong one.
 */
export function parseArguments(args: readonly string[], flags: Flags): Arguments {
  const end = args.indexOf("--");
  const before = end < 0 ? args : args.slice(0, end);
  checkForms(before, flags);
  const known = Object.keys(flags);
  const isSwitch = (name: string) => flags[name]!.kind === "switch";
  const unknown: string[] = [];
  const parsed = parseArgs([...args], {
    boolean: known.filter(isSwitch),
    string: [...known.filter((name) => !isSwitch(name)), "_"],
    collect: known,
    "--": true,
    unknown(arg, name) {
      if (name === undefined) return true; // no flag
      unknown.push(arg);
      return false;
    },
  });
  const values = new Map<string, string>();
  for (const [name, flag] of Object.entries(flags)) {
    const given = parsed[name] as readonly (string | boolean)[];
    if (given.length === 0) continue;
    if (given.length > 1) throw new UsageError(`Cannot read --${name}: expected it once, got it twice.`);
    const value = String(given[0]);
    if (value === "") throw missingValue(name, flag, before[before.indexOf(`--${name}`) + 1]);
    checkValue(name, flag, value);
    values.set(name, value);
  }
  if (unknown.length > 0) throw unknownFlag(unknown[0]!, flags);
  return {
    names: [...parsed._.map(String), ...parsed["--"] ?? []],
    has: (flag) => values.has(flag),
    text: (flag) => values.get(flag),
    count: (flag) => (values.has(flag) ? Number(values.get(flag)) : undefined),
  };
}

/** The lines of help about flags. */
export function describeFlags(flags: Flags): string {
  const rows = Object.entries(flags).map(([name, flag]) => {
    const value = flag.kind === "choice"
      ? ` ${flag.choices.join("|")}`
      : flag.kind === "count"
      ? " N"
      : flag.kind === "text"
      ? " TEXT"
      : "";
    return [`--${name}${value}`, flag.help] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, help]) => `  ${left.padEnd(width)}  ${help}`).join("\n");
}
