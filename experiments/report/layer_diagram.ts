import type { Experiment } from "../define_experiment.ts";
import { formatCount, plural } from "./format.ts";

type Layer = Experiment["model"]["layers"][number];

/** Above so many boxes, neighbours with a common prefix become one. */
const MOST_BOXES = 24;

/**
 * A Mermaid flowchart of a model's layers, from input to output. Where there are too many, neighbours whose names share
 * what stands before the first "/" are drawn as one box.
 *
 * @returns undefined for a model without layers.
 */
export function drawLayers(layers: readonly Layer[]): string | undefined {
  if (layers.length === 0) return undefined;
  const boxes = layers.length > MOST_BOXES
    ? grouped(layers)
    : layers.map((layer) => ({ ...layer, count: 1 }));
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
  lines.push(`  ${boxes.map((_, i) => `n${i}`).join(" --> ")}`);
  lines.push("  classDef learned fill:#e4eff8,stroke:#0a5c98,color:#24292f");
  lines.push("  classDef fixed fill:#f6f6f4,stroke:#8a929a,color:#24292f");
  return lines.join("\n");
}

function grouped(layers: readonly Layer[]): (Layer & { count: number })[] {
  const boxes: (Layer & { count: number; group: string })[] = [];
  for (const layer of layers) {
    const group = layer.name.split("/")[0] ?? layer.name;
    const last = boxes.at(-1);
    if (last !== undefined && last.group === group) {
      boxes[boxes.length - 1] = {
        name: group,
        group,
        shape: layer.shape,
        parameters: last.parameters + layer.parameters,
        count: last.count + 1,
      };
    } else boxes.push({ ...layer, group, count: 1 });
  }
  return boxes;
}

/** Mermaid writes special characters as "#code;". */
function escapeMermaid(text: string): string {
  return text.replace(/\s+/g, " ").trim().replace(/[#"<>&`;{}\\|]/g, (sign) => `#${sign.charCodeAt(0)};`);
}
