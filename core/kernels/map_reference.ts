import type { HostArray } from "../numerics/dtype.ts";
import { emitTypeScript } from "../scalar/emit_typescript.ts";
import type { ScalarProgram } from "../scalar/expression.ts";
import { broadcastStrides, mergeAxes } from "./_layout.ts";
import type { MapKernel } from "./map.ts";

/** Runs a compiled map: lengths of the merged axes, and strides as [operand][axis]. */
type Loop = (
  inputs: readonly HostArray[],
  outputs: readonly HostArray[],
  lengths: readonly number[],
  strides: readonly (readonly number[])[],
) => void;

/** By program, and then by kind of layout. */
const loops = new WeakMap<ScalarProgram, Map<string, Loop>>();

/** Compiles the scalar program into a loop over the merged axes, once for each program and kind of layout. */
export function mapReference(
  kernel: MapKernel,
  inputs: readonly HostArray[],
  outputs: readonly HostArray[],
): void {
  const { program, shape } = kernel;
  if (shape.includes(0)) return;
  const layout = mergeAxes({
    shape,
    strides: kernel.inputs.map((operand) => broadcastStrides(operand.shape, shape)!),
  });
  const inner = layout.strides.map((strides) => strides[strides.length - 1]!);
  const dtypes = kernel.inputs.map(({ dtype }) => dtype);
  const key = `${layout.shape.length}:${inner}:${dtypes}`;
  let ofProgram = loops.get(program);
  if (ofProgram === undefined) loops.set(program, ofProgram = new Map());
  let loop = ofProgram.get(key);
  if (loop === undefined) ofProgram.set(key, loop = compile(kernel, layout.shape.length, inner));
  // A store of a float into a clamped array rounds to nearest even, clamps to 0..255 and takes NaN to 0.
  const targets = outputs.map((values, i) =>
    values instanceof Uint8Array && program.outputs[i]!.type === "f32"
      ? new Uint8ClampedArray(values.buffer, values.byteOffset, values.length)
      : values
  );
  loop(inputs, targets as HostArray[], layout.shape, layout.strides);
}

function compile({ program, inputs }: MapKernel, rank: number, inner: readonly number[]): Loop {
  const code = emitTypeScript(program);
  const last = rank - 1;
  const lines: string[] = [];
  inputs.forEach((_, i) => {
    lines.push(`const x${i} = inputs[${i}];`);
    for (let axis = 0; axis < rank; axis++) lines.push(`const s${i}_${axis} = strides[${i}][${axis}];`);
  });
  program.outputs.forEach((_, j) => lines.push(`const y${j} = outputs[${j}];`));
  for (let axis = 0; axis < rank; axis++) lines.push(`const n${axis} = lengths[${axis}];`);
  lines.push("let to = 0;");
  for (let axis = 0; axis < last; axis++) {
    lines.push(`for (let i${axis} = 0; i${axis} < n${axis}; i${axis}++) {`);
    inputs.forEach((_, i) => {
      const outer = axis === 0 ? "" : `p${i}_${axis - 1} + `;
      lines.push(`const p${i}_${axis} = ${outer}i${axis} * s${i}_${axis};`);
    });
  }
  // Along the last merged axis every operand is repeated (stride 0) or contiguous (stride 1).
  const place = (i: number, index: string) => last === 0 ? index : `p${i}_${last - 1} + ${index}`;
  const value = (i: number, index: string) =>
    `const v${i} = x${i}[${place(i, index)}]${inputs[i]!.dtype === "i32" ? " >>> 0" : ""};`;
  inputs.forEach((_, i) => inner[i] === 0 && lines.push(value(i, "0")));
  lines.push(`for (let i = 0; i < n${last}; i++, to++) {`);
  inputs.forEach((_, i) => inner[i] === 0 || lines.push(value(i, "i")));
  lines.push(...code.statements(inputs.map((_, i) => `v${i}`)));
  code.outputNames.forEach((name, j) => lines.push(`y${j}[to] = ${name};`));
  lines.push("}".repeat(rank));
  return new Function(
    `${code.prelude}return (inputs, outputs, lengths, strides) => {\n${lines.join("\n")}\n};`,
  )() as Loop;
}
