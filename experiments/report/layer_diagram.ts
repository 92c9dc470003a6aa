import type { Experiment } from "../define_experiment.ts";
import { formatCount, plural } from "./format.ts";

type Layer = Experiment["model"]["layers"][number];

/** Above so many boxes, neighbours with a common prefix become one. */
const MOST_BOXES = 24;

/**
 * A Mermaid flowchart of a model's layers, from input to output, with an arrow from each layer to those that read it. Where there are too many, neighbours whose names share
 * what stands before the first "/" are drawn as one box.
 *
 * @returns undefined for a model without layers.
 */
export function drawLayers(layers: readonly Layer[]): string | undefined {
  if (layers.length === 0) return undefined;
  const boxes = layers.length > MOST_BOXES
    ? grouped(layers)
    : layers.map((layer, i) => ({ ...layer, from: sourcesOf(layer, i), count: 1 }));
  const chain = boxes.every(({ from }, i) =>
    i === 0 ? from.length === 0 : from.length === 1 && from[0] === i - 1
  );
  const lines = [`flowchart ${boxes.length <= 5 ? "LR" : "TB"}`];
  for (const [i, { name, shape, parameters, count }] of boxes.entries()) {
    const size = parameters === 0 ? "no parameters" : plural(parameters, "parameter");
    const title = count === 1 ? name : `${name} (${formatCount(count)} layers)`;
    const words = [`<b>${escapeMermaid(title)}</b>`, escapeMermaid(shape), `<small>${size}</small>`];
    lines.push(
      `  n${i}["${words.filter((word) => word !== "").join("<br>")}"]:::${
        parameters > 0 ? "learned" : "fixed"
      }`,
    );
  }
  if (chain) lines.push(`  ${boxes.map((_, i) => `n${i}`).join(" --> ")}`);
  else lines.push(...boxes.flatMap(({ from }, i) => from.map((source) => `  n${source} --> n${i}`)));
  lines.push("  classDef learned fill:#e4eff8,stroke:#0a5c98,color:#24292f");
  lines.push("  classDef fixed fill:#f6f6f4,stroke:#8a929a,color:#24292f");
  return lines.join("\n");
}

type Box = Layer & { readonly from: readonly number[]; readonly count: number };

/** What a layer reads: the one before it, unless it says otherwise. */
function sourcesOf({ from }: Layer, at: number): readonly number[] {
  return from ?? (at === 0 ? [] : [at - 1]);
}

function grouped(layers: readonly Layer[]): Box[] {
  const boxes: (Box & { readonly group: string })[] = [];
  const boxOf: number[] = [];
  for (const [i, layer] of layers.entries()) {
    const group = layer.name.split("/")[0] ?? layer.name;
    const last = boxes.at(-1);
    const goesOn = last !== undefined && last.group === group;
    boxOf.push(goesOn ? boxes.length - 1 : boxes.length);
    const from = sourcesOf(layer, i).map((source) => boxOf[source]!).filter((source) => source !== boxOf[i]);
    if (goesOn) {
      boxes[boxes.length - 1] = {
        name: group,
        group,
        shape: layer.shape,
        parameters: last.parameters + layer.parameters,
        from: [...new Set([...last.from, ...from])],
        count: last.count + 1,
      };
    } else boxes.push({ ...layer, group, from: [...new Set(from)], count: 1 });
  }
  return boxes;
}

/** Mermaid writes special characters as "#code;". */
function escapeMermaid(text: string): string {
  return text.replace(/\s+/g, " ").trim().replace(/[#"<>&`;{}\\|]/g, (sign) => `#${sign.charCodeAt(0)};`);
}
