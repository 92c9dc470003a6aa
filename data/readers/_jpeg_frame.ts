import type { Budget, Fail } from "./malformed.ts";

/** One component of a frame: a plane of samples, perhaps of lower resolution than the picture. */
export interface Component {
  readonly id: number;
  /** Sampling factors: blocks of a minimum coded unit, horizontally and vertically. */
  readonly h: number;
  readonly v: number;
  readonly quantisation: number;
  /** Samples of the plane that belong to the picture. */
  readonly width: number;
  readonly height: number;
  /** Blocks that hold them, as scans of this component alone count them. */
  readonly blocksAcross: number;
  readonly blocksDown: number;
  /** Blocks of a row in `coefficients`: whole minimum coded units. */
  readonly stride: number;
  /** 64 for each block, in natural order. */
  readonly coefficients: Int16Array;
  /** Quantisation steps in natural order, as they were at the component's first scan. */
  steps?: Uint16Array;
}

/** What SOF says. */
export interface Frame {
  readonly isProgressive: boolean;
  readonly width: number;
  readonly height: number;
  /** The largest sampling factors. */
  readonly maxH: number;
  readonly maxV: number;
  /** Minimum coded units of the picture. */
  readonly unitsAcross: number;
  readonly unitsDown: number;
  readonly components: readonly Component[];
}

/** Where the k-th coefficient in zigzag order stands in its block: diagonals in turn up and down. */
export const NATURAL_ORDER: Uint8Array = zigzag();

function zigzag(): Uint8Array {
  const order = new Uint8Array(64);
  let k = 0;
  for (let sum = 0; sum < 15; sum++) {
    for (let i = Math.max(0, sum - 7); i <= Math.min(7, sum); i++) {
      const row = sum % 2 === 0 ? sum - i : i;
      order[k++] = row * 8 + (sum - row);
    }
  }
  return order;
}

/** Reads the segment of a frame header, and makes room for its coefficients. */
export function readFrame(content: Uint8Array, isProgressive: boolean, budget: Budget, fail: Fail): Frame {
  const count = content[5];
  if (count === undefined || content.length !== 6 + 3 * count) {
    fail("a frame header (SOF)", `${content.length} bytes`);
  }
  if (content[0] !== 8) fail("samples of 8 bits", content[0]!);
  const height = content[1]! * 256 + content[2]!;
  const width = content[3]! * 256 + content[4]!;
  if (width === 0 || height === 0) fail("a positive width and height", `${width} x ${height}`);
  if (count !== 1 && count !== 3) fail("1 or 3 components", count);
  const described = Array.from({ length: count }, (_, i) => {
    const [id, factors, quantisation] = content.subarray(6 + 3 * i, 9 + 3 * i) as Iterable<number>;
    return { id: id!, h: factors! >> 4, v: factors! & 15, quantisation: quantisation! };
  });
  if (new Set(described.map(({ id }) => id)).size !== count) {
    fail("components of different names", "equal ones");
  }
  if (described.some(({ h, v }) => h < 1 || h > 4 || v < 1 || v > 4)) {
    fail("sampling factors of 1 to 4", "others");
  }
  const maxH = Math.max(...described.map(({ h }) => h));
  const maxV = Math.max(...described.map(({ v }) => v));
  if (described.some(({ h, v }) => maxH % h !== 0 || maxV % v !== 0)) {
    fail("sampling factors that divide the largest", "others");
  }
  const unitsAcross = Math.ceil(width / (8 * maxH));
  const unitsDown = Math.ceil(height / (8 * maxV));
  // Two bytes for each coefficient and one for each sample, before any of it is made.
  const blocks = described.reduce((sum, { h, v }) => sum + unitsAcross * h * unitsDown * v, 0);
  budget.takeBytes(blocks * 64 * 3);
  const components = described.map((component) => {
    const { h, v } = component;
    const plane = { width: Math.ceil(width * h / maxH), height: Math.ceil(height * v / maxV) };
    return {
      ...component,
      ...plane,
      blocksAcross: Math.ceil(plane.width / 8),
      blocksDown: Math.ceil(plane.height / 8),
      stride: unitsAcross * h,
      coefficients: new Int16Array(unitsAcross * h * unitsDown * v * 64),
    };
  });
  return { isProgressive, width, height, maxH, maxV, unitsAcross, unitsDown, components };
}
