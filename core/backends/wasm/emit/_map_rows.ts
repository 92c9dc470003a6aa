import { mapLayout } from "../../../kernels/map_layout.ts";
import type { MapKernel } from "../../../kernels/map.ts";
import { BYTES_PER_ELEMENT } from "../../../numerics/dtype.ts";
import { scalarCost } from "../../../scalar/scalar_cost.ts";

/**
 * How an operand goes along a row: `contiguous`; `repeated`, one element for the whole row; or `periodic`, a few
 * elements over and over.
 */
export type Step = "contiguous" | "repeated" | "periodic";

/** The merged layout of a map: the lengths of the outer axes, the strides along them, and the axis within a row. */
export interface Rows {
  readonly outer: readonly number[];
  /** Strides along the outer axes, in elements: [operand][axis]. */
  readonly outerStrides: readonly (readonly number[])[];
  readonly inner: number;
  /** How each operand goes along the row. */
  readonly steps: readonly Step[];
  /** After this many elements a periodic operand begins again; 1 if there is none. */
  readonly period: number;
}

/** The longest row, in vectors, that is kept in variables with others of its kind, and how many vectors they may be. */
const MAX_PERIOD_VECTORS = 16;
const MAX_PERIODIC_VECTORS = 64;
/** The most instructions for one period. */
const MAX_INSTRUCTIONS = 800;

/** How many vectors it takes until the period and a vector end together. */
export function periodVectors(period: number): number {
  return period % 4 === 0 ? period / 4 : period % 2 === 0 ? period / 2 : period;
}

/** The rows in which a map is computed. */
export function mapRows(kernel: MapKernel): Rows {
  const merged = mapLayout(kernel);
  const outer = merged.shape.slice(0, -1);
  let inner = merged.shape.at(-1)!;
  const outerStrides = merged.strides.map((strides) => strides.slice(0, -1));
  const steps = merged.strides.map((strides): Step => strides.at(-1) === 1 ? "contiguous" : "repeated");
  const count = outer.reduce((product, length) => product * length, 1);
  const periodic = periodicSteps(kernel, { outer, outerStrides, inner, steps });
  if (periodic !== undefined) {
    return {
      outer: [],
      outerStrides: steps.map(() => []),
      inner: inner * count,
      steps: periodic,
      period: inner,
    };
  }
  if (outer.length > 0 && count < 64) {
    // A few long rows are too few to share among workers: cut them where that leaves whole tiles.
    for (let parts = Math.floor(64 / count); parts > 1; parts--) {
      const part = inner / parts;
      if (part % 16 !== 0 || part < 2048) continue;
      outer.push(parts);
      outerStrides.forEach((strides, i) => strides.push(steps[i] === "contiguous" ? part : 0));
      inner = part;
      break;
    }
  }
  return { outer, outerStrides, inner, steps, period: 1 };
}

/** The steps of a map of short rows taken as one long row, if its operands are whole, single or the same in each row. */
function periodicSteps(
  { inputs, program }: MapKernel,
  { outer, outerStrides, inner, steps }: Omit<Rows, "period">,
): Step[] | undefined {
  const vectors = periodVectors(inner);
  if (outer.length !== 1 || vectors > MAX_PERIOD_VECTORS) return undefined;
  if (vectors * scalarCost(program) > MAX_INSTRUCTIONS) return undefined;
  const along = steps.map((step, i): Step | undefined => {
    const stride = outerStrides[i]![0]!;
    if (step === "repeated") return stride === 0 ? "repeated" : undefined;
    if (stride !== 0) return "contiguous";
    return BYTES_PER_ELEMENT[inputs[i]!.dtype] === 4 ? "periodic" : undefined;
  });
  const known = along.filter((step) => step !== undefined);
  if (known.length < along.length) return undefined;
  const kept = vectors * known.filter((step) => step === "periodic").length;
  return kept > MAX_PERIODIC_VECTORS ? undefined : known;
}
