import { kernelOutputs } from "../../../kernels/families.ts";
import type { MapKernel } from "../../../kernels/map.ts";
import { mapLayout } from "../../../kernels/map_layout.ts";
import { emitWgsl, type WgslCode, type WgslHelper, wgslInterpreter } from "../../../scalar/mod.ts";
import type { GpuTarget } from "../gpu_kernel.ts";
import { wordBehind } from "../module_text.ts";

/** Statements that compute element `i` of a map's results. */
export interface MapElement {
  /** They declare `y0`, `y1`, ...: the results' bits, not yet rounded to u8. */
  readonly lines: string[];
  readonly helpers: Set<WgslHelper>;
  /** What the lines call, besides helpers. */
  readonly declarations: string;
}

/** From so many sums and products on, what is computed again in integers is carried out by an interpreter. */
const MANY_SUMS = 12;

/**
 * Writes how one element of a map is computed.
 *
 * On a driver that takes subnormals for zeros, floats are tried first; where one could be wrong, the element is computed
 * again in integers.
 *
 * @param word Takes a number as a parameter of the phase and returns its text.
 */
export function mapElement(
  kernel: MapKernel,
  target: Pick<GpuTarget, "inputs" | "mode">,
  word: (value: number) => string,
): MapElement {
  const { program, inputs, outputs } = kernel;
  const { shape: lengths, strides } = (kernelOutputs(kernel)[0]?.length ?? 0) === 0
    ? { shape: [0], strides: inputs.map(() => [0]) }
    : mapLayout(kernel);
  const lines: string[] = [];
  // The index along each axis; the last is the fastest.
  const coordinates = lengths.map((_, axis) => `i${axis}`);
  if (lengths.length === 1) lines.push("let i0 = i;");
  else {
    lines.push("var rest = i;");
    for (let axis = lengths.length - 1; axis > 0; axis--) {
      const length = word(lengths[axis]!);
      lines.push(`let i${axis} = rest % ${length};`, `rest = rest / ${length};`);
    }
    lines.push("let i0 = rest;");
  }
  const last = lengths.length - 1;
  inputs.forEach(({ dtype }, k) => {
    const terms = strides[k]!.flatMap((stride, axis) => {
      if (stride === 0) return [];
      return [axis === last ? coordinates[axis]! : `${coordinates[axis]} * ${word(stride)}`];
    });
    const at = terms.length === 0 ? "0u" : terms.join(" + ");
    const place = target.inputs[k]!;
    lines.push(
      dtype === "u8"
        ? `let a${k} = ${at}; let x${k} = (${place.at(`(a${k} >> 2u)`)} >> ((a${k} & 3u) * 8u)) & 0xffu;`
        : `let x${k} = ${place.at(`(${at})`)};`,
    );
  });

  const arithmetic = target.mode.elementwise;
  const names = inputs.map((_, k) => `x${k}`);
  const code = emitWgsl(program, arithmetic);
  const helpers = new Set<WgslHelper>(code.helpers);
  const statements = code.statements(names);
  const sums = statements.filter((line) => line.includes("_detect(")).length;
  const interpreter = sums >= MANY_SUMS ? wgslInterpreter(program) : undefined;
  let declarations = "";
  if (interpreter !== undefined) {
    for (const name of interpreter.helpers) helpers.add(name);
    const first = interpreter.words.map(word)[0]!;
    declarations = interpreter.declarations((index) => wordBehind(first, index));
    lines.push("flushed = false;", ...statements);
    outputs.forEach((_, j) => lines.push(`var y${j} = ${code.outputNames[j]};`));
    lines.push("if (flushed) {", ...interpreter.statements(names));
    outputs.forEach((_, j) => lines.push(`y${j} = ${interpreter.outputTexts[j]};`));
    lines.push("}");
  } else if (sums > 0) {
    const soft: WgslCode = emitWgsl(program, "soft", "s");
    for (const name of soft.helpers) helpers.add(name);
    lines.push("flushed = false;", ...statements);
    outputs.forEach((_, j) => lines.push(`var y${j} = ${code.outputNames[j]};`));
    lines.push("if (flushed) {", ...soft.statements(names));
    outputs.forEach((_, j) => lines.push(`y${j} = ${soft.outputNames[j]};`));
    lines.push("}");
  } else {
    lines.push(...statements);
    outputs.forEach((_, j) => lines.push(`let y${j} = ${code.outputNames[j]};`));
  }

  return { lines, helpers, declarations };
}
