import type { Backend, DeviceBuffer } from "../backends/backend.ts";
import type { Kernel } from "../kernels/kernel.ts";
import type { Key } from "../random/key.ts";
import { tensor } from "./create.ts";
import { Storage, Tensor } from "./tensor.ts";

/** What takes down operations in place of a device, while a function is traced. */
export interface Tracing {
  /** Tensors of the traced function live here. */
  readonly backend: Backend;
  /** The stand-in of memory that was there before the trace began. */
  capture(storage: Storage): DeviceBuffer;
  /** The stand-in of the words of a key that is known only when the program runs. */
  wordsOf(key: Key): DeviceBuffer;
  /** Who looks on, if anybody does. */
  readonly observer?: Observer | undefined;
}

/** Looks on while a function is traced, to draw it as a person would. */
export interface Observer {
  /** A kernel was run on tensors. */
  launched(kernel: Kernel, inputs: readonly Tensor[], results: readonly Tensor[]): void;
  /** Runs f, which has a name: "dense", "softmax". */
  named<T>(name: string, f: () => T): T;
}

let active: Tracing | undefined;

/** For the layers of core: the trace in progress, if any. */
export function activeTracing(): Tracing | undefined {
  return active;
}

/** For the layers of core: runs f, and tells who looks on what a person calls it. */
export function named<T>(name: string, f: () => T): T {
  const observer = active?.observer;
  return observer === undefined ? f() : observer.named(name, f);
}

/** For the compiler: runs f while operations are taken down by `tracing`. */
export function withTracing<T>(tracing: Tracing, f: () => T): T {
  const before = active;
  active = tracing;
  try {
    return f();
  } finally {
    active = before;
  }
}

/** The four words of a key as a u32 tensor, for kernels that draw. */
export function keyTensor(key: Key): Tensor {
  if (key.derivation === undefined) return tensor(key.words);
  if (active === undefined) {
    throw new TypeError(
      "Cannot draw: expected a key with words, got one of a function that is being compiled",
    );
  }
  return new Tensor("u32", [4], new Storage(active.backend, active.wordsOf(key)));
}
