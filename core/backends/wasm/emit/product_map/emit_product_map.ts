import { ALIGNMENT, SLACK } from "../../../allocator.ts";
import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../../../assembler/module_builder.ts";
import { I32 } from "../../../../assembler/types.ts";
import { kernelOutputs } from "../../../../kernels/families.ts";
import type { MatmulKernel } from "../../../../kernels/matmul.ts";
import { mapOperandPlaces, type ProductMapKernel } from "../../../../kernels/product_map.ts";
import { rowForms } from "../../../../kernels/row_forms.ts";
import { type EmittedKernel, type Emitter, POINTER_BYTES, type WasmPhase } from "../../wasm_kernel.ts";
import {
  ARGS,
  BEGIN,
  emittedKernel,
  END,
  grainOf,
  nanosecondsPerUnit,
  phaseFunction,
  phaseOf,
  SCRATCH,
} from "../_phase.ts";
import { emitMapPhase, mapNanoseconds } from "../emit_map.ts";
import { asMatmul, emitConvolution } from "../products/emit_conv.ts";
import { blockRows, emitRowBlocks } from "../products/emit_row_blocks.ts";
import { emitProduct, type EmittedProduct, isOnePanel } from "../products/emit_matmul.ts";
import { emitMapPanel, type PanelMap } from "./map_panel.ts";
import { MAX_WINDOW_BYTES, planProductWindows, type ProductWindows } from "./plan_windows.ts";

/**
 * Emits a map of a product's result, which it follows part by part, while the part is in a cache.
 *
 * A matrix with several panels of columns is computed as without a map; when some rows of a panel are there, a function
 * computes the map for them, of operands that are whole, or one for each column or row. One with many rows and few terms
 * is computed in blocks of rows, so that the map goes over its operands in the order of memory. There, where there is one
 * panel, and in the output rows of a convolution the elements of a unit are neighbours: a window of some units is followed
 * by the units of the map that are the same elements. What is not stored of the product lies in scratch. Where none of
 * this can be done the map follows as a phase of its own.
 */
export const emitProductMap: Emitter<ProductMapKernel> = (kernel, builder) => {
  const { product, map } = kernel;
  const matmul = product.family === "matmul" ? product : asMatmul(product.geometry);
  if (lengthOf(map) === 0) return emittedKernel([]);
  if (matmul !== undefined && matmul.k > 0 && !isOnePanel(matmul)) {
    const rows = blockRows(matmul);
    if (rows !== undefined) {
      return new ProductMapWriter(kernel, builder, emitRowBlocks(matmul, builder, rows), matmul.k).emit();
    }
    const followed = emitPanels(kernel, matmul, builder);
    if (followed !== undefined) return followed;
  }
  const emitted = product.family === "matmul"
    ? emitProduct(product, builder)
    : emitConvolution(product, builder, MAX_WINDOW_BYTES);
  return new ProductMapWriter(kernel, builder, emitted, termsOf(product)).emit();
};

/** Elements of the product's result and of each of the map's. */
function lengthOf(map: ProductMapKernel["map"]): number {
  return kernelOutputs(map)[0]!.length;
}

function termsOf(product: ProductMapKernel["product"]): number {
  if (product.family === "matmul") return product.k;
  const { kernelHeight, kernelWidth, inputChannels, groups } = product.geometry;
  return kernelHeight * kernelWidth * inputChannels / groups;
}

/** The arguments of a kernel: where each operand of the map, the product's result and the results are. */
function argumentsOf(kernel: ProductMapKernel) {
  const { map, at, stored } = kernel;
  const c = 2 + map.inputs.length - at.length;
  const results = c + (stored ? 1 : 0);
  return {
    operands: mapOperandPlaces(kernel),
    c: stored ? c : undefined,
    results,
    temporary: results + map.outputs.length,
  };
}

/** The product whose panels are followed by the map; undefined if an operand of the map has another form. */
function emitPanels(
  kernel: ProductMapKernel,
  matmul: MatmulKernel,
  builder: ModuleBuilder,
): EmittedKernel | undefined {
  const { map } = kernel;
  const { n } = matmul;
  const forms = rowForms(map, n);
  if (forms === undefined) return undefined;
  const { operands, c, results, temporary } = argumentsOf(kernel);
  const panel: PanelMap = { map, forms, operands, results, rows: matmul.batch * matmul.m, n };
  return emitProduct(matmul, builder, {
    c,
    temporary,
    nanoseconds: mapNanoseconds(map) / 4,
    emit: (columns, stride) => emitMapPanel(builder, panel, columns, stride),
  }).emitted;
}

/** Calls the functions of the product and of the map, each with a block of pointers in scratch. */
class ProductMapWriter {
  readonly #pointerBytes: number;
  readonly #map: ReturnType<typeof emitMapPhase>;
  readonly #arguments: ReturnType<typeof argumentsOf>;
  readonly #windows: ProductWindows | undefined;
  /** Places in scratch: of the product's pointers, of the map's, of a window of the product's result, and of the rest. */
  readonly #productPointers: number;
  readonly #mapPointers: number;
  readonly #window: number;
  readonly #rest: number;
  /** The place in the temporary of the product's result, behind what the product has there. */
  readonly #result: number | undefined;
  readonly #temporaryBytes: number;

  constructor(
    readonly kernel: ProductMapKernel,
    readonly builder: ModuleBuilder,
    readonly product: EmittedProduct,
    terms: number,
  ) {
    const { map, stored } = kernel;
    const length = lengthOf(map);
    this.#pointerBytes = POINTER_BYTES[builder.addresses];
    this.#arguments = argumentsOf(kernel);
    const { emitted: { temporaryBytes }, elementsPerUnit } = product;
    // A unit is as small as can be, so that many windows end with one.
    this.#map = emitMapPhase(map, builder, 1);
    this.#windows = elementsPerUnit === undefined ? undefined : planProductWindows({
      length,
      productUnit: elementsPerUnit,
      mapUnit: this.#map.elementsPerUnit,
      terms,
    });
    let scratch = 0;
    const take = (bytes: number) => {
      const place = scratch;
      scratch += Math.ceil((bytes + SLACK) / ALIGNMENT) * ALIGNMENT;
      return place;
    };
    this.#productPointers = take(this.#pointerBytes * 4);
    this.#mapPointers = take(this.#pointerBytes * (map.inputs.length + map.outputs.length));
    this.#window = take(stored || this.#windows === undefined ? 0 : 4 * this.#windows.elements);
    this.#rest = scratch;
    if (stored || this.#windows !== undefined) this.#temporaryBytes = temporaryBytes;
    else {
      this.#result = Math.ceil((temporaryBytes + SLACK) / ALIGNMENT) * ALIGNMENT;
      this.#temporaryBytes = this.#result + 4 * length;
    }
  }

  emit(): EmittedKernel {
    const { phases, scratchBytes } = this.product.emitted;
    const windows = this.#windows;
    const before = (windows === undefined ? phases : phases.slice(0, -1)).map((phase) =>
      this.#emitWhole(phase)
    );
    const last = windows === undefined ? this.#emitMap() : this.#emitWindows(windows, phases.at(-1)!);
    return emittedKernel([...before, last], this.#temporaryBytes, this.#rest + scratchBytes);
  }

  /** A phase of the product alone. */
  #emitWhole(phase: WasmPhase): WasmPhase {
    const f = phaseFunction(this.builder, `product_${phase.name}`);
    const pointers = this.#place(f, this.#productPointers);
    this.#setProduct(f, pointers);
    f.get(pointers).get(BEGIN).get(END).get(this.#place(f, this.#rest)).call(phase);
    return phaseOf(f, phase.units, phase.grain);
  }

  /** The map alone. */
  #emitMap(): WasmPhase {
    const { phase } = this.#map;
    const f = phaseFunction(this.builder, "map_of_product");
    const pointers = this.#place(f, this.#mapPointers);
    this.#setMap(f, pointers);
    f.get(pointers).get(BEGIN).get(END).get(this.#place(f, this.#rest)).call(phase);
    return phaseOf(f, phase.units, phase.grain);
  }

  /** The last phase of the product, window by window, and the map of each. */
  #emitWindows({ units, unitsOfProduct, elements }: ProductWindows, phase: WasmPhase): WasmPhase {
    const { builder, kernel: { stored } } = this;
    const { phase: map, elementsPerUnit } = this.#map;
    const f = phaseFunction(builder, "product_map");
    const [window, begin, end] = f.locals(I32);
    const rest = this.#place(f, this.#rest);
    const productPointers = this.#place(f, this.#productPointers);
    const mapPointers = this.#place(f, this.#mapPointers);
    this.#setProduct(f, productPointers);
    this.#setMap(f, mapPointers);
    f.get(BEGIN).set(window);
    f.forUpTo(window, END, 1, () => {
      if (!stored) {
        // Where element 0 would lie if the window's first element lies at its place in scratch.
        const base = () => {
          f.get(SCRATCH).offset(this.#window).get(window).scale(4 * elements).addressOp("sub");
        };
        this.#set(f, productPointers, 2, base);
        for (const operand of this.kernel.at) this.#set(f, mapPointers, operand, base);
      }
      const call = (pointers: Local, perWindow: number, callee: WasmPhase) => {
        f.get(window).i32(perWindow).op("i32.mul").tee(begin).i32(perWindow).op("i32.add").set(end);
        f.get(pointers).get(begin);
        f.get(end).i32(callee.units).get(end).i32(callee.units).op("i32.lt_u").op("select");
        f.get(rest).call(callee);
      };
      call(productPointers, unitsOfProduct, phase);
      call(mapPointers, Math.ceil(elements / elementsPerUnit), map);
    });
    const nanoseconds = unitsOfProduct * nanosecondsPerUnit(phase) +
      elements / elementsPerUnit * nanosecondsPerUnit(map);
    return phaseOf(f, units, grainOf(nanoseconds));
  }

  #setProduct(f: FunctionBuilder, pointers: Local): void {
    this.#set(f, pointers, 0, this.#argument(f, 0));
    this.#set(f, pointers, 1, this.#argument(f, 1));
    if (this.#hasResult()) this.#set(f, pointers, 2, this.#pushResult(f));
    if (this.product.emitted.temporaryBytes > 0) {
      this.#set(f, pointers, 3, this.#argument(f, this.#arguments.temporary));
    }
  }

  #setMap(f: FunctionBuilder, pointers: Local): void {
    const { map } = this.kernel;
    this.#arguments.operands.forEach((argument, i) => {
      if (argument !== undefined) this.#set(f, pointers, i, this.#argument(f, argument));
      else if (this.#hasResult()) this.#set(f, pointers, i, this.#pushResult(f));
    });
    map.outputs.forEach((_, j) =>
      this.#set(f, pointers, map.inputs.length + j, this.#argument(f, this.#arguments.results + j))
    );
  }

  /** Whether all of the product's result is in memory. */
  #hasResult(): boolean {
    return this.kernel.stored || this.#result !== undefined;
  }

  #pushResult(f: FunctionBuilder): () => void {
    const { c, temporary } = this.#arguments;
    if (c !== undefined) return this.#argument(f, c);
    return () => f.get(ARGS).loadAddress(this.#pointerBytes * temporary).offset(this.#result!);
  }

  #set(f: FunctionBuilder, pointers: Local, slot: number, push: () => void): void {
    f.get(pointers);
    push();
    f.memory(`${f.addresses}.store`, this.#pointerBytes * slot);
  }

  #argument(f: FunctionBuilder, slot: number): () => void {
    return () => f.get(ARGS).loadAddress(this.#pointerBytes * slot);
  }

  #place(f: FunctionBuilder, place: number): Local {
    const pointer = f.local(f.address);
    f.get(SCRATCH).offset(place).set(pointer);
    return pointer;
  }
}
