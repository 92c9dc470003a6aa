import type { CopyRegion } from "../../../../kernels/copy.ts";

/** An axis of a walk over an operand and the result, with both strides in elements. */
export interface CopyAxis {
  readonly extent: number;
  /** Stride in the operand. */
  readonly from: number;
  /** Stride in the result, positive. */
  readonly to: number;
}

/** A rectangular copy, or zeros if `input` is undefined. Axes go from the largest stride in the result to the smallest. */
export interface CopyPiece {
  readonly input: number | undefined;
  readonly from: number;
  readonly to: number;
  readonly axes: readonly CopyAxis[];
}

/** Number of elements of a piece. */
export function volume(axes: readonly CopyAxis[]): number {
  return axes.reduce((product, { extent }) => product * extent, 1);
}

/** The same copy in ascending order of the result, with as few axes as possible. Undefined if it is empty. */
export function pieceOf(region: CopyRegion): CopyPiece | undefined {
  if (region.shape.includes(0)) return undefined;
  let { inputOffset, outputOffset } = region;
  const axes: CopyAxis[] = [];
  region.shape.forEach((extent, axis) => {
    let from = region.inputStrides[axis]!;
    let to = region.outputStrides[axis]!;
    if (extent === 1) return;
    if (to < 0) {
      inputOffset += (extent - 1) * from;
      outputOffset += (extent - 1) * to;
      from = -from;
      to = -to;
    }
    axes.push({ extent, from, to });
  });
  axes.sort((a, b) => b.to - a.to);
  return { input: region.input, from: inputOffset, to: outputOffset, axes: mergeCopyAxes(axes) };
}

/** Takes neighbouring axes as one where the walk steps evenly through both. */
export function mergeCopyAxes(axes: readonly CopyAxis[]): CopyAxis[] {
  const merged: CopyAxis[] = [];
  for (const axis of axes) {
    const last = merged.at(-1);
    if (axis.extent === 1) continue;
    if (last !== undefined && last.to === axis.extent * axis.to && last.from === axis.extent * axis.from) {
      merged[merged.length - 1] = { ...axis, extent: last.extent * axis.extent };
    } else merged.push(axis);
  }
  return merged;
}

/** Cuts an axis into runs of `block`: a piece with one axis more, and the rest, each if there is any. */
export function splitAxis(piece: CopyPiece, index: number, block: number): CopyPiece[] {
  const axis = piece.axes[index]!;
  const runs = Math.floor(axis.extent / block);
  const rest = axis.extent - runs * block;
  const before = piece.axes.slice(0, index);
  const after = piece.axes.slice(index + 1);
  const pieces: CopyPiece[] = [];
  if (runs > 0) {
    const outer = { extent: runs, from: block * axis.from, to: block * axis.to };
    pieces.push({ ...piece, axes: [...before, outer, { ...axis, extent: block }, ...after] });
  }
  if (rest > 0) {
    pieces.push({
      ...piece,
      from: piece.from + runs * block * axis.from,
      to: piece.to + runs * block * axis.to,
      axes: [...before, { ...axis, extent: rest }, ...after],
    });
  }
  return pieces;
}
