import type { Dataset } from "../dataset.ts";
import { fashionMnist } from "./fashion_mnist.ts";

/** Every data set, in the order in which `deno task data --list` shows them. */
export const datasets: readonly Dataset[] = [fashionMnist];
