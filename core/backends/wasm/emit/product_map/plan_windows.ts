/** How neighbouring units of a product are followed by the map of their elements. A unit of work is a window. */
export interface ProductWindows {
  readonly units: number;
  /** Units of the product in a window; the last one may have fewer. */
  readonly unitsOfProduct: number;
  /** Elements of a window; the last one may have fewer. */
  readonly elements: number;
}

/** What a thread may hold in scratch: half of a small second cache. */
export const MAX_WINDOW_BYTES = 1 << 17;
/** Fewer elements than that would be more calls than work, unless they have this many terms together. */
const MIN_ELEMENTS = 4096;
const MIN_TERMS = 100_000;
/** Fewer windows than that could not be shared among threads, unless there is little to share. */
const MIN_UNITS = 8;

/** What is known of a product and its map. */
export interface WindowSizes {
  /** All elements. */
  readonly length: number;
  /** Elements of a unit of the product. */
  readonly productUnit: number;
  /** Elements of a unit of the map. */
  readonly mapUnit: number;
  /** Terms of an element of the product. */
  readonly terms: number;
}

/** Plans windows that begin where units of both begin; undefined if there are none that fit into scratch. */
export function planProductWindows(
  { length, productUnit, mapUnit, terms }: WindowSizes,
): ProductWindows | undefined {
  const productUnits = Math.ceil(length / productUnit);
  const worth = Math.min(MIN_ELEMENTS, MIN_TERMS / terms);
  let least = mapUnit / greatestCommonDivisor(productUnit, mapUnit);
  least *= Math.max(1, Math.floor(worth / (least * productUnit)));
  const unitsOfProduct = Math.min(least, productUnits);
  const elements = unitsOfProduct * productUnit;
  const units = Math.ceil(productUnits / unitsOfProduct);
  if (4 * elements > MAX_WINDOW_BYTES) return undefined;
  if (units < Math.min(MIN_UNITS, productUnits) && length > MIN_UNITS * worth) return undefined;
  return { units, unitsOfProduct, elements };
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b];
  return a;
}
