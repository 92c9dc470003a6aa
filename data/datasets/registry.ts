import type { Dataset } from "../dataset.ts";
import { autoMpg } from "./auto_mpg.ts";
import { breastCancer } from "./breast_cancer.ts";
import { co2 } from "./co2.ts";
import { diabetes } from "./diabetes.ts";
import { fashionMnist } from "./fashion_mnist.ts";
import { iris } from "./iris.ts";
import { miserables } from "./miserables.ts";
import { penguins } from "./penguins.ts";
import { seattleWeather } from "./seattle_weather.ts";
import { sunspots } from "./sunspots.ts";
import { wine } from "./wine.ts";

/** Every data set, in the order in which `deno task data --list` shows them. */
export const datasets: readonly Dataset[] = [
  autoMpg,
  breastCancer,
  co2,
  diabetes,
  fashionMnist,
  iris,
  miserables,
  penguins,
  seattleWeather,
  sunspots,
  wine,
];
