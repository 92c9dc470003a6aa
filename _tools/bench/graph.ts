import { adam, crossEntropy, type Edges, graphConvolution, relu, tensor } from "@verbatim/core";
import { integers, Parameters, unit } from "./values.ts";
import { training, type Workload } from "./workload.ts";

const NODES = 2708;
const EDGES = 5429;

/**
 * A random graph of the size of a citation network: both directions of each edge, self-loops, weights
 * 1 / sqrt(degree degree'), equal edges added up, ordered by destination and source.
 */
function randomGraph(): Edges {
  const drawn = Array.from(unit(81, 2 * EDGES), (u) => Math.floor(u * NODES));
  const [a, b] = [drawn.slice(0, EDGES), drawn.slice(EDGES)];
  const nodes = Array.from({ length: NODES }, (_, i) => i);
  const [destinations, sources] = [[...a, ...b, ...nodes], [...b, ...a, ...nodes]];
  const degree = new Float64Array(NODES);
  for (const node of destinations) degree[node]!++;
  const weights = new Map<number, number>();
  destinations.forEach((destination, e) => {
    const source = sources[e]!;
    const weight = Math.fround(1 / Math.sqrt(degree[destination]! * degree[source]!));
    const place = destination * NODES + source;
    weights.set(place, Math.fround((weights.get(place) ?? 0) + weight));
  });
  const places = [...weights.keys()].sort((a, b) => a - b);
  return {
    source: tensor(Uint32Array.from(places, (place) => place % NODES)),
    destination: tensor(Uint32Array.from(places, (place) => Math.floor(place / NODES))),
    weight: tensor(Float32Array.from(places, (place) => weights.get(place)!)),
  };
}

/** A graph convolutional network of two layers over all nodes at once. */
export const graphNetwork: Workload = {
  id: "W8",
  title: "GCN 2708 x 1433-16-7, Adam",
  prepare() {
    const p = new Parameters(8000);
    const params = { a: p.dense(1433, 16), b: p.dense(16, 7) };
    const x = tensor(Float32Array.from(unit(82, NODES * 1433), (u) => Math.fround(u) < 0.0127 ? 1 : 0), [
      NODES,
      1433,
    ]);
    const batch = { x, labels: integers(83, [NODES], 7), edges: randomGraph() };
    return training(
      { params, state: {}, inputs: batch },
      adam(),
      0.01,
      ({ a, b }, state, { x, labels, edges }) => {
        const hidden = relu(graphConvolution(a, x, edges));
        return { loss: crossEntropy(graphConvolution(b, hidden, edges), labels), state };
      },
    );
  },
};
