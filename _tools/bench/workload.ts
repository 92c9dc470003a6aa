import {
  compile,
  disposeTree,
  type Optimiser,
  scope,
  type StepInputs,
  type Tensor,
  type Tree,
  treeLeaves,
  valueAndGrad,
} from "@verbatim/core";

/** One step: from what is carried along and the inputs to what is carried on and the loss, with whatever else it makes. */
export type Step<C, I> = (
  carry: C,
  inputs: I,
) => { readonly carry: C; readonly out: { readonly loss: Tensor; readonly c?: Tensor } };

/** Steps that can be made one after the other. */
export interface Runner {
  /** Makes one step, and reads its loss. */
  step(): Promise<number>;
  /** What is carried on and what the last step made: the runner's own, until the next step. */
  values(): { readonly carry: Tree; readonly out: Tree };
  /** Gives its memory back. */
  dispose(): void;
}

/** A workload with its tensors made; exactly one of both is to be called. */
export interface Prepared {
  /** Runs the step as one program. */
  compiled(): Runner;
  /** Runs it operation by operation. */
  eager(): Runner;
}

/** Something to time. */
export interface Workload {
  /** The name by which it is asked for: "W4". */
  readonly id: string;
  readonly title: string;
  /** Makes its tensors on the default device. */
  prepare(): Prepared;
}

/** A step with what it starts from. */
export function steps<C extends Tree, I>(step: Step<C, I>, carry: C, inputs: I & StepInputs<I>): Prepared {
  return {
    compiled() {
      const program = compile(step, carry);
      disposeTree(carry);
      let shown: Tree = [];
      return {
        step() {
          const out = program.step(inputs);
          shown = out;
          return out.loss.item();
        },
        values: () => ({ carry: program.carry, out: shown }),
        dispose() {
          program.dispose();
          disposeTree(inputs);
        },
      };
    },
    eager() {
      let current = carry;
      let shown: Tree = [];
      return {
        step() {
          disposeTree(shown);
          shown = [];
          const before = current;
          const { carry, out } = scope(() => step(before, inputs));
          [current, shown] = [carry, out];
          const kept = new Set(treeLeaves(carry).map(([, leaf]) => leaf));
          for (const [, leaf] of treeLeaves(before)) if (!kept.has(leaf)) leaf.dispose();
          return out.loss.item();
        },
        values: () => ({ carry: current, out: shown }),
        dispose: () => disposeTree([current, shown, inputs]),
      };
    },
  };
}

/** What a training step carries along. */
export type Training<P, S, O> = {
  readonly params: P;
  readonly state: S;
  readonly optimiser: O;
};

/** Forward, backward and update of a model on one batch. */
export function training<P extends Tree, S extends Tree, O extends Tree, I>(
  make: { readonly params: P; readonly state: S; readonly inputs: I & StepInputs<I> },
  optimiser: Optimiser<O>,
  rate: number,
  lossOf: (params: P, state: S, inputs: I) => { readonly loss: Tensor; readonly state: S },
): Prepared {
  const step: Step<Training<P, S, O>, I> = (carry, inputs) => {
    const [{ loss, state }, gradient] = valueAndGrad((params: P) => lossOf(params, carry.state, inputs))(
      carry.params,
    );
    const next = optimiser.update(carry.params, gradient, carry.optimiser, rate);
    return { carry: { params: next.params, state, optimiser: next.state }, out: { loss } };
  };
  const { params, state, inputs } = make;
  return steps(step, { params, state, optimiser: optimiser.init(params) }, inputs);
}
