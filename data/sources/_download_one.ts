/** Downloads the address of the first argument into the folder of the second, and prints what came of it. */
import { SourceFailure } from "./events.ts";
import { Downloads, PATIENCE } from "./url.ts";

const [url = "", folder = ""] = Deno.args;
const downloads = new Downloads(folder, PATIENCE, (event) => {
  if (event.kind === "progress") console.log(event.bytes);
});
try {
  const { length } = await downloads.get(url, "file", 2 ** 30, (bytes) => bytes);
  console.log(`whole: ${length}`);
} catch (error) {
  if (!(error instanceof SourceFailure)) throw error;
  console.log(`failed: ${error.message}`);
}
