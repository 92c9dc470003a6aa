import type { Peer } from "./peer.ts";
import type { Workload } from "./workload.ts";

/** How the losses of a workload compare with the peer's. */
export interface LossCheck {
  readonly agrees: boolean;
  /** The largest relative difference. */
  readonly difference: number;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

const STEPS = 10;
/**
 * Both round in other orders. After ten steps they are 1e-6 apart; a wrong gradient shows in the second loss. The products
 * W1 have a sum of terms of both signs as their loss, which cancels.
 */
const TOLERANCE = 1e-4;

/** The largest relative difference of two lists of one length. */
export function largestDifference(a: readonly number[], b: readonly number[]): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!) / Math.abs(b[i]!)), 0);
}

/** Makes ten steps here and in the peer, and compares their losses: a test of layers, gradients and optimisers. */
export async function checkLosses(
  workload: Workload,
  peer: Peer,
  how: "compiled" | "eager",
): Promise<LossCheck> {
  await peer.prepare(workload.id);
  const theirs = await peer.losses(STEPS);
  const runner = workload.prepare()[how]();
  const ours: number[] = [];
  for (let step = 0; step < STEPS; step++) ours.push(await runner.step());
  runner.dispose();
  const difference = largestDifference(ours, theirs);
  // NaN agrees with nothing.
  return { agrees: difference <= TOLERANCE, difference, ours, theirs };
}
