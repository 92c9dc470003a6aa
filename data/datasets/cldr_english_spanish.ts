import type { Dataset } from "../dataset.ts";
import { cldrPairs } from "./_cldr_pairs.ts";

/** Names of emoji, languages, territories and scripts in English and Spanish: 5306 pairs of short phrases. */
export const cldrEnglishSpanish: Dataset = cldrPairs({
  tag: "es",
  language: "Spanish",
  pins: [
    ["73b7b97c4528d05f25f9d03dd914eeb9f0e3001b4c05ba9ab5caeb2b7f14bdab", 845_824],
    ["14af41a2f24839d85a78f3e33a034efb03959c8db5e2ee34d78ad13ad837b512", 1_466_368],
    ["32820acb1884fcd979ddcbabaa751523d253dbfeeeff91e9ee6b5fd927c72c64", 75_264],
  ],
  rows: { train: 4742, test: 564 },
  identical: 152,
});
