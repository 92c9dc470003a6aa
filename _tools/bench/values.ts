/**
 * Initial values and data that the bench and its peer make alike: a counter run through a mixing function, so that two
 * programs in two languages need to share nothing but a seed.
 *
 * @module
 */
import { sizeOf, type Tensor, tensor } from "@verbatim/core";

/** Number i of a seed, in [0, 1): mulberry32 (Tommy Ettinger, public domain). */
function unitAt(seed: number, i: number): number {
  const a = (seed + Math.imul(i + 1, 0x6d2b79f5)) >>> 0;
  let t = Math.imul(a ^ (a >>> 15), a | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

/** The first n numbers of a seed. */
export function unit(seed: number, n: number): Float64Array {
  const values = new Float64Array(n);
  // A loop, here and below: `from` takes ten times as long, which shows in the time of a first step.
  for (let i = 0; i < n; i++) values[i] = unitAt(seed, i);
  return values;
}

/** A parameter, uniform in [-scale, scale). */
export function parameter(seed: number, shape: readonly number[], scale: number): Tensor {
  return tensor(parameterValues(seed, shape, scale), shape);
}

/** The same, still on the host. */
export function parameterValues(seed: number, shape: readonly number[], scale: number): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  for (let i = 0; i < values.length; i++) values[i] = (2 * unitAt(seed, i) - 1) * scale;
  return values;
}

/** Inputs, uniform in [0, 1). */
export function inputs(seed: number, shape: readonly number[]): Tensor {
  const values = new Float32Array(sizeOf(shape));
  for (let i = 0; i < values.length; i++) values[i] = unitAt(seed, i);
  return tensor(values, shape);
}

/** Labels or words from 0 to k - 1. */
export function integers(seed: number, shape: readonly number[], k: number): Tensor {
  return tensor(Uint32Array.from(unit(seed, sizeOf(shape)), (u) => Math.floor(u * k)), shape);
}

/** Draws a model's parameters one after the other, each with a seed of its own. */
export class Parameters {
  #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Passes over some parameters; returns the seed before them. */
  take(count: number): number {
    this.#seed += count;
    return this.#seed - count;
  }

  /** The next parameter. */
  next(shape: readonly number[], scale: number): Tensor {
    return parameter(++this.#seed, shape, scale);
  }

  /** The next parameter, on the host. */
  values(shape: readonly number[], scale: number): Float32Array {
    return parameterValues(++this.#seed, shape, scale);
  }

  /** A dense layer: w [inputs, outputs] and then b, both with scale 1 / sqrt(inputs). */
  dense(inputs: number, outputs: number): { w: Tensor; b: Tensor } {
    const scale = 1 / Math.sqrt(inputs);
    return { w: this.next([inputs, outputs], scale), b: this.next([outputs], scale) };
  }

  /** A dense layer whose inputs and outputs stand in another order than the peer's; both functions give the peer's place. */
  denseInOrder(
    inputs: number,
    outputs: number,
    place: { readonly row?: (i: number) => number; readonly column?: readonly number[] },
  ): { w: Tensor; b: Tensor } {
    const scale = 1 / Math.sqrt(inputs);
    const [w, b] = [this.values([inputs, outputs], scale), this.values([outputs], scale)];
    const { row = (i) => i, column = Array.from({ length: outputs }, (_, j) => j) } = place;
    const { length } = column;
    const from = (i: number) => row(Math.floor(i / length)) * outputs + column[i % length]!;
    return {
      w: tensor(Float32Array.from({ length: inputs * length }, (_, i) => w[from(i)]!), [inputs, length]),
      b: tensor(Float32Array.from(column, (j) => b[j]!)),
    };
  }

  /** A convolution's weights [K, K, C, D], drawn as the peer's [D, C, K, K] with scale 1 / sqrt(C K K). */
  kernel(size: number, inputs: number, outputs: number): Tensor {
    const values = this.values([outputs, inputs, size, size], 1 / Math.sqrt(inputs * size * size));
    const result = new Float32Array(values.length);
    const area = size * size;
    for (let d = 0; d < outputs; d++) {
      for (let c = 0; c < inputs; c++) {
        for (let k = 0; k < area; k++) {
          result[(k * inputs + c) * outputs + d] = values[(d * inputs + c) * area + k]!;
        }
      }
    }
    return tensor(result, [size, size, inputs, outputs]);
  }
}
