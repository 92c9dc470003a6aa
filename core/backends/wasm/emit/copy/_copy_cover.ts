import { type CopyPiece, mergeCopyAxes, volume } from "./_copy_piece.ts";

/** A piece's place in the result as a box on a grid: for each level, the first index and how many. */
type Box = readonly { readonly start: number; readonly extent: number }[];

/**
 * Orders pieces into phases such that the pieces of one phase touch different elements, with zeros wherever no piece
 * writes.
 *
 * The strides of all pieces in the result usually divide one another (a concatenation, a padding): then every piece is
 * a box on one grid, boxes are compared level by level, and what one box leaves free is a few more boxes. Otherwise the
 * result is filled first, and pieces whose ranges of addresses meet go one after the other.
 */
export function copyPhases(pieces: readonly CopyPiece[], length: number): CopyPiece[][] {
  const grid = gridOf(pieces, length);
  const boxes = grid === undefined ? undefined : pieces.map((piece) => boxOf(piece, grid));
  const ends = pieces.map(({ to, axes }) =>
    axes.reduce((end, { extent, to: stride }) => end + (extent - 1) * stride, to)
  );
  const meet = (a: number, b: number) => {
    if (ends[a]! < pieces[b]!.to || ends[b]! < pieces[a]!.to) return false;
    const [one, other] = [boxes?.[a], boxes?.[b]];
    return one === undefined || other === undefined || one.every(({ start, extent }, level) => {
      const second = other[level]!;
      return start < second.start + second.extent && second.start < start + extent;
    });
  };
  const phases: number[][] = [];
  let writes = 0;
  pieces.forEach((piece, i) => {
    writes += volume(piece.axes);
    if (phases.length === 0 || phases.at(-1)!.some((other) => meet(i, other))) phases.push([i]);
    else phases.at(-1)!.push(i);
  });
  const copies = phases.map((phase) => phase.map((i) => pieces[i]!));
  const covered = pieces.some(({ axes }) => volume(axes) === length) ||
    (phases.length === 1 && writes === length);
  if (covered || length === 0) return copies;
  if (grid !== undefined && pieces.length === 1 && boxes![0] !== undefined) {
    const { zeros, runs } = complement(boxes![0], grid);
    // A short run costs as much as eight elements of a plain fill.
    if (8 * runs <= length) return [[...copies[0]!, ...zeros]];
  }
  const everything = { input: undefined, from: 0, to: 0, axes: [{ extent: length, from: 0, to: 1 }] };
  return [[everything], ...copies];
}

/** The strides of a grid, descending to 1, each a multiple of the next, all dividing `length`. */
function gridOf(pieces: readonly CopyPiece[], length: number): number[] | undefined {
  const strides = new Set([length, 1]);
  for (const { axes } of pieces) for (const { to } of axes) strides.add(to);
  const grid = [...strides].sort((a, b) => b - a);
  return grid[0] === length && grid.every((stride, i) => i === 0 || grid[i - 1]! % stride === 0)
    ? grid
    : undefined;
}

function boxOf({ to, axes }: CopyPiece, grid: readonly number[]): Box | undefined {
  // Level 0 is the whole result: its only index is 0.
  const radix = (level: number) => level === 0 ? 1 : grid[level - 1]! / grid[level]!;
  const box = grid.map((stride, level) => ({ start: Math.floor(to / stride) % radix(level), extent: 1 }));
  for (const axis of axes) {
    let level = grid.indexOf(axis.to);
    let extent = axis.extent;
    for (;; level--) {
      const place = box[level]!;
      if (place.extent !== 1) return undefined;
      if (place.start + extent <= radix(level)) {
        place.extent = extent;
        break;
      }
      if (level === 0 || place.start !== 0 || extent % radix(level) !== 0) return undefined;
      place.extent = radix(level);
      extent /= radix(level);
    }
  }
  return box;
}

/** Zeros everywhere but in a box, and the number of contiguous runs they take. */
function complement(box: Box, grid: readonly number[]): { zeros: CopyPiece[]; runs: number } {
  const zeros: CopyPiece[] = [];
  let runs = 0;
  for (let level = 1; level < grid.length; level++) {
    const stride = grid[level]!;
    const { start, extent } = box[level]!;
    const outside = [[0, start], [start + extent, grid[level - 1]! / stride]] as const;
    for (const [first, end] of outside) {
      if (first === end) continue;
      const outer = box.slice(0, level).map(({ extent }, i) => ({ extent, from: 0, to: grid[i]! }));
      const axes = mergeCopyAxes([...outer, { extent: (end - first) * stride, from: 0, to: 1 }]);
      const to = box.slice(0, level).reduce((sum, { start }, i) => sum + start * grid[i]!, first * stride);
      zeros.push({ input: undefined, from: 0, to, axes });
      runs += volume(outer);
    }
  }
  return { zeros, runs };
}
