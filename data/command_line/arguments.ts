import { didYouMean, hint } from "./nearest.ts";

/** Thrown when a command is called wrongly; its message is one line and the exit code is 2. */
export class UsageError extends Error {
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
  readonly names: readonly string[];
  has(flag: string): boolean;
  text(flag: string): string | undefined;
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

/**
 * Reads a command line: names, `--flag value`, `--flag=value` and switches, in any order; after `--` only names.
 *
 * @throws {UsageError} if a flag is not known (with the nearest one), given twice, lacks its value or has a wrong one.
 */
export function parseArguments(args: readonly string[], flags: Flags): Arguments {
  const names: string[] = [];
  const values = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") {
      names.push(...args.slice(i + 1));
      break;
    }
    if (!arg.startsWith("-") || arg === "-") {
      names.push(arg);
      continue;
    }
    const [, name = "", , given] = /^--?([^=]*)(=([\s\S]*))?$/.exec(arg) ?? [];
    const flag = arg.startsWith("--") && Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (flag === undefined) {
      const known = [...Object.keys(flags), "help"];
      throw new UsageError(`Unknown flag "${arg.replace(/=.*/s, "")}".${hint(name, known, "--")}`);
    }
    if (values.has(name)) throw new UsageError(`Cannot read --${name}: expected it once, got it twice.`);
    if (flag.kind === "switch") {
      if (given !== undefined) {
        throw new UsageError(`Cannot read --${name}: expected no value, got "${given}".`);
      }
      values.set(name, "");
      continue;
    }
    const value = given ?? args[++i];
    if (value === undefined || (given === undefined && value.startsWith("--"))) {
      throw new UsageError(`Cannot read --${name}: expected a value, got ${value ?? "nothing"}.`);
    }
    checkValue(name, flag, value);
    values.set(name, value);
  }
  return {
    names,
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
