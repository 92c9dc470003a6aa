import {
  apply,
  type F32,
  input,
  type Scalar,
  SCALAR_OPERATIONS,
  type ScalarOperation,
  type ScalarProgram,
  scalarProgram,
  shift,
  type U32,
  u32,
} from "../../scalar/expression.ts";
import * as functions from "../../scalar/functions/mod.ts";

const SHIFTS = ["shiftLeft", "shiftRight", "shiftRightSigned"] as const;

/**
 * A program for each operation of the scalar language and for each function of its library, by name.
 *
 * A bool operand is a comparison of words and a bool result becomes 1 or 0, since programs for maps have neither.
 */
export function* operationPrograms(): Iterable<readonly [string, ScalarProgram]> {
  for (const operation of Object.keys(SCALAR_OPERATIONS) as ScalarOperation[]) {
    if (SHIFTS.some((name) => name === operation)) continue;
    yield [operation, operation === "scaleByPowerOfTwo" ? scaleProgram() : operationProgram(operation)];
  }
  for (const operation of SHIFTS) {
    for (const distance of [0, 1, 13, 31]) {
      yield [`${operation} by ${distance}`, scalarProgram(["u32"], (x) => [shift(operation, x, distance)])];
    }
  }
  for (const [name, define] of Object.entries(functions)) yield [name, functionProgram(define)];
}

function operationProgram(operation: ScalarOperation): ScalarProgram {
  const types = SCALAR_OPERATIONS[operation][0];
  const define = apply as (operation: ScalarOperation, ...operands: Scalar[]) => Scalar;
  return scalarProgram(
    types.map((type) => type === "f32" ? "f32" : "u32"),
    (...inputs: readonly Scalar[]) => {
      const operands = types.map((type, i) =>
        type === "bool" ? apply("lessU32", inputs[i] as U32, u32(0x80000000)) : inputs[i]!
      );
      const result = define(operation, ...operands);
      if (result.type !== "bool") return [result];
      return [apply("selectU32", result as Scalar<"bool">, u32(1), u32(0))];
    },
  );
}

/** Powers from -300 to 300, the ends included. */
function scaleProgram(): ScalarProgram {
  return scalarProgram(["f32", "u32"], (x, word) => {
    const power = apply("subtractU32", apply("and", word, u32(511)), u32(256));
    const scaled = (n: U32) => apply("scaleByPowerOfTwo", x, n);
    return [scaled(power), scaled(u32(300)), scaled(u32(-300)), scaled(u32(-149)), scaled(u32(0))];
  });
}

/** A function of floats, with one result or several. */
function functionProgram(define: (...inputs: F32[]) => Scalar | readonly Scalar[]): ScalarProgram {
  const inputs = Array.from({ length: define.length }, (_, i) => input("f32", i));
  const results = define(...inputs);
  return scalarProgram(inputs.map(({ type }) => type), () => "type" in results ? [results] : results);
}
