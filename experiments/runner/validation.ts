import * as v from "valibot";

/** Where an issue lies: "profiles.full.seeds.1". */
function placeOf(issue: v.BaseIssue<unknown>): string {
  return v.getDotPath(issue) ?? "the top";
}

/**
 * Parses JSON text and checks it against a schema.
 *
 * @throws {SyntaxError} in one line, naming the file, the place of the first fault and what is wrong there.
 */
export function parseJsonAs<S extends v.GenericSchema>(
  schema: S,
  text: string,
  name: string,
): v.InferOutput<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\s+/g, " ") : String(error);
    throw new SyntaxError(`Cannot read ${name}: ${reason}`);
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new SyntaxError(`Cannot read ${name}: at ${placeOf(issue)}: ${issue.message}`);
}
