import { BYTES_PER_ELEMENT, type Dtype, type HostArray, viewAs } from "../../numerics/dtype.ts";
import { kernelOutputs, runReference, validateKernel } from "../../kernels/families.ts";
import type { Kernel } from "../../kernels/kernel.ts";
import type { Backend, DeviceBuffer } from "../backend.ts";
import { dtypeOf } from "../check_run.ts";
import type { ConformanceCase } from "./conformance_case.ts";
import { conformanceCases } from "./conformance_cases.ts";

/** Which cases to run, and how. */
export interface ConformanceOptions {
  /** Runs only the cases for which this is true; the name begins with the family. */
  readonly filter?: (name: string, kernel: Kernel) => boolean;
  /** Cases instead of the suite's own, such as the kernels of a compiled program. */
  readonly cases?: Iterable<ConformanceCase>;
}

/** A case whose bits are not the reference's. */
export interface ConformanceFailure {
  /** The case. */
  readonly name: string;
  /** What differs first and how many elements do, or the error that the backend threw. */
  readonly message: string;
}

/** What a run of the suite found. */
export interface ConformanceResult {
  /** Number of cases that ran. */
  readonly cases: number;
  /** Number of compared elements. */
  readonly elements: number;
  /** Empty if the backend conforms. */
  readonly failures: readonly ConformanceFailure[];
}

/** Fills what no kernel may keep or touch: fresh outputs, and buffers that stand guard beside them. */
const FILL = 0xa5;
const GUARD_LENGTH = 32;

/**
 * Runs kernels of every family on a backend and compares all results with the reference, bit by bit (every NaN counts
 * as the canonical one). Operands must keep their values, and memory beside the results must stay untouched.
 *
 * @example A backend's test
 * ```ts
 * import { ReferenceBackend, runConformance } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { failures } = await runConformance(new ReferenceBackend(), {
 *   filter: (name) => name.startsWith("matmul 1x2x"),
 * });
 * assertEquals(failures, []);
 * ```
 */
export async function runConformance(
  backend: Backend,
  { filter, cases = conformanceCases() }: ConformanceOptions = {},
): Promise<ConformanceResult> {
  let count = 0;
  let elements = 0;
  const failures: ConformanceFailure[] = [];
  for (const conformanceCase of cases) {
    const { name, kernel, inputs } = conformanceCase;
    if (filter !== undefined && !filter(name, kernel)) continue;
    validateKernel(kernel);
    const expected = kernelOutputs(kernel).map(({ dtype, length }) => filled(dtype, length));
    runReference(kernel, inputs, expected);
    count++;
    for (const output of expected) elements += output.length;
    try {
      const message = await compareOnBackend(backend, conformanceCase, expected);
      if (message !== undefined) failures.push({ name, message });
    } catch (error) {
      failures.push({ name, message: String(error) });
    }
  }
  return { cases: count, elements, failures };
}

async function compareOnBackend(
  backend: Backend,
  { kernel, inputs }: ConformanceCase,
  expected: readonly HostArray[],
): Promise<string | undefined> {
  const buffers: DeviceBuffer[] = [];
  const store = (dtype: Dtype, values: HostArray): DeviceBuffer => {
    const buffer = backend.allocate(dtype, values.length);
    buffers.push(buffer);
    backend.write(buffer, values);
    return buffer;
  };
  try {
    const operands = inputs.map((values) => store(dtypeOf(values), values));
    const guards: DeviceBuffer[] = [];
    const results = kernelOutputs(kernel).map(({ dtype, length }) => {
      const result = store(dtype, filled(dtype, length));
      guards.push(store("u8", filled("u8", GUARD_LENGTH)));
      return result;
    });
    backend.run(kernel, operands, results);
    for (const [i, result] of results.entries()) {
      const message = firstDifference(await backend.read(result), expected[i]!);
      if (message !== undefined) return `result ${i} ${message}`;
    }
    for (const [i, operand] of operands.entries()) {
      const message = firstDifference(await backend.read(operand), inputs[i]!);
      if (message !== undefined) return `operand ${i} was changed: it ${message}`;
    }
    for (const guard of guards) {
      const message = firstDifference(await backend.read(guard), filled("u8", GUARD_LENGTH));
      if (message !== undefined) return `memory past a result was changed: it ${message}`;
    }
    return undefined;
  } finally {
    for (const buffer of buffers) backend.free(buffer);
  }
}

function filled(dtype: Dtype, length: number): HostArray {
  const bytes = new Uint8Array(length * BYTES_PER_ELEMENT[dtype]).fill(FILL);
  return viewAs(dtype, bytes.buffer, 0, length);
}

/** Where two arrays first differ in their canonical bits, or undefined. */
function firstDifference(actual: HostArray, expected: HostArray): string | undefined {
  if (actual.length !== expected.length) {
    return `has ${actual.length} elements instead of ${expected.length}`;
  }
  const a = canonicalBits(actual);
  const e = canonicalBits(expected);
  let first = -1;
  let differing = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i] === e[i]) continue;
    if (differing++ === 0) first = i;
  }
  if (differing === 0) return undefined;
  const show = (values: HostArray, bits: HostArray) => `${values[first]} (0x${bits[first]!.toString(16)})`;
  return `differs at element ${first}: expected ${show(expected, e)}, got ${show(actual, a)}; ` +
    `${differing} of ${a.length} differ`;
}

function canonicalBits(values: HostArray): HostArray {
  if (!(values instanceof Float32Array)) return values;
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length).slice();
  for (let i = 0; i < bits.length; i++) if ((bits[i]! & 0x7fffffff) > 0x7f800000) bits[i] = 0x7fc00000;
  return bits;
}
