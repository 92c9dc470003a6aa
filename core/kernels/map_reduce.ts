import type { HostArray } from "../numerics/dtype.ts";
import { checkIntegers, elementCount } from "./_check.ts";
import type { FamilyDefinition } from "./kernel.ts";
import { mapFamily, type MapKernel } from "./map.ts";
import { reduceFamily, type ReduceKernel } from "./reduce.ts";

/** A reduction of one result of a map. */
export interface MapReduction {
  /** Which result of the map. */
  readonly of: number;
  /** How its elements are combined. */
  readonly operation: "sum" | "max";
}

/**
 * A map some of whose results are reduced, without being kept: what `compile` makes of a map and the reductions that
 * read it.
 *
 * *Shapes* each reduced result of the map is seen as [outer, terms, inner], and [outer, inner] is left of it.
 * *Order* as the map, then the reductions, would have it: N5.
 */
export interface MapReduceKernel {
  /** Tells the families apart. */
  readonly family: "mapReduce";
  /** What is computed for each element. */
  readonly map: MapKernel;
  /** Results of the map that are results themselves, ascending, none of u8: who reduces stores words. They come first. */
  readonly stored: readonly number[];
  /** The other results, in order. */
  readonly reductions: readonly MapReduction[];
  /** Elements of the axes before the reduced one. */
  readonly outer: number;
  /** Elements of the reduced axis, or axes. */
  readonly terms: number;
  /** Elements of the axes behind it. */
  readonly inner: number;
}

/** Maps with reductions: slots, checks and the reference that defines their bits. */
export const mapReduceFamily: FamilyDefinition<MapReduceKernel> = {
  key: ({ map, stored, reductions, outer, terms, inner }) =>
    `mapReduce:[${outer},${terms},${inner}]${stored}>${reductions.map((r) => `${r.operation}${r.of}`)}:${
      mapFamily.key(map)
    }`,
  inputs: ({ map }) => mapFamily.inputs(map),
  outputs({ map, stored, reductions, outer, inner }) {
    const elements = mapFamily.outputs(map);
    return [
      ...stored.map((output) => elements[output]!),
      ...reductions.map(() => ({ dtype: "f32" as const, length: outer * inner })),
    ];
  },
  validate: validateMapReduce,
  reference: mapReduceReference,
};

/**
 * One of the reductions, as a kernel of its own.
 *
 * @example
 * ```ts
 * import { reductionOf, scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const program = scalar.scalarProgram(["f32"], (x) => [scalar.apply("multiply", x, x)]);
 * const squares = {
 *   family: "mapReduce",
 *   map: {
 *     family: "map",
 *     program,
 *     shape: [2, 3],
 *     inputs: [{ dtype: "f32", shape: [2, 3] }],
 *     outputs: ["f32"],
 *   },
 *   stored: [],
 *   reductions: [{ of: 0, operation: "sum" }],
 *   outer: 2,
 *   terms: 3,
 *   inner: 1,
 * } as const;
 * assertEquals(reductionOf(squares, "sum").shape, [2, 3, 1]);
 * ```
 */
export function reductionOf(
  { outer, terms, inner }: MapReduceKernel,
  operation: MapReduction["operation"],
): ReduceKernel {
  return { family: "reduce", operation, shape: [outer, terms, inner], axes: [1] };
}

function validateMapReduce(kernel: MapReduceKernel): void {
  const { map, stored, reductions, outer, terms, inner } = kernel;
  mapFamily.validate(map);
  checkIntegers("map and reduce", { outer, terms, inner });
  const length = elementCount(map.shape);
  if (outer * terms * inner !== length) {
    throw new RangeError(
      `Cannot map and reduce: expected [outer, terms, inner] of ${length} elements, got [${outer},${terms},${inner}]`,
    );
  }
  const used = new Set<number>();
  stored.forEach((output, i) => {
    if (map.outputs[output] === undefined || (i > 0 && output <= stored[i - 1]!)) {
      throw new RangeError(
        `Cannot map and reduce: expected stored results among ${map.outputs.length}, ascending, got [${stored}]`,
      );
    }
    if (map.outputs[output] === "u8") {
      throw new RangeError(`Cannot map and reduce: expected stored results of 4 bytes, got ${output} of u8`);
    }
    used.add(output);
  });
  if (reductions.length === 0) {
    throw new RangeError("Cannot map and reduce: expected at least one reduction, got none");
  }
  for (const { of, operation } of reductions) {
    if (map.outputs[of] !== "f32") {
      throw new RangeError(
        `Cannot map and reduce: expected result ${of} of the map to be f32, got ${map.outputs[of]}`,
      );
    }
    used.add(of);
    reduceFamily.validate(reductionOf(kernel, operation));
  }
  if (used.size < map.outputs.length) {
    throw new RangeError(
      `Cannot map and reduce: expected every result of the map to be stored or reduced, got ${used.size} of ${map.outputs.length}`,
    );
  }
}

/** The map into arrays of its own, then each reduction. */
function mapReduceReference(
  kernel: MapReduceKernel,
  inputs: readonly HostArray[],
  outputs: readonly HostArray[],
): void {
  const { map, stored, reductions } = kernel;
  const elements = mapFamily.outputs(map).map(({ length }, output): HostArray => {
    const place = stored.indexOf(output);
    return place >= 0 ? outputs[place]! : new Float32Array(length);
  });
  mapFamily.reference(map, inputs, elements);
  reductions.forEach(({ of, operation }, i) => {
    reduceFamily.reference(reductionOf(kernel, operation), [elements[of]!], [outputs[stored.length + i]!]);
  });
}
