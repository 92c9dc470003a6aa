import { BYTES_PER_ELEMENT } from "../../../numerics/dtype.ts";
import { kernelOutputs } from "../../../kernels/families.ts";
import type { MapKernel } from "../../../kernels/map.ts";
import { mapLayout } from "../../../kernels/map_layout.ts";
import { emitWgsl, type WgslCode, type WgslHelper } from "../../../scalar/mod.ts";
import { type GpuFamily, GROUP_SIZE } from "../gpu_kernel.ts";
import { checkValues } from "./_check_values.ts";

/** Lengths to which axes are cut for the small case: none is 1, so that the walk keeps its axes. */
const SMALL = [3, 5, 7, 11];

/**
 * Maps: one thread computes one element, or the four of a word if a result is u8.
 *
 * On a driver that takes subnormals for zeros, floats are tried first; where one could be wrong, the element is computed
 * again in integers.
 */
export const mapGpu: GpuFamily<MapKernel> = {
  emit(kernel, target) {
    const { program, inputs, outputs } = kernel;
    const total = kernelOutputs(kernel)[0]?.length ?? 0;
    const { shape: lengths, strides } = total === 0
      ? { shape: [0], strides: inputs.map(() => [0]) }
      : mapLayout(kernel);
    const bytes = outputs.some((dtype) => BYTES_PER_ELEMENT[dtype] === 1);
    const words: number[] = [];
    const word = (value: number) => target.word(words.push(value) - 1);
    const count = word(total);

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
    const sums = [...code.helpers].some((name) => name.endsWith("_detect"));
    if (sums) {
      const soft: WgslCode = emitWgsl(program, "soft", "s");
      for (const name of soft.helpers) helpers.add(name);
      lines.push("flushed = false;", ...code.statements(names));
      outputs.forEach((_, j) => lines.push(`var y${j} = ${code.outputNames[j]};`));
      lines.push("if (flushed) {", ...soft.statements(names));
      outputs.forEach((_, j) => lines.push(`y${j} = ${soft.outputNames[j]};`));
      lines.push("}");
    } else {
      lines.push(...code.statements(names));
      outputs.forEach((_, j) => lines.push(`let y${j} = ${code.outputNames[j]};`));
    }

    const stores: string[] = [];
    outputs.forEach((dtype, j) => {
      const place = target.outputs[j]!;
      if (dtype !== "u8") {
        lines.push(`${place.at("i")} = y${j};`);
        return;
      }
      let value = `(y${j} & 0xffu)`;
      if (program.outputs[j]!.type === "f32") {
        helpers.add("nearest").add("u32_from_f32");
        value = `min(u32_from_f32(nearest(y${j})), 255u)`;
      }
      lines.push(`w${j} = w${j} | (${value} << (8u * lane));`);
      stores.push(`${place.at("index")} = w${j};`);
    });

    const body = bytes
      ? [
        `if (4u * index >= ${count}) { return; }`,
        ...outputs.flatMap((dtype, j) => dtype === "u8" ? [`var w${j} = 0u;`] : []),
        "for (var lane = 0u; lane < 4u; lane++) {",
        "let i = 4u * index + lane;",
        `if (i >= ${count}) { break; }`,
        ...lines,
        "}",
        ...stores,
      ]
      : [`let i = index;`, `if (i >= ${count}) { return; }`, ...lines];
    const threads = bytes ? Math.ceil(total / 4) : total;
    return {
      phases: [{
        body: body.join("\n"),
        helpers,
        uses: [...target.inputs, ...target.outputs],
        size: GROUP_SIZE,
        groups: Math.ceil(threads / GROUP_SIZE),
        parameters: words,
      }],
    };
  },
  small(kernel) {
    const { shape, strides } = mapLayout(kernel);
    // One axis: enough for all kinds of values. More: lengths that have no common factor.
    const lengths = shape.map((length, axis) =>
      shape.length === 1 ? Math.min(length, 601) : Math.min(length, SMALL[axis % SMALL.length]!)
    );
    const inputs = kernel.inputs.map(({ dtype }, k) => ({
      dtype,
      shape: lengths.map((length, axis) => strides[k]![axis] === 0 ? 1 : length),
    }));
    const small: MapKernel = { ...kernel, shape: lengths, inputs };
    return { kernel: small, inputs: checkValues(small) };
  },
};
