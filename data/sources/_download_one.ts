/** Downloads the address of the first argument into the folder of the second, and prints how many bytes came. */
import { Downloads, PATIENCE } from "./url.ts";

const [url = "", folder = ""] = Deno.args;
const downloads = new Downloads(folder, PATIENCE, (event) => {
  if (event.kind === "progress") console.log(event.bytes);
});
const { length } = await downloads.get(url, "file", 2 ** 30, (bytes) => bytes);
console.log(`whole: ${length}`);
