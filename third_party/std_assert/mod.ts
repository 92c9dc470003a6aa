/**
 * A local stand-in for `jsr:@std/assert` where JSR cannot be reached: a subset with the same names and behaviour.
 *
 * @module
 */
import { AssertionError as NodeAssertionError, deepStrictEqual, notDeepStrictEqual } from "node:assert";

/** Error thrown when an assertion fails. */
export class AssertionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

/** Asserts that `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Asserts that `expr` is falsy. */
export function assertFalse(expr: unknown, msg = "Expected a falsy value"): void {
  if (expr) throw new AssertionError(msg);
}

function rethrow(check: () => void, msg?: string): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof NodeAssertionError)) throw error;
    throw new AssertionError(msg === undefined ? error.message : `${msg}\n${error.message}`);
  }
}

/** Asserts deep strict equality (`Object.is` on numbers, so `-0` differs from `0`). */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  rethrow(() => deepStrictEqual(actual, expected), msg);
}

/** Asserts deep strict inequality. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  rethrow(() => notDeepStrictEqual(actual, expected), msg);
}

/** Asserts `Object.is(actual, expected)`. */
export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T {
  if (!Object.is(actual, expected)) {
    throw new AssertionError(
      `${msg ? `${msg}\n` : ""}Expected ${Deno.inspect(expected)}, got ${Deno.inspect(actual)}`,
    );
  }
}

/** Asserts that a value is neither `null` nor `undefined`. */
export function assertExists<T>(
  actual: T,
  msg = "Expected a value that is not null or undefined",
): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) throw new AssertionError(msg);
}

/** Asserts `|actual - expected| <= tolerance`. */
export function assertAlmostEquals(actual: number, expected: number, tolerance = 1e-7, msg?: string): void {
  if (Object.is(actual, expected)) return;
  if (!(Math.abs(actual - expected) <= tolerance)) {
    throw new AssertionError(
      `${msg ? `${msg}\n` : ""}Expected ${expected} within ${tolerance}, got ${actual}`,
    );
  }
}

/** Asserts `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) throw new AssertionError(msg ?? `Expected ${actual} > ${expected}`);
}

/** Asserts `actual >= expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual >= expected)) throw new AssertionError(msg ?? `Expected ${actual} >= ${expected}`);
}

/** Asserts `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) throw new AssertionError(msg ?? `Expected ${actual} < ${expected}`);
}

/** Asserts `actual <= expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual <= expected)) throw new AssertionError(msg ?? `Expected ${actual} <= ${expected}`);
}

/** Asserts that a string contains another. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (!actual.includes(expected)) {
    throw new AssertionError(
      `${msg ? `${msg}\n` : ""}Expected to find ${JSON.stringify(expected)} in ${JSON.stringify(actual)}`,
    );
  }
}

/** Asserts that a string matches a regular expression. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (!expected.test(actual)) {
    throw new AssertionError(
      `${msg ? `${msg}\n` : ""}Expected ${JSON.stringify(actual)} to match ${expected}`,
    );
  }
}

type ErrorClass<E extends Error> = abstract new (...args: never[]) => E;

/** Asserts that a value is an error of a class, with a message that includes a text. */
export function assertIsError<E extends Error>(
  error: unknown,
  errorClass?: ErrorClass<E>,
  includes?: string,
  msg?: string,
): asserts error is E {
  const prefix = msg ? `${msg}\n` : "";
  if (!(error instanceof Error)) {
    throw new AssertionError(`${prefix}Expected an Error, got ${Deno.inspect(error)}`);
  }
  if (errorClass && !(error instanceof errorClass)) {
    throw new AssertionError(`${prefix}Expected ${errorClass.name}, got ${error.name}: ${error.message}`, {
      cause: error,
    });
  }
  if (includes !== undefined && !error.message.includes(includes)) {
    throw new AssertionError(
      `${prefix}Expected the message to include ${JSON.stringify(includes)}, got ${
        JSON.stringify(error.message)
      }`,
    );
  }
}

/** Asserts that a function throws; returns the error. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClass?: ErrorClass<E>,
  includes?: string,
  msg?: string,
): E {
  try {
    fn();
  } catch (error) {
    assertIsError(error, errorClass, includes, msg);
    return error as E;
  }
  throw new AssertionError(`${msg ? `${msg}\n` : ""}Expected the function to throw`);
}

/** Asserts that a promise rejects; resolves to the error. */
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClass?: ErrorClass<E>,
  includes?: string,
  msg?: string,
): Promise<E> {
  try {
    await fn();
  } catch (error) {
    assertIsError(error, errorClass, includes, msg);
    return error as E;
  }
  throw new AssertionError(`${msg ? `${msg}\n` : ""}Expected the promise to reject`);
}

/** Fails. */
export function fail(msg = "Failed"): never {
  throw new AssertionError(msg);
}

/** Marks a place that cannot be reached. */
export function unreachable(msg = "unreachable"): never {
  throw new AssertionError(msg);
}
