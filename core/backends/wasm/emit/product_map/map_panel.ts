import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../../../assembler/module_builder.ts";
import { I32, V128 } from "../../../../assembler/types.ts";
import type { MapKernel } from "../../../../kernels/map.ts";
import type { RowForm } from "../../../../kernels/row_forms.ts";
import { BYTES_PER_ELEMENT } from "../../../../numerics/dtype.ts";
import { WasmScalarEmitter } from "../../../../scalar/emit_wasm.ts";
import { POINTER_BYTES } from "../../wasm_kernel.ts";
import { packBytes, pushElements, pushRepeated, storeFirstElements } from "../_elements.ts";
import { isLongChain } from "../emit_map.ts";

/** Lanes of a vector. */
const LANES = 4;

/** What a map over a part of a matrix must know. */
export interface PanelMap {
  readonly map: MapKernel;
  /** The forms of its operands over rows of all columns. */
  readonly forms: readonly RowForm[];
  /** Which argument holds each operand; undefined for the matrix that was just computed. */
  readonly operands: readonly (number | undefined)[];
  /** Which argument holds the first result; the others follow. */
  readonly results: number;
  /** Rows and columns of the whole matrix, or of all of a batch. */
  readonly rows: number;
  readonly n: number;
}

/**
 * Adds a function `(args, c, row, rows, column)` that computes a map for some rows of a few columns: where the part of
 * the matrix lies, its first row, their number, which is not 0, and its first column. Results are stored to the element;
 * reads go up to three elements past the last column.
 *
 * @param columns Columns of the part, 1 to 16.
 * @param stride Bytes from one row of the part to the next.
 */
export function emitMapPanel(
  builder: ModuleBuilder,
  panel: PanelMap,
  columns: number,
  stride: number,
): FunctionBuilder {
  const { address } = builder;
  const f = builder.function(`map_${columns}_columns`, [address, address, I32, I32, I32]);
  new PanelMapWriter(f, panel, columns, stride).emit();
  return f;
}

/** An operand while rows go by: where it is, and what is known of it in vectors. */
interface Operand {
  readonly pointer: Local;
  /** Bytes to the next row; undefined if the pointer is computed anew for each. */
  readonly step: number | undefined;
  /** Loaded before the rows, or once for each of them, if it is not loaded for each vector. */
  readonly kept: "always" | "row" | undefined;
}

class PanelMapWriter {
  readonly #vectors: number;
  readonly #operands: readonly Operand[];
  readonly #targets: readonly Local[];
  /** [vector][operand]; operands that are one for a row have the same in all vectors. */
  readonly #values: readonly (readonly Local[])[];

  constructor(
    readonly f: FunctionBuilder,
    readonly panel: PanelMap,
    readonly columns: number,
    readonly stride: number,
  ) {
    const { map, forms, operands, rows } = panel;
    this.#vectors = Math.ceil(columns / LANES);
    this.#operands = operands.map((argument, i): Operand => {
      if (argument === undefined) return { pointer: C, step: stride, kept: undefined };
      const { columns, rows: axes } = forms[i]!;
      const bytes = BYTES_PER_ELEMENT[map.inputs[i]!.dtype];
      const kept = axes.length === 0 ? "always" : columns ? undefined : "row";
      const [axis] = axes;
      const even = axes.length === 1 && axis!.divisor === 1 && axis!.length === rows;
      return {
        pointer: f.local(f.address),
        step: axes.length === 0 ? 0 : even ? axis!.stride * bytes : undefined,
        kept,
      };
    });
    this.#targets = map.outputs.map(() => f.local(f.address));
    const single = f.vectors(operands.length);
    this.#values = Array.from(
      { length: this.#vectors },
      (_, vector) => single.map((local, i) => vector > 0 && this.#hasColumns(i) ? f.local(V128) : local),
    );
  }

  emit(): void {
    const { f, panel: { map }, stride } = this;
    const { program, outputs } = map;
    const scalars = new WasmScalarEmitter(f, program);
    const packed = f.local(V128);
    const together = isLongChain(map) ? this.#vectors : 1;
    scalars.constants();
    this.#start();
    f.loop(() => {
      this.#operands.forEach(({ step, kept }, i) => {
        if (step === undefined) this.#seek(i);
        if (kept === "row") this.#load(i, 0);
      });
      for (let first = 0; first < this.#vectors; first += together) {
        scalars.emit(
          Math.min(together, this.#vectors - first),
          (vector, i) => {
            if (this.#operands[i]!.kept === undefined) this.#load(i, first + vector);
            return this.#values[first + vector]![i]!;
          },
          (vector, j, push) => {
            const at = LANES * (first + vector);
            const dtype = outputs[j]!;
            push();
            if (dtype === "u8") packBytes(f, program.outputs[j]!.type);
            f.set(packed);
            const count = Math.min(LANES, this.columns - at);
            storeFirstElements(f, dtype, this.#targets[j]!, packed, count, at * BYTES_PER_ELEMENT[dtype]);
          },
        );
      }
      f.advance(C, stride);
      this.#operands.forEach(({ pointer, step }) => pointer !== C && f.advance(pointer, step ?? 0));
      this.#targets.forEach((target, j) => f.advance(target, this.panel.n * BYTES_PER_ELEMENT[outputs[j]!]));
      f.get(ROW).i32(1).op("i32.add").set(ROW);
      f.get(ROWS).i32(1).op("i32.sub").tee(ROWS).brIf(0);
    });
  }

  #hasColumns(i: number): boolean {
    return this.panel.operands[i] === undefined || this.panel.forms[i]!.columns;
  }

  /** Sets the pointers to the first row, and loads what all rows read. */
  #start(): void {
    const { f, panel: { map, results, n } } = this;
    this.#targets.forEach((target, j) => {
      this.#pushArgument(results + j);
      f.get(ROW).i32(n).op("i32.mul").get(COLUMN).op("i32.add").scale(BYTES_PER_ELEMENT[map.outputs[j]!]);
      f.addressOp("add").set(target);
    });
    this.#operands.forEach(({ pointer, step, kept }, i) => {
      if (pointer === C || step === undefined) return;
      this.#seek(i);
      if (kept !== "always") return;
      for (let vector = 0; vector < (this.#hasColumns(i) ? this.#vectors : 1); vector++) {
        this.#load(i, vector);
      }
    });
  }

  /** Sets an operand's pointer to the row. */
  #seek(i: number): void {
    const { f, panel: { map, forms, operands, rows: all } } = this;
    const { columns, rows } = forms[i]!;
    const bytes = BYTES_PER_ELEMENT[map.inputs[i]!.dtype];
    this.#pushArgument(operands[i]!);
    if (columns) f.get(COLUMN).scale(bytes).addressOp("add");
    for (const { divisor, length, stride } of rows) {
      f.get(ROW);
      if (divisor > 1) f.i32(divisor).op("i32.div_u");
      if (divisor * length < all) f.i32(length).op("i32.rem_u");
      f.scale(stride * bytes).addressOp("add");
    }
    f.set(this.#operands[i]!.pointer);
  }

  #load(i: number, vector: number): void {
    const { f, panel: { map } } = this;
    const { dtype } = map.inputs[i]!;
    const { pointer } = this.#operands[i]!;
    if (this.#hasColumns(i)) pushElements(f, dtype, pointer, LANES * vector * BYTES_PER_ELEMENT[dtype]);
    else pushRepeated(f, dtype, pointer);
    f.set(this.#values[vector]![i]!);
  }

  #pushArgument(slot: number): void {
    this.f.get(ARGS).loadAddress(POINTER_BYTES[this.f.addresses] * slot);
  }
}

const ARGS: Local = 0;
const C: Local = 1;
const ROW: Local = 2;
const ROWS: Local = 3;
const COLUMN: Local = 4;
