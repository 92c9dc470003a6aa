import { copyTree } from "../compile/copy_tree.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { disposeTree } from "../tensor/tree.ts";

/**
 * Where reads wait, losses are kept on the device and read in groups of this many steps. More would gain little, and the
 * inputs of all steps that are under way take memory.
 */
const READ_GROUP = 16;

/** Reads the losses of steps in order: each at once, or several together where a read takes long. */
export class LossReader implements Disposable {
  #values: number[] = [];
  #kept: Tensor[] = [];

  /** Number of steps whose losses were added since they were taken. */
  get length(): number {
    return this.#values.length + this.#kept.length;
  }

  /** Takes note of a loss, which the next step may write over once the promise resolved. */
  async add(loss: Tensor): Promise<void> {
    if (!loss.storage.backend.readsWait) this.#values.push(await loss.item());
    else if (this.#kept.push(copyTree(loss)) === READ_GROUP) await this.#read();
  }

  /** All losses that were added since the last call. */
  async take(): Promise<Float32Array> {
    await this.#read();
    const values = Float32Array.from(this.#values);
    this.#values = [];
    return values;
  }

  /** Gives back what was not read. */
  [Symbol.dispose](): void {
    disposeTree(this.#kept);
    this.#kept = [];
  }

  async #read(): Promise<void> {
    if (this.#kept.length === 0) return;
    this.#values.push(...await Promise.all(this.#kept.map((loss) => loss.item())));
    this[Symbol.dispose]();
  }
}
