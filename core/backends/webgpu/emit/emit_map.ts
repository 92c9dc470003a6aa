import { BYTES_PER_ELEMENT } from "../../../numerics/dtype.ts";
import { kernelOutputs } from "../../../kernels/families.ts";
import type { MapKernel } from "../../../kernels/map.ts";
import { mapLayout } from "../../../kernels/map_layout.ts";
import { type GpuFamily, GROUP_SIZE } from "../gpu_kernel.ts";
import { checkValues } from "./_check_values.ts";
import { mapElement } from "./_map_element.ts";

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
    const { program, outputs } = kernel;
    const total = kernelOutputs(kernel)[0]?.length ?? 0;
    const bytes = outputs.some((dtype) => BYTES_PER_ELEMENT[dtype] === 1);
    const words: number[] = [];
    const word = (value: number) => target.word(words.push(value) - 1);
    const count = word(total);

    const { lines, helpers, declarations } = mapElement(kernel, target, word);
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
        declarations,
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
