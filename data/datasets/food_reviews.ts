import type { Column, Dataset, Rows } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readRDatabase } from "../readers/r_data.ts";
import { rFrame } from "../readers/r_value.ts";
import { contentOf } from "./_content.ts";
import { modeldata } from "./_packages.ts";
import { classesIn, textsOf } from "./_r_columns.ts";

const SCORES = ["great", "other"];

const columns: Readonly<Record<"review" | "score" | "product", Column>> = {
  review: { dtype: "utf8", description: "what a customer wrote, with some HTML: <br />" },
  score: { dtype: "u8", shape: [], description: "great: five stars; other: one to four", classes: SCORES },
  product: { dtype: "utf8", description: "the shop's number of the product" },
};

/** Food reviews: 5000 opinions on groceries, great or not. */
export const foodReviews: Dataset = defineDataset({
  name: "food-reviews",
  title: "Food reviews",
  description: "5000 customers' reviews of groceries, each of five stars (great) or of fewer (other).",
  licence: "MIT",
  citation:
    "Julian McAuley, Jure Leskovec: From Amateurs to Connoisseurs: Modeling the Evolution of User Expertise through Online " +
    "Reviews. WWW 2013. The selection is that of R's package modeldata, by Max Kuhn.",
  origin: "https://snap.stanford.edu/data/web-FineFoods.html",
  notes: [
    "The selection small_fine_foods of R's package modeldata, whose licence is given; the reviews were written for a shop.",
    "The same text may stand for several products: train repeats 20 reviews, and 7 of test are in train as well.",
  ],
  splitRule: "The package's own 4000 and 1000 reviews; no product has reviews in both.",
  files: modeldata,
  splits: { train: { rows: 4000, columns }, test: { rows: 1000, columns } },
  decode(files) {
    const content = (name: string) => contentOf(files, "food reviews", name);
    const database = readRDatabase(content("Rdata.rdx"), content("Rdata.rdb"));
    const read = (name: string): Rows => {
      const frame = rFrame(database.read(name));
      return {
        review: textsOf(frame, "review"),
        score: classesIn(frame, "score", SCORES),
        product: textsOf(frame, "product"),
      };
    };
    return { train: read("training_data"), test: read("testing_data") };
  },
});
