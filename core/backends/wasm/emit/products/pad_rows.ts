import {
  type FunctionBuilder,
  I32,
  type Local,
  type ModuleBuilder,
  V128,
} from "../../../../assembler/mod.ts";
import { advance, pushScaled, repeatUnrolled } from "../_phase.ts";
import { F32_BYTES, VECTOR_BYTES } from "./tile_shape.ts";

/** How rows of an image are copied with padding around them. */
export interface PadSpec {
  readonly name: string;
  readonly inputHeight: number;
  readonly inputWidth: number;
  readonly channels: number;
  /** The columns of the result, in columns of the image: those outside it are +0. */
  readonly columns: readonly [begin: number, end: number];
}

/** Bytes from one padded row to the next. */
export function paddedPitch({ columns: [begin, end], channels }: PadSpec): number {
  return (end - begin) * channels * F32_BYTES;
}

/** Bytes for so many padded rows; what is written is rounded up to whole vectors. */
export function paddedBytes(spec: PadSpec, rows: number): number {
  return rows * paddedPitch(spec) + VECTOR_BYTES;
}

/**
 * Adds a function `(image, first row, target, rows)` that copies rows of one image, the first of which may be
 * negative, to `target`, with real +0 wherever the row or the column is outside the image.
 */
export function emitPadRows(builder: ModuleBuilder, spec: PadSpec): FunctionBuilder {
  const { inputHeight, inputWidth, channels, columns: [begin, end] } = spec;
  const f = builder.function(spec.name, [builder.address, I32, builder.address, I32]);
  const [image, row, target, rows] = [0, 1, 2, 3];
  const [from, to] = f.locals(f.address);
  const zero = f.local(V128);
  const first = Math.max(0, begin);
  const inside = Math.max(0, Math.min(inputWidth, end) - first);
  const before = inside > 0 ? first - begin : 0;
  const zeros = (words: number) => fillWords(f, to, zero, words);

  f.block(() => {
    f.get(rows).op("i32.eqz").brIf(0);
    f.loop(() => {
      f.get(target).set(to);
      f.get(row).i32(inputHeight).op("i32.lt_u");
      f.if(() => {
        // Each part may write up to three words too many; the next part or row covers them.
        zeros(before * channels);
        pushScaled(f, image, row, inputWidth * channels * F32_BYTES);
        f.set(from);
        advance(f, from, first * channels * F32_BYTES);
        copyWords(f, from, to, inside * channels);
        zeros((end - begin - before - inside) * channels);
      }, () => zeros((end - begin) * channels));
      advance(f, target, paddedPitch(spec));
      advance(f, row, 1);
      f.get(rows).i32(1).op("i32.sub").tee(rows).brIf(0);
    });
  });
  return f;
}

/** Stores `words` words, rounded up to vectors, and moves the pointer on by `words`. */
function fillWords(f: FunctionBuilder, to: Local, value: Local, words: number): void {
  const vectors = Math.ceil(words / 4);
  const rest = repeatUnrolled(
    f,
    vectors,
    4,
    (copy) => f.get(to).get(value).memory("v128.store", copy * VECTOR_BYTES),
    (copies) => advance(f, to, copies * VECTOR_BYTES),
  );
  advance(f, to, words * F32_BYTES - (vectors - rest) * VECTOR_BYTES);
}

/** Copies `words` words, rounded up to vectors, and moves the target's pointer on by `words`. */
function copyWords(f: FunctionBuilder, from: Local, to: Local, words: number): void {
  const vectors = Math.ceil(words / 4);
  const rest = repeatUnrolled(f, vectors, 4, (copy) => {
    f.get(to).get(from).memory("v128.load", copy * VECTOR_BYTES).memory("v128.store", copy * VECTOR_BYTES);
  }, (copies) => {
    advance(f, from, copies * VECTOR_BYTES);
    advance(f, to, copies * VECTOR_BYTES);
  });
  advance(f, to, words * F32_BYTES - (vectors - rest) * VECTOR_BYTES);
}
