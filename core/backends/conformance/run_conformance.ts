import { BYTES_PER_ELEMENT, type Dtype, type HostArray, viewAs } from "../../numerics/dtype.ts";
import { kernelOutputs, runReference, validateKernel } from "../../kernels/families.ts";
import type { Kernel } from "../../kernels/kernel.ts";
import type { Backend, DeviceBuffer } from "../backend.ts";
import { dtypeOf } from "../check_run.ts";
import type { ConformanceCase } from "./conformance_case.ts";
import { conformanceCases } from "./conformance_cases.ts";
import { firstDifference } from "./first_difference.ts";

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

/** Cases whose results are waited for together. */
const AT_ONCE = 16;

/**
 * Runs kernels of every family on a backend and compares all results with the reference, bit by bit (every NaN counts
 * as the canonical one). Operands must keep their values, and memory beside the results must stay untouched.
 *
 * @example A backend's test
 * ```ts
 * import { ReferenceBackend } from "@verbatim/core";
 * import { runConformance } from "@verbatim/core/conformance";
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
  let batch: ConformanceCase[] = [];
  const runBatch = async () => {
    const messages = await Promise.all(batch.map((each) => messageOf(backend, each)));
    messages.forEach((message, i) => {
      if (message !== undefined) failures.push({ name: batch[i]!.name, message });
    });
    batch = [];
  };
  for (const conformanceCase of cases) {
    const { name, kernel } = conformanceCase;
    if (filter !== undefined && !filter(name, kernel)) continue;
    validateKernel(kernel);
    count++;
    for (const { length } of kernelOutputs(kernel)) elements += length;
    batch.push(conformanceCase);
    if (batch.length === AT_ONCE) await runBatch();
  }
  await runBatch();
  return { cases: count, elements, failures };
}

/** What the reference gave for cases that are still there: several backends may be held against one list of cases. */
const EXPECTED = new WeakMap<ConformanceCase, readonly HostArray[]>();

function expectedOf(conformanceCase: ConformanceCase): readonly HostArray[] {
  const known = EXPECTED.get(conformanceCase);
  if (known !== undefined) return known;
  const { kernel, inputs } = conformanceCase;
  const expected = kernelOutputs(kernel).map(({ dtype, length }) => filled(dtype, length));
  runReference(kernel, inputs, expected);
  EXPECTED.set(conformanceCase, expected);
  return expected;
}

async function messageOf(backend: Backend, conformanceCase: ConformanceCase): Promise<string | undefined> {
  const expected = expectedOf(conformanceCase);
  try {
    return await compareOnBackend(backend, conformanceCase, expected);
  } catch (error) {
    return String(error);
  }
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
    // All at once: a backend may wait long for each.
    const read = (list: readonly DeviceBuffer[]) => Promise.all(list.map((buffer) => backend.read(buffer)));
    const [found, kept, between] = await Promise.all([read(results), read(operands), read(guards)]);
    for (const [i, values] of found.entries()) {
      const message = firstDifference(values, expected[i]!);
      if (message !== undefined) return `result ${i} ${message}`;
    }
    for (const [i, values] of kept.entries()) {
      const message = firstDifference(values, inputs[i]!);
      if (message !== undefined) return `operand ${i} was changed: it ${message}`;
    }
    for (const values of between) {
      const message = firstDifference(values, filled("u8", GUARD_LENGTH));
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
