/** What recurrent networks share: parameters side by side, and the way through time. */

import { concatenate } from "../../ops/concatenate.ts";
import { split } from "../../ops/split.ts";
import type { Key } from "../../random/key.ts";
import { zeros } from "../../tensor/create.ts";
import { formatShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { dense, type Initialiser } from "../dense.ts";

/** Parameters of a recurrent network with g gates: wx [D, g H], wh [H, g H], b [g H]; gates side by side. */
export type RecurrentParams = { readonly wx: Tensor; readonly wh: Tensor; readonly b: Tensor };

/** A sequence's outputs, and the state after it. */
export interface Sequence<S> {
  /** The outputs h of all steps, [B, T, H]. */
  readonly y: Tensor;
  /** The state after the last step. */
  readonly state: S;
}

/** Weights of some gates from the initialiser, biases zero. */
export function initGates(
  key: Key,
  inputs: number,
  hidden: number,
  gates: readonly [ofInputs: number, ofState: number],
  initialise: Initialiser,
): RecurrentParams {
  const [ofInputs, ofState] = gates;
  return {
    // Fans are those of one gate.
    wx: initialise(key.fold("wx"), [inputs, ofInputs * hidden], inputs, hidden),
    wh: initialise(key.fold("wh"), [hidden, ofState * hidden], hidden, hidden),
    b: zeros([ofInputs * hidden]),
  };
}

/** x wx + b. */
export function inputsOf({ wx, b }: RecurrentParams, x: Tensor): Tensor {
  return dense({ w: wx, b }, x);
}

/** A state of +0. */
export function initial({ wh }: RecurrentParams, x: Tensor): Tensor {
  return zeros([x.shape[0] ?? 0, wh.shape[0] ?? 0]);
}

/** Runs the steps of a sequence; one product makes x wx + b of all of them. */
export function overTime<S>(
  params: RecurrentParams,
  x: Tensor,
  start: S,
  step: (ax: Tensor, state: S) => S,
  outputOf: (state: S) => Tensor,
): Sequence<S> {
  const [batch, steps] = x.shape;
  if (x.rank !== 3 || batch === undefined || steps === undefined || steps < 1) {
    throw new RangeError(
      `Cannot run over time: expected x [B, T, D] with at least one step, got ${formatShape(x.shape)}`,
    );
  }
  const inputs = split(inputsOf(params, x), steps, 1).map((ax) => ax.reshape([batch, ax.shape[2]!]));
  const outputs: Tensor[] = [];
  let state = start;
  for (const ax of inputs) {
    state = step(ax, state);
    const h = outputOf(state);
    outputs.push(h.reshape([batch, 1, h.shape[1]!]));
  }
  return { y: concatenate(outputs, 1), state };
}
