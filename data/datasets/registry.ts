import type { Dataset } from "../dataset.ts";
import { autoMpg } from "./auto_mpg.ts";
import { breastCancer } from "./breast_cancer.ts";
import { cmudict } from "./cmudict.ts";
import { co2 } from "./co2.ts";
import { diabetes } from "./diabetes.ts";
import { fashionMnist } from "./fashion_mnist.ts";
import { iris } from "./iris.ts";
import { miserables } from "./miserables.ts";
import { mobyDick } from "./moby_dick.ts";
import { multi30k } from "./multi30k.ts";
import { names18 } from "./names_18.ts";
import { penguins } from "./penguins.ts";
import { seattleWeather } from "./seattle_weather.ts";
import { sotu } from "./sotu.ts";
import { sunspots } from "./sunspots.ts";
import { surnames } from "./surnames.ts";
import { tinyShakespeare } from "./tiny_shakespeare.ts";
import { wine } from "./wine.ts";

/** Every data set, in the order in which `deno task data --list` shows them. */
export const datasets: readonly Dataset[] = [
  autoMpg,
  breastCancer,
  cmudict,
  co2,
  diabetes,
  fashionMnist,
  iris,
  miserables,
  mobyDick,
  multi30k,
  names18,
  penguins,
  seattleWeather,
  sotu,
  sunspots,
  surnames,
  tinyShakespeare,
  wine,
];
