import type { Kernel } from "../../kernels/kernel.ts";
import type { GpuRange } from "./gpu_memory.ts";
import type { ExactMode, GpuLimits, GpuTarget, Place } from "./gpu_kernel.ts";
import { placeOf, wordText } from "./module_text.ts";

/** The variable of what does not get a binding of its own. */
export const PACKED = "packed";
/** The variable of the temporary. */
export const TEMPORARY = "temporary";

/** Bytes between the arrays in the packed variable: copies between buffers are of whole words. */
const PACKED_ALIGNMENT = 256;

/** A run of memory that a phase binds, or that lies in the packed variable. */
export interface Occupant {
  readonly variable: string;
  readonly range: GpuRange;
  readonly read: boolean;
  readonly written: boolean;
}

/**
 * Which slots of a kernel have the same buffer, and which get no binding of their own because there are more than the
 * adapter allows. Kernels with equal patterns have equal texts.
 */
export interface SlotPattern {
  readonly key: string;
  /** The variable of each operand, then of each result. */
  readonly variables: readonly string[];
  readonly inputs: number;
  /** Those that are copied to the packed variable, and the bytes at which each begins there. */
  readonly packed: ReadonlyMap<string, number>;
  readonly packedBytes: number;
}

/** Finds the pattern of a call. */
export function slotPattern(
  kernel: Kernel,
  inputs: readonly GpuRange[],
  outputs: readonly GpuRange[],
  mostBindings: number,
): SlotPattern {
  const slots = [...inputs, ...outputs];
  const variables = slots.map((slot, i) => {
    const first = slots.findIndex((other) => other.buffer === slot.buffer && other.offset === slot.offset);
    return first < inputs.length ? `operand${first}` : `result${i - inputs.length}`;
  });
  const packed = new Map<string, number>();
  let packedBytes = 0;
  // Only maps have all their slots in one phase; with reductions there may be the temporary too.
  const distinct = new Set(variables);
  const bindings = distinct.size + (kernel.family === "mapReduce" ? 1 : 0);
  if ((kernel.family === "map" || kernel.family === "mapReduce") && bindings > mostBindings) {
    const sizes = [...distinct].map((name) => ({ name, bytes: slots[variables.indexOf(name)]!.size }));
    sizes.sort((a, b) => a.bytes - b.bytes);
    for (const { name, bytes } of sizes.slice(0, bindings - mostBindings + 1)) {
      packed.set(name, packedBytes);
      packedBytes += Math.ceil(bytes / PACKED_ALIGNMENT) * PACKED_ALIGNMENT;
    }
  }
  const key = variables.map((name) => packed.has(name) ? `(${name})` : name).join();
  return { key, variables, inputs: inputs.length, packed, packedBytes };
}

/** What each variable of a call stands for. */
export function occupantsOf(
  { variables, inputs: count }: SlotPattern,
  inputs: readonly GpuRange[],
  outputs: readonly GpuRange[],
): Map<string, Occupant> {
  const occupants = new Map<string, Occupant>();
  [...inputs, ...outputs].forEach((range, i) => {
    const variable = variables[i]!;
    const known = occupants.get(variable);
    occupants.set(variable, {
      variable,
      range: known?.range ?? range,
      read: (known?.read ?? false) || i < count,
      written: (known?.written ?? false) || i >= count,
    });
  });
  return occupants;
}

/** The words of the packed variable's table, which stand before a phase's own parameters. */
export function packedWords({ packed }: SlotPattern): number[] {
  return [...packed.values()].map((offset) => offset / 4);
}

/** What emitters see of a call with this pattern. */
export function targetOf(
  { variables, inputs, packed }: SlotPattern,
  mode: ExactMode,
  limits: GpuLimits,
): GpuTarget {
  const order = [...packed.keys()];
  const places = variables.map((name): Place => {
    const at = order.indexOf(name);
    if (at < 0) return placeOf(name);
    return { variable: PACKED, at: (index) => `${PACKED}[${wordText(at)} + ${index}]` };
  });
  return {
    mode,
    limits,
    inputs: places.slice(0, inputs),
    outputs: places.slice(inputs),
    temporary: placeOf(TEMPORARY),
    word: (index) => wordText(order.length + index),
  };
}
