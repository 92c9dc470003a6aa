import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readJsonTable } from "../readers/json_table.ts";
import { contentOf } from "./_content.ts";
import { vegaDatasets } from "./_packages.ts";

const nodes: Readonly<Record<"name" | "group", Column>> = {
  name: { dtype: "utf8", description: "name of the character" },
  group: { dtype: "u8", shape: [], description: "community, 0 to 10" },
};
const edges: Readonly<Record<"source" | "target" | "weight", Column>> = {
  source: { dtype: "u32", shape: [], description: "a character: row of the nodes" },
  target: {
    dtype: "u32",
    shape: [],
    description: "another character: row of the nodes, always a smaller one",
  },
  weight: { dtype: "u8", shape: [], description: "number of chapters in which both appear, 1 to 31" },
};

/** Les Misérables: 77 characters of the novel and the chapters in which two of them appear together. */
export const miserables: Dataset = defineDataset({
  name: "miserables",
  title: "Les Misérables",
  description:
    "The graph of 77 characters of Victor Hugo's novel; two are joined by the number of chapters they share.",
  licence: "BSD-3-Clause",
  citation:
    "D. E. Knuth: The Stanford GraphBase: A Platform for Combinatorial Computing. Addison-Wesley, 1993.",
  origin: "https://www-cs-faculty.stanford.edu/~knuth/sgb.html",
  notes: [
    "The edges are not directed: each of the 254 is given once.",
    "The groups are the result of an algorithm, modularity clustering, not of an observation; they are " +
    "no ground truth.",
    "The licence is vega-datasets'; the graph comes to it from Knuth by way of M. Newman.",
  ],
  splitRule: "One small graph, not split: its splits are its nodes and its edges.",
  files: [{
    name: "miserables.json",
    encoding: "plain",
    sha256: "8141048828e66a539c6915ea8c8a2eef4ba2e014e371ad614cddf37281cb88b6",
    bytes: 12_372,
    sources: [vegaDatasets("data/miserables.json")],
  }],
  splits: { nodes: { rows: 77, columns: nodes }, edges: { rows: 254, columns: edges } },
  decode(files) {
    const graph = contentOf(files, "Les Misérables", "miserables.json");
    const characters = readJsonTable(graph, { path: ["nodes"] });
    const links = readJsonTable(graph, { path: ["links"] });
    return {
      nodes: { name: characters.text("name"), group: characters.numbers("group", "u8") },
      edges: {
        source: links.numbers("source", "u32"),
        target: links.numbers("target", "u32"),
        weight: links.numbers("value", "u8"),
      },
    };
  },
});
