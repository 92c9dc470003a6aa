/**
 * One level of the loop nest over the terms of one block: how many turns, and how far a turn moves along either
 * operand, in bytes.
 */
export interface TermLoop {
  readonly count: number;
  readonly aStride: number;
  readonly bStride: number;
}

/** The same loops with levels of one turn left out and levels that continue each other joined. */
export function mergeLoops(loops: readonly TermLoop[]): TermLoop[] {
  const merged: TermLoop[] = [];
  for (const loop of loops.filter(({ count }) => count !== 1)) {
    const outer = merged.at(-1);
    if (
      outer !== undefined && outer.aStride === loop.count * loop.aStride &&
      outer.bStride === loop.count * loop.bStride
    ) {
      merged[merged.length - 1] = { ...loop, count: outer.count * loop.count };
    } else merged.push(loop);
  }
  return merged;
}

/** The offsets of all terms of a loop nest, in order. */
export function offsetsOf(loops: readonly TermLoop[]): { a: number; b: number }[] {
  return loops.reduce(
    (outer, { count, aStride, bStride }) =>
      outer.flatMap(({ a, b }) =>
        Array.from({ length: count }, (_, turn) => ({ a: a + turn * aStride, b: b + turn * bStride }))
      ),
    [{ a: 0, b: 0 }],
  );
}
