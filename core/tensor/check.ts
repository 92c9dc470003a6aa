/** What a caller gave, in words for an error: numbers and texts as they are, anything else by its kind. */
export function nameOf(value: unknown): string {
  if (typeof value === "number" || value === null || value === undefined) return `${value}`;
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(nameOf).join(", ")}]`;
  return typeof value === "object" ? value.constructor?.name ?? "an object" : `a ${typeof value}`;
}

/** Largest length, count or step that kernels compute with. */
const MAX_INTEGER = 2147483647;

/** True for integers from `least` to 2^31 - 1. */
export function isIntegerFrom(least: number, value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= MAX_INTEGER;
}

/** @throws {RangeError} unless a value is an integer from `least` to 2^31 - 1; `name` says what it is: "a stride". */
export function checkInteger(value: unknown, least: number, what: string, name: string): void {
  if (isIntegerFrom(least, value)) return;
  throw new RangeError(
    `Cannot ${what}: expected ${name} of at least ${least}, an integer, got ${nameOf(value)}`,
  );
}
