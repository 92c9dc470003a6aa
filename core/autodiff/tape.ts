import type { Tensor } from "../tensor/tensor.ts";

/** The gradient of an operand, or null where it is "none" (rule N8): absent, never zeros. */
export type Adjoint = Tensor | null;

/**
 * The vector-Jacobian product of one operation: from the adjoints of its results, of which at least one is not null,
 * to those of its operands, as far as they are wanted. It is a composition of operations, so that it can be
 * differentiated again.
 */
export type Pullback = (
  adjoints: readonly Adjoint[],
  wanted: (operand: number) => boolean,
) => readonly Adjoint[];

interface Entry {
  readonly operands: readonly Tensor[];
  readonly results: readonly Tensor[];
  readonly pullback: Pullback;
}

/** The operations that depend on watched tensors, in the order of tracing. */
export class Tape {
  readonly #entries: Entry[] = [];
  readonly #tracked = new Set<Tensor>();

  /** Starts to follow a tensor. */
  watch(tensor: Tensor): void {
    this.#tracked.add(tensor);
  }

  /** True if the tensor depends on a watched one. */
  tracks(tensor: Tensor): boolean {
    return this.#tracked.has(tensor);
  }

  /** Notes an operation if an operand is followed. */
  note(entry: Entry): void {
    if (!entry.operands.some((operand) => this.#tracked.has(operand))) return;
    this.#entries.push(entry);
    for (const result of entry.results) this.#tracked.add(result);
  }

  /**
   * Carries the adjoint of a result back to the watched tensors.
   *
   * *Order* N8: operations descending, operands in position order; the first contribution to an adjoint is stored, later
   * ones are fl(old + new).
   */
  backward(result: Tensor, seed: Tensor): Map<Tensor, Tensor> {
    const adjoints = new Map<Tensor, Tensor>([[result, seed]]);
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      const { operands, results, pullback } = this.#entries[i]!;
      const outgoing = results.map((tensor) => adjoints.get(tensor) ?? null);
      if (outgoing.every((adjoint) => adjoint === null)) continue;
      const incoming = pullback(outgoing, (position) => this.#tracked.has(operands[position]!));
      operands.forEach((operand, position) => {
        const contribution = incoming[position] ?? null;
        if (contribution === null || !this.#tracked.has(operand)) return;
        const old = adjoints.get(operand);
        adjoints.set(operand, old === undefined ? contribution : old.add(contribution));
      });
    }
    return adjoints;
  }
}

let tapes: readonly Tape[] = [];

/** True if an active tape follows one of the tensors: only then is a pullback worth building. */
export function isTracked(tensors: readonly Tensor[]): boolean {
  return tapes.length > 0 && tensors.some((tensor) => tapes.some((tape) => tape.tracks(tensor)));
}

/** True inside a differentiated function. */
export function isRecording(): boolean {
  return tapes.length > 0;
}

/** Notes an operation on every active tape that follows one of its operands. */
export function record(operands: readonly Tensor[], results: readonly Tensor[], pullback: Pullback): void {
  for (const tape of tapes) tape.note({ operands, results, pullback });
}

/** Runs f with one more tape. */
export function withTape<T>(tape: Tape, f: () => T): T {
  return withTapes([...tapes, tape], f);
}

/**
 * Runs f without any tape: what it computes is constant to every enclosing derivative.
 *
 * @example With one factor of x x held constant its slope is x
 * ```ts
 * import { createDevice, grad, setDefaultDevice, type Tensor, tensor, withoutGradient } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor(3);
 * using slope = grad((x: Tensor) => x.mul(x))(x);
 * using partial = grad((x: Tensor) => x.mul(withoutGradient(() => x.mul(1))))(x);
 * assertEquals([await slope.item(), await partial.item()], [6, 3]);
 * ```
 */
export function withoutTapes<T>(f: () => T): T {
  return withTapes([], f);
}

function withTapes<T>(active: readonly Tape[], f: () => T): T {
  const before = tapes;
  tapes = active;
  try {
    return f();
  } finally {
    tapes = before;
  }
}
