import { I32, type ModuleBuilder } from "../../../../assembler/mod.ts";
import type { ConvGeometry } from "../../../../kernels/conv.ts";
import { CONTRACTION_BLOCK } from "../../../../numerics/contraction_blocks.ts";
import { BEGIN, END, grainOf, loadPointer, phaseFunction, phaseOf, pushScaled } from "../_phase.ts";
import type { ConvPlan } from "./conv_plan.ts";
import { emitPack, PACK_BYTES, packedStride } from "./pack_panel.ts";
import { F32_BYTES, panelColumns } from "./tile_shape.ts";
import type { WasmPhase } from "../../wasm_kernel.ts";

/** Panels of equal width, next to each other. Offsets in bytes, from the start of a group's weights or outputs. */
export interface WeightPanels {
  readonly columns: number;
  readonly count: number;
  /** The first panel's first output channel. */
  readonly column: number;
  /** Where the first panel's weights begin, and from one panel to the next. */
  readonly offset: number;
  readonly next: number;
  /** From one term to the next. */
  readonly term: number;
}

/** Where a convolution finds its weights. */
export interface ConvWeights {
  /** Whether they are packed into the temporary, or else read in place. */
  readonly packed: boolean;
  readonly panels: readonly WeightPanels[];
  /** Bytes of one group, and of all. */
  readonly group: number;
  readonly bytes: number;
}

/** Cuts the output channels of a group into panels. */
export function convWeights(g: ConvGeometry, { groups, groupInputs, groupOutputs }: ConvPlan): ConvWeights {
  const terms = g.kernelHeight * g.kernelWidth * groupInputs;
  const packed = Math.min(terms, CONTRACTION_BLOCK) * g.outputChannels * F32_BYTES > PACK_BYTES;
  const widths = panelColumns(groupOutputs);
  const panels: WeightPanels[] = [];
  let [column, offset] = [0, 0];
  for (const columns of new Set(widths)) {
    const count = widths.filter((width) => width === columns).length;
    const term = packed ? packedStride(columns) : g.outputChannels * F32_BYTES;
    const next = packed ? terms * term : columns * F32_BYTES;
    panels.push({ columns, count, column, offset, next, term });
    column += columns * count;
    offset += next * count;
  }
  return { packed, panels, group: offset, bytes: packed ? offset * groups : 0 };
}

/** Adds the phase that packs the weights to `offset` bytes from the start of the temporary. */
export function emitPackWeights(
  builder: ModuleBuilder,
  g: ConvGeometry,
  { groups, groupInputs, groupOutputs }: ConvPlan,
  weights: ConvWeights,
  offset: number,
): WasmPhase {
  const terms = g.kernelHeight * g.kernelWidth * groupInputs;
  const perGroup = weights.panels.reduce((sum, { count }) => sum + count, 0);
  const f = phaseFunction(builder, "pack_weights");
  const [w, temporary] = [loadPointer(f, 1), loadPointer(f, 3)];
  const [group, panel] = f.locals(I32);
  const [from, to] = f.locals(f.address);
  f.forUpTo(BEGIN, END, 1, () => {
    f.get(BEGIN).i32(perGroup).op("i32.div_u").set(group);
    f.get(BEGIN).get(group).i32(perGroup).op("i32.mul").op("i32.sub").set(panel);
    pushScaled(f, w, group, groupOutputs * F32_BYTES);
    f.set(from);
    pushScaled(f, temporary, group, weights.group);
    f.offset(offset).set(to);
    for (const panels of weights.panels) {
      const { columns, count, column, next } = panels;
      const pack = emitPack(builder, {
        name: `pack_${columns}_columns`,
        columns,
        terms,
        stride: g.outputChannels * F32_BYTES,
        transposed: false,
      });
      // `panel` counts from the first of these; as an unsigned number it is large for the ones before.
      f.get(panel).i32(count).op("i32.lt_u").if(() => {
        pushScaled(f, from, panel, columns * F32_BYTES);
        f.offset(column * F32_BYTES);
        pushScaled(f, to, panel, next);
        f.offset(panels.offset).call(pack);
      });
      f.get(panel).i32(count).op("i32.sub").set(panel);
    }
  });
  return phaseOf(f, groups * perGroup, grainOf(terms * 4));
}
