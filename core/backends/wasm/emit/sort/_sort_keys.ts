import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
import { I32, V128 } from "../../../../assembler/types.ts";
import type { SortKernel } from "../../../../kernels/sort.ts";
import { OrderKeys } from "../_order_key.ts";
import { NAN_BITS } from "../_phase.ts";

/** What is taken off a folded float, so that the NaNs with a sign wrap around to the others at the top. */
const OFFSET = 0x007fffff;
/** The key of every NaN, before its bits are flipped. */
const CAP = 0x7f000002;

/**
 * Emits keys: unsigned words that ascend in the order of the sort, equal for elements that are equal to it. Floats are
 * folded as by `OrderKeys`; then the sign bit is flipped where elements are signed, and every bit where they descend.
 */
export class SortKeys {
  readonly #flip: number;
  readonly #bits: Local;
  #vectors: { readonly order: OrderKeys; readonly flip: Local } | undefined;

  constructor(readonly f: FunctionBuilder, readonly kernel: SortKernel) {
    this.#flip = (kernel.dtype === "u32" ? 0 : 0x80000000) ^ (kernel.descending ? 0xffffffff : 0);
    this.#bits = f.local(I32);
  }

  /** Replaces the element's bits on the stack by its key. */
  encode(): void {
    const { f } = this;
    if (this.kernel.dtype === "f32") {
      f.tee(this.#bits).get(this.#bits);
      this.#fold();
      f.i32(OFFSET).op("i32.sub").tee(this.#bits).i32(CAP).get(this.#bits).i32(CAP).op("i32.lt_s").op(
        "select",
      );
    }
    if (this.#flip !== 0) f.i32(this.#flip).op("i32.xor");
  }

  /** Replaces the key on the stack by its element's bits, a NaN in its canonical form. */
  decode(): void {
    const { f } = this;
    if (this.#flip !== 0) f.i32(this.#flip).op("i32.xor");
    if (this.kernel.dtype !== "f32") return;
    f.i32(OFFSET).op("i32.add").tee(this.#bits).get(this.#bits);
    this.#fold();
    f.set(this.#bits);
    f.i32(NAN_BITS).get(this.#bits).get(this.#bits).i32(CAP + OFFSET).op("i32.eq").op("select");
  }

  /** bits ^ ((bits >> 31) >>> 1), with the bits twice on the stack. */
  #fold(): void {
    this.f.i32(31).op("i32.shr_s").i32(1).op("i32.shr_u").op("i32.xor");
  }

  /** Prepares for `encodeVector`; before any loop that uses it. */
  prepareVectors(): void {
    const { f } = this;
    const flip = f.local(V128);
    f.splatBits(this.#flip).set(flip);
    this.#vectors = { order: new OrderKeys(f), flip };
  }

  /** Replaces four elements on the stack by their keys. */
  encodeVector(): void {
    const { order, flip } = this.#vectors!;
    if (this.kernel.dtype === "f32") order.fromFloats();
    if (this.#flip !== 0) this.f.get(flip).op("v128.xor");
  }
}
