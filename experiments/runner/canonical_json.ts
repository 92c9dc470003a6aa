function describe(value: unknown): string {
  return typeof value === "number" || value === undefined ? `${value}` : `a ${typeof value}`;
}

function isFlat(value: unknown): boolean {
  return value === null || typeof value !== "object";
}

/** Writes a value; `indent` is undefined for one line. Keys are in code-unit order, integers too. */
function write(value: unknown, path: string, indent: string | undefined): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  // JSON has no negative zero.
  if (typeof value === "number" && Number.isFinite(value)) return value === 0 ? "0" : JSON.stringify(value);
  if (typeof value !== "object") {
    throw new TypeError(`Cannot write ${path} as JSON: expected a JSON value, got ${describe(value)}`);
  }
  const list = Array.isArray(value);
  // Lists of numbers and the like stay on one line, so that a diff of a matrix is readable.
  const inner = indent === undefined || (list && value.every(isFlat)) ? undefined : indent + "  ";
  const space = inner === undefined ? "" : " ";
  const parts = list
    ? value.map((item: unknown, i) => write(item, `${path}[${i}]`, inner))
    : Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => `${JSON.stringify(key)}:${space}${write(item, `${path}.${key}`, inner)}`);
  const [open, close] = list ? "[]" : "{}";
  if (inner === undefined || parts.length === 0) return `${open}${parts.join(",")}${close}`;
  return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`;
}

/**
 * Text of a JSON value in one line, the same for equal values whatever the order of their keys.
 *
 * @throws {TypeError} if a part is no JSON value (NaN, undefined, a function ...), naming its path.
 */
export function canonicalJson(value: unknown, name = "value"): string {
  return write(value, name, undefined);
}

/**
 * Indented text of a JSON value with sorted keys and a final line feed.
 *
 * @throws {TypeError} if a part is no JSON value (NaN, undefined, a function ...), naming its path.
 */
export function prettyJson(value: unknown, name = "value"): string {
  return write(value, name, "") + "\n";
}
