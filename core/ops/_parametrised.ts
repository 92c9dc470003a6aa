import { bitsFromF32 } from "../numerics/float_bits.ts";
import type { UnaryOperation } from "./elementwise.ts";

/** One operation for each choice of numbers in its formula, made when it is first wanted. */
export function parametrised<N extends readonly number[]>(
  make: (...numbers: N) => UnaryOperation,
): (...numbers: N) => UnaryOperation {
  const made = new Map<string, UnaryOperation>();
  return (...numbers) => {
    const key = numbers.map(bitsFromF32).join();
    let operation = made.get(key);
    if (operation === undefined) made.set(key, operation = make(...numbers));
    return operation;
  };
}

/** @throws {RangeError} if the number is not finite in binary32. */
export function checkFinite(value: number, doing: string, what: string): void {
  if (typeof value !== "number" || !Number.isFinite(Math.fround(value))) {
    throw new RangeError(`Cannot ${doing}: expected ${what} that is a finite number, got ${value}`);
  }
}
