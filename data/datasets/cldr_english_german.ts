import type { Dataset } from "../dataset.ts";
import { cldrPairs } from "./_cldr_pairs.ts";

/** Names of emoji, languages, territories and scripts in English and German: 5410 pairs of short phrases. */
export const cldrEnglishGerman: Dataset = cldrPairs({
  tag: "de",
  language: "German",
  pins: [
    ["e7257c446a33a516286ada176e87aeaa9612a395c9004930202a4b61a9039d5d", 890_880],
    ["4c2ab72fd5d5984f86fc07de55966762cea9fa28272ea93e0a2bfe5b6acd0922", 1_536_512],
    ["f58cf149aabad953b096aa759ea4d2081eeadf820c37c2286f4257080f0be60c", 78_848],
  ],
  rows: { train: 4839, test: 571 },
  identical: 446,
});
