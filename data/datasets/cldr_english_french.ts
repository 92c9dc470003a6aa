import type { Dataset } from "../dataset.ts";
import { cldrPairs } from "./_cldr_pairs.ts";

/** Names of emoji, languages, territories and scripts in English and French: 5399 pairs of short phrases. */
export const cldrEnglishFrench: Dataset = cldrPairs({
  tag: "fr",
  language: "French",
  pins: [
    ["37528eedbd5d71d45a145633fcdab331178e43d807f62d53b18c2652f78a9e6b", 909_824],
    ["7428f9cf1cc4e125d764409987c48d3ae595340b32322dfb089b5dea46c535de", 1_572_352],
    ["d57506400b49e0668f0d4e63885e227206c944e4544e42283d73a8084cac2943", 77_824],
  ],
  rows: { train: 4827, test: 572 },
  identical: 185,
});
