import { adam, crossEntropy, type Edges, graphConvolution, relu, tensor } from "@verbatim/core";
import { integers, Parameters, unit } from "./values.ts";
import { training, type Workload } from "./workload.ts";

/** How large a graph is. */
export interface GraphSizes {
  readonly nodes: number;
  /** Each of them goes both ways. */
  readonly edges: number;
  /** Values of a node. */
  readonly features: number;
}

/**
 * A random graph: both directions of each edge, self-loops, weights
 * 1 / sqrt(degree degree'), equal edges added up, ordered by destination and source.
 */
function randomGraph({ nodes: count, edges }: GraphSizes): Edges {
  const drawn = Array.from(unit(81, 2 * edges), (u) => Math.floor(u * count));
  const [a, b] = [drawn.slice(0, edges), drawn.slice(edges)];
  const nodes = Array.from({ length: count }, (_, i) => i);
  const [destinations, sources] = [[...a, ...b, ...nodes], [...b, ...a, ...nodes]];
  const degree = new Float64Array(count);
  for (const node of destinations) degree[node]!++;
  const weights = new Map<number, number>();
  destinations.forEach((destination, e) => {
    const source = sources[e]!;
    const weight = Math.fround(1 / Math.sqrt(degree[destination]! * degree[source]!));
    const place = destination * count + source;
    weights.set(place, Math.fround((weights.get(place) ?? 0) + weight));
  });
  const places = [...weights.keys()].sort((a, b) => a - b);
  return {
    source: tensor(Uint32Array.from(places, (place) => place % count)),
    destination: tensor(Uint32Array.from(places, (place) => Math.floor(place / count))),
    weight: tensor(Float32Array.from(places, (place) => weights.get(place)!)),
  };
}

/** A graph convolutional network of two layers over all nodes at once. */
export const graphNetwork = (sizes: GraphSizes): Workload => ({
  id: "W8",
  title: `GCN ${sizes.nodes} x ${sizes.features}-16-7, Adam`,
  prepare() {
    const { nodes, features } = sizes;
    const p = new Parameters(8000);
    const params = { a: p.dense(features, 16), b: p.dense(16, 7) };
    const present = Float32Array.from(unit(82, nodes * features), (u) => Math.fround(u) < 0.0127 ? 1 : 0);
    const x = tensor(present, [nodes, features]);
    const data = { x, labels: integers(83, [nodes], 7), edges: randomGraph(sizes) };
    return training(
      { params, state: {}, inputs: data },
      adam(),
      0.01,
      ({ a, b }, state, { x, labels, edges }) => {
        const hidden = relu(graphConvolution(a, x, edges));
        return { loss: crossEntropy(graphConvolution(b, hidden, edges), labels), state };
      },
    );
  },
});
