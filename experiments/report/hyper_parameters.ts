import { formatExact } from "./format.ts";

/**
 * Every value of a configuration by its path: nested objects become "optimiser.rate", lists of plain values stay together.
 *
 * @throws {TypeError} if a value cannot be printed faithfully (a function, for example).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { flattenConfiguration } from "./hyper_parameters.ts";
 *
 * assertEquals([...flattenConfiguration({ batch: 32, adam: { rate: 1e-3 }, widths: [8, 16] })], [
 *   ["batch", "32"],
 *   ["adam.rate", "0.001"],
 *   ["widths", "[8, 16]"],
 * ]);
 * ```
 */
export function flattenConfiguration(configuration: unknown): Map<string, string> {
  const flat = new Map<string, string>();
  collect(configuration, "", flat);
  return flat;
}

function collect(value: unknown, path: string, flat: Map<string, string>): void {
  if (value === undefined) return;
  const plain = printPlain(value);
  if (plain !== undefined) {
    flat.set(path === "" ? "value" : path, plain);
  } else if (Array.isArray(value)) {
    const items = value.map(printPlain);
    if (items.every((item) => item !== undefined)) flat.set(path || "value", `[${items.join(", ")}]`);
    else value.forEach((item, i) => collect(item, `${path}[${i}]`, flat));
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      collect(item, path === "" ? key : `${path}.${key}`, flat);
    }
  } else {
    throw new TypeError(
      `Cannot print hyper-parameter "${path}": expected a plain value, got a ${typeof value}`,
    );
  }
}

function printPlain(value: unknown): string | undefined {
  if (typeof value === "number") return formatExact(value);
  if (typeof value === "string" || typeof value === "boolean" || value === null) return String(value);
  return undefined;
}
