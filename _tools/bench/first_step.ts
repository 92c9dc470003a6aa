/** Makes the first training step of workload W2 in a process of its own, and prints its loss: for `bench-start`. */

import { createDevice, setDefaultDevice } from "@verbatim/core";
import { perceptron } from "./feedforward.ts";

const device = await createDevice({ workers: 2 });
setDefaultDevice(device);
const loss = await perceptron(64).prepare().compiled().step();
// It ends by itself, as runs do: a process that is made to exit leaves Deno's cache of compiled code unwritten.
console.log(loss);
