import { type FunctionBuilder, I32, type ModuleBuilder } from "../../../../assembler/mod.ts";
import type { MatmulKernel } from "../../../../kernels/matmul.ts";
import { CONTRACTION_BLOCK } from "../../../../numerics/contraction_blocks.ts";
import {
  advance,
  BEGIN,
  emittedKernel,
  END,
  grainOf,
  loadPointer,
  phaseFunction,
  phaseOf,
  pushScaled,
  SCRATCH,
  storeWords,
} from "../_phase.ts";
import { packedStride } from "./pack_panel.ts";
import { emitPanel } from "./register_tile.ts";
import { F32_BYTES, MAX_VECTORS, VECTOR_BYTES, vectorCount } from "./tile_shape.ts";
import type { EmittedKernel } from "../../wasm_kernel.ts";

/** Terms that all rows of a unit take before the next ones are looked at. */
const STRIP = 8;
/** Rows of a unit: their sums stay in the first cache. */
const UNIT_ROWS = 256;
/** Rows of A^T at least so many bytes long are worth the way of their sums through memory. */
const LONG_BYTES = 4096;

/**
 * Whether a product is better streamed: a long A^T, which is read term after term as it lies in memory, and a panel of B
 * that is narrow enough to have no second use for what was read.
 */
export function isStreamed({ m, k, n, transposeA, transposeB }: MatmulKernel): boolean {
  return transposeA && !transposeB && n <= 4 * MAX_VECTORS && k >= 128 && m * F32_BYTES >= LONG_BYTES;
}

/**
 * C = A^T B with few columns, such as the gradient of a layer's weights with many inputs and few outputs.
 *
 * A unit is a range of rows. Their sums lie in scratch and take 8 terms at a time: A is read along its rows, many of
 * them side by side, which the processor fetches ahead; tile by tile it would be a step over a page from term to term.
 * A sum that goes through memory between two terms keeps its bits.
 *
 * *Order* N4.
 */
export function emitStreamedMatmul(
  builder: ModuleBuilder,
  kernel: MatmulKernel,
): { readonly emitted: EmittedKernel; readonly elementsPerUnit: number | undefined } {
  const { batch, m, k, n } = kernel;
  const { address } = builder;
  const blockOf = (terms: number) => emitBlock(builder, kernel, terms);
  const whole = Math.floor(k / CONTRACTION_BLOCK);
  const wholeBlock = whole > 0 ? blockOf(CONTRACTION_BLOCK) : undefined;
  const restBlock = k % CONTRACTION_BLOCK > 0 ? blockOf(k % CONTRACTION_BLOCK) : undefined;
  const store = emitStore(builder, n);

  const unitsPerElement = Math.ceil(m / UNIT_ROWS);
  const f = phaseFunction(builder, "streamed_matmul");
  const [a, b, c] = [loadPointer(f, 0), loadPointer(f, 1), loadPointer(f, 2)];
  const [element, row, rows, left, accumulate] = f.locals(I32);
  const [from, terms, to] = f.locals(address);
  const multiply = (block: FunctionBuilder) => {
    f.get(from).get(terms).get(SCRATCH).get(rows).call(block);
    f.get(SCRATCH).get(to).get(rows).get(accumulate).call(store);
  };
  f.forUpTo(BEGIN, END, 1, () => {
    f.get(BEGIN).i32(unitsPerElement).op("i32.div_u").set(element);
    f.get(BEGIN).get(element).i32(unitsPerElement).op("i32.mul").op("i32.sub").i32(UNIT_ROWS).op("i32.mul");
    f.set(row);
    f.i32(m).get(row).op("i32.sub").tee(rows).i32(UNIT_ROWS).get(rows).i32(UNIT_ROWS).op("i32.lt_u");
    f.op("select").set(rows);
    pushScaled(f, a, element, F32_BYTES * m * k);
    f.get(row).scale(F32_BYTES).addressOp("add").set(from);
    pushScaled(f, b, element, F32_BYTES * k * n);
    f.set(terms);
    pushScaled(f, c, element, F32_BYTES * m * n);
    f.get(row).scale(F32_BYTES * n).addressOp("add").set(to);
    f.i32(0).set(accumulate);
    if (wholeBlock !== undefined) {
      f.i32(whole).set(left);
      f.loop(() => {
        multiply(wholeBlock);
        f.i32(1).set(accumulate);
        advance(f, from, CONTRACTION_BLOCK * F32_BYTES * m);
        advance(f, terms, CONTRACTION_BLOCK * F32_BYTES * n);
        f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
      });
    }
    if (restBlock !== undefined) multiply(restBlock);
  });
  const nanoseconds = Math.min(m, UNIT_ROWS) * n * k / 20;
  const phase = phaseOf(f, batch * unitsPerElement, grainOf(nanoseconds));
  return {
    emitted: emittedKernel([phase], 0, UNIT_ROWS * packedStride(n)),
    elementsPerUnit: batch === 1 || m % UNIT_ROWS === 0 ? UNIT_ROWS * n : undefined,
  };
}

/** A function `(a, b, sums, rows)`: the sums of one block of terms, strip after strip. */
function emitBlock(builder: ModuleBuilder, { m, n }: MatmulKernel, terms: number): FunctionBuilder {
  const { address } = builder;
  const strip = (count: number, resume: boolean) =>
    emitPanel(builder, {
      name: `strip_${n}_columns_${count}_terms${resume ? "_more" : ""}`,
      columns: 4 * vectorCount(n),
      aRowStride: F32_BYTES,
      cRowStride: packedStride(n),
      terms: [{ count, aStride: F32_BYTES * m, bStride: F32_BYTES * n }],
      resume,
    });
  const strips = Math.floor(terms / STRIP);
  const rest = terms % STRIP;
  const first = strip(Math.min(terms, STRIP), false);
  const f = builder.function(`block_${n}_columns_${terms}_terms`, [address, address, address, I32]);
  const [a, b, sums, rows] = [0, 1, 2, 3] as const;
  const add = (panel: FunctionBuilder) => {
    f.get(a).get(b).get(sums).i32(0).get(rows).call(panel);
    advance(f, a, STRIP * F32_BYTES * m);
    advance(f, b, STRIP * F32_BYTES * n);
  };
  add(first);
  if (strips > 1) {
    const more = strip(STRIP, true);
    const left = f.local(I32);
    f.i32(strips - 1).set(left);
    f.loop(() => {
      add(more);
      f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
    });
  }
  if (strips > 0 && rest > 0) add(strip(rest, true));
  return f;
}

/** A function `(sums, c, rows, accumulate)`: stores the sums of a block, or adds them to what C holds. */
function emitStore(builder: ModuleBuilder, n: number): FunctionBuilder {
  const { address } = builder;
  const f = builder.function("store_sums", [address, address, I32, I32]);
  const [sums, c, rows, accumulate] = [0, 1, 2, 3] as const;
  const vectors = f.vectors(vectorCount(n));
  f.loop(() => {
    vectors.forEach((vector, i) => f.get(sums).memory("v128.load", i * VECTOR_BYTES).set(vector));
    f.get(accumulate).if(() => {
      vectors.forEach((vector, i) =>
        f.get(c).memory("v128.load", i * VECTOR_BYTES).get(vector).op("f32x4.add").set(vector)
      );
    });
    vectors.forEach((vector, i) => storeWords(f, c, vector, Math.min(4, n - 4 * i), i * VECTOR_BYTES));
    advance(f, sums, packedStride(n));
    advance(f, c, F32_BYTES * n);
    f.get(rows).i32(1).op("i32.sub").tee(rows).brIf(0);
  });
  return f;
}
