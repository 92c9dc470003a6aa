import { Device, setDefaultDevice } from "../tensor/device.ts";
import { scope } from "../tensor/scope.ts";
import { withTracing } from "../tensor/tracing.ts";
import { TraceBackend } from "./trace_backend.ts";

/**
 * Runs f on tensors that have dtypes and shapes but no values: nothing is computed and no memory is taken, so that a
 * network of any size can be measured. Its tensors are gone when f returns; it returns what was found of them.
 *
 * @throws {TypeError} if f returns a promise or asks for a tensor's values.
 *
 * @example The shape of a product whose operands would fill 30 GB
 * ```ts
 * import { dryRun, Key, matmul, uniform } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const shape = dryRun(() => {
 *   const a = uniform(Key.from(1), [60_000, 60_000], 0, 1);
 *   return matmul(a, a).shape;
 * });
 * assertEquals(shape, [60_000, 60_000]);
 * ```
 */
export function dryRun<T>(f: () => T): T {
  const backend = new TraceBackend(1);
  const before = setDefaultDevice(new Device(backend));
  let result: { readonly value: T } | undefined;
  try {
    withTracing(backend, () => scope(() => void (result = { value: f() })));
  } finally {
    setDefaultDevice(before);
    void backend.close();
  }
  if (result!.value instanceof Promise) {
    throw new TypeError("Cannot run dry: expected a synchronous function, got one that returns a promise");
  }
  return result!.value;
}
