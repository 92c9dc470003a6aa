/**
 * Draws of training, validation and test rows from one table, and nearest neighbours looked up among some of its rows.
 *
 * @module
 */

/** Rows of a draw. */
export interface Draw {
  readonly training: Uint32Array;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
}

/** Cuts rows in a drawn order into 60%, 20% and 20%. */
export function drawOf(order: Uint32Array): Draw {
  const [first, second] = [Math.round(order.length * 0.6), Math.round(order.length * 0.8)];
  return {
    training: order.slice(0, first),
    validation: order.slice(first, second),
    test: order.slice(second),
  };
}

/** A table whose rows are each other's neighbours. */
export interface Neighbourhood {
  /** [N, N]: for each row all rows, itself among them, the nearest first. */
  readonly nearest: Uint32Array;
  readonly labels: Uint8Array;
  readonly classes: number;
}

/**
 * Accuracy of the k nearest known rows on others, for each k; a row that is known is its own neighbour. Of classes with as
 * many votes the first wins.
 */
export function accuraciesOf(
  { nearest, labels, classes }: Neighbourhood,
  known: Uint32Array,
  asked: Uint32Array,
  neighbours: readonly number[],
): number[] {
  const isKnown = new Uint8Array(labels.length);
  for (const row of known) isKnown[row] = 1;
  const most = neighbours.reduce((a, b) => Math.max(a, b));
  const hits = neighbours.map(() => 0);
  const votes = new Uint32Array(classes);
  for (const row of asked) {
    votes.fill(0);
    let found = 0;
    for (let i = row * labels.length; found < most; i++) {
      const near = nearest[i]!;
      if (isKnown[near] === 0) continue;
      votes[labels[near]!]!++;
      found++;
      const place = neighbours.indexOf(found);
      if (place === -1) continue;
      const winner = votes.reduce((best, count, label) => (count > votes[best]! ? label : best), 0);
      if (winner === labels[row]) hits[place]!++;
    }
  }
  return hits.map((count) => count / asked.length);
}
