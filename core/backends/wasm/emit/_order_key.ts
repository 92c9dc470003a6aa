import type { FunctionBuilder, Local } from "../../../assembler/function_builder.ts";
import { V128 } from "../../../assembler/types.ts";
import { NAN_BITS } from "./_phase.ts";

/**
 * Emits the order key of floats as signed integers: `b ^ ((b >> 31) & 0x7fffffff)`, lowered by 0x7fffff so that the
 * NaNs whose sign bit is set, the only keys below that of -infinity, wrap around to the top; there all NaNs are made
 * equal by a minimum. The key of -infinity is then the smallest integer.
 */
export class OrderKeys {
  readonly #offset: Local;
  readonly #cap: Local;
  readonly #bits: Local;

  constructor(readonly f: FunctionBuilder) {
    [this.#offset, this.#cap, this.#bits] = f.locals(V128);
    f.splatBits(0x007fffff).set(this.#offset);
    f.splatBits(0x7f000002).set(this.#cap);
  }

  /** Replaces the four floats on the stack by their keys. */
  fromFloats(): void {
    const { f } = this;
    f.tee(this.#bits).get(this.#bits);
    this.#foldSign();
    f.get(this.#offset).op("i32x4.sub").get(this.#cap).op("i32x4.min_s");
  }

  /** Replaces the four keys on the stack by their floats, NaN in its canonical form. */
  toFloats(): void {
    const { f } = this;
    f.get(this.#offset).op("i32x4.add").tee(this.#bits).get(this.#bits);
    this.#foldSign();
    f.set(this.#bits);
    f.splatBits(NAN_BITS).get(this.#bits).get(this.#bits).get(this.#bits).op("f32x4.ne").op("v128.bitselect");
  }

  #foldSign(): void {
    this.f.i32(31).op("i32x4.shr_s").i32(1).op("i32x4.shr_u").op("v128.xor");
  }
}
